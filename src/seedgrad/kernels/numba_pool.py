"""Max pooling of float32 images and lines, channels first or last, and its gradient by the places of the maxima.

The place of each maximum is kept as the number of its element, within the plane of a channel where channels are first,
within the image where they are last. The gradient then reads neither the input nor the maxima: it is an addition for
each output.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..core.dtype import F32
from ..ops import pool
from ..ops.pool_arrays import Windows
from .compile import Array, compiled
from .layout import as_channels_last
from .numba_math import choose
from .sharing import in_parts
from .tile import LANES
from .turn import copy_number, square

# Elements of the input that are worth a thread.
GRAIN = 1 << 13
NOWHERE = np.int32(-1)
LOWEST = np.float32(-np.inf)
# Elements of a buffer, which should stay in a core's own cache.
BUFFER = 1 << 16
# Elements of an image whose places int32 can count.
LIMIT = 1 << 31


@compiled
def _turn(source: int, row: int, target: int, target_row: int, rows: int, columns: int) -> None:
    """target[j, i] = source[i, j] for i < rows <= LANES and j < columns, in squares of LANES."""
    whole = columns - columns % LANES if rows == LANES else 0
    for j in range(0, whole, LANES):
        square(source + 4 * j, row, target + 4 * j * target_row, target_row)
    for i in range(rows):
        for j in range(whole, columns):
            copy_number(source + 4 * (i * row + j), target + 4 * (j * target_row + i))


@compiled
def _beside(x: Any, out: Any, place: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """LANES of x (block, H, W, C) at a time, side by side in a buffer: for planes, and images of few channels.

    The units first to last are bands of the outputs' rows of so many blocks.
    """
    kh, kw, sh, sw, ph, pw, dh, dw = shape
    blocks, height, width, channels = x.shape
    _, rows, columns, _ = out.shape
    size, out_size = height * width * channels, rows * columns * channels
    most = (rows + bands - 1) // bands
    seen = np.empty((min(height, (most - 1) * sh + (kh - 1) * dh + 1) * width * channels, LANES), np.float32)
    top = np.empty((most * columns * channels, LANES), np.float32)
    at = np.empty((most * columns * channels, LANES), np.int32)
    for unit in range(first, last):
        n, band = unit // bands * LANES, unit % bands
        many = min(LANES, blocks - n)
        up, down = rows * band // bands, rows * (band + 1) // bands
        low = max(0, up * sh - ph)
        high = min(height, (down - 1) * sh - ph + (kh - 1) * dh + 1)
        begin = low * width * channels
        _turn(
            x.ctypes.data + 4 * (n * size + begin),
            size,
            seen.ctypes.data,
            LANES,
            many,
            max(0, high - low) * width * channels,
        )
        found = 0
        for row in range(up, down):
            for column in range(columns):
                for c in range(channels):
                    best, where = top[found], at[found]
                    found += 1
                    fresh = True
                    for k in range(LANES):
                        best[k] = LOWEST
                        where[k] = NOWHERE
                    for i in range(kh):
                        a = row * sh - ph + i * dh
                        if a < 0 or a >= height:
                            continue
                        for j in range(kw):
                            b = column * sw - pw + j * dw
                            if b < 0 or b >= width:
                                continue
                            number = np.int32((a * width + b) * channels + c)
                            one = seen[number - begin]
                            if fresh:
                                fresh = False
                                for k in range(LANES):
                                    best[k] = one[k]
                                    where[k] = number
                                continue
                            for k in range(LANES):
                                hit = (one[k] > best[k]) | (one[k] != one[k])
                                where[k] = choose(hit, number, where[k])
                                best[k] = choose(hit, one[k], best[k])
        to = 4 * (n * out_size + up * columns * channels)
        for source, target in ((top.ctypes.data, out.ctypes.data), (at.ctypes.data, place.ctypes.data)):
            for e in range(0, found, LANES):
                _turn(source + 4 * e * LANES, LANES, target + to + 4 * e, out_size, min(LANES, found - e), many)


@compiled
def _images(x: Any, out: Any, place: Any, shape: Any, first: int, last: int) -> None:
    """The outputs' rows first to last of all images of x (N, H, W, C): all channels of a window at a time."""
    kh, kw, sh, sw, ph, pw, dh, dw = shape
    _, height, width, channels = x.shape
    _, rows, columns, _ = out.shape
    for unit in range(first, last):
        n, row = unit // rows, unit % rows
        for column in range(columns):
            top, at = out[n, row, column], place[n, row, column]
            fresh = True
            top[:] = LOWEST
            at[:] = NOWHERE
            for i in range(kh):
                a = row * sh - ph + i * dh
                if a < 0 or a >= height:
                    continue
                for j in range(kw):
                    b = column * sw - pw + j * dw
                    if b < 0 or b >= width:
                        continue
                    seen, base = x[n, a, b], np.int32((a * width + b) * channels)
                    if fresh:
                        fresh = False
                        for c in range(channels):
                            top[c] = seen[c]
                            at[c] = base + np.int32(c)
                        continue
                    for c in range(channels):
                        value = seen[c]
                        hit = (value > top[c]) | (value != value)
                        at[c] = choose(hit, np.int32(base + np.int32(c)), at[c])
                        top[c] = choose(hit, value, top[c])


@compiled
def _add_at(y: Any, place: Any, dx: Any, first: int, last: int) -> None:
    """dx (blocks, elements): zeros with y (blocks, outputs) added at its places, for the blocks first to last."""
    for n in range(first, last):
        target = dx[n]
        target[:] = 0
        for i in range(y.shape[1]):
            if place[n, i] >= 0:
                target[place[n, i]] += y[n, i]


class _Saved(NamedTuple):
    """What the gradient needs: where the maxima were, and how the input lay in memory."""

    place: Array  # (blocks, outputs)
    shape: tuple[int, ...]
    last: bool  # whether channels are last


def _images_of(x: Array, windows: Windows) -> tuple[Array, bool] | None:
    """x as contiguous (blocks, H, W, channels), and whether its channels are last; if not, each has a block of its own.

    A line is an image of one row. None where there is no such view of float32.
    """
    if x.dtype is not F32 or x.ndim not in (3, 4) or not x.size:
        return None
    last = not x.flags.c_contiguous
    rows = np.moveaxis(x, 1, -1) if last else x
    if not rows.flags.c_contiguous:
        return None
    return rows.reshape(-1, *(1,) * (4 - x.ndim), *windows.size, x.shape[1] if last else 1), last


def _restored(rows: Array, shape: tuple[int, ...], last: bool) -> Array:
    """The inverse, for any array of the same number of channels."""
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1) if last else rows.reshape(shape)


@pool.max_pool.kernel("numba")
def _forward(x: Array, windows: Windows) -> Any:
    seen = _images_of(x, windows)
    if seen is None or x[0].size >= LIMIT:
        return NotImplemented
    rows, last = seen
    one, none = (1,) * (4 - x.ndim), (0,) * (4 - x.ndim)
    shape = (*one, *windows.kernel, *one, *windows.stride, *none, *windows.padding, *one, *windows.dilation)
    top = np.empty((len(rows), *one, *windows.out, rows.shape[3]), np.float32)
    place = np.empty(top.shape, np.int32)
    if rows.shape[3] >= LANES:
        units = len(rows) * top.shape[1]
        in_parts(_images, units, max(1, GRAIN * units // x.size), rows, top, place, shape)
    else:
        strips = -(-len(rows) // LANES)
        bands = min(top.shape[1], -(-rows[0].size * LANES // BUFFER))
        units = strips * bands
        in_parts(_beside, units, max(1, GRAIN * units // x.size), rows, top, place, shape, bands)
    found = _restored(top, (*x.shape[:2], *windows.out), last)
    return found, _Saved(place.reshape(len(rows), -1), x.shape, last)


@pool.max_pool.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: None, saved: _Saved, last: int) -> Any:
    place, shape = saved.place, saved.shape
    y = as_channels_last(g if g.ndim == 4 else g[:, :, None]) if saved.last else np.ascontiguousarray(g)
    dx = np.empty((len(place), math.prod(shape) // len(place)), np.float32)
    in_parts(_add_at, len(place), max(1, GRAIN * len(place) // dx.size), y.reshape(place.shape), place, dx)
    return (_restored(dx, shape, saved.last),)
