"""The sum of each channel of channels-last images: the gradient of a convolution's bias."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import parallel_for
from ..ops.conv_geometry import total
from .compile import Array, compiled

# Places that are summed in float32 before they are added to the rest, and numbers that are worth a thread.
PLACES, GRAIN = 256, 1 << 18
# Numbers that are added at once: several places where there are few channels.
WIDE = 64


@compiled
def _sum(x: Any, sums: Any, wide: int, first: int, last: int) -> None:
    """Add to `sums` the blocks first to last of x, flat, each PLACES rows of `wide` numbers: whole places."""
    channels = sums.size
    part = np.empty(wide, np.float32)
    for block in range(first, last):
        part[:] = 0
        begin = block * PLACES * wide
        for start in range(begin, min(begin + PLACES * wide, x.size), wide):
            row = x[start : start + wide]  # the last one may be shorter
            for i in range(row.size):
                part[i] += row[i]
        for start in range(0, wide, channels):
            for c in range(channels):
                sums[c] += part[start + c]


def channel_sum(rows: Array) -> Array:
    """The sums over all but the last axis of a contiguous array of float32."""
    channels = rows.shape[-1]
    flat, wide = rows.reshape(-1), -(-WIDE // channels) * channels

    def work(start: int, stop: int) -> Array:
        sums = np.zeros(channels, np.float32)
        _sum(flat, sums, wide, start, stop)
        return sums

    return total(parallel_for(work, -(-flat.size // (PLACES * wide)), max(1, GRAIN // (PLACES * wide))))


functions.update(channel_sum=channel_sum)
