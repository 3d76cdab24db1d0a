"""The cells of recurrent layers, float32: what a step of an LSTM or a GRU does beside its products, in one pass."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE
from ..core.op import Op
from ..ops import recurrent
from ..ops import recurrent_arrays as arrays
from . import numba_math as m
from .compile import Array, compiled

F = np.float32


@compiled
def _lstm_cell(now: Any, x: Any, memory: Any, bent: Any, hidden: Any) -> None:
    width = memory.shape[1]
    for r in range(now.shape[0]):
        xi, xf, xg, xo = x[r, :width], x[r, width : 2 * width], x[r, 2 * width : 3 * width], x[r, 3 * width :]
        i, f, g, o = now[r, :width], now[r, width : 2 * width], now[r, 2 * width : 3 * width], now[r, 3 * width :]
        c, t, h = memory[r], bent[r], hidden[r]
        for k in range(width):
            a, b = m.sigmoid(i[k] + xi[k]), m.tanh(g[k] + xg[k])
            i[k], g[k] = a, b
            b *= a
            a = m.sigmoid(f[k] + xf[k])
            f[k] = a
            c[k] = a * c[k] + b
        for k in range(width):
            a, b = m.sigmoid(o[k] + xo[k]), m.tanh(c[k])
            o[k], t[k] = a, b
            h[k] = a * b


@compiled
def _lstm_cell_vjp(gates: Any, before: Any, bent: Any, dh: Any, dc: Any, da: Any) -> None:
    width = dc.shape[1]
    done = np.empty(4 * width, np.float32)  # da may be the gates, which are read until the row is done
    di, df, dg, do = done[:width], done[width : 2 * width], done[2 * width : 3 * width], done[3 * width :]
    for r in range(gates.shape[0]):
        i, f = gates[r, :width], gates[r, width : 2 * width]
        g, o = gates[r, 2 * width : 3 * width], gates[r, 3 * width :]
        past, t, y, d = before[r], bent[r], dh[r], dc[r]
        for k in range(width):
            whole = d[k] + y[k] * o[k] * (F(1) - t[k] * t[k])
            do[k] = y[k] * t[k] * o[k] * (F(1) - o[k])
            di[k] = whole * g[k] * i[k] * (F(1) - i[k])
            df[k] = whole * past[k] * f[k] * (F(1) - f[k])
            dg[k] = whole * i[k] * (F(1) - g[k] * g[k])
            d[k] = whole * f[k]
        da[r] = done


@compiled
def _gru_cell(now: Any, x: Any, y: Any, past: Any, after: Any) -> None:
    width = past.shape[1]
    for row in range(now.shape[0]):
        xr, xz, xn = x[row, :width], x[row, width : 2 * width], x[row, 2 * width :]
        yr, yz, yn = y[row, :width], y[row, width : 2 * width], y[row, 2 * width :]
        r, z, n = now[row, :width], now[row, width : 2 * width], now[row, 2 * width :]
        old, new = past[row], after[row]
        for k in range(width):
            a = m.sigmoid(xr[k] + yr[k])
            b = m.tanh(xn[k] + a * yn[k])
            c = m.sigmoid(xz[k] + yz[k])
            r[k], z[k], n[k] = a, c, b
            new[k] = b + c * (old[k] - b)


@compiled
def _gru_cell_vjp(gates: Any, inner: Any, before: Any, dh: Any, dx: Any, dy: Any) -> None:
    width = inner.shape[1]
    done = np.empty(width, np.float32)  # dx may be the gates, which are read until the row is done
    for row in range(gates.shape[0]):
        r, z, n = gates[row, :width], gates[row, width : 2 * width], gates[row, 2 * width :]
        yr, yz, yn = dy[row, :width], dy[row, width : 2 * width], dy[row, 2 * width :]
        old, h, g = before[row], inner[row], dh[row]
        for k in range(width):
            b = g[k] * (F(1) - z[k]) * (F(1) - n[k] * n[k])
            done[k] = b
            yn[k] = b * r[k]
            yr[k] = b * h[k] * r[k] * (F(1) - r[k])
            yz[k] = g[k] * (old[k] - n[k]) * z[k] * (F(1) - z[k])
            g[k] *= z[k]
        dx[row, : 2 * width] = dy[row, : 2 * width]
        dx[row, 2 * width :] = done


def _covers(x: Array, *others: Array | None) -> bool:
    return (
        x.dtype is F32
        and x.size >= LARGE
        and x.flags.c_contiguous
        and all([a is None or a.dtype is F32 for a in others])
    )


def _add_kernel(op: Op, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
    def checked(x: Array, *others: Array | None, **settings: Any) -> Any:
        return forward(x, *others, **settings) if _covers(x, *others) else NotImplemented

    op.kernel("numba")(checked)
    op.kernel_vjp("numba")(backward)


_add_kernel(
    recurrent.lstm,
    functools.partial(arrays.lstm_forward, cell=_lstm_cell),
    functools.partial(arrays.lstm_backward, cell_vjp=_lstm_cell_vjp),
)
_add_kernel(
    recurrent.gru,
    functools.partial(arrays.gru_forward, cell=_gru_cell),
    functools.partial(arrays.gru_backward, cell_vjp=_gru_cell_vjp),
)
