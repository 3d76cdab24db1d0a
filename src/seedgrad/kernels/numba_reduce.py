"""Sums, means, largest and smallest elements along axes of float32, in whatever order the axes lie in memory.

Memory is seen as (outer, n, inner), where the innermost axes that are reduced have the n elements in the middle. Without
an inner part these are rows, each reduced to a number; else matrices, whose lines are put together column by column.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE, empty, functions
from ..core.op import Op
from ..ops import reduce
from .columns import LINES, column_sums, wide
from .compile import Array, compiled_sums, memory_order, part, part_sums
from .row_parts import largest_or_nan, smallest_or_nan
from .sharing import in_parts

# Elements that are worth a thread, and those of a row that are taken together: float32 keeps more of short sums.
GRAIN, PIECE = 1 << 14, 1 << 13

Loop = Callable[..., None]


@part_sums
def _sum(row: Any) -> Any:
    total = row.dtype.type(0)
    for i in range(row.size):
        total += row[i]
    return total


@part
def _largest(lines: Any, top: Any) -> None:
    top[:] = lines[0]
    for r in range(1, len(lines)):
        line = lines[r]
        for i in range(top.size):
            top[i] = line[i] if (line[i] > top[i]) | (line[i] != line[i]) else top[i]


@part
def _smallest(lines: Any, low: Any) -> None:
    low[:] = lines[0]
    for r in range(1, len(lines)):
        line = lines[r]
        for i in range(low.size):
            low[i] = line[i] if (line[i] < low[i]) | (line[i] != line[i]) else low[i]


def _row_loop(f: Callable[[Any], Any]) -> Loop:
    @compiled_sums
    def run(x: Any, pieces: int, found: Any, first: int, last: int) -> None:
        """f of the pieces first to last, so many of each row of x."""
        n = x.shape[1]
        for unit in range(first, last):
            row, piece = unit // pieces, unit % pieces
            found[unit] = f(x[row, piece * n // pieces : (piece + 1) * n // pieces])

    return run


def _column_loop(f: Callable[[Any, Any], None]) -> Loop:
    @compiled_sums
    def run(x: Any, pieces: int, found: Any, first: int, last: int) -> None:
        """The same of matrices, x (matrices, lines, columns): f of some lines each."""
        n = x.shape[1]
        for unit in range(first, last):
            matrix, piece = unit // pieces, unit % pieces
            f(x[matrix, piece * n // pieces : (piece + 1) * n // pieces], found[unit])

    return run


def _reduced(loops: tuple[Loop, ...], x: Array) -> Array:
    """x (outer, n, inner) reduced to (outer, inner)."""
    outer, n, inner = x.shape
    rows = inner == 1
    if not rows and n > LINES:
        x = wide(x)
    lines, columns = x.shape[1:]
    pieces = -(-lines // (PIECE if rows else LINES))
    found: Array = empty(outer * pieces if rows else (outer * pieces, columns), x.dtype)
    grain = max(1, GRAIN * len(found) // x.size)
    in_parts(loops[0] if rows else loops[1], len(found), grain, x[:, :, 0] if rows else x, pieces, found)
    left = pieces * columns // inner
    return found.reshape(outer, inner) if left == 1 else _reduced(loops, found.reshape(outer, left, inner))


def _reduce(loops: tuple[Loop, ...], ufunc: Any, x: Array, axis: Any, keepdims: bool) -> Array | None:
    order = memory_order(x) if x.dtype is F32 and x.size >= LARGE else None
    if order is None:
        return None
    asked = order if axis is None else [axis] if isinstance(axis, int) else axis
    axes = {a % x.ndim for a in asked if -x.ndim <= a < x.ndim}
    if not axes or len(axes) != len(asked):
        return None
    end = len(order)
    while order[end - 1] not in axes:
        end -= 1
    start = end
    while start and order[start - 1] in axes:
        start -= 1
    sizes = [x.shape[a] for a in order]
    seen = x.transpose(order).reshape(math.prod(sizes[:start]), math.prod(sizes[start:end]), -1)
    out = _reduced(loops, seen).reshape(sizes[:start] + sizes[end:])
    further = tuple(place for place in range(start) if order[place] in axes)
    if further:
        out = ufunc.reduce(out, axis=further)
    left = [a for a in order if a not in axes]
    out = out.transpose(sorted(range(len(left)), key=left.__getitem__))
    return out.reshape([1 if a in axes else n for a, n in enumerate(x.shape)]) if keepdims else out


def _add_kernel(op: Op, ufunc: Any, *loops: Loop) -> None:
    def forward(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        out = _reduce(loops, ufunc, x, axis, keepdims)
        if out is None:
            return NotImplemented
        return (out / np.float32(x.size // out.size) if op is reduce.mean else out), None

    op.kernel("numba")(forward)


SUMS = _row_loop(_sum), _column_loop(column_sums)
_add_kernel(reduce.sum, np.add, *SUMS)
_add_kernel(reduce.mean, np.add, *SUMS)
_add_kernel(reduce.max, np.maximum, _row_loop(largest_or_nan), _column_loop(_largest))
_add_kernel(reduce.min, np.minimum, _row_loop(smallest_or_nan), _column_loop(_smallest))


def channel_sum(rows: Array) -> Array:
    """The sums over all but the last axis of a contiguous array of float32 or float64."""
    return _reduced(SUMS, rows.reshape(1, -1, rows.shape[-1]))[0]


functions.update(channel_sum=channel_sum)
