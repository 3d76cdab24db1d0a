"""Sums, means, products, norms, largest and smallest elements along axes of float32, and their gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.op import Op
from ..ops import reduce
from .compile import Array, compiled, part, part_sums
from .numba_math import choose
from .reduction import GRAIN, Fold, Layout, column_fold, column_spread, folded, layout, row_fold, row_spread, spread
from .row_parts import larger, smaller
from .sharing import in_parts

F = np.float32
# Columns that are searched together.
WIDTH = 256


@part_sums
def _add(total: Any, x: Any) -> Any:
    return total + x


@part_sums
def _multiply(total: Any, x: Any) -> Any:
    return total * x


@part_sums
def _add_square(total: Any, x: Any) -> Any:
    return total + x * x


@part_sums
def _add_size(total: Any, x: Any) -> Any:
    return total + abs(x)


@part
def _larger_size(total: Any, x: Any) -> Any:
    return larger(total, abs(x))


@part
def _smaller_size(total: Any, x: Any) -> Any:
    return smaller(total, abs(x))


@part
def _larger(total: Any, x: Any) -> Any:
    return larger(total, x)


@part
def _smaller(total: Any, x: Any) -> Any:
    return smaller(total, x)


def _fold(step: Callable[[Any, Any], Any], start: float) -> Fold:
    return Fold(row_fold(step), column_fold(step), start)


SUMS, LARGEST, SMALLEST = _fold(_add, 0), _fold(_larger, -math.inf), _fold(_smaller, math.inf)
PRODUCTS = _fold(_multiply, 1)
# What reduces the elements, what the pieces, and the same for axes that are left.
NORMS = {
    1.0: (_fold(_add_size, 0), SUMS, np.add),
    2.0: (_fold(_add_square, 0), SUMS, np.add),
    math.inf: (_fold(_larger_size, 0), LARGEST, np.maximum),
    -math.inf: (_fold(_smaller_size, math.inf), SMALLEST, np.minimum),
}


def channel_sum(rows: Array) -> Array:
    """The sums over all but the last axis of a contiguous array of float32 or float64."""
    return folded(SUMS, SUMS, rows.reshape(1, -1, rows.shape[-1]))[0]


def sum_of_images(x: Array) -> Array | None:
    """The sum of each channel of (N, C, *space), wherever channels lie; None where memory has gaps, or x is small."""
    seen = layout(x, (0, *range(2, x.ndim)))
    return None if seen is None else seen.result(folded(SUMS, SUMS, seen.view(x)), np.add, False)


functions["channel_sum"] = sum_of_images


def _add_kernel(op: Op, fold: Fold, ufunc: Any) -> None:
    def forward(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        seen = layout(x, axis)
        if seen is None:
            return NotImplemented
        out = seen.result(folded(fold, fold, seen.view(x)), ufunc, keepdims)
        return (out / F(x.size // out.size) if op is reduce.mean else out), seen

    op.kernel("numba")(forward)


_add_kernel(reduce.sum, SUMS, np.add)
_add_kernel(reduce.mean, SUMS, np.add)
_add_kernel(reduce.max, LARGEST, np.maximum)
_add_kernel(reduce.min, SMALLEST, np.minimum)


def _places(hit: Callable[[Any, Any], Any]) -> Callable[..., None]:
    @compiled
    def run(x: Any, strips: int, found: Any, first: int, last: int) -> None:
        """For each column of x (matrices, lines, columns) the line that beats all before, so many strips of columns each."""
        bests, lines = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.int32)
        for unit in range(first, last):
            matrix, begin = unit // strips, unit % strips * WIDTH
            to = found[matrix, begin : begin + WIDTH]
            best, line = bests[: to.size], lines[: to.size]
            best[:] = x[matrix, 0, begin : begin + WIDTH]
            line[:] = 0
            for r in range(1, x.shape[1]):
                here, number = x[matrix, r, begin : begin + WIDTH], np.int32(r)
                for i in range(best.size):
                    better = hit(here[i], best[i])
                    line[i] = choose(better, number, line[i])
                    best[i] = choose(better, here[i], best[i])
            for i in range(to.size):
                to[i] = line[i]

    return run


@part
def _above(x: Any, best: Any) -> Any:
    return (x > best) | ((x != x) & (best == best))


@part
def _below(x: Any, best: Any) -> Any:
    return (x < best) | ((x != x) & (best == best))


def _add_place_kernel(op: Op, loop: Callable[..., None]) -> None:
    def forward(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        """Declines rows, where NumPy is fast."""
        seen = layout(x, axis) if axis is not None else None
        if seen is None or seen.seen[2] == 1:
            return NotImplemented
        outer, _, inner = seen.seen
        strips = -(-inner // WIDTH)
        found: Array = np.empty((outer, inner), np.int64)
        in_parts(loop, outer * strips, max(1, GRAIN * outer * strips // x.size), seen.view(x), strips, found)
        return seen.result(found, None, keepdims), None

    op.kernel("numba")(forward)


_add_place_kernel(reduce.argmax, _places(_above))
_add_place_kernel(reduce.argmin, _places(_below))


@part
def _times(x: Any, y: Any, share: Any) -> Any:
    return x * share


@part
def _sign_times(x: Any, y: Any, share: Any) -> Any:
    return choose(x > 0, share, choose(x < 0, -share, F(0) * share))  # NaN has no sign


_TIMES = row_spread(_times), column_spread(_times)
_SIGNS = row_spread(_sign_times), column_spread(_sign_times)


@reduce.norm.kernel("numba")
def _norm(x: Array, p: float = 2.0, axis: Any = None, keepdims: bool = False) -> Any:
    seen = layout(x, axis) if p in NORMS else None
    if seen is None:
        return NotImplemented
    first, then, ufunc = NORMS[p]
    out = seen.result(folded(first, then, seen.view(x)), ufunc, keepdims)
    return np.sqrt(out) if p == 2 else out, (p, seen)


@reduce.norm.kernel_vjp("numba")
def _norm_vjp(g: Array, needs: Any, inputs: Any, out: Array, saved: tuple[float, Layout], last: int) -> Any:
    p, seen = saved
    if p not in (1, 2) or seen.further:
        return NotImplemented
    share, (x,) = seen.lines(g), inputs
    if p == 2:
        result = seen.lines(out)
        share = share * np.where(result == 0, F(0), 1 / result)
    return (seen.restored(spread(_TIMES if p == 2 else _SIGNS, seen.view(x), share, share)),)
