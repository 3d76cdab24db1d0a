"""The steps of Winograd's algorithm: tiles of images to points, kernels to points, and points back to outputs or taps.

`taps` is 3 or 2, those of the kernel along each axis; a tile of OUT + taps - 1 places along each axis has as many points.
Where a convolution has a stride, its kernel falls apart into phases: the taps that are `stride` apart meet the inputs that
are `stride` apart, which makes a convolution with stride 1 for each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import compiled
from .tile import LANES, WIDE
from .transform import OUT, POINTS, matrices, transform, transposed
from .turn import copy_run

(_a3, _g3, _b3), (_a2, _g2, _b2) = (matrices(POINTS[taps], taps) for taps in (3, 2))
_seen_3, _seen_2 = transform(_b3), transform(_b2)
_given_3, _given_2 = transform(transposed(_a3)), transform(transposed(_a2))
_kernel_3, _kernel_2 = transform(_g3), transform(_g2)
_kernel_3_half, _kernel_2_half = transform(_g3, LANES // 2), transform(_g2, LANES // 2)
_outputs_3, _outputs_2 = transform(_a3, plus=True), transform(_a2, plus=True)
_taps_3, _taps_2 = transform(transposed(_g3)), transform(transposed(_g2))


@compiled
def _patch(x: Any, n: int, top: int, left: int, size: int, step: int, patch: Any) -> None:
    """The square of places of an image that are `step` apart, from (top, left) on, zeros outside."""
    _, height, width, channels = x.shape
    for i in range(size):
        for j in range(size):
            row, column = top + i * step, left + j * step
            if 0 <= row < height and 0 <= column < width:
                source = x.ctypes.data + 4 * ((n * height + row) * width + column) * channels
                copy_run(source, patch.ctypes.data + 4 * (i * patch.shape[1] + j) * patch.shape[2], channels)
            else:
                for c in range(channels):
                    patch[i, j, c] = 0


@compiled
def to_points(
    x: Any, given: bool, taps: int, box: Any, target: int, apart: int, wide: int, first: int, last: int
) -> None:
    """The tiles first to last at the points: (point, tile, channel), so many elements from point to point and tile to tile.

    Whole vectors of channels are written. `given`: tiles of the output's gradient, else of the input. box: tiles in a
    column and in a row of an image, the row and column where the first begins, and how far apart its places are.
    """
    down, across, top, left, step = box
    _, height, width, channels = x.shape
    points = OUT + taps - 1
    size = OUT if given else points
    patch = np.zeros((points, points, (channels + LANES - 1) // LANES * LANES), np.float32)
    for t in range(first, last):
        n = t // (down * across)
        i, j = t // across % down * OUT * step + top, t % across * OUT * step + left
        inside = i >= 0 and j >= 0 and i + (size - 1) * step < height and j + (size - 1) * step < width
        if inside and channels % LANES == 0:
            source = x.ctypes.data + 4 * (((n * height + i) * width + j) * channels)
            row, column = step * width * channels, step * channels
        else:
            _patch(x, n, i, j, size, step, patch)
            source, row, column = patch.ctypes.data, patch.shape[1] * patch.shape[2], patch.shape[2]
        to = target + 4 * (t - first) * wide
        for c in range(0, 4 * channels, 4 * LANES):
            if given:
                if taps == 3:
                    _given_3(source + c, row, column, to + c, points * apart, apart, 0)
                else:
                    _given_2(source + c, row, column, to + c, points * apart, apart, 0)
            elif taps == 3:
                _seen_3(source + c, row, column, to + c, points * apart, apart, 0)
            else:
                _seen_2(source + c, row, column, to + c, points * apart, apart, 0)


@compiled
def kernel_to_points(
    source: int, each: int, taps: int, step: int, phase: int, flip: bool, target: int, apart: int
) -> None:
    """One phase of a kernel (tap, each) at the points: (point, each), `apart` elements from point to point.

    `flip` turns the kernel around.
    """
    points, line = OUT + taps - 1, step * taps
    start = phase // step * line + phase % step
    row, column = step * line * each, step * each
    if flip:
        source += 4 * (taps - 1) * (row + column)
        row, column = -row, -column
    source += 4 * start * each
    whole = each - each % LANES
    for i in range(0, 4 * whole, 4 * LANES):
        if taps == 3:
            _kernel_3(source + i, row, column, target + i, points * apart, apart, 0)
        else:
            _kernel_2(source + i, row, column, target + i, points * apart, apart, 0)
    for i in range(4 * whole, 4 * each, 2 * LANES):
        if taps == 3:
            _kernel_3_half(source + i, row, column, target + i, points * apart, apart, 0)
        else:
            _kernel_2_half(source + i, row, column, target + i, points * apart, apart, 0)


@compiled
def to_outputs(
    found: int, apart: int, taps: int, bias: int, out: Any, start: int, real: int, box: Any, first: int, last: int
) -> None:
    """The tiles first to last of (point, tile, place) at the address `found` as places of `out` from `start` on, plus bias.

    A tile has WIDE places, of which the first `real` are written. box: as of `to_points`, for the outputs.
    """
    down, across, top, left, step = box
    _, height, width, channels = out.shape
    square = np.empty((OUT, OUT, WIDE), np.float32)
    points = OUT + taps - 1
    for t in range(first, last):
        n = t // (down * across)
        i, j = t // across % down * OUT * step + top, t % across * OUT * step + left
        inside = i + (OUT - 1) * step < height and j + (OUT - 1) * step < width and real % LANES == 0
        if inside:
            target = out.ctypes.data + 4 * (((n * height + i) * width + j) * channels + start)
            row, column = step * width * channels, step * channels
        else:
            target, row, column = square.ctypes.data, OUT * WIDE, WIDE
        source = found + 4 * (t - first) * WIDE
        for o in range(0, 4 * real, 4 * LANES):
            if taps == 3:
                _outputs_3(source + o, points * apart, apart, target + o, row, column, bias + o)
            else:
                _outputs_2(source + o, points * apart, apart, target + o, row, column, bias + o)
        if not inside:
            for k in range(min(OUT, (height - i + step - 1) // step)):
                for m in range(min(OUT, (width - j + step - 1) // step)):
                    here = ((n * height + i + k * step) * width + j + m * step) * channels + start
                    copy_run(square.ctypes.data + 4 * (k * OUT + m) * WIDE, out.ctypes.data + 4 * here, real)


@compiled
def to_taps(
    source: int, apart: int, taps: int, step: int, phase: int, target: int, each: int, first: int, last: int
) -> None:
    """One phase of a kernel's gradient (point, each) as that of the kernel (tap, each), for the vectors first to last."""
    points, line = OUT + taps - 1, step * taps
    to = target + 4 * (phase // step * line + phase % step) * each
    for vector in range(first, last):
        i = 4 * min(vector * LANES, each - LANES)  # the last one may overlap the one before it
        if taps == 3:
            _taps_3(source + i, points * apart, apart, to + i, step * line * each, step * each, 0)
        else:
            _taps_2(source + i, points * apart, apart, to + i, step * line * each, step * each, 0)
