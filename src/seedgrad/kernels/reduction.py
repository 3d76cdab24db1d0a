"""How arrays of float32 are reduced along axes in whatever order these lie in memory, and how gradients come back.

Memory is seen as (outer, n, inner), where the innermost axes that are reduced have the n elements in the middle. Without
an inner part these are rows, each reduced to a number; else matrices, whose lines are put together column by column.
Long rows and many lines are reduced in pieces that do not depend on the number of threads.
"""

from __future__ import annotations

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
    """How an array that is reduced along `axes` lies in memory.

    Attributes:
        order: its axes from the widest stride to the narrowest; start to end of them are those in the middle.
        seen: its sizes in that order, and its shape as (outer, n, inner).
    """

    axes: set[int]
    order: list[int]
    start: int
    end: int
    sizes: list[int]
    seen: tuple[int, int, int]

    def further(self) -> tuple[int, ...]:
        """The places in `order` of reduced axes that are not in the middle."""
        return tuple([place for place in range(self.start) if self.order[place] in self.axes])

    def view(self, x: Array) -> Array:
        """The array, or one that lies like it, as (outer, n, inner)."""
        return x.transpose(self.order).reshape(self.seen)

    def restored(self, seen: Array) -> Array:
        """The inverse of `view`."""
        inverse = sorted(range(len(self.order)), key=self.order.__getitem__)
        return seen.reshape(self.sizes).transpose(inverse)

    def result(self, found: Array, ufunc: Any, keepdims: bool) -> Array:
        """What was found, (outer, inner), reduced along the further axes and with the array's axes in their own order."""
        out, further = found.reshape(self.sizes[: self.start] + self.sizes[self.end :]), self.further()
        if further:
            out = ufunc.reduce(out, axis=further)
        left = [a for a in self.order if a not in self.axes]
        out = out.transpose(sorted(range(len(left)), key=left.__getitem__))
        return np.expand_dims(out, tuple(self.axes)) if keepdims else out

    def lines(self, y: Array) -> Array:
        """The inverse, for an array of the result's shape without further axes: contiguous, (outer, inner)."""
        left = [a for a in self.order if a not in self.axes]
        own = sorted(left)
        y = y.reshape([self.sizes[self.order.index(a)] for a in own]).transpose([own.index(a) for a in left])
        return np.ascontiguousarray(y, F32).reshape(self.seen[0], self.seen[2])


def layout(x: Array, axis: Any, least: int = LARGE) -> Layout | None:
    """How x lies in memory; None where it leaves gaps, is small, of another type, or the axes are not its own."""
    order = memory_order(x) if x.dtype is F32 and x.size >= least else None
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
    seen = math.prod(sizes[:start]), math.prod(sizes[start:end]), math.prod(sizes[end:])
    return Layout(axes, order, start, end, sizes, seen)


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
