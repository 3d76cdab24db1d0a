"""Products x wᵀ of few rows x with a weight: those of a transformer for one text, or of a small batch.

The weight is read once and is most of what is read, so it is the one that is not packed. It is the left factor, whose
rows a tile reads number by number: a block of its rows times xᵀ, of which panels were made, is a block of columns
of the result, turned around. Threads share the blocks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, compiled
from .product import NOWHERE, SAME_PLACE, ZEROS, multiply, panels_of
from .sharing import in_parts
from .tile import LANES, line_address, padded
from .turn import copy_run, square

# Rows of the weight that are one block.
BLOCK = 24


@compiled
def _columns(
    address: int, w: Any, across: int, panels: Any, zeros: Any, bias: Any, y: Any, first: int, last: int
) -> None:
    """y's columns for the blocks of w from first to last; `across` is the length of copied rows, or 0."""
    (rows, places), sums = y.shape, w.shape[1]
    wide = padded(rows)
    room, copy = np.empty((BLOCK, wide), np.float32), np.empty((BLOCK if across else 0, across), np.float32)
    for begin in range(first * BLOCK, min(last * BLOCK, places), BLOCK):
        real = min(BLOCK, places - begin)
        source, row = w.ctypes.data + 4 * begin * sums, sums
        if across:
            for i in range(real):
                copy_run(source + 4 * i * sums, copy.ctypes.data + 4 * i * across, sums)
            source, row = copy.ctypes.data, across
        multiply(address, source, row, 1, sums, panels.ctypes.data, 0, zeros, room[:real], NOWHERE)
        for r in range(0, rows, LANES):
            for i in range(0, real, LANES):
                if r + LANES <= rows and i + LANES <= real:
                    target = y.ctypes.data + 4 * (r * places + begin + i)
                    square(room.ctypes.data + 4 * (i * wide + r), wide, target, places)
                else:
                    for j in range(r, min(r + LANES, rows)):
                        for k in range(i, min(i + LANES, real)):
                            y[j, begin + k] = room[k, j]
        for r in range(rows if bias.size else 0):
            here = y[r, begin : begin + real]
            for i in range(real):
                here[i] += bias[begin + i]


def product_few(x: Array, weight: Array, bias: Array, y: Array) -> None:
    """y = x weightᵀ, plus a number for each column if there are any."""
    places, sums = weight.shape
    across = sums + LANES if sums % SAME_PLACE == 0 else 0
    in_parts(_columns, -(-places // BLOCK), 1, line_address(), weight, across, panels_of(x, True), ZEROS, bias, y)
