"""Convolution with few channels in the result: they are the rows of the tiles, and neighbouring places fill the vectors.

With channels last, three channels of a result would fill three numbers of a vector. Here the input lies in planes, a
frame of zeros around each image, and the places of a whole image follow each other: a vector runs on from one line to
the next, and what it finds in the frame is thrown away. The kernel is read as it lies.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .conv_plan import GRAIN, reach_in_band
from .layout import channels_first
from .numba_conv import loops_apart
from .phases import backward_axis, forward_axis, lifted_to_images, reach_of
from .sharing import in_parts
from .tile import LANES, WIDE, line, line_address
from .turn import copy_number, copy_run, square

# Numbers of a band in its frame: they stay in the cache.
FRAME = 1 << 16


@compiled
def _to_planes(x: Any, target: int, plane: int) -> None:
    """Neighbouring places with all of their channels, as lines of planes so far apart."""
    width, channels = x.shape
    source = x.ctypes.data
    if width >= LANES and channels >= LANES:
        for column in range(0, width, LANES):
            place = min(column, width - LANES)
            for strip in range(0, channels, LANES):
                c = min(strip, channels - LANES)
                square(source + 4 * (place * channels + c), channels, target + 4 * (c * plane + place), plane)
    else:
        for place in range(width):
            for c in range(channels):
                copy_number(source + 4 * (place * channels + c), target + 4 * (c * plane + place))


@compiled
def _fill(frame: Any, x: Any, last: bool, n: int, low: int, top: int, left: int, columns: int, plane: int) -> None:
    """The rows low to top of an image in planes of so many columns; what lies beside the image is zero already."""
    channels = x.shape[3] if last else x.shape[1]
    height, width = (x.shape[1], x.shape[2]) if last else (x.shape[2], x.shape[3])
    begin, end = max(0, left), min(width, left + columns)
    for row in range(low, top + 1):
        start = (row - low) * columns
        to = frame.ctypes.data + 4 * (start + begin - left)
        if not 0 <= row < height or begin >= end:
            for c in range(channels):
                frame[c * plane + start : c * plane + start + columns] = 0
        elif last:
            _to_planes(x[n, row, begin:end], to, plane)
        else:
            for c in range(channels):
                copy_run(x[n, c, row].ctypes.data + 4 * begin, to + 4 * c * plane, end - begin)


@compiled
def _convolve(
    x: Any,
    w: Any,
    start: Any,
    out: Any,
    last: bool,
    high: Any,
    broad: Any,
    box: Any,
    address: int,
    first: int,
    end_unit: int,
) -> None:
    """The outputs of some units, each a band of one image's rows; in x channels are the last axis, or images are planes."""
    sums, sum_step, place_step, taps_wide, left, columns, most, bands, longest = box
    places, plane = out.shape[3], most * columns + LANES
    frame = np.zeros(sums * plane + 2 * WIDE + most * columns, np.float32)
    found, apart = np.empty((places, longest), np.float32), loops_apart(sums, taps_wide)
    for unit in range(first, end_unit):
        n, band = unit // bands, unit % bands
        low, top = reach_in_band(high, band, bands)
        if low <= top:
            _fill(frame, x, last, n, low, top, left, columns, plane)
        for p in range(len(high)):
            out_row, out_row_step, many, seen_row, _, tap_row, times, tap, tap_step = high[p]
            begin, end = many * band // bands, many * (band + 1) // bands
            if begin == end:
                continue
            for q in range(len(broad)):
                column, column_step, count, place, _, tap_column, more, other, other_step = broad[q]
                a = w.ctypes.data + 4 * (tap * taps_wide + other)
                b = frame.ctypes.data
                if times > 0 and more > 0:
                    b += 4 * ((seen_row + begin - low) * columns + place - left)
                loops = (
                    (times, tap_step * taps_wide, tap_row * columns),
                    (more, other_step, tap_column),
                    (sums, sum_step, plane),
                )
                for i in range(0, (end - begin - 1) * columns + count, WIDE):
                    line(
                        address,
                        places,
                        WIDE,
                        a,
                        place_step,
                        loops,
                        apart,
                        b + 4 * i,
                        start.ctypes.data,
                        WIDE,
                        found.ctypes.data + 4 * i,
                        longest,
                    )
                for t in range(begin, end):
                    for c in range(places):
                        source = found.ctypes.data + 4 * (c * longest + (t - begin) * columns)
                        to = out[n, out_row + t * out_row_step, column].ctypes.data + 4 * c
                        for s in range(count):
                            copy_number(source + 4 * s, to + 4 * s * column_step * places)


@functools.lru_cache(maxsize=1024)
def _plan(geo: Geometry, back: bool) -> tuple[tuple[int, ...], Array, Array, tuple[int, ...]]:
    """The shape of the result, the phases of its rows and columns, and what else `_convolve` must know of the shapes."""
    lifted, axis = lifted_to_images(geo), backward_axis if back else forward_axis
    high, broad = axis(lifted, 0), axis(lifted, 1)
    taps, sums = math.prod(geo.kernel), geo.outer if back else geo.inner
    steps = (geo.inner * taps, taps) if back else (taps, geo.inner * taps)
    left, columns = reach_of(broad, 1)
    rows, columns = int(high[:, 2].max()), max(columns, int(broad[:, 2].max()))
    bands = max(1, min(rows, -(-rows * columns * sums // FRAME)))
    longest = -(-(-(-rows // bands) * columns) // WIDE) * WIDE + LANES
    box = (sums, *steps, lifted.kernel[1], left, columns, reach_of(high, bands)[1], bands, longest)
    return lifted.size if back else lifted.out, high, broad, box


def _run(x: Array, w: Array, bias: Array | None, geo: Geometry, back: bool) -> Array:
    size, high, broad, box = _plan(geo, back)
    places, terms = (geo.inner, w.size // geo.inner) if back else (geo.outer, w.size // geo.outer)
    images = x[:, :, None] if x.ndim == 3 else x
    last = not images.flags.c_contiguous
    seen = np.ascontiguousarray(images.transpose(0, 2, 3, 1)) if last else images
    start = np.zeros((places, WIDE), np.float32)
    if bias is not None:
        start += bias[:, None]
    out = np.empty((len(x), *size, places), np.float32)
    arrays, units = (seen, np.ascontiguousarray(w).reshape(-1), start, out), len(x) * box[-2]
    in_parts(
        _convolve,
        units,
        max(1, GRAIN * units // max(1, out.size * terms)),
        *arrays,
        last,
        high,
        broad,
        box,
        line_address(),
    )
    return channels_first(out.reshape(len(x), *(geo.size if back else geo.out), places))


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, O, *out), of x (N, C, *size), of a convolution with stride 1 and without groups."""
    return _run(x, w, bias, geo, back=False)


def convolve_input(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, C, *size), of a convolution without groups, where y is that of the output."""
    return _run(y, w, None, geo, back=True)


functions.update(planes_forward=convolve, planes_input=convolve_input)
