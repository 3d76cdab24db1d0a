"""Convolution of channels-last images without columns: tiles of sums over what the kernel sees.

One loop serves the convolution, its gradient for the input and the transposed convolution, of any stride and
dilation. What an output sees along one axis is an arithmetic progression in the input with one in the kernel;
with a stride, the inputs that are `stride` apart see the same part of the kernel, one *phase* of the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import kernel as registry
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .conv_plan import plan_of, reach_in_band, seen_taps
from .layout import as_channels_last, channels_first
from .sharing import in_parts
from .tile import WIDE, line, line_address, padded
from .turn import copy_run, pack

# Terms that are worth a partial sum of their own, and from which on there is one for each tap.
SHORT, LONG = 96, 256
# Numbers whose copy is worth a thread.
COPY = 1 << 15


@compiled
def fill(frame: Any, x: Any, n: int, top: int, left: int, rows: int, columns: int) -> None:
    """The rows and columns of an image from (top, left) on, zeros where there is none."""
    _, height, width, channels = x.shape
    begin, end = min(max(0, -left), columns), max(0, min(columns, width - left))
    for row in range(rows):
        start = row * columns * channels
        seen = 0 <= row + top < height and begin < end
        if seen:
            source = x.ctypes.data + 4 * ((n * height + row + top) * width + begin + left) * channels
            copy_run(source, frame.ctypes.data + 4 * (start + begin * channels), (end - begin) * channels)
        for i in range(start, start + (begin if seen else columns) * channels):
            frame[i] = 0
        if seen:
            for i in range(start + end * channels, start + columns * channels):
                frame[i] = 0


@compiled
def loops_apart(sums: int, taps: int) -> int:
    """How many loops of a tile are outside of its partial sums: those over rows of `taps` and over taps, or less."""
    if sums >= SHORT:
        return 2
    return 1 if sums * taps >= SHORT else 0


@compiled
def _convolve(
    x: Any, panels: Any, bias: Any, out: Any, high: Any, broad: Any, box: Any, address: int, first: int, last: int
) -> None:
    """The outputs of the units first to last, each a band of one image's rows."""
    groups, sums, places, taps_wide, taps, left, columns, most, bands = box
    _, height, width, channels = x.shape
    _, out_rows, out_columns, out_channels = out.shape
    frame = np.empty(most * columns * channels, np.float32)
    per_group, apart = taps * sums * padded(places), loops_apart(sums, taps_wide)
    for unit in range(first, last):
        n, band = unit // bands, unit % bands
        low, top = reach_in_band(high, band, bands)
        if low >= 0 and top < height and left >= 0 and left + columns <= width:
            base = x.ctypes.data + 4 * ((n * height + low) * width + left) * channels
            row_step = width * channels
        else:
            if low <= top:
                fill(frame, x, n, low, left, top - low + 1, columns)
            base, row_step = frame.ctypes.data, columns * channels
        for group in range(groups):
            for begin_place in range(0, places, WIDE):
                real = min(WIDE, places - begin_place)
                step = sums * padded(real)  # from tap to tap
                b0 = panels.ctypes.data + 4 * (group * per_group + taps * sums * begin_place)
                init = bias.ctypes.data + 4 * (group * padded(places) + begin_place)
                for p in range(len(high)):
                    out_row, out_row_step, _, start, along, tap_row, times, tap, tap_step = high[p]
                    for q in range(len(broad)):
                        column, column_step, count, place, across, tap_column, many, other, other_step = broad[q]
                        b = b0 + 4 * (tap * taps_wide + other) * step
                        if (
                            groups == 1 and tap_column == 1 and other_step == 1 and sums < LONG
                        ):  # neighbours in both: one loop
                            loops = (
                                (1, 0, 0),
                                (times, tap_row * row_step, tap_step * taps_wide * step),
                                (many * sums, 1, step // sums),
                            )
                            outside = 2 if apart else 0
                        else:
                            loops = (
                                (times, tap_row * row_step, tap_step * taps_wide * step),
                                (many, tap_column * channels, other_step * step),
                                (sums, 1, step // sums),
                            )
                            outside = apart
                        for t in range(high[p, 2] * band // bands, high[p, 2] * (band + 1) // bands):
                            a = base + 4 * (
                                (start + t * along - low) * row_step + (place - left) * channels + group * sums
                            )
                            c = out.ctypes.data + 4 * (
                                ((n * out_rows + out_row + t * out_row_step) * out_columns + column) * out_channels
                                + group * places
                                + begin_place
                            )
                            line(
                                address,
                                count,
                                real,
                                a,
                                across * channels,
                                loops,
                                outside,
                                b,
                                init,
                                0,
                                c,
                                column_step * out_channels,
                            )


@compiled
def _convolve_batch(
    x: Any, panels: Any, bias: Any, out: Any, high: Any, broad: Any, box: Any, address: int, first: int, last: int
) -> None:
    """The same with the images of a block as the rows of the tiles: for images narrower than a tile is high.

    x is (H, W, N, C), so that images are neighbours. Nothing is padded: taps that lie outside are left out.
    """
    groups, sums, places, taps_wide, taps, block = box
    height, width, images, channels = x.shape
    _, out_rows, out_columns, out_channels = out.shape
    per_group, strips = taps * sums * padded(places), (places + WIDE - 1) // WIDE
    apart = loops_apart(sums, taps_wide)
    pixel, out_image = images * channels, out_rows * out_columns * out_channels
    for unit in range(first, last):
        begin_place, group = unit % strips * WIDE, unit // strips % groups
        n = unit // (strips * groups) * block
        count = min(block, images - n)
        real = min(WIDE, places - begin_place)
        step = sums * padded(real)  # from tap to tap
        b0 = panels.ctypes.data + 4 * (group * per_group + taps * sums * begin_place)
        init = bias.ctypes.data + 4 * (group * padded(places) + begin_place)
        for p in range(len(high)):
            out_row, out_row_step, rows, start, along, tap_row, times, tap, tap_step = high[p]
            for q in range(len(broad)):
                column, column_step, many, place, across, tap_column, more, other, other_step = broad[q]
                for t in range(rows):
                    up, down = seen_taps(height, start + t * along, tap_row, times)
                    for s in range(many):
                        begin, end = seen_taps(width, place + s * across, tap_column, more)
                        b = b0 + 4 * ((tap + up * tap_step) * taps_wide + other + begin * other_step) * step
                        a = x.ctypes.data + 4 * (
                            ((start + t * along + up * tap_row) * width + place + s * across + begin * tap_column)
                            * pixel
                            + n * channels
                            + group * sums
                        )
                        loops = (
                            (down - up, tap_row * width * pixel, tap_step * taps_wide * step),
                            (end - begin, tap_column * pixel, other_step * step),
                            (sums, 1, step // sums),
                        )
                        c = out.ctypes.data + 4 * (
                            n * out_image
                            + ((out_row + t * out_row_step) * out_columns + column + s * column_step) * out_channels
                            + group * places
                            + begin_place
                        )
                        line(address, count, real, a, channels, loops, apart, b, init, 0, c, out_image)


@compiled
def _copy_beside(x: Any, out: Any, first: int, last: int) -> None:
    _, height, width, channels = x.shape
    for row in range(first, last):
        for n in range(len(x)):
            for column in range(width):
                source = x.ctypes.data + 4 * ((n * height + row) * width + column) * channels
                copy_run(source, out.ctypes.data + 4 * ((row * width + column) * len(x) + n) * channels, channels)


def as_images(x: Array) -> Array:
    """(N, H, W, C) of an (N, C, H, W) or (N, C, W)."""
    return as_channels_last(x[:, :, None] if x.ndim == 3 else x)


def _beside(x: Array) -> Array:
    """(H, W, N, C), where the images lie side by side, of an (N, C, H, W) or (N, C, W)."""
    rows = as_images(x)
    out = np.empty((*rows.shape[1:3], len(x), rows.shape[3]), np.float32)
    in_parts(_copy_beside, len(out), max(1, COPY // max(1, out[0].size)), rows, out)
    return out


def _run(x: Array, w: Array, bias: Array | None, geo: Geometry, back: bool) -> Array:
    plan = plan_of(geo, len(x), back)
    groups, sums, places, _, taps = plan.box[:5]
    kernel, wide = np.ascontiguousarray(w).reshape(-1), padded(places)
    panels = np.empty(groups * taps * sums * wide, np.float32)
    strips, grain = groups * -(-places // WIDE), max(1, COPY // (WIDE * sums * taps))
    in_parts(pack, strips, grain, kernel, panels, sums, places, taps, not back)
    start_value = np.zeros((groups, wide), np.float32)
    if bias is not None:
        start_value[:, :places] = bias.reshape(groups, places)
    rows, address = _beside(x) if plan.by_batch else as_images(x).reshape(len(x), *plan.seen, -1), line_address()
    out = np.empty((len(x), *plan.size, groups * places), np.float32)
    part, arrays = _convolve_batch if plan.by_batch else _convolve, (rows, panels, start_value, out)
    in_parts(part, plan.units, plan.grain, *arrays, plan.high, plan.broad, plan.box, address)
    return channels_first(out.reshape(len(x), *(geo.size if back else geo.out), -1))


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, O, *out), of x (N, C, *size)."""
    return _run(x, w, bias, geo, back=False)


def convolve_input(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, C, *size), where y is that of the output."""
    return _run(y, w, None, geo, back=True)


registry.functions.update(tiles_forward=convolve, tiles_input=convolve_input)
