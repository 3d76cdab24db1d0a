"""Products of a few rows with a weight, as when a text is generated word by word.

Reading the weight is all the work. A row of it after the other is read at the full speed of memory; BLAS, which
reads several at a time, reaches half of that where the weights of a network don't fit into the nearest caches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, compiled_sums
from .sharing import in_parts

# Multiplications that are worth a thread.
GRAIN = 1 << 15


@compiled_sums
def _multiply(x: Any, weight: Any, bias: Any, out: Any, start: int, stop: int) -> None:
    for i in range(start, stop):
        row = weight[i]
        for r in range(len(x)):
            numbers, total = x[r], np.float32(0)
            for k in range(row.size):
                total += row[k] * numbers[k]
            out[r, i] = total + bias[i] if bias.size else total


def row_product(x: Array, weight: Array, bias: Array, out: Array) -> None:
    """out = x weightᵀ, plus a number for each column if there are any."""
    in_parts(_multiply, len(weight), max(1, GRAIN // max(1, x.size)), x, weight, bias, out)
