"""The gradient of a convolution's kernel by Winograd's algorithm: its steps backwards.

For each point of the tiles, the product of matrices (channels, tiles) (tiles, outputs); its sums then become taps.
Where there are many tiles, a thread takes blocks of them and has sums of its own for all channels. Where there are few, all
are transformed first, and a thread takes a block of channels and outputs, whose sums stay in its cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import get_num_threads, parallel_for
from ..ops.conv_choice import keeps_tiles
from ..ops.conv_geometry import Geometry, total
from .compile import Array, compiled
from .layout import as_channels_last
from .numba_winograd import Own, block_of, plan_of, width_of
from .tile import LANES, WIDE, line, line_address, padded
from .transform import OUT
from .turn import OUTPUTS, unpack, unpack_part
from .winograd_tiles import to_points, to_taps

# Input channels of a block.
CHANNELS = 64


@compiled
def _by_tiles(
    y: Any, x: Any, sums: Any, seen_at: Any, box: Any, address: int, block: int, first: int, last: int
) -> None:
    """sums (point, part and channel, padded O) over the blocks of tiles first to last."""
    taps, down, across, step = box
    channels, outer, parts = x.shape[3], y.shape[3], len(seen_at)
    points, all_channels, wide_out = sums.shape
    wide, wide_given = width_of(channels, parts), width_of(max(wide_out, outer), 1)
    apart, given_apart = block * wide + LANES, block * wide_given + LANES
    seen, given = np.empty(points * apart, np.float32), np.empty(points * given_apart, np.float32)
    tiles = len(x) * down * across
    sums[...] = 0
    for unit in range(first, last):
        begin, end = unit * block, min(tiles, unit * block + block)
        for q in range(parts):
            here = (down, across, seen_at[q, 0], seen_at[q, 1], step)
            to_points(x, False, taps, here, seen.ctypes.data + 4 * q * channels, apart, wide, begin, end)
        to_points(y, True, taps, (down, across, 0, 0, 1), given.ctypes.data, given_apart, wide_given, begin, end)
        loops = ((1, 0, 0), (1, 0, 0), (end - begin, wide, wide_given))
        for point in range(points):
            for start in range(0, outer, WIDE):
                width = padded(min(WIDE, outer - start))
                a = seen.ctypes.data + 4 * point * apart
                b = given.ctypes.data + 4 * (point * given_apart + start)
                c = sums.ctypes.data + 4 * (point * all_channels * wide_out + start)
                line(address, all_channels, width, a, 1, loops, 0, b, c, wide_out, c, wide_out)


@compiled
def _by_blocks(both: Any, w: Any, box: Any, address: int, first: int, last: int) -> None:
    """The blocks first to last of w (1, O, channel, tap).

    both: tiles of the input (point, tile, part and channel), then of the output's gradient (point, tile, O), with LANES
    numbers between points.
    """
    taps, step, parts, tiles, wide, wide_given = box
    points, apart, given_apart = (OUT + taps - 1) ** 2, tiles * wide + LANES, tiles * wide_given + LANES
    _, outer, inner, all_taps = w.shape
    strips = (outer + WIDE - 1) // WIDE
    seen, given = both.ctypes.data, both.ctypes.data + 4 * points * apart
    each = CHANNELS * WIDE
    sums, found = np.empty(points * (each + LANES), np.float32), np.empty(all_taps * each, np.float32)
    zeros = np.zeros(WIDE, np.float32)
    loops = ((1, 0, 0), (1, 0, 0), (tiles, wide, wide_given))
    for unit in range(first, last):
        begin, start = unit // strips * CHANNELS, unit % strips * WIDE
        end, stop = min(begin + CHANNELS, inner), min(start + WIDE, outer)
        width = padded(stop - start)
        for q in range(parts):
            for point in range(points):
                a = seen + 4 * (point * apart + q * inner + begin)
                b = given + 4 * (point * given_apart + start)
                c = sums.ctypes.data + 4 * point * (each + LANES)
                line(address, end - begin, width, a, 1, loops, 2, b, zeros.ctypes.data, 0, c, WIDE)
            vectors = (end - begin) * WIDE // LANES
            to_taps(sums.ctypes.data, each + LANES, taps, step, q, found.ctypes.data, each, 0, vectors)
        unpack_part(found.ctypes.data, WIDE, CHANNELS * WIDE, w, 0, start, stop, begin, end)


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, C, *kernel), where y is that of the output."""
    rows, g, address = as_channels_last(x), as_channels_last(y), line_address()
    plan, inner, outer = plan_of(geo, False), geo.inner, geo.outer
    taps, down, across, _, parts, step, _ = plan.box
    tiles, points, all_taps = len(x) * down * across, (OUT + taps - 1) ** 2, (plan.step * taps) ** 2
    w = np.empty((1, outer, inner, all_taps), np.float32)
    wide, wide_out = width_of(inner, parts), width_of(padded(outer), 1)
    if keeps_tiles(len(x), geo):
        apart, given_apart = tiles * wide + LANES, tiles * wide_out + LANES

        def transform() -> Array:
            both = np.empty(points * (apart + given_apart), np.float32)
            for q, (top, left) in enumerate(plan.seen.tolist()):
                here = (down, across, top, left, step)
                to_points(rows, False, taps, here, both.ctypes.data + 4 * q * inner, apart, wide, 0, tiles)
            there, target = (down, across, 0, 0, 1), both.ctypes.data + 4 * points * apart
            to_points(g, True, taps, there, target, given_apart, wide_out, 0, tiles)
            return both

        tiles_of = Own(transform)

        def blocks(start: int, stop: int) -> None:
            _by_blocks(tiles_of(), w, (taps, plan.step, parts, tiles, wide, wide_out), address, start, stop)

        parallel_for(blocks, -(-inner // CHANNELS) * -(-outer // WIDE))
        return w.reshape(outer, inner, *geo.kernel)
    block = block_of(parts * inner, tiles)
    units = -(-tiles // block)

    def work(start: int, stop: int) -> Array:
        part = np.empty((points, parts * inner, padded(outer)), np.float32)
        _by_tiles(g, rows, part, plan.seen, (taps, down, across, step), address, block, start, stop)
        return part

    sums = total(parallel_for(work, units, max(1, units // get_num_threads())))
    found, each = np.empty((1, all_taps, inner, padded(outer)), np.float32), inner * padded(outer)

    def back(start: int, stop: int) -> None:
        for q in range(parts):
            source = sums.ctypes.data + 4 * q * each
            to_taps(source, parts * each, taps, plan.step, q, found.ctypes.data, each, start, stop)

    parallel_for(back, -(-each // LANES), 1 << 10)

    def turn(start: int, stop: int) -> None:
        unpack(found, w, start, stop)

    parallel_for(turn, -(-outer // OUTPUTS), max(1, (1 << 17) // (OUTPUTS * inner)))
    return w.reshape(outer, inner, *geo.kernel)


functions.update(winograd_weight=convolve_weight)
