"""Compiled running sums and products, and sums of rows, against the array code they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core import namespace
from seedgrad.kernels.numba_embedding import add_rows
from seedgrad.ops import order
from seedgrad.ops.embedding import embedding_sum

registry.load()
Array = np.ndarray[Any, Any]


def channels_last(x: Array) -> Array:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, channels_last])
@pytest.mark.parametrize("shape", [(131, 130), (7, 11, 13, 20), (1, 20_000), (20_000, 1), (3, 700, 9)])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_scan_along_every_axis(name: str, kind: Any, shape: tuple[int, ...], layout: Callable[[Array], Array]) -> None:
    x = layout((1 + np.random.default_rng(0).standard_normal(shape) / 9).astype(kind))
    x[tuple([n // 2 for n in shape])] = np.nan if name == "cumsum" else 0
    op = getattr(order, name)
    for axis in (*range(len(shape)), -1):
        found = op.kernels["numba"].forward(x, axis=axis)
        assert found is not NotImplemented
        np.testing.assert_array_equal(found[0], getattr(namespace, name)(x, axis))
        assert found[0].dtype == kind
        assert found[0].strides == x.strides


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_scan_gradients_of_both_orders(name: str, axis: int) -> None:
    x = 1 + np.random.default_rng(0).standard_normal((20, 31, 30)) / 9
    op = getattr(order, name)
    found = []
    for kernels in (op.kernels, {}):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(op, "kernels", kernels)
            t = sg.Tensor(x)
            t.requires_grad = True
            out = op.call(t, axis=axis)
            (plain,) = sg.autograd.grad((out * out).sum(), [t], retain_graph=True)
            (dx,) = sg.autograd.grad((out * out).sum(), [t], create_graph=True)
            found.append([plain, dx.detach(), *sg.autograd.grad((dx * dx).sum(), [t])])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.array, b.array, rtol=1e-10)


def test_cumsum_of_a_gradient_that_is_repeated() -> None:
    t = sg.ones(200, 100, requires_grad=True)
    (dx,) = sg.autograd.grad(t.cumsum(1).sum(), [t])
    np.testing.assert_array_equal(dx.array, np.broadcast_to(np.arange(100, 0, -1), (200, 100)))


def test_scan_declines() -> None:
    forward = order.cumsum.kernels["numba"].forward
    assert forward(np.ones((3, 4), np.float32), axis=0) is NotImplemented
    assert forward(np.ones((300, 400), np.int64), axis=0) is NotImplemented
    assert forward(np.ones((300, 400), np.float32)[:, ::2], axis=0) is NotImplemented


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("padding", [-1, 3])
@pytest.mark.parametrize(("rows", "count", "width"), [(7, 900, 40), (5000, 300, 64), (4, 20_000, 1), (90, 1, 20_000)])
def test_sum_of_rows(rows: int, count: int, width: int, padding: int, kind: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("seedgrad.kernels.numba_embedding.GRAIN", 1)
    monkeypatch.setattr("seedgrad.kernels.numba_embedding.COLUMNS", 8)
    rng = np.random.default_rng(0)
    indices, g = rng.integers(0, rows, (count,)), rng.standard_normal((count, width)).astype(kind)
    exact = np.zeros((rows, width))
    np.add.at(exact, indices, g)
    if padding >= 0:
        exact[padding] = 0
    before = sg.get_num_threads()
    try:
        for threads in (1, 3):
            sg.set_num_threads(threads)
            out = embedding_sum.call(sg.Tensor(g), sg.Tensor(indices), rows=rows, padding_idx=padding).array
            assert out.dtype == kind
            tolerance = 1e-12 if kind is np.float64 else 1e-5  # thousands of terms one after the other
            np.testing.assert_allclose(out, exact, rtol=tolerance, atol=tolerance * max(1, np.abs(exact).max()))
    finally:
        sg.set_num_threads(before)


def test_rows_that_do_not_exist_are_refused() -> None:
    for bad in (-1, 5):
        out = np.zeros((5, 40))
        assert not add_rows(np.ones((500, 40)), np.full(500, bad), out)
        assert not out.any()
        with pytest.raises(IndexError, match="indices must lie in 0 to 4"):
            embedding_sum.call(sg.ones(500, 40), sg.Tensor(np.full(500, bad)), rows=5)
