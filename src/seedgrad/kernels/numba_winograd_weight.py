"""The gradient of a convolution's kernel by Winograd's algorithm: its steps backwards.

For each point of the tiles, the product of matrices (channels, tiles) (tiles, outputs); its sums then become taps.
Where there are many tiles, a thread takes blocks of them and has sums of its own for all channels. Where there are few, all
are transformed first, and a thread takes a block of channels and outputs, whose sums stay in its cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import get_num_threads
from ..ops.conv_choice import keeps_tiles
from ..ops.conv_geometry import Geometry
from .compile import Array, compiled
from .layout import as_channels_last
from .numba_conv import COPY
from .numba_winograd import block_of, plan_of, width_of
from .sharing import in_parts, own_place, owners
from .tile import LANES, WIDE, line, line_address, padded
from .transform import OUT
from .turn import OUTPUTS, unpack, unpack_part
from .winograd_tiles import to_points, to_taps

# Input channels of a block.
CHANNELS = 64


@compiled
def _by_tiles(
    y: Any, x: Any, parted: Any, seen_at: Any, box: Any, address: int, block: int, first: int, last: int
) -> None:
    """parted (part, point, phase and channel, padded O), of the parts first to last of the blocks of tiles."""
    taps, down, across, step = box
    channels, outer, parts = x.shape[3], y.shape[3], len(seen_at)
    pieces, points, all_channels, wide_out = parted.shape
    wide, wide_given = width_of(channels, parts), width_of(max(wide_out, outer), 1)
    apart, given_apart = block * wide + LANES, block * wide_given + LANES
    seen, given = np.empty(points * apart, np.float32), np.empty(points * given_apart, np.float32)
    tiles = len(x) * down * across
    units = (tiles + block - 1) // block
    for piece in range(first, last):
        sums = parted[piece]
        sums[...] = 0
        for unit in range(units * piece // pieces, units * (piece + 1) // pieces):
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
def _to_kernel(sums: Any, found: Any, parts: int, taps: int, step: int, first: int, last: int) -> None:
    """found (tap, channel and O) of sums (point, phase, channel and O), for the vectors first to last."""
    each = found.shape[1]
    for q in range(parts):
        to_taps(sums.ctypes.data + 4 * q * each, parts * each, taps, step, q, found.ctypes.data, each, first, last)


@compiled
def _by_blocks(
    y: Any, x: Any, both: Any, owners: Any, w: Any, seen_at: Any, box: Any, address: int, first: int, last: int
) -> None:
    """The blocks first to last of w (1, O, channel, tap).

    both: for each thread the tiles of the input (point, tile, part and channel), then those of the output's gradient
    (point, tile, O), with LANES numbers between points.
    """
    taps, down, across, step, wide, wide_given = box
    parts, tiles = len(seen_at), len(x) * down * across
    points, apart, given_apart = (OUT + taps - 1) ** 2, tiles * wide + LANES, tiles * wide_given + LANES
    _, outer, inner, all_taps = w.shape
    strips = (outer + WIDE - 1) // WIDE
    mine, new = own_place(owners)
    seen = both[mine].ctypes.data
    given = seen + 4 * points * apart
    if new:
        for q in range(parts):
            here = (down, across, seen_at[q, 0], seen_at[q, 1], step)
            to_points(x, False, taps, here, seen + 4 * q * inner, apart, wide, 0, tiles)
        to_points(y, True, taps, (down, across, 0, 0, 1), given, given_apart, wide_given, 0, tiles)
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
    if keeps_tiles(len(x), geo):
        wide, wide_out, threads = width_of(inner, parts), width_of(padded(outer), 1), owners()
        both = np.empty((len(threads), points * (tiles * (wide + wide_out) + 2 * LANES)), np.float32)
        box, blocks = (taps, down, across, step, wide, wide_out), -(-inner // CHANNELS) * -(-outer // WIDE)
        in_parts(_by_blocks, blocks, 1, g, rows, both, threads, w, plan.seen, box, address)
    else:
        block = block_of(parts * inner, tiles)
        pieces = min(get_num_threads(), -(-tiles // block))
        parted = np.empty((pieces, points, parts * inner, padded(outer)), np.float32)
        in_parts(_by_tiles, pieces, 1, g, rows, parted, plan.seen, (taps, down, across, step), address, block)
        sums, found = parted.sum(0).reshape(-1), np.empty((all_taps, inner * padded(outer)), np.float32)
        in_parts(_to_kernel, -(-found.shape[1] // LANES), 1 << 7, sums, found, parts, taps, plan.step)
        found = found.reshape(1, all_taps, inner, -1)
        in_parts(unpack, -(-outer // OUTPUTS), max(1, COPY // (OUTPUTS * inner * all_taps)), found, w)
    return w.reshape(outer, inner, *geo.kernel)


functions.update(winograd_weight=convolve_weight)
