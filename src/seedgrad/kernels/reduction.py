"""How arrays of float32 are reduced along axes in whatever order these lie in memory, and how gradients come back.

Memory is seen as (outer, n, inner), where the innermost axes that are reduced have the n elements in the middle. Without
an inner part these are rows, each reduced to a number; else matrices, whose lines are put together column by column.
Long rows and many lines are reduced in pieces that do not depend on the number of threads.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE, empty
from .columns import LINES, wide
from .compile import Array, compiled, compiled_sums, memory_order
from .sharing import in_parts

# Elements that are worth a thread, and those of a row that are taken together: float32 keeps more of short sums.
GRAIN, PIECE = 1 << 14, 1 << 13

Loop = Callable[..., None]


class Fold(NamedTuple):
    """What reduces rows, what reduces matrices, and the value to begin with."""

    rows: Loop
    columns: Loop
    start: float


def row_fold(step: Callable[[Any, Any], Any]) -> Loop:
    @compiled_sums
    def run(x: Any, pieces: int, start: Any, found: Any, first: int, last: int) -> None:
        """The pieces first to last, so many of each row of x: step(total, element) for one element after the other."""
        n = x.shape[1]
        for unit in range(first, last):
            row, piece = unit // pieces, unit % pieces
            total, here = start, x[row, piece * n // pieces : (piece + 1) * n // pieces]
            for i in range(here.size):
                total = step(total, here[i])
            found[unit] = total

    return run


def column_fold(step: Callable[[Any, Any], Any]) -> Loop:
    @compiled_sums
    def run(x: Any, pieces: int, start: Any, found: Any, first: int, last: int) -> None:
        """The same of matrices, x (matrices, lines, columns): four lines at a time, so that totals are read less often."""
        n = x.shape[1]
        for unit in range(first, last):
            matrix, piece = unit // pieces, unit % pieces
            lines, total = x[matrix, piece * n // pieces : (piece + 1) * n // pieces], found[unit]
            whole = len(lines) // 4 * 4
            total[:] = start
            for r in range(0, whole, 4):
                one, two, three, four = lines[r], lines[r + 1], lines[r + 2], lines[r + 3]
                for i in range(total.size):
                    total[i] = step(step(step(step(total[i], one[i]), two[i]), three[i]), four[i])
            for r in range(whole, len(lines)):
                line = lines[r]
                for i in range(total.size):
                    total[i] = step(total[i], line[i])

    return run


def folded(first: Fold, then: Fold, x: Array) -> Array:
    """x (outer, n, inner) reduced to (outer, inner): pieces by `first`, what is found of these by `then`."""
    outer, n, inner = x.shape
    rows = inner == 1
    if not rows and n > LINES:
        x = wide(x)
    lines, columns = x.shape[1:]
    pieces = -(-lines // (PIECE if rows else LINES))
    found: Array = empty(outer * pieces if rows else (outer * pieces, columns), x.dtype)
    grain = max(1, GRAIN * len(found) // x.size)
    start = x.dtype.type(first.start)
    in_parts(first.rows if rows else first.columns, len(found), grain, x[:, :, 0] if rows else x, pieces, start, found)
    left = pieces * columns // inner
    return found.reshape(outer, inner) if left == 1 else folded(then, then, found.reshape(outer, left, inner))


class Layout(NamedTuple):
    """How an array that is reduced along some axes lies in memory.

    Attributes:
        order: its axes from the widest stride to the narrowest; `sizes` in that order.
        seen: its shape as (outer, n, inner).
        found: the sizes of what is found from that; `further` are the places there of axes that are reduced, too.
        kept: the sizes of the axes that are left, in the array's order; `turn` and `back` lead from the order in memory
            to it and back.
        ones: the same with the reduced axes, of length 1.
    """

    order: tuple[int, ...]
    sizes: tuple[int, ...]
    seen: tuple[int, int, int]
    found: tuple[int, ...]
    further: tuple[int, ...]
    kept: tuple[int, ...]
    turn: tuple[int, ...]
    back: tuple[int, ...]
    ones: tuple[int, ...]

    def view(self, x: Array) -> Array:
        """The array, or one that lies like it, as (outer, n, inner)."""
        return x.transpose(self.order).reshape(self.seen)

    def restored(self, seen: Array) -> Array:
        """The inverse of `view`."""
        inverse = sorted(range(len(self.order)), key=self.order.__getitem__)
        return seen.reshape(self.sizes).transpose(inverse)

    def result(self, found: Array, ufunc: Any, keepdims: bool) -> Array:
        """What was found, (outer, inner), reduced along the further axes and with the array's axes in their own order."""
        out = found.reshape(self.found)
        if self.further:
            out = ufunc.reduce(out, axis=self.further)
        out = out.transpose(self.turn)
        return out.reshape(self.ones) if keepdims else out

    def lines(self, y: Array) -> Array:
        """The inverse, for an array of the result's shape without further axes: contiguous, (outer, inner)."""
        y = y.reshape(self.kept).transpose(self.back)
        return np.ascontiguousarray(y, F32).reshape(self.seen[0], self.seen[2])


def layout(x: Array, axis: Any) -> Layout | None:
    """How x lies in memory; None where it leaves gaps, is small, of another type, or the axes are not its own."""
    order = memory_order(x) if x.dtype is F32 and x.size >= LARGE else None
    return None if order is None else _layout(x.shape, tuple(order), tuple(axis) if isinstance(axis, list) else axis)


@functools.lru_cache(maxsize=1024)
def _layout(shape: tuple[int, ...], order: tuple[int, ...], axis: int | tuple[int, ...] | None) -> Layout | None:
    ndim = len(shape)
    asked = order if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = {a % ndim for a in asked if -ndim <= a < ndim}
    if not axes or len(axes) != len(asked):
        return None
    end = ndim
    while order[end - 1] not in axes:
        end -= 1
    start = end
    while start and order[start - 1] in axes:
        start -= 1
    sizes = tuple([shape[a] for a in order])
    left = [a for a in order if a not in axes]
    own = sorted(left)
    return Layout(
        order=order,
        sizes=sizes,
        seen=(math.prod(sizes[:start]), math.prod(sizes[start:end]), math.prod(sizes[end:])),
        found=sizes[:start] + sizes[end:],
        further=tuple([place for place in range(start) if order[place] in axes]),
        kept=tuple([shape[a] for a in own]),
        turn=tuple([left.index(a) for a in own]),
        back=tuple([own.index(a) for a in left]),
        ones=tuple([1 if a in axes else n for a, n in enumerate(shape)]),
    )


def row_spread(slope: Callable[[Any, Any, Any], Any]) -> Loop:
    @compiled
    def run(x: Any, result: Any, g: Any, pieces: int, dx: Any, first: int, last: int) -> None:
        """slope(element, result, gradient) for the elements of x, whose rows have a result and a gradient each."""
        n = x.shape[1]
        for unit in range(first, last):
            row, piece = unit // pieces, unit % pieces
            begin, end = piece * n // pieces, (piece + 1) * n // pieces
            here, to, y, share = x[row, begin:end], dx[row, begin:end], result[row], g[row]
            for i in range(here.size):
                to[i] = slope(here[i], y, share)

    return run


def column_spread(slope: Callable[[Any, Any, Any], Any]) -> Loop:
    @compiled
    def run(x: Any, result: Any, g: Any, pieces: int, dx: Any, first: int, last: int) -> None:
        """The same for matrices, whose columns have a result and a gradient each."""
        n = x.shape[1]
        for unit in range(first, last):
            matrix, piece = unit // pieces, unit % pieces
            y, share = result[matrix], g[matrix]
            for r in range(piece * n // pieces, (piece + 1) * n // pieces):
                here, to = x[matrix, r], dx[matrix, r]
                for i in range(here.size):
                    to[i] = slope(here[i], y[i], share[i])

    return run


def spread(loops: tuple[Loop, Loop], x: Array, result: Array, g: Array) -> Array:
    """The gradient of x (outer, n, inner) from the results and their gradients, both (outer, inner)."""
    outer, n, inner = x.shape
    dx = np.empty_like(x)
    if inner == 1:
        pieces = -(-n // PIECE)
        views: tuple[Any, ...] = x[:, :, 0], result[:, 0], g[:, 0], pieces, dx[:, :, 0]
    else:
        pieces = -(-n // LINES)
        views = x, result, g, pieces, dx
    in_parts(loops[inner != 1], outer * pieces, max(1, GRAIN * outer * pieces // x.size), *views)
    return dx
