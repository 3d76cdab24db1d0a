"""Rows of a table by number, and the sum of rows that is the gradient: threads of the sum share the columns, not the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import functions
from ..ops.embedding import embedding
from .compile import Array, compiled
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13
# Elements of rows from which on copying them here is faster than NumPy.
MANY = 1 << 16
# Columns that a thread adds up: fewer of each row are read as slowly as all of it.
COLUMNS = 512


@compiled
def _add_rows(g: Any, indices: Any, out: Any, first: int, last: int) -> None:
    """Add g[i] to out[indices[i]], columns first..last."""
    for i in range(indices.size):
        row = indices[i]
        if row < 0 or row >= out.shape[0]:
            raise IndexError("index out of range")
        here, to = g[i, first:last], out[row, first:last]
        for c in range(here.size):
            to[c] += here[c]


def add_rows(g: Array, indices: Array, out: Array) -> bool:
    """Add rows g (n, width) to those of `out` with the numbers `indices`; whether all of these exist."""
    rows, numbers = np.ascontiguousarray(g), np.ascontiguousarray(indices, np.int64)
    try:
        in_parts(_add_rows, g.shape[1], max(COLUMNS, GRAIN // max(1, len(g))), rows, numbers, out)
    except IndexError:
        return False
    return True


functions["add_rows"] = add_rows


@compiled
def _copy_rows(table: Any, indices: Any, out: Any, first: int, last: int) -> None:
    """out[i] = table[indices[i]] for first..last."""
    for i in range(first, last):
        row = indices[i]
        if row < 0 or row >= table.shape[0]:
            raise IndexError("index out of range")
        here, to = table[row], out[i]
        for c in range(here.size):
            to[c] = here[c]


@embedding.kernel("numba")
def _rows(weight: Array, indices: Array, /, padding_idx: int = -1) -> Any:
    """Declines what is small, and what NumPy counts from the end."""
    if weight.dtype is not F32 or weight.ndim != 2 or not weight.flags.c_contiguous or indices.dtype != np.int64:
        return NotImplemented
    width = weight.shape[1]
    if indices.size * width < MANY:
        return NotImplemented
    numbers = np.ascontiguousarray(indices).reshape(-1)
    out = np.empty((numbers.size, width), F32)
    try:
        in_parts(_copy_rows, numbers.size, GRAIN // max(1, width), weight, numbers, out)
    except IndexError:
        return NotImplemented
    return out.reshape(*indices.shape, width), None
