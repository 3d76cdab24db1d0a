"""Running sums and products along any axis, float32 and float64, in the order of the definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32, F64
from ..core.kernel import LARGE
from ..core.op import Op
from ..ops import order
from .compile import Array, compiled, flat, lines, part
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13


@part
def _add(x: Any, y: Any) -> Any:
    return x + y


@part
def _multiply(x: Any, y: Any) -> Any:
    return x * y


def _loop(f: Callable[[Any, Any], Any]) -> Callable[..., None]:
    @compiled
    def run(x: Any, out: Any, back: bool, first: int, last: int) -> None:
        """x is (outer, n, inner); `back` goes from the end to the start."""
        n = x.shape[1]
        start, step = (n - 1, -1) if back else (0, 1)
        for o in range(first, last):
            out[o, start] = x[o, start]
            for k in range(1, n):
                i = start + k * step
                before, row, to = out[o, i - step], x[o, i], out[o, i]
                for c in range(row.size):
                    to[c] = f(before[c], row[c])

    return run


def _row_loop(f: Callable[[Any, Any], Any]) -> Callable[..., None]:
    @compiled
    def run(x: Any, out: Any, back: bool, first: int, last: int) -> None:
        """x is (outer, n). Four rows at once: each waits for its own last result only."""
        n = x.shape[1]
        start, step = (n - 1, -1) if back else (0, 1)
        for o in range(first, last - 3, 4):
            a, b, c, d = x[o, start], x[o + 1, start], x[o + 2, start], x[o + 3, start]
            out[o, start], out[o + 1, start], out[o + 2, start], out[o + 3, start] = a, b, c, d
            for k in range(1, n):
                i = start + k * step
                a, b = f(a, x[o, i]), f(b, x[o + 1, i])
                c, d = f(c, x[o + 2, i]), f(d, x[o + 3, i])
                out[o, i], out[o + 1, i], out[o + 2, i], out[o + 3, i] = a, b, c, d
        for o in range(last - (last - first) % 4, last):
            a = x[o, start]
            out[o, start] = a
            for k in range(1, n):
                i = start + k * step
                a = f(a, x[o, i])
                out[o, i] = a

    return run


def _scan(loops: tuple[Callable[..., None], Callable[..., None]], x: Array, axis: int, back: bool) -> Array | None:
    shape = lines(x, axis)
    if shape is None:
        return None
    out = np.empty_like(x)
    seen: Any = [flat(a) for a in (x, out)]
    rows = shape[2] == 1
    views = [a.reshape(shape[:2] if rows else shape) for a in seen]
    loop = loops[0] if rows else loops[1]
    grain = max(4, GRAIN // (shape[1] * shape[2]))
    in_parts(loop, shape[0], grain, *views, back)
    return out


def _add_kernel(op: Op, f: Callable[[Any, Any], Any]) -> tuple[Callable[..., None], Callable[..., None]]:
    loops = _row_loop(f), _loop(f)

    def forward(x: Array, axis: int = 0) -> Any:
        if (x.dtype is not F32 and x.dtype is not F64) or x.size < LARGE:
            return NotImplemented
        out = _scan(loops, x, axis, back=False)
        return NotImplemented if out is None else (out, axis)

    op.kernel("numba")(forward)
    return loops


_SUMS = _add_kernel(order.cumsum, _add)
_add_kernel(order.cumprod, _multiply)


@order.cumsum.kernel_vjp("numba")
def _cumsum_vjp(g: Array, needs: Any, inputs: Any, out: Any, axis: int, last: int) -> Any:
    dense = g if lines(g, axis) is not None else np.ascontiguousarray(g)
    return (_scan(_SUMS, dense, axis, back=True),)
