"""Compiled softmax, log_softmax and cross-entropy against their definitions in float64."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core.kernel import LARGE
from seedgrad.core.namespace import tensor_namespace
from seedgrad.ops import softmax
from seedgrad.ops.cross_entropy import cross_entropy

registry.load()
Array = np.ndarray[Any, Any]
Layout = Callable[[Array], Array]


def channels_last(x: Array) -> Array:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def with_gradient(f: Callable[[Any], Any], x: Array, g: Array | None) -> list[Array]:
    t = sg.Tensor(x)
    t.requires_grad = True
    out = f(t)
    (dx,) = sg.autograd.grad(out, [t], None if g is None else sg.Tensor(g))
    return [out.detach().array, dx.array]


@pytest.mark.parametrize("layout", [np.ascontiguousarray, channels_last, np.asfortranarray])
@pytest.mark.parametrize("shape", [(300, 60), (7, 11, 13, 20), (1, 20_000), (20_000, 1), (3, 700, 9)])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_along_every_axis(name: str, shape: tuple[int, ...], layout: Layout) -> None:
    rng = np.random.default_rng(0)
    x = layout(rng.standard_normal(shape).astype(np.float32) * 5)
    g = rng.standard_normal(shape).astype(np.float32)
    op = getattr(softmax, name)
    for axis in range(len(shape)):
        assert op.kernels["numba"].forward(x, axis=axis) is not NotImplemented
        fast = with_gradient(lambda t: op.call(t, axis=axis), x, g)  # noqa: B023  (called at once)
        exact = with_gradient(lambda t: op.call(t, axis=axis), x.astype(np.float64), g.astype(np.float64))  # noqa: B023
        assert fast[0].strides == x.strides
        for a, b in zip(fast, exact, strict=True):
            # A sum of 20,000 gradients of both signs loses that much in float32.
            np.testing.assert_allclose(a, b, rtol=2e-5, atol=1e-5 * np.abs(b).max())


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_infinities_and_nan(name: str, axis: int) -> None:
    lines = [[np.inf, 1.0, 2], [np.nan, 1, -np.inf], [-np.inf, -np.inf, -np.inf], [-np.inf, 1, 2], [-np.nan, 5, 1]]
    x = np.array(lines * 2000, np.float32)
    x = x if axis else np.ascontiguousarray(x.T)
    op = getattr(softmax, name)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(op.kernels["numba"].forward(x, axis=axis)[0], op.forward(x, axis=axis), rtol=1e-6)


def test_softmax_declines() -> None:
    forward = softmax.softmax.kernels["numba"].forward
    assert forward(np.zeros((2, 3), np.float32)) is NotImplemented
    assert forward(np.zeros((200, 300))) is NotImplemented
    assert forward(np.zeros((400, 300), np.float32)[:, ::2]) is NotImplemented


SHAPES = [(900, 30), (17, 30, 8, 9), (LARGE,)]


@pytest.mark.parametrize("layout", [np.ascontiguousarray, channels_last])
@pytest.mark.parametrize(
    ("shape", "reduction", "smoothing", "ignored", "weighted"),
    list(itertools.product(SHAPES, ("mean", "sum", "none"), (0.0, 0.1), (None, -100, 3), (False, True))),
)
def test_cross_entropy(
    shape: tuple[int, ...], reduction: str, smoothing: float, ignored: int | None, weighted: bool, layout: Layout
) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(shape).astype(np.float32) * 3
    x = x if x.ndim == 1 else layout(x)
    classes = shape[0] if len(shape) == 1 else shape[1]
    target = rng.integers(0, classes, shape[:1] + shape[2:] if len(shape) > 1 else ())
    if ignored is not None:
        target = np.where(rng.random(target.shape) < 0.3, ignored, target)
    weight = rng.random(classes).astype(np.float32) if weighted else None
    settings = {"ignore_index": ignored, "reduction": reduction, "label_smoothing": smoothing}
    with np.errstate(invalid="ignore"):  # the mean over no sample
        assert cross_entropy.kernels["numba"].forward(x, target, weight, **settings) is not NotImplemented
    shape_of_g = target.shape if reduction == "none" else ()
    g = rng.standard_normal(shape_of_g).astype(np.float32)
    found = []
    for kind in (np.float32, np.float64):
        w = None if weight is None else sg.Tensor(weight.astype(kind))
        call = lambda t: cross_entropy.call(t, sg.Tensor(target), w, **settings)  # noqa: B023  (called at once)
        found.append(with_gradient(call, x.astype(kind), g.astype(kind)))
    for a, b in zip(*found, strict=True):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=3e-5, atol=2e-6 * max(1, np.abs(b).max()))


def test_cross_entropy_leaves_the_rest_to_others() -> None:
    x, target = np.zeros((600, 30), np.float32), np.zeros(600, np.int64)
    forward = cross_entropy.kernels["numba"].forward
    assert forward(x[:5], target[:5]) is NotImplemented
    assert forward(x.astype(np.float64), target) is NotImplemented
    target[5] = 30
    assert forward(x, target) is NotImplemented
    t, w = sg.Tensor(x), sg.ones(30, requires_grad=True)
    loss = cross_entropy.call(t, sg.Tensor(target * 0), w, reduction="sum")
    np.testing.assert_allclose(sg.autograd.grad(loss, [w])[0].array[0], 600 * np.log(30), rtol=1e-5)


def test_ignored_samples_may_be_nan_and_all_may_be_ignored() -> None:
    for shape in ((700, 30), (20, 30, 40)):
        x = sg.zeros(*shape)
        x[0] = float("nan")
        x.requires_grad = True
        target = sg.zeros(shape[0], *shape[2:], dtype=sg.int64)
        target[0] = -100
        loss = sg.nn.functional.cross_entropy(x, target)
        (dx,) = sg.autograd.grad(loss, [x])
        assert loss.item() == pytest.approx(np.log(30), rel=1e-6)
        assert (dx.array[0] == 0).all()
        loss = sg.nn.functional.cross_entropy(x, target * 0 - 100)
        assert np.isnan(loss.item())
        assert (sg.autograd.grad(loss, [x])[0].array == 0).all()


def test_second_derivatives() -> None:
    x = np.random.default_rng(0).standard_normal((600, 30)).astype(np.float32)
    target = sg.arange(600) % 30
    found = []
    for kind in (np.float32, np.float64):
        t = sg.Tensor(x.astype(kind))
        t.requires_grad = True
        (dx,) = sg.autograd.grad(cross_entropy.call(t, target, None), [t], create_graph=True)
        p = tensor_namespace.softmax.call(t)
        (dp,) = sg.autograd.grad((p * p).sum(), [t], create_graph=True)
        found.append(sg.autograd.grad((dx * dx).sum() * 600 + (dp * dp).sum(), [t])[0].array)
    np.testing.assert_allclose(*found, rtol=1e-4, atol=1e-6)
