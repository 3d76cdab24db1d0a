"""Convolution with 3x3 kernels by Winograd's algorithm, for channels-last images: a quarter of the multiplications.

A block of tiles is transformed, multiplied with the transformed kernel, and transformed back while it is in the
cache: for each of the 36 places of a tile, one product of matrices (tiles, channels) (channels, outputs). The
gradient of the input is a convolution too; that of the kernel runs the same steps backwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import get_num_threads, parallel_for
from ..ops.conv_geometry import Geometry, total
from .compile import Array, compiled
from .layout import as_channels_last
from .tile import LANES, TALL, WIDE, line, line_address, padded
from .transform import IN, KERNEL, OUT, matrices, transform, transposed
from .turn import OUTPUTS, copy_run, pack, unpack

SQUARE = IN * IN
# Channels that are summed apart from others.
SHORT = 128
_a, _g, _b = matrices()
_to_points = transform(_b)
_from_points = transform(_a)
_kernel_to_points, _kernel_to_points_half = transform(_g), transform(_g, LANES // 2)
_gradient_to_points = transform(transposed(_a))
_kernel_from_points = transform(transposed(_g))


@compiled
def _patch(x: Any, n: int, top: int, left: int, size: int, patch: Any) -> None:
    """The square of an image from (top, left) on, zeros outside."""
    _, height, width, channels = x.shape
    for i in range(size):
        for j in range(size):
            if 0 <= top + i < height and 0 <= left + j < width:
                source = x.ctypes.data + 4 * ((n * height + top + i) * width + left + j) * channels
                copy_run(source, patch.ctypes.data + 4 * (i * patch.shape[1] + j) * patch.shape[2], channels)
            else:
                for c in range(channels):
                    patch[i, j, c] = 0


@compiled
def _tiles(x: Any, patch: Any, found: Any, size: int, box: Any, first: int, last: int) -> None:
    """found (place, tile, channel): the tiles first to last of `size` (6: of the input, 4: of the output's gradient)."""
    down, across, top, left = box
    _, height, width, channels = x.shape
    row, place = width * channels, found.shape[1] * found.shape[2]
    for t in range(first, last):
        n, i, j = t // (down * across), t // across % down * OUT + top, t % across * OUT + left
        inside = i >= 0 and j >= 0 and i + size <= height and j + size <= width and channels % LANES == 0
        if inside:
            source, row_step, step = x.ctypes.data + 4 * (((n * height + i) * width + j) * channels), row, channels
        else:
            _patch(x, n, i, j, size, patch)
            source, row_step, step = patch.ctypes.data, patch.shape[1] * patch.shape[2], patch.shape[2]
        target = found.ctypes.data + 4 * (t - first) * found.shape[2]
        for c in range(0, channels, LANES):
            if size == IN:
                _to_points(source + 4 * c, row_step, step, target + 4 * c, IN * place, place)
            else:
                _gradient_to_points(source + 4 * c, row_step, step, target + 4 * c, IN * place, place)


@compiled
def _kernel(packed: Any, panels: Any, sums: int, places: int, flip: bool, first: int, last: int) -> None:
    """The panels first to last of the packed kernel, their nine taps as the 36 places of a tile."""
    for panel in range(first, last):
        begin = panel * WIDE
        size = sums * padded(min(WIDE, places - begin))
        source = packed.ctypes.data + 4 * KERNEL * KERNEL * sums * begin
        target = panels.ctypes.data + 4 * SQUARE * sums * begin
        step = size
        if flip:
            source, step = source + 4 * (KERNEL * KERNEL - 1) * size, -size
        whole = size - size % LANES
        for i in range(0, whole, LANES):
            _kernel_to_points(source + 4 * i, KERNEL * step, step, target + 4 * i, IN * size, size)
        for i in range(whole, size, LANES // 2):
            _kernel_to_points_half(source + 4 * i, KERNEL * step, step, target + 4 * i, IN * size, size)


@compiled
def _convolve(
    x: Any, panels: Any, bias: Any, out: Any, box: Any, address: int, block: int, first: int, last: int
) -> None:
    """The outputs of the blocks of tiles first to last."""
    down, across, _, _ = box
    channels, places = x.shape[3], out.shape[3]
    wide = (channels + LANES - 1) // LANES * LANES
    patch = np.empty((IN, IN, wide), np.float32)
    seen = np.empty((SQUARE, block, wide), np.float32)
    found = np.empty((SQUARE, block, WIDE), np.float32)
    square = np.empty((OUT, OUT, WIDE), np.float32)
    zeros = np.zeros(WIDE, np.float32)
    short = SHORT if channels % SHORT == 0 else channels  # terms of a partial sum
    many = channels // short
    tiles = len(x) * down * across
    for unit in range(first, last):
        begin, end = unit * block, min(tiles, unit * block + block)
        _tiles(x, patch, seen, IN, box, begin, end)
        for start in range(0, places, WIDE):
            real = min(WIDE, places - start)
            width = padded(real)
            loops = ((1, 0, 0), (many, short, short * width), (short, 1, width))
            for place in range(SQUARE):
                a = seen.ctypes.data + 4 * place * block * wide
                b = panels.ctypes.data + 4 * (SQUARE * channels * start + place * channels * width)
                c = found.ctypes.data + 4 * place * block * WIDE
                line(address, end - begin, width, a, wide, loops, 2, b, zeros.ctypes.data, 0, c, WIDE)
            for t in range(begin, end):
                for o in range(0, width, LANES):
                    source, target = found.ctypes.data + 4 * ((t - begin) * WIDE + o), square.ctypes.data + 4 * o
                    _from_points(source, IN * block * WIDE, block * WIDE, target, OUT * WIDE, WIDE)
                n, top, left = t // (down * across), t // across % down * OUT, t % across * OUT
                for i in range(min(OUT, out.shape[1] - top)):
                    for j in range(min(OUT, out.shape[2] - left)):
                        row, value = out[n, top + i, left + j, start : start + real], square[i, j]
                        for o in range(real):
                            row[o] = value[o] + bias[start + o]


@compiled
def _weight(y: Any, x: Any, sums: Any, box: Any, address: int, block: int, first: int, last: int) -> None:
    """sums (place, channel, padded O) over the blocks of tiles first to last."""
    down, across, _, _ = box
    channels, outer = x.shape[3], y.shape[3]
    wide, wide_out = (channels + LANES - 1) // LANES * LANES, sums.shape[2]
    rounded = (outer + LANES - 1) // LANES * LANES
    patch = np.zeros((IN, IN, max(wide, rounded)), np.float32)
    seen = np.empty((SQUARE, block, wide), np.float32)
    given = np.empty((SQUARE, block, max(wide_out, rounded)), np.float32)
    tiles = len(x) * down * across
    sums[...] = 0
    for unit in range(first, last):
        begin, end = unit * block, min(tiles, unit * block + block)
        _tiles(x, patch, seen, IN, box, begin, end)
        _tiles(y, patch, given, OUT, (down, across, 0, 0), begin, end)
        loops = ((1, 0, 0), (1, 0, 0), (end - begin, wide, given.shape[2]))
        for place in range(SQUARE):
            for start in range(0, outer, WIDE):
                width = padded(min(WIDE, outer - start))
                a = seen.ctypes.data + 4 * place * block * wide
                b = given.ctypes.data + 4 * (place * block * given.shape[2] + start)
                c = sums.ctypes.data + 4 * (place * channels * wide_out + start)
                line(address, channels, width, a, 1, loops, 0, b, c, wide_out, c, wide_out)


@compiled
def _weight_back(sums: Any, taps: Any, first: int, last: int) -> None:
    """The 36 places of the summed products as nine taps, for the vectors first to last."""
    size = sums.shape[1] * sums.shape[2]
    for vector in range(first, last):
        i = min(vector * LANES, size - LANES)  # the last one may overlap the one before it
        _kernel_from_points(sums.ctypes.data + 4 * i, IN * size, size, taps.ctypes.data + 4 * i, KERNEL * size, size)


def _block(channels: int, tiles: int) -> int:
    """Tiles whose transforms fit into a core's cache of 1 MB, so many that threads have equally many blocks."""
    most = TALL * max(1, 256 // channels)
    threads = get_num_threads()
    rounds = -(-tiles // (most * threads))
    return min(most, -(-tiles // (rounds * threads * 4)) * 4)


def _run(x: Array, w: Array, bias: Array | None, size: tuple[int, ...], top: int, left: int, back: bool) -> Array:
    """Outputs of spatial shape `size`, the first of which sees the input from (top, left) on."""
    sums, places = (w.shape[0], w.shape[1]) if back else (w.shape[1], w.shape[0])
    kernel, wide, strips = np.ascontiguousarray(w).reshape(-1), padded(places), -(-places // WIDE)
    packed = np.empty(KERNEL * KERNEL * sums * wide, np.float32)
    panels = np.empty(SQUARE * sums * wide, np.float32)

    def prepare(start: int, stop: int) -> None:
        pack(kernel, packed, sums, places, KERNEL * KERNEL, not back, start, stop)
        _kernel(packed, panels, sums, places, back, start, stop)

    parallel_for(prepare, strips, max(1, (1 << 14) // (WIDE * sums)))
    start_value = np.zeros(wide, np.float32)
    if bias is not None:
        start_value[:places] = bias
    rows, address = as_channels_last(x), line_address()
    out = np.empty((len(x), *size, places), np.float32)
    down, across = (-(-n // OUT) for n in size)
    block = _block(sums, len(x) * down * across)
    box = (down, across, top, left)

    def work(start: int, stop: int) -> None:
        _convolve(rows, panels, start_value, out, box, address, block, start, stop)

    parallel_for(work, -(-len(x) * down * across // block))
    return out.transpose(0, 3, 1, 2)


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, O, *out), of x (N, C, *size)."""
    return _run(x, w, bias, geo.out, -geo.padding[0][0], -geo.padding[1][0], back=False)


def convolve_input(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, C, *size), where y is that of the output."""
    top, left = (before - KERNEL + 1 for before, _ in geo.padding)
    return _run(y, w, None, geo.size, top, left, back=True)


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, C, 3, 3), where y is that of the output."""
    rows, g, address = as_channels_last(x), as_channels_last(y), line_address()
    down, across = (-(-n // OUT) for n in geo.out)
    box = (down, across, -geo.padding[0][0], -geo.padding[1][0])
    channels, wide = geo.inner, padded(geo.outer)
    block = _block(channels, len(x) * down * across)
    blocks = -(-len(x) * down * across // block)

    def work(start: int, stop: int) -> Array:
        part = np.empty((SQUARE, channels, wide), np.float32)
        _weight(g, rows, part, box, address, block, start, stop)
        return part

    sums = total(parallel_for(work, blocks, max(1, blocks // get_num_threads())))
    taps = np.empty((1, KERNEL * KERNEL, channels, wide), np.float32)

    def back(start: int, stop: int) -> None:
        _weight_back(sums, taps, start, stop)

    parallel_for(back, -(-channels * wide // LANES), 1 << 10)
    w = np.empty((1, geo.outer, channels, KERNEL * KERNEL), np.float32)

    def turn(start: int, stop: int) -> None:
        unpack(taps, w, start, stop)

    parallel_for(turn, -(-geo.outer // OUTPUTS), max(1, (1 << 17) // (OUTPUTS * channels)))
    return w.reshape(-1, channels, KERNEL, KERNEL)


functions.update(winograd_forward=convolve, winograd_input=convolve_input, winograd_weight=convolve_weight)
