"""softmax and log_softmax along any axis, float32: each line is read once from memory, then from the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..ops import softmax as ops
from . import numba_math as m
from .compile import Array, compiled, compiled_sums, flat, in_order_of, lines
from .row_parts import largest, sum_of_exps
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13
# Elements from which on a kernel is faster than NumPy, once it is there.
SMALL = 1024
# Columns whose lines are worked on together, where lines are not contiguous.
WIDTH = 256


@compiled_sums
def _softmax_rows(x: Any, out: Any, first: int, last: int) -> None:
    for r in range(first, last):
        row, to = x[r], out[r]
        top = largest(row)
        total = np.float32(0)
        for i in range(row.size):
            e = m.exp(row[i] - top)
            to[i] = e
            total += e
        share = np.float32(1) / total
        for i in range(row.size):
            to[i] *= share


@compiled
def _log_softmax_rows(x: Any, out: Any, first: int, last: int) -> None:
    for r in range(first, last):
        row, to = x[r], out[r]
        top = largest(row)
        size = m.log(sum_of_exps(row, top))
        for i in range(row.size):
            to[i] = (row[i] - top) - size


@compiled_sums
def _softmax_rows_vjp(g: Any, out: Any, dx: Any, first: int, last: int) -> None:
    for r in range(first, last):
        y, p, to = g[r], out[r], dx[r]
        total = np.float32(0)
        for i in range(p.size):
            total += y[i] * p[i]
        for i in range(p.size):
            to[i] = p[i] * (y[i] - total)


@compiled_sums
def _log_softmax_rows_vjp(g: Any, out: Any, dx: Any, first: int, last: int) -> None:
    for r in range(first, last):
        y, p, to = g[r], out[r], dx[r]
        total = np.float32(0)
        for i in range(p.size):
            total += y[i]
        for i in range(p.size):
            to[i] = y[i] - m.exp(p[i]) * total


@compiled
def tops(x: Any, top: Any, total: Any, start: int, width: int) -> None:
    """The largest element, and the sum of exponentials, of columns start... of x (n, inner)."""
    for c in range(width):
        top[c] = x[0, start + c]
        total[c] = 0
    for i in range(1, x.shape[0]):
        row = x[i, start : start + width]
        for c in range(width):
            top[c] = m.choose(top[c] >= row[c], top[c], row[c])
    for i in range(x.shape[0]):
        row = x[i, start : start + width]
        for c in range(width):
            total[c] += m.exp(row[c] - top[c])


@compiled
def _softmax_columns(x: Any, out: Any, first: int, last: int) -> None:
    top, total = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    inner = x.shape[2]
    for o in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            tops(x[o], top, total, start, width)
            for c in range(width):
                total[c] = np.float32(1) / total[c]
            for i in range(x.shape[1]):
                row, to = x[o, i, start : start + width], out[o, i, start : start + width]
                for c in range(width):
                    to[c] = m.exp(row[c] - top[c]) * total[c]


@compiled
def _log_softmax_columns(x: Any, out: Any, first: int, last: int) -> None:
    top, total = np.empty(WIDTH, np.float32), np.empty(WIDTH, np.float32)
    inner = x.shape[2]
    for o in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            tops(x[o], top, total, start, width)
            for c in range(width):
                total[c] = m.log(total[c])
            for i in range(x.shape[1]):
                row, to = x[o, i, start : start + width], out[o, i, start : start + width]
                for c in range(width):
                    to[c] = (row[c] - top[c]) - total[c]


@compiled
def _softmax_columns_vjp(g: Any, out: Any, dx: Any, first: int, last: int) -> None:
    total = np.empty(WIDTH, np.float32)
    inner = out.shape[2]
    for o in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            total[:] = 0
            for i in range(out.shape[1]):
                y, p = g[o, i, start : start + width], out[o, i, start : start + width]
                for c in range(width):
                    total[c] += y[c] * p[c]
            for i in range(out.shape[1]):
                y, p = g[o, i, start : start + width], out[o, i, start : start + width]
                to = dx[o, i, start : start + width]
                for c in range(width):
                    to[c] = p[c] * (y[c] - total[c])


@compiled
def _log_softmax_columns_vjp(g: Any, out: Any, dx: Any, first: int, last: int) -> None:
    total = np.empty(WIDTH, np.float32)
    inner = out.shape[2]
    for o in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            total[:] = 0
            for i in range(out.shape[1]):
                y = g[o, i, start : start + width]
                for c in range(width):
                    total[c] += y[c]
            for i in range(out.shape[1]):
                y, p = g[o, i, start : start + width], out[o, i, start : start + width]
                to = dx[o, i, start : start + width]
                for c in range(width):
                    to[c] = y[c] - m.exp(p[c]) * total[c]


Loop = Callable[..., None]
_NAMES: dict[str, tuple[Loop, Loop, Loop, Loop]] = {
    "softmax": (_softmax_rows, _softmax_columns, _softmax_rows_vjp, _softmax_columns_vjp),
    "log_softmax": (_log_softmax_rows, _log_softmax_columns, _log_softmax_rows_vjp, _log_softmax_columns_vjp),
}


def _seen(x: Array, shape: tuple[int, int, int]) -> Array:
    """x, which has no gaps, as (outer, n, inner), or as rows if inner is 1."""
    row: Any = flat(x)
    return row.reshape(shape[:2] if shape[2] == 1 else shape)


def _run(loops: tuple[Loop, Loop], shape: tuple[int, int, int], *arrays: Array) -> None:
    views = [_seen(a, shape) for a in arrays]
    loop = loops[shape[2] != 1]
    grain = GRAIN // (shape[1] * shape[2])
    in_parts(loop, shape[0], grain, *views)


def _add_kernel(name: str) -> None:
    rows, columns, rows_vjp, columns_vjp = _NAMES[name]
    op = getattr(ops, name)

    def forward(x: Array, axis: int = -1) -> Any:
        shape = lines(x, axis) if x.dtype is F32 and x.size >= SMALL else None
        if shape is None:
            return NotImplemented
        out = np.empty_like(x)
        _run((rows, columns), shape, x, out)
        return out, axis

    def backward(g: Array, needs: Any, inputs: Any, out: Array, axis: int, last: int) -> Any:
        shape = lines(out, axis)
        assert shape is not None  # it is `forward`'s own array
        dx = np.empty_like(out)
        _run((rows_vjp, columns_vjp), shape, in_order_of(out, g), out, dx)
        return (dx,)

    op.kernel("numba")(forward)
    op.kernel_vjp("numba")(backward)
    op.large = SMALL


for _name in _NAMES:
    _add_kernel(_name)
