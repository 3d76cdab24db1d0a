"""The gradient of a depthwise convolution's kernel, on channels-last images: sums for all taps in registers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.parallel import get_num_threads
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .depthwise_parts import bands_of, fetch_run, fill_vectors, grain_of
from .lanes import products
from .sharing import in_parts
from .tile import LANES

# Parts for each thread that have sums of their own.
EACH = 4
_square_8, _square_4, _square_4_apart = products(8, 3, 3, 1), products(4, 3, 3, 1), products(4, 3, 3, 2)
_square = products(1, 3, 3)
_five_taps, _three_taps, _two_taps, _one_tap = (products(1, 1, n) for n in (5, 3, 2, 1))


@compiled
def _weigh_part(y: Any, x: Any, dtaps: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """Add to dtaps, the kernel's gradient, what the units first to last give."""
    sh, sw, ph, pw, dh, dw = shape
    _, rows, columns, channels = y.shape
    _, height, width, _ = x.shape
    kh, kw, wide = dtaps.shape
    ragged = wide != channels
    frame = np.empty(height * width * wide if ragged else 0, np.float32)
    gradient = np.empty((rows + bands - 1) // bands * columns * wide if ragged else 0, np.float32)
    nothing = np.zeros(LANES, np.float32).ctypes.data
    each, each_given = height * width * channels // bands, rows * columns * channels // bands
    if not ragged:
        fetch_run(x.ctypes.data + 4 * first * each, each)
        fetch_run(y.ctypes.data + 4 * first * each_given, each_given)
    for unit in range(first, last):
        n, band = unit // bands, unit % bands
        up, down = rows * band // bands, rows * (band + 1) // bands
        begin, many = up * sh - ph, down - up
        image = x.ctypes.data + 4 * n * height * width * channels
        given = y.ctypes.data + 4 * (n * rows + up) * columns * channels
        if ragged:
            low, high = max(0, begin), min(height, begin + (many - 1) * sh + (kh - 1) * dh + 1)
            fill_vectors(frame, x, n, low, 0, max(0, high - low), width)
            fill_vectors(gradient, y, n, up, 0, many, columns)
            image, given = frame.ctypes.data - 4 * low * width * wide, gradient.ctypes.data
        steps = (width * wide, wide)
        for c in range(0, wide, LANES):
            a, found = image + 4 * c, dtaps.ctypes.data + 4 * c
            if unit + 1 < last and not ragged:
                ahead = unit + 1 + c / wide
                fetch_run(x.ctypes.data + 4 * int(ahead * each), each * LANES // wide)
                fetch_run(y.ctypes.data + 4 * int(ahead * each_given), each_given * LANES // wide)
            s = 0
            while s < columns:
                g, left = given + 4 * (s * wide + c), s * sw - pw
                size, outs = (height, width, sh, dw), (g, columns * wide, wide, many)
                if kh == kw == 3 and dh == dw == 1:
                    to = (found, 3 * wide, wide)
                    if sw == 1 and columns - s >= 8:
                        _square_8(a, nothing, begin, left, *size, *steps, *outs, *to)
                        s += 8
                    elif sw == 1 and columns - s >= 4:
                        _square_4(a, nothing, begin, left, *size, *steps, *outs, *to)
                        s += 4
                    elif sw == 2 and columns - s >= 4:
                        _square_4_apart(a, nothing, begin, left, *size, *steps, *outs, *to)
                        s += 4
                    else:
                        _square(a, nothing, begin, left, *size, *steps, *outs, *to)
                        s += 1
                    continue
                for i in range(kh):
                    j, top = 0, begin + i * dh
                    while j < kw:
                        to, at = (found + 4 * (i * kw + j) * wide, 0, wide), left + j * dw
                        if kw - j >= 5:
                            _five_taps(a, nothing, top, at, *size, *steps, *outs, *to)
                            j += 5
                        elif kw - j >= 3:
                            _three_taps(a, nothing, top, at, *size, *steps, *outs, *to)
                            j += 3
                        elif kw - j == 2:
                            _two_taps(a, nothing, top, at, *size, *steps, *outs, *to)
                            j += 2
                        else:
                            _one_tap(a, nothing, top, at, *size, *steps, *outs, *to)
                            j += 1
                s += 1


@compiled
def _weigh(y: Any, x: Any, sums: Any, shape: Any, bands: int, first: int, last: int) -> None:
    """sums (part, kernel's gradient) of the parts first to last of the units."""
    parts, units = len(sums), len(y) * bands
    for part in range(first, last):
        sums[part] = 0
        _weigh_part(y, x, sums[part], shape, bands, units * part // parts, units * (part + 1) // parts)


def kernel_gradient(y: Array, x: Array, taps: Array, geo: Geometry) -> Array:
    """That of (C, 1, *kernel), where y is that of the output; both channels last."""
    bands = bands_of(len(y), y.shape[1], x[0].size)
    units, before = len(y) * bands, (pair[0] for pair in geo.padding)
    parts = max(1, min(units // grain_of(units, y.size * math.prod(geo.kernel)), EACH * get_num_threads()))
    sums = np.empty((parts, *taps.shape), np.float32)
    in_parts(_weigh, parts, 1, y, x, sums, (*geo.stride, *before, *geo.dilation), bands)
    return sums.sum(0)[..., : y.shape[3]].transpose(2, 0, 1)[:, None].copy()
