"""Compiled kernels of convolution and pooling against the array code they stand for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core import parallel
from seedgrad.ops import conv, conv_arrays, pool, pool_arrays
from seedgrad.ops.pool_arrays import Windows

registry.load()
from seedgrad.kernels import (  # noqa: E402
    conv_plan,
    depthwise_parts,
    numba_batch_norm,
    numba_group_norm,
    numba_pool,
    numba_reduce,
)

Array = np.ndarray[Any, Any]


def last(rng: np.random.Generator, n: int, c: int, h: int, w: int) -> Array:
    """An (N, C, H, W) array of float32 in channels-last memory."""
    return rng.standard_normal((n, h, w, c)).astype(np.float32).transpose(0, 3, 1, 2)


@pytest.mark.parametrize(("stride", "padding", "dilation"), list(itertools.product((1, 2, 3), (0, 2), (1, 2))))
def test_depthwise_kernel_is_the_definition(stride: int, padding: int, dilation: int) -> None:
    rng = np.random.default_rng(stride)
    x, w = last(rng, 3, 5, 9, 8), rng.standard_normal((5, 1, 3, 2)).astype(np.float32)
    settings = {
        "stride": (stride, 1),
        "padding": ((padding, padding), (1, 0)),
        "dilation": (dilation, 1),
        "groups": 5,
    }
    kernel = conv.convolve.kernels["numba"]
    for bias in (None, rng.standard_normal(5).astype(np.float32)):
        out, saved = kernel.forward(x, w, bias, **settings)
        np.testing.assert_allclose(out, conv_arrays.convolve(x, w, bias, *settings.values()), atol=1e-5)
    y = last(rng, 3, 5, *out.shape[2:])
    dx, dw, db = kernel.vjp(y, (True, True, True), (x, w, None), None, saved, True)
    np.testing.assert_allclose(dx, conv_arrays.convolve_input(y, w, x.shape[2:], *settings.values()), atol=1e-5)
    np.testing.assert_allclose(dw, conv_arrays.convolve_weight(y, x, (3, 2), *settings.values()), atol=1e-4)
    np.testing.assert_allclose(db, y.sum(axis=(0, 2, 3)), atol=1e-4)
    only = kernel.vjp(y, (False, True, False), (x, w, None), None, saved, True)
    assert only[0] is None and only[2] is None
    np.testing.assert_array_equal(only[1], dw)


@pytest.mark.parametrize("band", [1, 1 << 16])
@pytest.mark.parametrize(("channels", "kernel"), [(5, (1, 6)), (32, (3, 3)), (35, (2, 9)), (48, (4, 5))])
def test_depthwise_kernel_in_bands_and_vectors(
    channels: int, kernel: tuple[int, int], band: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depthwise_parts, "BAND", band)
    rng = np.random.default_rng(0)
    x, w = last(rng, 2, channels, 10, 15), rng.standard_normal((channels, 1, *kernel)).astype(np.float32)
    for stride, padding, dilation in ((1, 1), ((2, 1), (0, 3)), (1, 1)), ((2, 3), ((1, 1), (2, 2)), (2, 1)):
        settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": channels}
        chosen = conv.convolve.kernels["numba"]
        out, saved = chosen.forward(x, w, None, **settings)
        np.testing.assert_allclose(out, conv_arrays.convolve(x, w, None, *settings.values()), atol=2e-5)
        y = last(rng, *out.shape)
        dx, dw, _ = chosen.vjp(y, (True, True, False), (x, w, None), None, saved, True)
        np.testing.assert_allclose(dx, conv_arrays.convolve_input(y, w, x.shape[2:], *settings.values()), atol=2e-5)
        np.testing.assert_allclose(dw, conv_arrays.convolve_weight(y, x, kernel, *settings.values()), atol=1e-4)


@pytest.mark.parametrize("columns", [3, 5, 8, 9, 13, 18])
@pytest.mark.parametrize(("channels", "stride", "padding"), [(16, 1, 1), (20, 1, (2, 0)), (16, 2, 1), (32, 2, (0, 2))])
def test_depthwise_kernel_of_three_by_three(columns: int, channels: int, stride: int, padding: Any) -> None:
    """Lines of all lengths, beside a place that is infinite: what lies outside must not meet it."""
    rng = np.random.default_rng(columns)
    x, w = last(rng, 3, channels, 4, columns), rng.standard_normal((channels, 1, 3, 3)).astype(np.float32)
    x[1, 3, 0, -1] = np.inf
    before, after = (padding, padding) if isinstance(padding, int) else padding
    settings = {"stride": (stride,) * 2, "padding": ((before, after),) * 2, "dilation": (1, 1), "groups": channels}
    kernel = conv.convolve.kernels["numba"]
    out, saved = kernel.forward(x, w, None, **settings)
    np.testing.assert_allclose(out, conv_arrays.convolve(x, w, None, *settings.values()), atol=2e-5)
    y = last(rng, *out.shape)
    dx, dw, _ = kernel.vjp(y, (True, True, False), (x, w, None), None, saved, True)
    np.testing.assert_allclose(dx, conv_arrays.convolve_input(y, w, x.shape[2:], *settings.values()), atol=2e-5)
    np.testing.assert_allclose(dw, conv_arrays.convolve_weight(y, x, (3, 3), *settings.values()), atol=1e-4)


def test_depthwise_kernel_declines_what_it_was_not_compiled_for() -> None:
    rng = np.random.default_rng(0)
    x, w = last(rng, 2, 4, 5, 5), np.ones((4, 1, 3, 3), np.float32)
    settings = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
    forward = conv.convolve.kernels["numba"].forward
    assert forward(x.astype(np.float64), w.astype(np.float64), None, **settings, groups=4) is NotImplemented
    assert forward(x, np.ones((8, 1, 3, 3), np.float32), None, **settings, groups=4) is NotImplemented
    assert forward(x, np.ones((4, 4, 3, 3), np.float32), None, **settings, groups=1) is NotImplemented
    assert forward(x[:0], w, None, **settings, groups=4) is NotImplemented


def test_depthwise_kernel_takes_images_with_channels_first() -> None:
    rng = np.random.default_rng(0)
    x, y = last(rng, 2, 20, 17, 16), last(rng, 2, 20, 17, 16)
    w = rng.standard_normal((20, 1, 3, 3)).astype(np.float32)
    settings = {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 20}
    kernel = conv.convolve.kernels["numba"]
    found = []
    for order in (lambda a: a, np.ascontiguousarray):
        out, saved = kernel.forward(order(x), w, None, **settings)
        found.append((out, *kernel.vjp(order(y), (True, True, False), (order(x), w, None), None, saved, True)))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("channels", [5, 17])  # images side by side, or all channels at a time
@pytest.mark.parametrize("order", [lambda a: a, np.ascontiguousarray])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"), list(itertools.product((2, 3), (1, 2, 3), (0, 1), (1, 2)))
)
def test_max_pool_kernel_is_the_definition(
    kernel: int, stride: int, padding: int, dilation: int, order: Any, channels: int
) -> None:
    rng = np.random.default_rng(kernel)
    x = order(np.round(last(rng, 5, channels, 9, 8)))  # ties
    x[0, :, 2:4, 3] = np.nan
    x[1, :, :4, :5] = -np.inf
    out = tuple((n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for n in (9, 8))
    w = Windows((9, 8), (kernel,) * 2, (stride,) * 2, (padding,) * 2, (dilation,) * 2, out)
    check_max_pool(x, w, order(last(rng, 5, channels, *out)))


def check_max_pool(x: Array, w: Windows, y: Array) -> None:
    chosen = pool.max_pool.kernels["numba"]
    top, saved = chosen.forward(x, windows=w)
    np.testing.assert_array_equal(top, pool_arrays.max_pool(x, w))
    (dx,) = chosen.vjp(y, (True,), (x,), top, saved, True)
    np.testing.assert_allclose(dx, pool_arrays.max_place(y, x, top, w), atol=1e-6)
    for made, like in ((top, y), (dx, x)):
        assert [made.strides[i] > made.strides[j] for i, j in itertools.combinations(range(made.ndim), 2)] == [
            like.strides[i] > like.strides[j] for i, j in itertools.combinations(range(like.ndim), 2)
        ]


@pytest.mark.parametrize("bands", [1, 3])
def test_max_pool_kernel_takes_lines_and_images_in_bands(bands: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    monkeypatch.setattr(numba_pool, "BUFFER", (1 << 14) // bands)
    line = rng.standard_normal((3, 6, 50)).astype(np.float32)
    check_max_pool(line, Windows((50,), (3,), (2,), (1,), (1,), (25,)), line[..., :25].copy())
    image = rng.standard_normal((2, 9, 30, 21)).astype(np.float32)
    w = Windows((30, 21), (3, 2), (2, 2), (1, 0), (1, 1), (15, 11))  # the last windows reach past the end
    check_max_pool(image, w, rng.standard_normal((2, 9, 15, 11)).astype(np.float32))


def test_max_pool_kernel_where_windows_see_nothing() -> None:
    x = np.ones((2, 3, 1, 4), np.float32)  # the rows that windows see are 2 above and 2 below
    w = Windows((1, 4), (2, 1), (1, 1), (2, 0), (4, 1), (1, 4))
    check_max_pool(x, w, x)


@pytest.mark.parametrize("shape", [(3, 6, 5, 7), (4, 70, 30), (2, 1, 64, 301)])
def test_channel_sums_are_the_definition(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x = np.moveaxis(rng.standard_normal((shape[0], *shape[2:], shape[1])).astype(np.float32), -1, 1)
    wanted = x.astype(np.float64).sum((0, *range(2, x.ndim)))
    np.testing.assert_allclose(numba_reduce.channel_sum(np.moveaxis(x, 1, -1)), wanted, rtol=1e-4, atol=1e-4)
    many = np.concatenate([x] * 80)
    for order in (many, np.ascontiguousarray(many)):
        found = numba_reduce.sum_of_images(order)
        assert found is not None
        np.testing.assert_allclose(found, 80 * wanted, rtol=1e-4, atol=2e-2)


def test_kernels_are_chosen_and_differentiable_twice() -> None:
    rng = np.random.default_rng(0)
    x = sg.Tensor(last(rng, 2, 4, 8, 8))
    w = sg.Tensor(rng.standard_normal((4, 1, 3, 3)).astype(np.float32))
    x.requires_grad, w.requires_grad = True, True
    settings = {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 4}
    windows = Windows((8, 8), (2, 2), (2, 2), (0, 0), (1, 1), (4, 4))
    results = []
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                patch.setattr(conv.convolve, "kernels", {})
                patch.setattr(pool.max_pool, "kernels", {})
            compute = lambda: pool.max_pool.call(conv.convolve.call(x, w, **settings), windows=windows)
            out = compute()
            assert (type(out.node).__name__ == "KernelNode") is compiled
            gx, gw = sg.autograd.grad((out * out).sum(), (x, w), create_graph=True)
            results.append([out, gx, gw, *sg.autograd.grad((gx * gx).sum() + (gw * gw).sum(), (x, w))])
            plain = sg.autograd.grad((compute() ** 2).sum(), (x, w))
            for a, b in zip(plain, (gx, gw), strict=True):
                np.testing.assert_allclose(a.array, b.detach().array, rtol=1e-4, atol=1e-4)
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a.detach().array, b.detach().array, rtol=1e-4, atol=1e-3)


@pytest.fixture
def any_threads() -> Iterator[None]:
    before = parallel.get_num_threads()
    yield
    sg.set_num_threads(before)
    conv_plan.plan_of.cache_clear()


def test_parts_of_several_threads_are_the_whole(monkeypatch: pytest.MonkeyPatch, any_threads: None) -> None:
    """What is worth a thread is more than tests compute; here, little is."""
    for kernels in (numba_batch_norm, numba_group_norm, depthwise_parts, numba_pool, numba_reduce, conv_plan):
        monkeypatch.setattr(kernels, "GRAIN", 1 << 10)
    rng, F, results = np.random.default_rng(0), sg.nn.functional, []
    arrays = [last(rng, 9, 8, 20, 25), rng.standard_normal((9, 8, 20, 25), np.float32)]
    taps, kernel = rng.standard_normal((8, 1, 3, 3), np.float32), rng.standard_normal((12, 8, 3, 3), np.float32)
    for threads in (1, 3):
        conv_plan.plan_of.cache_clear()
        sg.set_num_threads(threads)
        found: list[Array] = []
        for array in arrays:
            x, w, v = (sg.Tensor(a).clone().requires_grad_() for a in (array, taps, kernel))
            bias = sg.zeros(12, requires_grad=True)
            out = [
                F.batch_norm(x, None, None, training=True),
                F.group_norm(x, 4),
                F.conv2d(x, w, padding=1, groups=8),
                F.max_pool2d(x, 3, 2),
                F.conv2d(x, v, bias, padding=1),
            ]
            total: Any = sum((o * o).sum() for o in out)
            total.backward()
            found += [o.detach().array for o in out] + [t.grad.array for t in (x, w, v, bias) if t.grad is not None]
        results.append(found)
    for one, several in zip(*results, strict=True):
        np.testing.assert_allclose(one, several, rtol=1e-5, atol=1e-5 * np.abs(one).max())
