"""The logarithm of a sum of exponentials along axes of float32, and its gradient.

Long rows and many lines are taken in pieces; what is found of these is reduced in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops.reduce import logsumexp
from . import numba_math as m
from .compile import Array, compiled, part
from .reduction import Fold, Layout, column_spread, folded, layout, row_spread, spread
from .row_parts import larger, largest, sum_of_exps

F = np.float32
# Columns whose lines are worked on together.
WIDTH = 256


@part
def _finite(top: Any) -> Any:
    """What is subtracted from the exponents: the largest, unless it is infinite."""
    return m.choose(abs(top) == F(np.inf), F(0), top)


@compiled
def _rows(x: Any, pieces: int, start: Any, found: Any, first: int, last: int) -> None:
    """The pieces first to last, so many of each row of x."""
    n = x.shape[1]
    for unit in range(first, last):
        row, piece = unit // pieces, unit % pieces
        here = x[row, piece * n // pieces : (piece + 1) * n // pieces]
        top = _finite(largest(here))
        found[unit] = m.log(sum_of_exps(here, top)) + top


@compiled
def _columns(x: Any, pieces: int, start: Any, found: Any, first: int, last: int) -> None:
    """The same of matrices, x (matrices, lines, columns)."""
    n, tops = x.shape[1], np.empty(WIDTH, np.float32)
    for unit in range(first, last):
        matrix, piece = unit // pieces, unit % pieces
        lines = x[matrix, piece * n // pieces : (piece + 1) * n // pieces]
        for begin in range(0, x.shape[2], WIDTH):
            total = found[unit, begin : begin + WIDTH]
            top = tops[: total.size]
            top[:] = start
            for r in range(len(lines)):
                line = lines[r, begin : begin + WIDTH]
                for c in range(top.size):
                    top[c] = larger(top[c], line[c])
            for c in range(top.size):
                top[c] = _finite(top[c])
            total[:] = 0
            for r in range(len(lines)):
                line = lines[r, begin : begin + WIDTH]
                for c in range(top.size):
                    total[c] += m.exp(line[c] - top[c])
            for c in range(top.size):
                total[c] = m.log(total[c]) + top[c]


@part
def _slope(x: Any, out: Any, g: Any) -> Any:
    return g * m.exp(x - out)


_FOLD = Fold(_rows, _columns, -np.inf)
_SPREAD = row_spread(_slope), column_spread(_slope)


@logsumexp.kernel("numba")
def _forward(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
    seen = layout(x, axis)
    if seen is None:
        return NotImplemented
    return seen.result(folded(_FOLD, _FOLD, seen.view(x)), np.logaddexp, keepdims), seen


@logsumexp.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: Array, seen: Layout, last: int) -> Any:
    if seen.further:
        return NotImplemented
    return (seen.restored(spread(_SPREAD, seen.view(inputs[0]), seen.lines(out), seen.lines(g))),)
