"""The gradient of max pooling in one pass, and the maximum itself, for channels-last float32."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.parallel import parallel_for
from ..ops import pool, pool_arrays
from ..ops.pool_arrays import Windows
from .compile import Array, channels_last, compiled
from .layout import as_channels_last

# Elements of the input that are worth a thread.
GRAIN = 1 << 15


@compiled
def _place(y: Any, x: Any, top: Any, dx: Any, first: int, last: int, shape: Any) -> None:
    """dx += y where x has the maximum `top` of its window: the first equal place, or the last NaN."""
    kh, kw, sh, sw, ph, pw, dh, dw = shape
    _, height, width, channels = x.shape
    _, rows, columns, _ = top.shape
    free = np.empty(channels, np.bool_)
    for n in range(first, last):
        dx[n] = 0
        for row in range(rows):
            for column in range(columns):
                free[:] = True
                goal, g = top[n, row, column], y[n, row, column]
                for i in range(kh):
                    a = row * sh - ph + i * dh
                    if a < 0 or a >= height:
                        continue
                    for j in range(kw):
                        b = column * sw - pw + j * dw
                        if b < 0 or b >= width:
                            continue
                        seen, target = x[n, a, b], dx[n, a, b]
                        for c in range(channels):
                            hit = free[c] & (seen[c] == goal[c])
                            target[c] += g[c] if hit else np.float32(0)
                            free[c] = free[c] & (not hit)
                if free.any():  # no element equals NaN
                    for tap in range(kh * kw - 1, -1, -1):
                        a = row * sh - ph + (tap // kw) * dh
                        b = column * sw - pw + (tap % kw) * dw
                        if 0 <= a < height and 0 <= b < width:
                            for c in range(channels):
                                if free[c] and np.isnan(x[n, a, b, c]):
                                    dx[n, a, b, c] += g[c]
                                    free[c] = False


def max_place(y: Array, x: Array, top: Array, windows: Windows) -> Array:
    """Zeros of x's shape with y added where the windows of x have their maximum `top`; x is channels last."""
    rows = as_channels_last(x)
    g, goal = as_channels_last(y), as_channels_last(top)
    dx = np.empty_like(rows)
    shape = (*windows.kernel, *windows.stride, *windows.padding, *windows.dilation)

    def work(start: int, stop: int) -> None:
        _place(g, rows, goal, dx, start, stop, shape)

    parallel_for(work, len(x), max(1, GRAIN * len(x) // x.size))
    return dx.transpose(0, 3, 1, 2)


@pool.max_pool.kernel("numba")
def _forward(x: Array, windows: Windows) -> Any:
    if channels_last(x) is None or not x.size:
        return NotImplemented
    top = pool_arrays.max_pool(x, windows)  # NumPy's maximum of views is as fast as a compiled loop
    return top, (top.copy(), windows)


@pool.max_pool.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: tuple[Array], out: None, saved: Any, last: bool) -> Any:
    return (max_place(g, inputs[0], *saved),)
