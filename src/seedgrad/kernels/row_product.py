"""Products of a few rows with a weight, as when a text is generated word by word.

Reading the weight is all the work. A row of it after the other is read at the full speed of memory; BLAS, which
reads several at a time, reaches half of that where the weights of a network don't fit into the nearest caches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.parallel import parallel_for
from .compile import Array, compiled_sums

# Multiplications that are worth a thread.
GRAIN = 1 << 18
NOTHING = np.zeros(0, np.float32)


@compiled_sums
def _multiply(x: Any, weight: Any, bias: Any, out: Any, start: int, stop: int) -> None:
    for i in range(start, stop):
        row = weight[i]
        for r in range(len(x)):
            numbers, total = x[r], np.float32(0)
            for k in range(row.size):
                total += row[k] * numbers[k]
            out[r, i] = total + bias[i] if bias.size else total


def row_product(x: Array, weight: Array, bias: Array | None) -> Array:
    """x weightᵀ, plus a number for each column; all are contiguous."""
    out, init = np.empty((len(x), len(weight)), np.float32), NOTHING if bias is None else bias
    if len(x) == 1:  # one thread is not waiting for its numbers, but for memory
        _multiply(x, weight, init, out, 0, len(weight))
    else:
        parallel_for(
            lambda start, stop: _multiply(x, weight, init, out, start, stop), len(weight), max(1, GRAIN // x.size)
        )
    return out
