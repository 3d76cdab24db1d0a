"""How tiles are laid over a convolution: lines of outputs or images as their rows, and who computes which."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

from ..ops.conv_geometry import BLOCK, Geometry
from .compile import Array, compiled
from .phases import backward_axis, forward_axis, lifted_to_images, reach_of
from .tile import TALL, WIDE, steps

# Multiplications that are worth a thread.
GRAIN = 1 << 19
# What tiles of images may cost, beside tiles of lines, to be chosen.
CHEAPER = 0.6
# Parts below which threads would wait for each other.
UNITS = 4


@compiled
def seen_taps(size: int, start: int, tap: int, times: int) -> tuple[int, int]:
    """The taps j for which start + j tap lies in the input: first, one past the last."""
    first, last = 0, times
    while first < last and not 0 <= start + first * tap < size:
        first += 1
    while first < last and not 0 <= start + (last - 1) * tap < size:
        last -= 1
    return first, last


@compiled
def reach_in_band(high: Array, band: int, bands: int) -> tuple[int, int]:
    """The first and the last row that is seen by a band of the outputs of all phases; the last first if there is none."""
    low, top = 1 << 62, -(1 << 62)
    for p in range(len(high)):
        begin, end = high[p, 2] * band // bands, high[p, 2] * (band + 1) // bands
        if begin < end and high[p, 6] > 0:
            reach = (high[p, 6] - 1) * high[p, 5]
            low = min(low, high[p, 3] + begin * high[p, 4] + min(0, reach))
            top = max(top, high[p, 3] + (end - 1) * high[p, 4] + max(0, reach))
    return low, top


class Plan(NamedTuple):
    """What follows from the shapes of a convolution and the number of images."""

    high: Array
    broad: Array
    box: tuple[int, ...]
    units: int
    grain: int
    seen: tuple[int, ...]
    size: tuple[int, ...]
    by_batch: bool


def _by_batch(
    images: int, high: Array, broad: Array, seen: tuple[int, ...], places: int, sums: int, units: int
) -> bool:
    """Whether images are the rows of tiles, instead of the outputs in a line.

    They are where a line has fewer outputs than a tile has rows; and where that leaves out so many taps that lie in the
    padding, or fills tiles so much better, that copying the images side by side is paid back.
    """
    if min(images, TALL) > int(broad[:, 2].max()):
        return True
    if units < UNITS:
        return False
    taps = [
        sum(
            last - first
            for _, _, many, start, along, tap, times, _, _ in axis
            for first, last in (seen_taps(size, start + t * along, tap, times) for t in range(many))
        )
        for size, axis in zip(seen, (high, broad), strict=True)
    ]
    by_image = taps[0] * taps[1] * steps(images, places) * sums
    loops = sum(int(many) * int(times) for many, times in high[:, [2, 6]])
    terms = sum(steps(int(many), places) * int(times) for many, times in broad[:, [2, 6]])
    return by_image < CHEAPER * images * loops * terms * sums


@functools.lru_cache(maxsize=1024)
def plan_of(geo: Geometry, images: int, back: bool) -> Plan:
    lifted, axis = lifted_to_images(geo), backward_axis if back else forward_axis
    if images > 1 and lifted.pointwise() and not any(map(any, lifted.padding)):  # one long line
        line = (1, math.prod(lifted.size))
        lifted = lifted._replace(size=line, padded=line, out=line)
    high, broad = axis(lifted, 0), axis(lifted, 1)
    sums, places = (geo.outer, geo.inner) if back else (geo.inner, geo.outer)
    kernel, taps = lifted.kernel, math.prod(lifted.kernel)
    start = (geo.groups, sums, places, kernel[1], taps)
    size, seen = (lifted.size, lifted.out) if back else (lifted.out, lifted.size)
    each = math.prod(lifted.out) * taps * geo.groups * sums * places  # multiplications for an image
    # What images that are the rows of tiles see in one line of outputs should stay in the cache.
    small = kernel[0] * seen[1] * geo.groups * sums * TALL <= BLOCK
    units = -(-images // TALL) * geo.groups * -(-places // WIDE)
    if small and _by_batch(images, high, broad, seen, min(places, WIDE), sums, units):
        return Plan(high, broad, (*start, TALL), units, max(1, GRAIN * units // (each * images)), seen, size, True)
    bands = max(1, min(int(high[:, 2].max()), -(-16 // images), each // GRAIN))
    box = (*start, *reach_of(broad, 1), reach_of(high, bands)[1], bands)
    return Plan(high, broad, box, images * bands, max(1, GRAIN * bands // each), seen, size, False)
