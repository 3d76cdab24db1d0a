"""Depthwise convolution (each channel with one kernel of its own) over images, channels last, float32.

A band of an image is copied with the zeros around it and whole vectors of channels; then nothing is left at the borders
to look out for, and sums stay in registers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.parallel import get_num_threads
from ..ops import conv
from ..ops.conv_geometry import Pairs, Sizes, geometry
from .compile import Array, compiled
from .lanes import outputs, products
from .layout import as_channels_last
from .numba_conv import fill
from .sharing import in_parts
from .tile import LANES
from .turn import copy_run

# Multiplications that are worth a thread, and numbers of a padded image that should stay in a core's cache.
GRAIN, BAND = 1 << 17, 1 << 16
# Parts, for each thread, that have sums of their own.
EACH = 4
_eight, _four, _one = (outputs(n) for n in (8, 4, 1))
_five_taps, _three_taps, _two_taps, _one_tap = (products(n) for n in (5, 3, 2, 1))


@compiled
def _range(size: int, out: int, start: int, stride: int) -> tuple[int, int]:
    """The outputs p for which start + p * stride lies in the input."""
    first = max(0, (-start + stride - 1) // stride)
    return first, max(first, min(out, (size - start + stride - 1) // stride))


@compiled
def _fill(frame: Any, x: Any, n: int, top: int, left: int, rows: int, columns: int) -> None:
    """frame (rows, columns, whole vectors of channels), flat: an image from (top, left) on, zeros where there is none."""
    _, height, width, channels = x.shape
    wide = (channels + LANES - 1) // LANES * LANES
    if wide == channels:
        fill(frame, x, n, top, left, rows, columns)
        return
    for row in range(rows):
        for column in range(columns):
            start, a, b = (row * columns + column) * wide, row + top, column + left
            if 0 <= a < height and 0 <= b < width:
                source = x.ctypes.data + 4 * ((n * height + a) * width + b) * channels
                copy_run(source, frame.ctypes.data + 4 * start, channels)
                start += channels
            for c in range(start, (row * columns + column + 1) * wide):
                frame[c] = 0


@compiled
def _convolve(x: Any, taps: Any, bias: Any, out: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """The units first to last, each a band of one image's rows of outputs."""
    sh, sw, ph, pw, dh, dw = shape
    _, rows, columns, channels = out.shape
    kh, kw, wide = taps.shape
    broad = (columns - 1) * sw + (kw - 1) * dw + 1
    most = (rows + bands - 1) // bands
    frame = np.empty(((most - 1) * sh + (kh - 1) * dh + 1) * broad * wide, np.float32)
    line = np.empty(columns * wide, np.float32)
    for unit in range(first, last):
        n, band = unit // bands, unit % bands
        up, down = rows * band // bands, rows * (band + 1) // bands
        _fill(frame, x, n, up * sh - ph, -pw, (down - up - 1) * sh + (kh - 1) * dh + 1, broad)
        for row in range(up, down):
            target = out.ctypes.data + 4 * (n * rows + row) * columns * channels
            to = target if wide == channels else line.ctypes.data
            for c in range(0, wide, LANES):
                seen = frame.ctypes.data + 4 * ((row - up) * sh * broad * wide + c)
                kernel, start = taps.ctypes.data + 4 * c, bias.ctypes.data + 4 * c
                p = 0
                while p < columns:
                    a, b = seen + 4 * p * sw * wide, to + 4 * (p * wide + c)
                    if columns - p >= 8:
                        _eight(a, sw * wide, dh * broad * wide, dw * wide, kernel, wide, kh, kw, start, b, wide)
                        p += 8
                    elif columns - p >= 4:
                        _four(a, sw * wide, dh * broad * wide, dw * wide, kernel, wide, kh, kw, start, b, wide)
                        p += 4
                    else:
                        _one(a, sw * wide, dh * broad * wide, dw * wide, kernel, wide, kh, kw, start, b, wide)
                        p += 1
            if wide != channels:
                for p in range(columns):
                    copy_run(to + 4 * p * wide, target + 4 * p * channels, channels)


@compiled
def _weigh_part(y: Any, x: Any, dtaps: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """Add to dtaps, the kernel's gradient, what the units first to last give."""
    sh, sw, ph, pw, dh, dw = shape
    _, rows, columns, _ = y.shape
    kh, kw, wide = dtaps.shape
    broad = (columns - 1) * sw + (kw - 1) * dw + 1
    most = (rows + bands - 1) // bands
    frame = np.empty(((most - 1) * sh + (kh - 1) * dh + 1) * broad * wide, np.float32)
    gradient = np.empty(most * columns * wide, np.float32)
    for unit in range(first, last):
        n, band = unit // bands, unit % bands
        up, down = rows * band // bands, rows * (band + 1) // bands
        _fill(frame, x, n, up * sh - ph, -pw, (down - up - 1) * sh + (kh - 1) * dh + 1, broad)
        _fill(gradient, y, n, up, 0, down - up, columns)
        row, column, step = sh * broad * wide, sw * wide, dw * wide
        for c in range(0, wide, LANES):
            g = gradient.ctypes.data + 4 * c
            for i in range(kh):
                j = 0
                while j < kw:
                    a = frame.ctypes.data + 4 * ((i * dh * broad + j * dw) * wide + c)
                    to = dtaps.ctypes.data + 4 * ((i * kw + j) * wide + c)
                    if kw - j >= 5:
                        _five_taps(a, g, down - up, columns, row, column, columns * wide, wide, step, wide, to)
                        j += 5
                    elif kw - j >= 3:
                        _three_taps(a, g, down - up, columns, row, column, columns * wide, wide, step, wide, to)
                        j += 3
                    elif kw - j == 2:
                        _two_taps(a, g, down - up, columns, row, column, columns * wide, wide, step, wide, to)
                        j += 2
                    else:
                        _one_tap(a, g, down - up, columns, row, column, columns * wide, wide, step, wide, to)
                        j += 1


@compiled
def _weigh(y: Any, x: Any, sums: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """sums (part, kernel's gradient) of the parts first to last of the units."""
    parts, units = len(sums), len(y) * bands
    for part in range(first, last):
        sums[part] = 0
        _weigh_part(y, x, sums[part], shape, bands, units * part // parts, units * (part + 1) // parts)


@compiled
def _spread(y: Any, taps: Any, dx: Any, shape: Any, first: int, last: int) -> None:
    """The input's gradient of the images first to last, for any stride."""
    sh, sw, ph, pw, dh, dw = shape
    _, height, width, channels = dx.shape
    _, rows, columns, _ = y.shape
    kh, kw, _ = taps.shape
    for n in range(first, last):
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
                        g, target = y[n, row, column], dx[n, a, column * sw - pw + j * dw]
                        for c in range(channels):
                            target[c] += g[c] * tap[c]


def _shape(stride: Sizes, padding: Pairs, dilation: Sizes) -> tuple[int, ...]:
    return (*stride, padding[0][0], padding[1][0], *dilation)


def _wide(channels: int) -> int:
    return -(-channels // LANES) * LANES


def _taps(w: Array) -> Array:
    """(kh, kw, whole vectors of channels), zeros behind the last."""
    taps = np.zeros((*w.shape[2:], _wide(len(w))), np.float32)
    taps[..., : len(w)] = w[:, 0].transpose(1, 2, 0)
    return taps


def _bands(rows: int, kernel: tuple[int, ...], columns: int, shape: tuple[int, ...], wide: int) -> int:
    """Into how many bands an image's rows of outputs are cut."""
    line = ((columns - 1) * shape[1] + (kernel[1] - 1) * shape[5] + 1) * wide
    return max(1, min(rows, -(-rows * shape[0] * line // BAND)))


def _grain(units: int, work: int) -> int:
    return max(1, GRAIN * units // max(1, work))


def _run(x: Array, taps: Array, bias: Array | None, out: Array, shape: tuple[int, ...]) -> None:
    """The convolution of x with the taps, into `out`, both channels last."""
    start_value = np.zeros(taps.shape[2], np.float32)
    if bias is not None:
        start_value[: len(bias)] = bias
    bands = _bands(out.shape[1], taps.shape, out.shape[2], shape, taps.shape[2])
    grain = _grain(len(x) * bands, out.size * taps.shape[0] * taps.shape[1])
    in_parts(_convolve, len(x) * bands, grain, x, taps, start_value, out, shape, bands)


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
    shape = _shape(stride, padding, dilation)
    if out.size:
        _run(rows, _taps(w), bias, out, shape)
    return out.transpose(0, 3, 1, 2), shape


@conv.convolve.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: None, saved: tuple[int, ...], last: bool) -> Any:
    x, w = inputs[:2]
    if x is None or w is None or not g.size:  # where one of the two has no gradient, the other was not kept
        return NotImplemented
    rows, y, taps = as_channels_last(x), as_channels_last(g), _taps(w)
    dx = _input_gradient(y, taps, np.empty_like(rows), saved) if needs[0] else None
    dw = _kernel_gradient(y, rows, taps, saved) if needs[1] else None
    db = conv.conv_arrays.channel_sum(y.transpose(0, 3, 1, 2)) if len(needs) > 2 and needs[2] else None
    return dx, dw, db


def _input_gradient(y: Array, taps: Array, dx: Array, shape: tuple[int, ...]) -> Array:
    sh, sw, ph, pw, dh, dw = shape
    if sh == sw == 1:  # the convolution with the flipped kernel
        kh, kw = taps.shape[:2]
        turned = (1, 1, (kh - 1) * dh - ph, (kw - 1) * dw - pw, dh, dw)
        _run(y, np.ascontiguousarray(taps[::-1, ::-1]), None, dx, turned)
    else:
        grain = _grain(len(y), y.size * taps.shape[0] * taps.shape[1])
        in_parts(_spread, len(y), grain, y, taps, dx, shape)
    return dx.transpose(0, 3, 1, 2)


def _kernel_gradient(y: Array, x: Array, taps: Array, shape: tuple[int, ...]) -> Array:
    bands = _bands(y.shape[1], taps.shape, y.shape[2], shape, taps.shape[2])
    units = len(y) * bands
    parts = max(1, min(units // _grain(units, y.size * taps.shape[0] * taps.shape[1]), EACH * get_num_threads()))
    sums = np.empty((parts, *taps.shape), np.float32)
    in_parts(_weigh, parts, 1, y, x, sums, shape, bands)
    return sums.sum(0)[..., : y.shape[3]].transpose(2, 0, 1)[:, None].copy()
