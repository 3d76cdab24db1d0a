"""Convolution by Winograd's algorithm, for channels-last images: a quarter of the multiplications of a 3x3 kernel.

Tiles are transformed, multiplied with the transformed kernel, and transformed back: for each of the 36 points of a
tile, one product of matrices (tiles, channels) (channels, outputs). The gradient of the input is a convolution too.
A 4x4 kernel with stride 2 falls apart into four phases with 2x2 taps and 25 points: forward, what they see is summed up
as if they were further channels; for the input's gradient, each gives a quarter of the places.

Where there are many tiles, a thread takes a block of them, whose transforms stay in its cache, and all of the kernel.
Where the kernel is the larger part, a thread takes some output channels and all tiles, and transforms its part of the
kernel a few channels at a time: then the transformed kernel, four times as large as the kernel, is never in memory.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np

from ..core.kernel import functions
from ..core.parallel import get_num_threads
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .layout import as_channels_last
from .sharing import in_parts, own_place, owners
from .tile import LANES, TALL, WIDE, line, line_address, padded
from .transform import OUT
from .turn import pack_part
from .winograd_tiles import kernel_to_points, to_outputs, to_points

# Channels that are summed apart from others.
SHORT = 128
# Channels whose kernel is transformed at a time where it is the larger part, and tiles up to which it is.
SOME, FEW = 64, 64
# Numbers of a kernel that is transformed anew for so many tiles, and never kept as a whole.
LARGE = 1 << 16


class Plan(NamedTuple):
    """What follows from the shapes of a convolution. Each row of a table is (top, left): where the first tile begins."""

    taps: int  # along each axis, of a phase
    step: int  # the stride, along each axis
    down: int
    across: int
    seen: Array  # for each part of what is summed up, in the input; of all outputs that are apart, one after the other
    out: Array  # of the outputs that are apart

    @property
    def box(self) -> tuple[int, ...]:
        rounds, seen = len(self.out), len(self.seen) // len(self.out)
        return (
            self.taps,
            self.down,
            self.across,
            rounds,
            seen,
            self.step if seen > 1 else 1,
            self.step if rounds > 1 else 1,
        )


@functools.lru_cache(maxsize=1024)
def plan_of(geo: Geometry, back: bool) -> Plan:
    step, taps = geo.stride[0], geo.kernel[0] // geo.stride[0]
    before = [pair[0] for pair in geo.padding]
    phases = [divmod(phase, step) for phase in range(step * step)]
    if not back:
        seen = [[phase[axis] - before[axis] for axis in range(2)] for phase in phases]
        counts = [geo.out]
        first = [[0, 0]]
    else:
        # The input at h = step m + phase - before was seen by the outputs m - j.
        skipped = [[max(0, -(-(before[axis] - phase[axis]) // step)) for axis in range(2)] for phase in phases]
        first = [
            [step * m + p - b for m, p, b in zip(*row, before, strict=True)]
            for row in zip(skipped, phases, strict=True)
        ]
        seen = [[m - taps + 1 for m in row] for row in skipped]
        counts = [tuple(-(-(n - a) // step) for n, a in zip(geo.size, row, strict=True)) for row in first]
    down, across = (max(1, *(-(-row[axis] // OUT) for row in counts)) for axis in range(2))
    return Plan(taps, step, down, across, np.array(seen), np.array(first))


@compiled
def width_of(channels: int, parts: int) -> int:
    """The width of a tile at a point: the parts side by side, whole vectors for the last of them.

    An odd number of vectors: steps of a power of two lead to few places of the cache.
    """
    vectors = ((parts - 1) * channels + LANES - 1) // LANES + (channels + LANES - 1) // LANES
    return (vectors + 1 - vectors % 2) * LANES


@compiled
def _panels(w: Any, panels: Any, box: Any, back: bool) -> None:
    """The kernel at the points: (round, strip of output channels, point, part, sum, place)."""
    taps, step, rounds, parts, sums, places = box
    points, all_taps = (OUT + taps - 1) ** 2, step * step * taps * taps
    strips = (places + WIDE - 1) // WIDE
    packed = np.empty(all_taps * sums * min(WIDE, padded(places)), np.float32)
    for strip in range(strips):
        start = strip * WIDE
        each = sums * padded(min(WIDE, places - start))
        pack_part(w, packed.ctypes.data, sums, places, all_taps, not back, 0, start, 0, sums)
        for r in range(rounds):
            for q in range(parts):
                target = panels.ctypes.data + 4 * (
                    points * (r * strips + strip) * (parts * sums * WIDE + LANES) + q * each
                )
                kernel_to_points(packed.ctypes.data, each, taps, step, r + q, back, target, parts * each + LANES)


@compiled
def _by_tiles(
    x: Any,
    w: Any,
    panels: Any,
    owners: Any,
    bias: Any,
    out: Any,
    seen_at: Any,
    out_at: Any,
    box: Any,
    back: bool,
    address: int,
    block: int,
    first: int,
    last: int,
) -> None:
    """The outputs of the blocks of tiles first to last. panels: for each thread, the kernel at the points."""
    taps, down, across, rounds, parts, step, out_step = box
    channels, places = x.shape[3], out.shape[3]
    mine, new = own_place(owners)
    if new:
        _panels(w, panels[mine], (taps, max(step, out_step), rounds, parts, channels, places), back)
    points, sums = (OUT + taps - 1) ** 2, parts * channels
    wide = width_of(channels, parts)
    apart, found_apart = block * wide + LANES, block * WIDE + LANES
    seen, found = np.empty(points * apart, np.float32), np.empty(points * found_apart, np.float32)
    zeros = np.zeros(WIDE, np.float32)
    short = SHORT if sums % SHORT == 0 else sums  # terms of a partial sum
    tiles, strips = len(x) * down * across, (places + WIDE - 1) // WIDE
    for unit in range(first, last):
        begin, end = unit * block, min(tiles, unit * block + block)
        for r in range(rounds):
            for q in range(parts):
                here = (down, across, seen_at[r * parts + q, 0], seen_at[r * parts + q, 1], step)
                to_points(x, False, taps, here, seen.ctypes.data + 4 * q * channels, apart, wide, begin, end)
            there = (down, across, out_at[r, 0], out_at[r, 1], out_step)
            for start in range(0, places, WIDE):
                real = min(WIDE, places - start)
                width = padded(real)
                loops = ((1, 0, 0), (sums // short, short, short * width), (short, 1, width))
                panel = panels[mine].ctypes.data + 4 * points * (r * strips + start // WIDE) * (sums * WIDE + LANES)
                for point in range(points):
                    a = seen.ctypes.data + 4 * point * apart
                    c = found.ctypes.data + 4 * point * found_apart
                    b = panel + 4 * point * (sums * width + LANES)
                    line(address, end - begin, width, a, wide, loops, 2, b, zeros.ctypes.data, 0, c, WIDE)
                to_outputs(
                    found.ctypes.data,
                    found_apart,
                    taps,
                    bias.ctypes.data + 4 * start,
                    out,
                    start,
                    real,
                    there,
                    begin,
                    end,
                )


@compiled
def _by_strips(
    x: Any,
    w: Any,
    seen: Any,
    owners: Any,
    bias: Any,
    out: Any,
    seen_at: Any,
    out_at: Any,
    box: Any,
    begin: int,
    end: int,
    back: bool,
    address: int,
    first: int,
    last: int,
) -> None:
    """The outputs of the strips of output channels first to last, of all rounds, for the tiles begin to end.

    seen: for each thread the tiles (round, point, tile, part and channel), with LANES numbers between points.
    """
    taps, down, across, rounds, parts, seen_step, out_step = box
    channels, places, points, step = x.shape[3], out.shape[3], (OUT + taps - 1) ** 2, max(seen_step, out_step)
    wide, tiles = width_of(channels, parts), end - begin
    apart, found_apart = tiles * wide + LANES, tiles * WIDE + LANES
    mine, new = own_place(owners)
    tiles_at = seen[mine].ctypes.data
    if new:
        for k in range(rounds * parts):
            here = (down, across, seen_at[k, 0], seen_at[k, 1], seen_step)
            to = tiles_at + 4 * (k // parts * points * apart + k % parts * channels)
            to_points(x, False, taps, here, to, apart, wide, begin, end)
    strips = (places + WIDE - 1) // WIDE
    all_taps = step * step * taps * taps
    packed = np.empty(all_taps * SOME * WIDE, np.float32)
    panel = np.empty(points * (SOME * WIDE + LANES), np.float32)
    found = np.empty(points * found_apart, np.float32)
    for unit in range(first, last):
        r, start = unit // strips, unit % strips * WIDE
        real = min(WIDE, places - start)
        width = padded(real)
        found[:] = 0
        for low in range(0, channels, SOME):
            many = min(SOME, channels - low)
            pack_part(w, packed.ctypes.data, channels, places, all_taps, not back, 0, start, low, low + many)
            loops, each = ((1, 0, 0), (1, 0, 0), (many, 1, width)), many * width
            for q in range(parts):
                phase = r + q  # (one of them is 0)
                kernel_to_points(packed.ctypes.data, each, taps, step, phase, back, panel.ctypes.data, each + LANES)
                for point in range(points):
                    a = tiles_at + 4 * ((r * points + point) * apart + q * channels + low)
                    c = found.ctypes.data + 4 * point * found_apart
                    b = panel.ctypes.data + 4 * point * (each + LANES)
                    line(address, tiles, width, a, wide, loops, 0, b, c, WIDE, c, WIDE)
        there = (down, across, out_at[r, 0], out_at[r, 1], out_step)
        to_outputs(
            found.ctypes.data, found_apart, taps, bias.ctypes.data + 4 * start, out, start, real, there, begin, end
        )


def block_of(sums: int, tiles: int) -> int:
    """Tiles whose transforms fit into a core's cache of 1 MB, so many that threads have equally many blocks."""
    most = TALL * max(1, 256 // sums)
    threads = get_num_threads()
    rounds = -(-tiles // (most * threads))
    return min(most, -(-tiles // (rounds * threads * 4)) * 4)


def _run(x: Array, w: Array, bias: Array | None, geo: Geometry, back: bool) -> Array:
    plan, size = plan_of(geo, back), geo.size if back else geo.out
    sums, places = (geo.outer, geo.inner) if back else (geo.inner, geo.outer)
    taps, down, across, rounds, parts, _, _ = box = plan.box
    tiles, points, strips = len(x) * down * across, (OUT + taps - 1) ** 2, -(-places // WIDE)
    kernel, rows, address = np.ascontiguousarray(w).reshape(-1), as_channels_last(x), line_address()
    start_value = np.zeros(strips * WIDE, np.float32)
    if bias is not None:
        start_value[:places] = bias
    out, threads = np.empty((len(x), *size, places), np.float32), owners()
    result = (start_value, out, plan.seen, plan.out, box)
    if tiles <= FEW or sums * places > LARGE:
        for begin in range(0, tiles, FEW):
            end = min(begin + FEW, tiles)
            apart = (end - begin) * width_of(sums, parts) + LANES
            seen = np.empty((len(threads), rounds * points * apart), np.float32)
            threads[:] = 0
            in_parts(_by_strips, rounds * strips, 1, rows, kernel, seen, threads, *result, begin, end, back, address)
    else:
        block = block_of(sums * parts, tiles)
        panels = np.empty((len(threads), points * rounds * strips * (parts * sums * WIDE + LANES)), np.float32)
        in_parts(_by_tiles, -(-tiles // block), 1, rows, kernel, panels, threads, *result, back, address, block)
    return out.transpose(0, 3, 1, 2)


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, O, *out), of x (N, C, *size)."""
    return _run(x, w, bias, geo, back=False)


def convolve_input(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, C, *size), where y is that of the output."""
    return _run(y, w, None, geo, back=True)


functions.update(winograd_forward=convolve, winograd_input=convolve_input)
