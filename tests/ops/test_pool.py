"""Pooling by its properties: windows as sliding views, adjoints, ties, NaN, layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedgrad.nn.functional.pool_windows import _count
from seedgrad.ops import pool_arrays
from seedgrad.ops.pool_arrays import Windows, counts

Array = np.ndarray[Any, Any]


@st.composite
def pools(draw: Any) -> tuple[Array, Windows]:
    """An array, with ties, and windows over its one or two spatial axes."""
    axes = []
    for _ in range(draw(st.integers(1, 2))):
        k, s, d = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 2))
        p = draw(st.integers(0, (d * (k - 1) + 1) // 2))
        n = draw(st.integers(max(1, d * (k - 1) + 1 - 2 * p), 9))
        m = _count(n, k, s, p, d, draw(st.booleans()))
        axes.append((n, k, s, p, d, max(1, m)))
    windows = Windows(*(tuple(values) for values in zip(*axes, strict=True)))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    x = rng.integers(-2, 3, (2, 3, *windows.size)).astype(draw(st.sampled_from(["float32", "float64", "int64"])))
    if draw(st.booleans()):
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    return x, windows


def defined(x: Array, w: Windows, fill: float) -> Array:
    """(N, C, *out, places of a window): what each window holds, `fill` outside of x."""
    wide = [(p, 2 * k * d + s * m) for k, s, p, d, m in zip(*w[1:], strict=True)]
    padded = np.pad(x.astype(np.float64), ((0, 0), (0, 0), *wide), constant_values=fill)
    index = np.ix_(
        *(
            (np.arange(m)[:, None] * s + np.arange(k) * d).ravel()
            for k, s, d, m in zip(w.kernel, w.stride, w.dilation, w.out, strict=True)
        )
    )
    seen = padded[(slice(None), slice(None), *index)]
    seen = seen.reshape(*x.shape[:2], *(n for pair in zip(w.out, w.kernel, strict=True) for n in pair))
    half = len(w.out)
    order = (0, 1, *(2 + 2 * i for i in range(half)), *(3 + 2 * i for i in range(half)))
    return seen.transpose(order).reshape(*x.shape[:2], *w.out, -1)


@given(pools())
def test_pools_are_those_of_the_windows(made: tuple[Array, Windows]) -> None:
    x, w = made
    np.testing.assert_array_equal(pool_arrays.window_sum(x, w), defined(x, w, 0).sum(axis=-1))
    largest = defined(x, w, -np.inf).max(axis=-1)
    found = pool_arrays.max_pool(x, w)
    assert found.dtype == x.dtype
    real = np.isfinite(largest)  # a window may lie in the padding altogether
    np.testing.assert_array_equal(found[real], largest[real])


@given(pools())
def test_max_pick_takes_the_first_maximum(made: tuple[Array, Windows]) -> None:
    x, w = made
    seen = defined(x, w, -np.inf)
    places = np.broadcast_to(np.arange(np.prod(w.size)).reshape(w.size), x.shape)
    where = defined(places, w, -1)
    expected = np.take_along_axis(where, seen.argmax(axis=-1)[..., None], axis=-1)[..., 0]
    found = pool_arrays.max_pick(places, x, pool_arrays.max_pool(x, w), w)
    real = np.isfinite(seen.max(axis=-1))
    np.testing.assert_array_equal(found[real], expected[real])


@given(pools())
def test_pairs_of_pool_ops_are_adjoint(made: tuple[Array, Windows]) -> None:
    """<y, sum(v)> = <spread(y), v> and <y, pick(v)> = <place(y), v> for all y and v."""
    x, w = made
    rng = np.random.default_rng(0)
    top = pool_arrays.max_pool(x, w)
    y, v = rng.standard_normal(top.shape), rng.standard_normal(x.shape)
    spread, total = pool_arrays.window_spread(y, w), pool_arrays.window_sum(v, w)
    placed, picked = pool_arrays.max_place(y, x, top, w), pool_arrays.max_pick(v, x, top, w)
    assert spread.shape == placed.shape == x.shape
    np.testing.assert_allclose([(spread * v).sum(), (placed * v).sum()], [(y * total).sum(), (y * picked).sum()])


@given(pools())
def test_counts_are_the_elements_of_each_window(made: tuple[Array, Windows]) -> None:
    _, w = made
    w = w._replace(dilation=(1,) * len(w.size))
    ones = np.ones((1, 1, *w.size))
    inside = defined(ones, w, 0).sum(axis=-1)[0, 0]
    np.testing.assert_array_equal(np.broadcast_to(np.maximum(counts(w, False), 0), inside.shape), inside)


@pytest.mark.parametrize("last", [False, True])
def test_max_place_gives_infinite_gradients_to_the_maximum_only(last: bool) -> None:
    x = np.arange(16.0).reshape(1, 1, 4, 4).repeat(3, axis=1)
    if last:
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    w = Windows((4, 4), (2, 2), (2, 2), (0, 0), (1, 1), (2, 2))
    placed = pool_arrays.max_place(np.full((1, 3, 2, 2), np.inf), x, pool_arrays.max_pool(x, w), w)
    assert np.isinf(placed[..., 1::2, 1::2]).all()
    assert not np.isnan(placed).any() and np.isinf(placed).sum() == 12


def test_pooling_keeps_channels_last_memory() -> None:
    x = np.random.default_rng(0).standard_normal((2, 6, 6, 5)).transpose(0, 3, 1, 2)
    w = Windows((6, 6), (2, 2), (2, 2), (0, 0), (1, 1), (3, 3))
    top = pool_arrays.max_pool(x, w)
    for made in (top, pool_arrays.max_place(top, x, top, w), pool_arrays.window_spread(top, w)):
        assert made.transpose(0, 2, 3, 1).flags.c_contiguous


def test_pooling_never_returns_a_view_of_its_input() -> None:
    x = np.ones((1, 1, 4, 4))
    w = Windows((4, 4), (1, 1), (2, 2), (0, 0), (1, 1), (2, 2))
    assert not np.shares_memory(pool_arrays.max_pool(x, w), x)
    assert not np.shares_memory(pool_arrays.window_sum(x, w), x)
