"""Attention of a few queries, such as the one of a step that continues a text: query after query, along its keys.

Vector instructions go along the numbers of a row, since there are not enough queries to lie side by side.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from . import numba_math as m
from .attention_parts import CAUSAL, DEPTH, KEYS, OUT, QUERIES, WIDTH, F, K, Q, V, offset, pointer, row_of
from .compile import compiled_sums


@compiled_sums
def forward(table: Any, mask: Any, sizes: Any, scale: Any, first: int, last: int) -> None:
    """All queries of heads first to last. `sizes` gets the logarithms of the sums of exponentials."""
    queries, keys, width, depth = table[QUERIES], table[KEYS], table[WIDTH], table[DEPTH]
    x, mean, scores = np.empty(width, np.float32), np.empty(depth, np.float32), np.empty(keys, np.float32)
    bias, kept, strides = mask
    for head in range(first, last):
        key, value = row_of(table, K, head, 0), row_of(table, V, head, 0)
        for r in range(queries):
            limit = min(keys, r + 1) if table[CAUSAL] else keys
            query = numba.carray(pointer(row_of(table, Q, head, r)), (width,))
            for i in range(width):
                x[i] = query[i] * scale
            for j in range(limit):
                row, score = numba.carray(pointer(key + 4 * table[K + 4] * j), (width,)), F(0)
                for i in range(width):
                    score += x[i] * row[i]
                scores[j] = score
            if bias.size + kept.size:
                start = offset(head, table, strides) + r * strides[3]
                for j in range(limit):
                    if bias.size:
                        scores[j] += bias[start + j * strides[4]]
                    elif not kept[start + j * strides[4]]:
                        scores[j] = -np.inf
            top = F(-np.inf)
            for j in range(limit):
                top = m.choose(scores[j] > top, scores[j], top)
            base, total = m.choose(top == F(-np.inf), F(0), top), F(0)
            for j in range(limit):
                scores[j] = m.exp(scores[j] - base)
                total += scores[j]
            mean[:] = 0
            for j in range(limit):
                row, weight = numba.carray(pointer(value + 4 * table[V + 4] * j), (depth,)), scores[j]
                for i in range(depth):
                    mean[i] += weight * row[i]
            nothing = total == F(0)
            share = F(1) / m.choose(nothing, F(1), total)
            sizes[head, r] = m.choose(nothing, F(0), top + m.log(total))
            to = numba.carray(pointer(row_of(table, OUT, head, r)), (depth,))
            for i in range(depth):
                to[i] = mean[i] * share
