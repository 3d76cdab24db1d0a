"""The gradient of a convolution's kernel on channels-last images: tiles of sums over places.

    dw[tap, c, o] = sum over images and places of x[n, place + tap, c] y[n, place, o]

With many input channels a tile's rows are channels, and each thread has channels and taps of its own: nothing is
summed up afterwards. With few, its rows are a line of the kernel with all its channels, which are neighbours in
memory, and each thread has images of its own.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import get_num_threads
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .conv_plan import GRAIN
from .numba_conv import COPY, as_images, fill
from .phases import forward_axis, lifted_to_images, reach_of
from .sharing import in_parts
from .tile import WIDE, line, line_address, padded
from .turn import OUTPUTS, unpack

# Input channels that a thread takes at a time, and below which whole lines of the kernel are taken.
CHANNELS = 32
FEW = 12
# Parts of the images, for each thread, that have sums of their own.
EACH = 4
# Pieces of work, at least, of many input channels: where these and the taps are less, the images are divided too.
UNITS = 8
# Output places of several images that are summed at once.
PLACES = 512


@compiled
def _inside(size: int, out: int, start: int, stride: int) -> tuple[int, int]:
    """The outputs t for which start + t stride lies in the input."""
    first = max(0, (-start + stride - 1) // stride)
    return first, max(first, min(out, (size - start + stride - 1) // stride))


@compiled
def _by_channel(y: Any, x: Any, sums: Any, box: Any, address: int, first: int, last: int) -> None:
    """sums (piece of the images, group, tap, channel, padded O) of the units first to last.

    Each is some channels of one tap and group, over one piece of the images.
    y is flat, with numbers behind its end where O is not the width of whole panels.
    """
    images, rows, columns, groups, inner, outer, kernel, sh, sw, ph, pw, dh, dw, chunks, taps = box
    _, height, width, channels = x.shape
    pieces, wide, out_channels = len(sums), sums.shape[4], groups * outer
    for unit in range(first, last):
        chunk, tap = unit % chunks, unit // chunks % taps
        piece, group = unit // (chunks * taps * groups), unit // (chunks * taps) % groups
        start, stop = images * piece // pieces, images * (piece + 1) // pieces
        channel, end = inner * chunk // chunks, inner * (chunk + 1) // chunks
        up, aside = tap // kernel * dh - ph, tap % kernel * dw - pw
        r0, r1 = _inside(height, rows, up, sh)
        c0, c1 = _inside(width, columns, aside, sw)
        sums[piece, group, tap, channel:end] = 0
        together = max(1, PLACES // (rows * columns))
        for n in range(start, stop, together):
            loops = (
                (min(together, stop - n), height * width * channels, rows * columns * out_channels),
                (r1 - r0, sh * width * channels, columns * out_channels),
                (c1 - c0, sw * channels, out_channels),
            )
            a = x.ctypes.data + 4 * (
                ((n * height + r0 * sh + up) * width + c0 * sw + aside) * channels + group * inner + channel
            )
            b = y.ctypes.data + 4 * (((n * rows + r0) * columns + c0) * out_channels + group * outer)
            c = sums[piece, group, tap, channel].ctypes.data
            for place in range(0, outer, WIDE):
                real, to = padded(min(WIDE, outer - place)), c + 4 * place
                line(address, end - channel, real, a, 1, loops, 0, b + 4 * place, to, wide, to, wide)


@compiled
def _by_line(y: Any, x: Any, sums: Any, box: Any, address: int, first: int, last: int) -> None:
    """sums (part, row of the kernel, its line with channels, padded O), of the parts of the images first to last."""
    rows, columns, sh, sw, dh, top, left, high, broad = box
    images, height, width, channels = x.shape
    parts, taps, run, wide = sums.shape
    outer = y.shape[3]
    frame = np.empty(high * broad * channels, np.float32)
    aside = np.zeros(rows * columns * outer + WIDE, np.float32)
    framed = top < 0 or left < 0 or top + high > height or left + broad > width
    step = (broad if framed else width) * channels
    for part in range(first, last):
        sums[part] = 0
        for n in range(images * part // parts, images * (part + 1) // parts):
            if framed:
                fill(frame, x, n, top, left, high, broad)
                a = frame.ctypes.data
            else:
                a = x.ctypes.data + 4 * ((n * height + top) * width + left) * channels
            b = y.ctypes.data + 4 * n * rows * columns * outer
            if wide != outer:
                aside[: rows * columns * outer] = y[n].ravel()
                b = aside.ctypes.data
            for tap in range(taps):
                loops = ((1, 0, 0), (rows, sh * step, columns * outer), (columns, sw * channels, outer))
                for place in range(0, outer, WIDE):
                    real, c = padded(min(WIDE, outer - place)), sums[part, tap].ctypes.data + 4 * place
                    seen = a + 4 * tap * dh * step
                    line(address, run, real, seen, 1, loops, 0, b + 4 * place, c, wide, c, wide)


@functools.lru_cache(maxsize=1024)
def _boxes(geo: Geometry) -> tuple[Geometry, tuple[int, ...]]:
    """The convolution over images, and what `_by_line` must know of it."""
    lifted = lifted_to_images(geo)
    (top, high), (left, broad) = (reach_of(forward_axis(lifted, axis), 1) for axis in range(2))
    return lifted, (*lifted.out, *lifted.stride, lifted.dilation[0], top, left, high, broad)


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, C of the group, *kernel), where y is that of the output."""
    lifted, line_box = _boxes(geo)
    rows, g, address = as_images(x), as_images(y), line_address()
    taps, wide = math.prod(geo.kernel), padded(geo.outer)
    kh, kw = lifted.kernel
    work_each = math.prod(geo.out) * taps * geo.groups * geo.inner * geo.outer
    if geo.inner < FEW and geo.groups == 1 and lifted.dilation[1] == 1:
        parts = max(1, min(len(x), len(x) * work_each // GRAIN, EACH * get_num_threads()))
        parted = np.empty((parts, kh, kw * geo.inner, wide), np.float32)
        in_parts(_by_line, parts, 1, g, rows, parted, line_box, address)
        sums = parted.sum(0).reshape(1, taps, geo.inner, wide)
    else:
        chunks = -(-geo.inner // CHANNELS)
        flat = g.reshape(-1)
        if wide != geo.outer:  # the last panel is read as a whole
            flat = np.empty(g.size + WIDE, np.float32)
            flat[: g.size], flat[g.size :] = g.reshape(-1), 0
        before = (pair[0] for pair in lifted.padding)
        channels, steps = (geo.groups, geo.inner, geo.outer), (*lifted.stride, *before, *lifted.dilation)
        box = (len(x), *lifted.out, *channels, kw, *steps, chunks, taps)
        units = geo.groups * taps * chunks
        pieces = max(1, min(len(x), -(-UNITS // units), len(x) * work_each // GRAIN))
        parted = np.empty((pieces, geo.groups, taps, geo.inner, wide), np.float32)
        units *= pieces
        in_parts(
            _by_channel, units, max(1, GRAIN * units // max(1, work_each * len(x))), flat, rows, parted, box, address
        )
        sums = parted[0] if pieces == 1 else parted.sum(0)
    w = np.empty((geo.groups, geo.outer, geo.inner, taps), np.float32)
    blocks, grain = geo.groups * -(-geo.outer // OUTPUTS), max(1, COPY // (OUTPUTS * geo.inner * taps))
    in_parts(unpack, blocks, grain, sums, w)
    return w.reshape(-1, geo.inner, *geo.kernel)


functions.update(tiles_weight=convolve_weight)
