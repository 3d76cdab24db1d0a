"""The sum of rows by number, which is the gradient of an embedding: threads share the columns, not the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import parallel_for
from .compile import Array, compiled

# Elements that are worth a thread.
GRAIN = 1 << 16


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
