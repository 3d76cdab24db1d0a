"""Rows of a table by number, and the sum of rows that is the gradient: threads of the sum share the columns, not the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import functions
from ..core.parallel import parallel_for
from ..ops.embedding import embedding
from .compile import Array, compiled

# Elements that are worth a thread.
GRAIN = 1 << 16
# Elements of rows that more than one thread copies faster.
MANY = 1 << 20


@compiled
def _add_rows(g: Any, indices: Any, out: Any, first: int, last: int) -> int:
    """Add g[i] to out[indices[i]], columns first..last; returns how many rows there are not."""
    bad = 0
    for i in range(indices.size):
        row = indices[i]
        if row < 0 or row >= out.shape[0]:
            bad += 1
            continue
        here, to = g[i, first:last], out[row, first:last]
        for c in range(here.size):
            to[c] += here[c]
    return bad


def add_rows(g: Array, indices: Array, out: Array) -> bool:
    """Add rows g (n, width) to those of `out` with the numbers `indices`; whether all of these exist."""
    rows, numbers = np.ascontiguousarray(g), np.ascontiguousarray(indices, np.int64)
    grain = max(16, GRAIN // max(1, len(g)))  # at least a line of the cache
    return not any(parallel_for(lambda a, b: _add_rows(rows, numbers, out, a, b), g.shape[1], grain))


functions["add_rows"] = add_rows


@compiled
def _copy_rows(table: Any, indices: Any, out: Any, first: int, last: int) -> int:
    """out[i] = table[indices[i]] for first..last; returns how many rows there are not."""
    bad = 0
    for i in range(first, last):
        row = indices[i]
        if row < 0 or row >= table.shape[0]:
            bad += 1
            continue
        here, to = table[row], out[i]
        for c in range(here.size):
            to[c] = here[c]
    return bad


@embedding.kernel("numba")
def _rows(weight: Array, indices: Array, /, padding_idx: int = -1) -> Any:
    """Declines what is small, and what NumPy counts from the end."""
    if weight.dtype is not F32 or weight.ndim != 2 or not weight.flags.c_contiguous:
        return NotImplemented
    width = weight.shape[1]
    if indices.size * width < MANY or indices.dtype != np.int64:
        return NotImplemented
    numbers = np.ascontiguousarray(indices).reshape(-1)
    out = np.empty((numbers.size, width), F32)
    bad = parallel_for(lambda a, b: _copy_rows(weight, numbers, out, a, b), numbers.size, MANY // 4 // width)
    return NotImplemented if any(bad) else (out.reshape(*indices.shape, width), None)
