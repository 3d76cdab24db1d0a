"""Convolution where outputs are few: the kernel, which is by far the largest array, is read once, as it lies.

What the kernel sees is copied, as in the convolution by columns, with the outputs side by side in panels. The tiles'
rows are the kernel's: each of its numbers is multiplied with a vector of outputs.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .conv_plan import GRAIN
from .layout import channels_first
from .numba_conv import COPY, as_images
from .phases import lifted_to_images
from .sharing import in_parts
from .tile import LANES, TALL, WIDE, line, line_address, panel
from .turn import copy_run, square

# Terms of a partial sum.
SHORT = 128


@compiled
def _columns(x: Any, columns: Any, box: Any, first: int, last: int) -> None:
    """columns (panel of outputs, channel, tap, output) for the taps first to last of all panels; outputs count images too."""
    out_rows, out_columns, kernel, sh, sw, ph, pw, dh, dw, taps = box
    images, height, width, channels = x.shape
    outputs = images * out_rows * out_columns
    wide = (channels + LANES - 1) // LANES * LANES
    seen = np.zeros((WIDE, wide), np.float32)
    for unit in range(first, last):
        tap, strip = unit % taps, unit // taps
        many = min(WIDE, outputs - strip * WIDE)
        broad = panel(many)
        for j in range(broad):
            p = strip * WIDE + j
            row = p // out_columns % out_rows * sh - ph + tap // kernel * dh
            column = p % out_columns * sw - pw + tap % kernel * dw
            if j < many and 0 <= row < height and 0 <= column < width:
                source = (
                    x.ctypes.data + 4 * ((p // (out_rows * out_columns) * height + row) * width + column) * channels
                )
                copy_run(source, seen.ctypes.data + 4 * j * wide, channels)
            else:
                for c in range(wide):
                    seen[j, c] = 0
        start = columns.ctypes.data + 4 * (strip * WIDE * channels * taps + tap * broad)
        for j in range(0, broad, LANES):
            for c in range(0, channels, LANES):
                if j + LANES <= broad and c + LANES <= channels:
                    source, target = seen.ctypes.data + 4 * (j * wide + c), start + 4 * (c * taps * broad + j)
                    square(source, wide, target, taps * broad)
                else:
                    for i in range(c, min(c + LANES, channels)):
                        to = strip * WIDE * channels * taps + (i * taps + tap) * broad
                        for k in range(j, min(j + LANES, broad)):
                            columns[to + k] = seen[k, i]


@compiled
def _convolve(w: Any, columns: Any, bias: Any, out: Any, terms: int, address: int, first: int, last: int) -> None:
    """out (output, channel) of the blocks first to last of TALL channels."""
    outputs, channels = out.shape
    found = np.empty((TALL, WIDE), np.float32)
    zeros = np.zeros(WIDE, np.float32)
    short = SHORT if terms % SHORT == 0 else terms
    for unit in range(first, last):
        low = unit * TALL
        rows = min(TALL, channels - low)
        a = w.ctypes.data + 4 * low * terms
        for start in range(0, outputs, WIDE):
            many = min(WIDE, outputs - start)
            width = panel(many)
            b = columns.ctypes.data + 4 * start * terms
            loops = ((1, 0, 0), (terms // short, short, short * width), (short, 1, width))
            line(address, rows, width, a, terms, loops, 2, b, zeros.ctypes.data, 0, found.ctypes.data, WIDE)
            for j in range(many):
                for i in range(rows):
                    out[start + j, low + i] = found[i, j] + bias[low + i]


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, O, *out), of x (N, C, *size), of a convolution without groups."""
    lifted, taps = lifted_to_images(geo), math.prod(geo.kernel)
    outputs, terms = len(x) * math.prod(geo.out), geo.inner * taps
    kernel, rows, address = np.ascontiguousarray(w).reshape(-1), as_images(x), line_address()
    start_value = np.zeros(len(w), np.float32) if bias is None else bias
    out = np.empty((outputs, len(w)), np.float32)
    strips = -(-outputs // WIDE)
    columns = np.empty(strips * WIDE * terms, np.float32)
    before = (pair[0] for pair in lifted.padding)
    seen = (*lifted.out, lifted.kernel[1], *lifted.stride, *before, *lifted.dilation, taps)
    in_parts(_columns, strips * taps, max(1, COPY // (WIDE * geo.inner)), rows, columns, seen)
    grain = max(1, GRAIN // (TALL * terms * outputs))
    in_parts(_convolve, -(-len(w) // TALL), grain, kernel, columns, start_value, out, terms, address)
    return channels_first(out.reshape(len(x), *geo.out, len(w)))


functions.update(few_forward=convolve)
