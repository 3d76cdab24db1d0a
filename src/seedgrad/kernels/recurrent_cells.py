"""The cells of recurrent layers, float32: what a step does beside its products, in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numba_math as m
from .compile import compiled

F = np.float32


@compiled
def lstm_cell(now: Any, x: Any, y: Any, memory: Any, bent: Any, hidden: Any) -> None:
    width = memory.shape[1]
    for r in range(now.shape[0]):
        xi, xf, xg, xo = x[r, :width], x[r, width : 2 * width], x[r, 2 * width : 3 * width], x[r, 3 * width :]
        yi, yf, yg, yo = y[r, :width], y[r, width : 2 * width], y[r, 2 * width : 3 * width], y[r, 3 * width :]
        i, f, g, o = now[r, :width], now[r, width : 2 * width], now[r, 2 * width : 3 * width], now[r, 3 * width :]
        c, t, h = memory[r], bent[r], hidden[r]
        for k in range(width):
            a, b = m.sigmoid(xi[k] + yi[k]), m.tanh(xg[k] + yg[k])
            i[k], g[k] = a, b
            b *= a
            a = m.sigmoid(xf[k] + yf[k])
            f[k] = a
            c[k] = a * c[k] + b
        for k in range(width):
            a, b = m.sigmoid(xo[k] + yo[k]), m.tanh(c[k])
            o[k], t[k] = a, b
            h[k] = a * b


@compiled
def lstm_cell_vjp(gates: Any, before: Any, bent: Any, dh: Any, dc: Any, da: Any) -> None:
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
def gru_cell(now: Any, x: Any, y: Any, past: Any, after: Any) -> None:
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
def gru_cell_vjp(gates: Any, inner: Any, before: Any, dh: Any, dx: Any, dy: Any) -> None:
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


@compiled
def rnn_cell(x: Any, y: Any, after: Any, relu: bool) -> None:
    for row in range(after.shape[0]):
        a, b, new = x[row], y[row], after[row]
        if relu:
            for k in range(new.size):
                here = a[k] + b[k]
                new[k] = m.choose(here <= F(0), F(0), here)
        else:
            for k in range(new.size):
                new[k] = m.tanh(a[k] + b[k])


@compiled
def rnn_cell_vjp(after: Any, dh: Any, da: Any, relu: bool) -> None:
    for row in range(after.shape[0]):
        y, g, to = after[row], dh[row], da[row]
        if relu:
            for k in range(to.size):
                to[k] = m.choose(y[k] != F(0), g[k], F(0))
        else:
            for k in range(to.size):
                to[k] = g[k] * (F(1) - y[k] * y[k])
