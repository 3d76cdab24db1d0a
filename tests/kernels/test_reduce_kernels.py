"""Compiled reductions against NumPy: all axes, memory orders, infinities and NaN, any number of threads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.op import Op
from seedgrad.ops import reduce

registry.load()
reduction = pytest.importorskip("seedgrad.kernels.reduction")

Array = np.ndarray[Any, Any]
SHAPES = [(20000,), (1, 16384), (16384, 1), (130, 128), (4097, 4), (3, 7, 1000), (5, 1, 5, 700), (9, 24, 10, 8)]
OPS = {reduce.sum: np.sum, reduce.mean: np.mean, reduce.max: np.max, reduce.min: np.min}
Case = tuple[Op, dict[str, Any]]
# Those whose kernels have derivatives; of products, of numbers near 1.
SLOPES: list[Case] = [
    (reduce.prod, {}),
    (reduce.logsumexp, {}),
    *[(reduce.norm, {"p": p}) for p in (1, 2.0, math.inf, -math.inf, 3)],
]


def arrays(shape: tuple[int, ...]) -> Iterator[Array]:
    """Numbers in several memory orders; with infinities and NaN; with gaps, which kernels leave to NumPy."""
    x = np.random.default_rng(len(shape)).standard_normal(shape, np.float32)
    yield x
    yield np.asfortranarray(x)
    yield np.moveaxis(np.ascontiguousarray(np.moveaxis(x, min(1, x.ndim - 1), -1)), -1, min(1, x.ndim - 1))
    yield np.repeat(x, 2, axis=-1)[..., ::2]
    for special in (np.inf, -np.inf, np.nan, -np.nan):
        x = x.copy()
        x.reshape(-1)[:: x.size // 3] = special
        yield x


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_reductions_are_numpys(shape: tuple[int, ...]) -> None:
    axes = [axis for k in range(1, len(shape) + 1) for axis in itertools.combinations(range(len(shape)), k)]
    for x, (op, wanted) in itertools.product(arrays(shape), OPS.items()):
        wide = x.astype(np.float64)
        with np.errstate(invalid="ignore"):
            for axis in (None, -1, *axes):
                for keepdims in (False, True):
                    out = op.call(sg.Tensor(x), axis=axis, keepdims=keepdims).array
                    exact = wanted(wide, axis=axis, keepdims=keepdims)
                    assert out.shape == exact.shape and out.dtype == np.float32
                    np.testing.assert_allclose(out, exact, rtol=1e-5, atol=1e-3 if op is reduce.sum else 1e-5)


@pytest.mark.parametrize("op", [*OPS, reduce.prod, reduce.logsumexp, reduce.norm], ids=str)
def test_reductions_do_not_depend_on_threads(op: Op, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reduction, "GRAIN", 1 << 8)
    x, before, found = np.random.default_rng(0).standard_normal((40, 30, 50), np.float32), sg.get_num_threads(), []
    try:
        for threads in (1, 3):
            sg.set_num_threads(threads)
            every = [{"axis": axis} for axis in (None, 0, 1, 2, (0, 2))]
            found.append([part for settings in every for part in _outcome(op, x, settings, np.float32)])
    finally:
        sg.set_num_threads(before)
    for one, several in zip(*found, strict=True):
        np.testing.assert_array_equal(one, several)


@pytest.mark.parametrize("op", [reduce.argmax, reduce.argmin], ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_places_are_numpys(shape: tuple[int, ...], op: Op) -> None:
    for x in arrays(shape):
        coarse = np.round(x)  # many tie for the extreme: the first counts
        for y, axis in itertools.product((x, coarse), (None, *range(-1, len(shape)))):
            for keepdims in (False, True):
                out = op.call(sg.Tensor(y), axis=axis, keepdims=keepdims).array
                wanted = getattr(np, op.name)(y, axis=axis, keepdims=keepdims)
                assert out.dtype == np.int64 and out.shape == wanted.shape
                np.testing.assert_array_equal(out, wanted)


def _near_one(x: Array, op: Op) -> Array:
    """Numbers whose products are neither 0 nor infinite, where there are no infinities among them."""
    return 1 + x / np.float32(64) if op is reduce.prod else x


def _outcome(op: Op, x: Array, settings: dict[str, Any], kind: Any) -> tuple[Array, Array]:
    """The result and a gradient, in a type: float64 has no kernels here."""
    leaf = sg.Tensor(x.astype(kind, order="K")).requires_grad_()
    out = op.call(leaf, **settings)
    out.backward(sg.Tensor(np.cos(np.arange(out.numel())).reshape(out.shape).astype(kind)))
    assert leaf.grad is not None
    return out.detach().array, leaf.grad.array


@pytest.mark.parametrize("case", SLOPES, ids=lambda case: f"{case[0].name} {case[1]}")
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_results_and_gradients_are_the_rules(shape: tuple[int, ...], case: Case) -> None:
    op, given = case
    axes = [axis for k in range(1, len(shape) + 1) for axis in itertools.combinations(range(len(shape)), k)]
    for x, axis in itertools.product(arrays(shape), (None, -1, *axes)):
        settings = {**given, "axis": axis, "keepdims": axis is not None and len(shape) % 2 == 0}
        near = _near_one(x, op)
        out, dx = _outcome(op, near, settings, np.float32)
        exact, slope = _outcome(op, near, settings, np.float64)
        assert out.shape == exact.shape and out.dtype == dx.dtype == np.float32 and dx.shape == x.shape
        np.testing.assert_allclose(out, exact.astype(np.float32), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(dx, slope.astype(np.float32), rtol=1e-3, atol=1e-6)


def test_gradient_of_a_product_with_zeros() -> None:
    for shape, axis in (((8, 4096), 1), ((4096, 8), 0), ((1, 1 << 15), None), ((3, 64, 128), 1)):
        x = 1 + np.random.default_rng(0).standard_normal(shape, np.float32) / 64
        for zeros in (1, 2):  # with one, its gradient is the product of all others; with two in a row, all are 0
            x.reshape(-1)[: zeros * 100 : 100] = 0
            _, dx = _outcome(reduce.prod, x, {"axis": axis}, np.float32)
            _, exact = _outcome(reduce.prod, x, {"axis": axis}, np.float64)
            assert np.count_nonzero(dx) == np.count_nonzero(exact)
            np.testing.assert_allclose(dx, exact, rtol=1e-3)


def test_gradients_of_large_reductions() -> None:
    x = sg.Tensor(np.random.default_rng(0).standard_normal((64, 300), np.float32)).requires_grad_()
    (x.mean(1).sum() + (2 * x).amax(0).sum() + x.amin()).backward()
    assert x.grad is not None
    assert float(x.grad.sum()) == pytest.approx(64 + 600 + 1, rel=1e-5)


@pytest.mark.parametrize("axis", [(0, 0), 2, -3, (0, 2)])
def test_wrong_axes_of_large_arrays(axis: Any) -> None:
    with pytest.raises((ValueError, IndexError), match="axis"):
        reduce.sum.call(sg.ones(200, 100), axis=axis)
