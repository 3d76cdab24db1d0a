"""Depthwise convolution (each channel with one kernel of its own) over images, channels last, float32."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.parallel import parallel_for
from ..ops import conv
from ..ops.conv_geometry import Pairs, Sizes, geometry, total
from .compile import Array, compiled
from .layout import as_channels_last

# Multiplications that are worth a thread.
GRAIN = 1 << 17


@compiled
def _range(size: int, out: int, start: int, stride: int) -> tuple[int, int]:
    """The outputs p for which start + p * stride lies in the input."""
    first = max(0, (-start + stride - 1) // stride)
    return first, max(first, min(out, (size - start + stride - 1) // stride))


@compiled
def _convolve(x: Any, taps: Any, bias: Any, out: Any, first: int, last: int, shape: Any) -> None:
    sh, sw, ph, pw, dh, dw = shape
    _, height, width, channels = x.shape
    _, rows, columns, _ = out.shape
    kh, kw, _ = taps.shape
    for n in range(first, last):
        for row in range(rows):
            line = out[n, row]
            for column in range(columns):
                for c in range(channels):
                    line[column, c] = bias[c]
            for i in range(kh):
                a = row * sh - ph + i * dh
                if a < 0 or a >= height:
                    continue
                for j in range(kw):
                    begin, end = _range(width, columns, j * dw - pw, sw)
                    tap = taps[i, j]
                    for column in range(begin, end):
                        seen, target = x[n, a, column * sw - pw + j * dw], line[column]
                        for c in range(channels):
                            target[c] += seen[c] * tap[c]


@compiled
def _gradients(y: Any, x: Any, taps: Any, dx: Any, dtaps: Any, first: int, last: int, shape: Any) -> None:
    """dx, and dtaps summed over the images; either may have no elements, and is left out then."""
    sh, sw, ph, pw, dh, dw = shape
    _, height, width, channels = x.shape
    _, rows, columns, _ = y.shape
    kh, kw, _ = taps.shape
    for n in range(first, last):
        if dx.size:
            dx[n] = 0
        for row in range(rows):
            for i in range(kh):
                a = row * sh - ph + i * dh
                if a < 0 or a >= height:
                    continue
                for j in range(kw):
                    begin, end = _range(width, columns, j * dw - pw, sw)
                    tap = taps[i, j]
                    for column in range(begin, end):
                        b = column * sw - pw + j * dw
                        g = y[n, row, column]
                        if dx.size:
                            target = dx[n, a, b]
                            for c in range(channels):
                                target[c] += g[c] * tap[c]
                        if dtaps.size:
                            seen, sums = x[n, a, b], dtaps[i, j]
                            for c in range(channels):
                                sums[c] += g[c] * seen[c]


def _shape(stride: Sizes, padding: Pairs, dilation: Sizes) -> tuple[int, ...]:
    return (*stride, padding[0][0], padding[1][0], *dilation)


def _taps(w: Array) -> Array:
    return np.ascontiguousarray(w[:, 0].transpose(1, 2, 0))  # (kh, kw, C)


def _grain(x: Array, w: Array) -> int:
    return max(1, GRAIN * len(x) // (x.size * w[0].size))


@conv.convolve.kernel("numba")
def _forward(
    x: Array,
    w: Array,
    bias: Array | None = None,
    stride: Sizes = (),
    padding: Pairs = (),
    dilation: Sizes = (),
    groups: int = 1,
) -> Any:
    if x.ndim != 4 or x.dtype is not F32 or not x.size or groups == 1 or w.shape[:2] != (groups, 1):
        return NotImplemented
    rows = as_channels_last(x)
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    out = np.empty((len(x), *geo.out, groups), np.float32)
    taps, shape = _taps(w), _shape(stride, padding, dilation)
    start_value = np.zeros(groups, np.float32) if bias is None else np.ascontiguousarray(bias)

    def work(start: int, stop: int) -> None:
        _convolve(rows, taps, start_value, out, start, stop, shape)

    parallel_for(work, len(x), _grain(x, w))
    return out.transpose(0, 3, 1, 2), shape


@conv.convolve.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: None, saved: tuple[int, ...], last: bool) -> Any:
    x, w = inputs[:2]
    if x is None or w is None:  # one of the two has no gradient, so the other was not kept: the rules do it
        return NotImplemented
    rows, y, taps = as_channels_last(x), as_channels_last(g), _taps(w)
    dx = np.empty_like(rows) if needs[0] else np.empty((0, 0, 0, 0), np.float32)

    def work(start: int, stop: int) -> Array:
        dtaps = np.zeros_like(taps) if needs[1] else np.empty((0, 0, 0), np.float32)
        _gradients(y, rows, taps, dx, dtaps, start, stop, saved)
        return dtaps

    parts = parallel_for(work, len(x), _grain(x, w))
    dw = total(parts).transpose(2, 0, 1)[:, None].copy() if needs[1] else None
    db = conv.conv_arrays.channel_sum(y.transpose(0, 3, 1, 2)) if len(needs) > 2 and needs[2] else None
    return dx.transpose(0, 3, 1, 2) if needs[0] else None, dw, db
