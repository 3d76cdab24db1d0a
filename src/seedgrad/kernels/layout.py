"""Images with their channels last, which is how compiled code reads them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .compile import Array, compiled
from .sharing import in_parts
from .tile import LANES
from .turn import copy_number, square

# Numbers from which on a square of registers at a time is faster than NumPy's copy, and whose copy is worth a thread.
LARGE, GRAIN = 1 << 12, 1 << 15


@compiled
def _turn(x: Any, out: Any, first: int, last: int) -> None:
    """(N, C, places) as (N, places, C), for the strips of LANES places first to last.

    The last square of places, or of channels, begins earlier where it would not be whole: what both have is written twice.
    """
    _, channels, places = x.shape
    strips = (places + LANES - 1) // LANES
    for unit in range(first, last):
        n, begin = unit // strips, max(0, min(unit % strips * LANES, places - LANES))
        many = min(LANES, places - begin)
        source = x.ctypes.data + 4 * (n * channels * places + begin)
        target = out.ctypes.data + 4 * (n * places + begin) * channels
        if many == LANES and channels >= LANES:
            for strip in range(0, channels, LANES):
                low = min(strip, channels - LANES)
                square(source + 4 * low * places, places, target + 4 * low, channels)
        else:
            for c in range(channels):
                for place in range(many):
                    copy_number(source + 4 * (c * places + place), target + 4 * (place * channels + c))


def channels_first(rows: Array) -> Array:
    """The shape (N, C, *space) of (N, *space, C); nothing is copied. (NumPy's moveaxis takes 6 us.)"""
    last = rows.ndim - 1
    return rows.transpose(0, last, *range(1, last))


def as_channels_last(x: Array) -> Array:
    """(N, H, W, C) of (N, C, H, W), copied if it must be."""
    rows = x.transpose(0, 2, 3, 1)
    if rows.flags.c_contiguous or not x.flags.c_contiguous or x.dtype != np.float32 or x.size < LARGE:
        return np.ascontiguousarray(rows, np.float32)
    images, channels, *space = x.shape
    source, out = x.reshape(images, channels, -1), np.empty(rows.shape, np.float32)
    target, strips = out.reshape(images, -1, channels), -(-math.prod(space) // LANES)
    in_parts(_turn, images * strips, max(1, GRAIN // (LANES * channels)), source, target)
    return out
