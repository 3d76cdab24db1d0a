"""Products of a few rows with a matrix, as when a text is generated word by word, or rows are summed.

Reading the matrix is all the work. A row of it after the other is read at the full speed of memory; BLAS, which
reads several at a time, reaches half of that where the weights of a network don't fit into the nearest caches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, compiled, compiled_sums
from .sharing import in_parts
from .tile import WIDE

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


@compiled
def _add_up(x: Any, matrix: Any, bias: Any, out: Any, start: int, stop: int) -> None:
    first, last = start * WIDE, min(stop * WIDE, out.shape[1])
    for r in range(len(x)):
        numbers, to = x[r], out[r, first:last]
        if bias.size:
            to[:] = bias[first:last]
        else:
            to[:] = 0
        whole = numbers.size // 4 * 4
        for k in range(0, whole, 4):
            a, b, c, d = numbers[k], numbers[k + 1], numbers[k + 2], numbers[k + 3]
            one, two = matrix[k, first:last], matrix[k + 1, first:last]
            three, four = matrix[k + 2, first:last], matrix[k + 3, first:last]
            for i in range(to.size):
                to[i] += (a * one[i] + b * two[i]) + (c * three[i] + d * four[i])
        for k in range(whole, numbers.size):
            a, one = numbers[k], matrix[k, first:last]
            for i in range(to.size):
                to[i] += a * one[i]


def row_sums(x: Array, matrix: Array, bias: Array, out: Array) -> None:
    """out = x matrix, plus a number for each column if there are any."""
    strips = -(-out.shape[1] // WIDE)
    in_parts(_add_up, strips, max(1, GRAIN // max(1, x.size * WIDE)), x, matrix, bias, out)
