"""Convolution by its properties: the defining sum, ops that are each other's adjoints, layouts, precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg
from seedgrad.ops import conv, conv_arrays, conv_geometry
from seedgrad.ops.conv_geometry import geometry

Array = np.ndarray[Any, Any]


@st.composite
def convolutions(draw: Any, most: int = 3) -> dict[str, Any]:
    """Arrays and settings of a convolution over one to `most` spatial axes."""
    ndim = draw(st.integers(1, most))
    sizes = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(ndim))
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    inner, outer = draw(st.sampled_from([(1, 1), (2, 3), (12, 1), (1, 20)]))
    kernel, stride, dilation = sizes(1, 3), sizes(1, 3), sizes(1, 2)
    padding = tuple((draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in range(ndim))
    size = tuple(
        max(1, d * (k - 1) + 1 - sum(p)) + draw(st.integers(0, 6 if ndim < 3 else 2))
        for k, d, p in zip(kernel, dilation, padding, strict=True)
    )
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    x = rng.standard_normal((draw(st.integers(1, 3)), groups * inner, *size))
    w = rng.standard_normal((groups * outer, inner, *kernel))
    if draw(st.booleans()):
        x = channels_last(x)
    return {"x": x, "w": w, "settings": (stride, padding, dilation, groups), "rng": rng}


def channels_last(x: Array) -> Array:
    """The same values in channels-last memory."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def defined(x: Array, w: Array, stride: Any, padding: Any, dilation: Any, groups: int) -> Array:
    """The sum of the definition, a place of the kernel and a group at a time."""
    padded = np.pad(x, ((0, 0), (0, 0), *padding))
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    out = np.zeros((len(x), w.shape[0], *geo.out))
    for tap in np.ndindex(*geo.kernel):
        seen = padded[(slice(None), slice(None), *geo.place(tap))]
        for g in range(groups):
            a, b = slice(g * geo.inner, (g + 1) * geo.inner), slice(g * geo.outer, (g + 1) * geo.outer)
            out[:, b] += np.einsum("nc...,oc->no...", seen[:, a], w[(b, slice(None), *tap)])
    return out


@given(convolutions())
def test_convolve_is_the_defining_sum(made: dict[str, Any]) -> None:
    x, w = made["x"], made["w"]
    expected = defined(x, w, *made["settings"])
    bias = made["rng"].standard_normal(len(w))
    np.testing.assert_allclose(conv_arrays.convolve(x, w, None, *made["settings"]), expected, atol=1e-10)
    found = conv_arrays.convolve(x, w, bias, *made["settings"])
    np.testing.assert_allclose(found, expected + bias.reshape(-1, *(1,) * (x.ndim - 2)), atol=1e-10)


@given(convolutions())
def test_the_three_convolutions_are_adjoint(made: dict[str, Any]) -> None:
    """<y, conv(x, w)> = <conv_input(y, w), x> = <conv_weight(y, x), w> for all x, w and y."""
    x, w, settings = made["x"], made["w"], made["settings"]
    out = conv_arrays.convolve(x, w, None, *settings)
    y = made["rng"].standard_normal(out.shape)
    to_input = conv_arrays.convolve_input(y, w, x.shape[2:], *settings)
    to_weight = conv_arrays.convolve_weight(y, x, w.shape[2:], *settings)
    assert to_input.shape == x.shape and to_weight.shape == w.shape
    assert to_weight.flags.c_contiguous
    np.testing.assert_allclose([(to_input * x).sum(), (to_weight * w).sum()], (out * y).sum(), atol=1e-8)


@given(convolutions(most=2), st.integers(1, 6))
def test_blocks_of_any_size_give_the_same(made: dict[str, Any], bits: int) -> None:
    x, w, settings = made["x"], made["w"], made["settings"]
    y = np.ones(conv_arrays.convolve(x, w, None, *settings).shape)

    def all_three() -> list[Array]:
        return [
            conv_arrays.convolve(x, w, None, *settings),
            conv_arrays.convolve_input(y, w, x.shape[2:], *settings),
            conv_arrays.convolve_weight(y, x, w.shape[2:], *settings),
        ]

    usual = all_three()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conv_geometry, "BLOCK", 1 << bits)  # smaller than an image: blocks of its rows
        for a, b in zip(all_three(), usual, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-9)


@pytest.mark.parametrize("groups", [1, 6])
@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_convolve_keeps_the_type_and_channels_last_memory(kind: str, groups: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 6, 8, 9)).astype(kind)
    w = rng.standard_normal((6, 6 // groups, 3, 3)).astype(kind)
    settings = ((1, 1), ((1, 1), (1, 1)), (1, 1), groups)
    out = conv_arrays.convolve(x, w, None, *settings)
    assert out.dtype == kind
    assert np.moveaxis(out, 1, -1).flags.c_contiguous
    tolerance = {"float16": 1e-2, "float32": 1e-5, "float64": 1e-12}[kind]
    expected = defined(x.astype(np.float64), w.astype(np.float64), *settings)
    np.testing.assert_allclose(out, expected, atol=tolerance, rtol=tolerance)
    assert conv_arrays.convolve_input(out, w, (8, 9), *settings).dtype == kind
    assert conv_arrays.convolve_weight(out, x, (3, 3), *settings).dtype == kind


def test_convolve_gives_the_same_bits_at_every_run() -> None:
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(shape).astype(np.float32) for shape in ((40, 8, 20, 20), (40, 16, 18, 18)))
    settings = ((1, 1), ((0, 0), (0, 0)), (1, 1), 1)
    first = conv_arrays.convolve_weight(y, x, (3, 3), *settings)
    for _ in range(5):
        np.testing.assert_array_equal(conv_arrays.convolve_weight(y, x, (3, 3), *settings), first)


@pytest.mark.parametrize("shape", [(0, 3, 5, 5), (2, 0, 5, 5)])
def test_convolve_of_nothing_is_the_bias(shape: tuple[int, ...]) -> None:
    x = sg.zeros(shape, requires_grad=True)
    w = sg.zeros((4, shape[1], 3, 3), requires_grad=True)
    bias = sg.ones(4, requires_grad=True)
    out = conv.convolve.call(x, w, bias, stride=(1, 1), padding=((0, 0), (0, 0)), dilation=(1, 1), groups=1)
    assert out.shape == (shape[0], 4, 3, 3)
    assert (out.array == 1).all()
    out.sum().backward()
    assert x.grad.shape == x.shape and w.grad.shape == w.shape  # type: ignore[union-attr]
    np.testing.assert_array_equal(bias.grad.array, np.full(4, 9.0 * shape[0]))  # type: ignore[union-attr]


def test_convolve_third_derivative() -> None:
    """The derivative rules use each other, so a third derivative goes through all of them."""
    rng = np.random.default_rng(0)
    x, w = (sg.tensor(rng.standard_normal(s), requires_grad=True) for s in ((1, 2, 5, 5), (3, 2, 3, 3)))
    settings = {"stride": (2, 1), "padding": ((1, 0), (0, 1)), "dilation": (1, 1), "groups": 1}
    out = conv.convolve.call(x, w, **settings)
    (first,) = sg.autograd.grad((out * out).sum(), x, create_graph=True)  # 2 convᵀ(conv(x, w), w)
    (second,) = sg.autograd.grad((first * first).sum(), w, create_graph=True)
    (third,) = sg.autograd.grad((second * second).sum(), x)
    step = 1e-5 * rng.standard_normal(x.shape)

    def up_to_second(value: Array) -> float:
        moved = sg.tensor(value, requires_grad=True)
        fresh = conv.convolve.call(moved, w, **settings)
        (a,) = sg.autograd.grad((fresh * fresh).sum(), moved, create_graph=True)
        (b,) = sg.autograd.grad((a * a).sum(), w)
        return float((b.array**2).sum())

    numeric = (up_to_second(x.array + step) - up_to_second(x.array - step)) / 2
    np.testing.assert_allclose((third.array * step).sum(), numeric, rtol=1e-6)


def test_channel_sum_is_accurate_over_many_places() -> None:
    x = np.random.default_rng(0).uniform(0, 1, (64, 28, 28, 5)).astype(np.float32).transpose(0, 3, 1, 2)
    exact = x.sum(axis=(0, 2, 3), dtype=np.float64)
    np.testing.assert_allclose(conv_arrays.channel_sum(x), exact, rtol=2e-6)
    np.testing.assert_allclose(conv_arrays.channel_sum(x.copy()), exact, rtol=2e-5)
    np.testing.assert_allclose(conv_arrays.channel_sum(x.repeat(2, 1)[:, ::2]), exact, rtol=2e-5)


@pytest.mark.parametrize("pair", [(0, 2), (2, 0)])
def test_input_gradient_of_padding_on_one_side(pair: tuple[int, int]) -> None:
    """The input's gradient is a convolution of y with padding 1 and -1: as long as y itself, but shifted."""
    y, w = np.array([[[1.0, 2.0, 3.0]]]), np.array([[[10.0, 1.0]]])
    found = conv_arrays.convolve_input(y, w, (2,), (1,), (pair,), (1,), 1)
    assert found.tolist() == ([[[10.0, 21.0]]] if pair == (0, 2) else [[[32.0, 3.0]]])
