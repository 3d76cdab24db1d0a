"""Sums over the rows of a matrix: the gradient of a bias, and of what else was given to every row."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from .columns import LINES, column_sums, wide
from .compile import Array, compiled_sums
from .sharing import in_parts

# Numbers that are worth a thread.
GRAIN = 1 << 15


@compiled_sums
def _sum(lines: Any, sums: Any, first: int, last: int) -> None:
    """Of the blocks first to last, LINES lines each; a line holds several rows side by side."""
    channels = sums.shape[1]
    total = np.empty(lines.shape[1], lines.dtype)
    for block in range(first, last):
        column_sums(lines[block * LINES : min((block + 1) * LINES, len(lines))], total)
        to = sums[block]
        to[:] = 0
        for start in range(0, total.size, channels):
            here = total[start : start + channels]
            for c in range(channels):
                to[c] += here[c]


def channel_sum(rows: Array) -> Array:
    """The sums over all but the last axis of a contiguous array of float32 or float64."""
    channels = rows.shape[-1]
    lines = wide(rows.reshape(-1, channels))
    sums = np.empty((-(-len(lines) // LINES), channels), rows.dtype)
    in_parts(_sum, len(sums), max(1, GRAIN // (LINES * lines.shape[1])), lines, sums)
    return sums[0] if len(sums) == 1 else channel_sum(sums)


functions.update(channel_sum=channel_sum)
