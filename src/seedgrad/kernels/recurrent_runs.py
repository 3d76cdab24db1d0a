"""Whole sequences of recurrent layers in one piece of compiled code: the products of all steps, and the cells.

The sequences of a batch don't need each other, so threads share them: each runs all times of its own, without waiting
for the others. The weights were packed once, for all times (`panels`). `first` and `last` number the sequences of a
thread; `spans` has the first row and the number of rows of each time, in the order of the steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import compiled
from .product import NOWHERE, multiply
from .recurrent_cells import gru_cell, gru_cell_vjp, lstm_cell, lstm_cell_vjp, rnn_cell, rnn_cell_vjp
from .tile import padded


@compiled
def _copy(x: Any, target: Any) -> None:
    """The first columns of the first rows of x to the target."""
    for r in range(target.shape[0]):
        for k in range(target.shape[1]):
            target[r, k] = x[r, k]


@compiled
def _add(x: Any, target: Any) -> None:
    """The same, added to what is there."""
    for r in range(target.shape[0]):
        for k in range(target.shape[1]):
            target[r, k] += x[r, k]


@compiled
def _room(rows: int, places: int) -> Any:
    return np.empty((rows, padded(places)), np.float32)


@compiled
def _times(address: int, a: Any, panels: Any, zeros: Any, room: Any) -> None:
    """The first rows of `room` = a times the packed matrix."""
    rows, sums = a.shape
    multiply(address, a.ctypes.data, sums, 1, sums, panels.ctypes.data, 0, zeros, room[:rows], NOWHERE)


@compiled
def lstm_run(
    address: int,
    zeros: Any,
    panels: Any,
    projection: Any,
    spans: Any,
    x: Any,
    h: Any,
    c: Any,
    gates: Any,
    h_before: Any,
    c_before: Any,
    c_tanh: Any,
    hidden: Any,
    out: Any,
    first: int,
    last: int,
) -> None:
    """h and c become the last states; without a projection `hidden` is `out`, and `projection` has no elements."""
    room, after = _room(last - first, x.shape[1]), _room(last - first, h.shape[1])
    for step in range(len(spans)):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now, memory = row + n, h[first : first + n], c[first : first + n]
        _copy(now, h_before[row:end])
        _copy(memory, c_before[row:end])
        _times(address, now, panels, zeros, room)
        lstm_cell(gates[row:end], x[row:end], room, memory, c_tanh[row:end], hidden[row:end])
        if projection.size:
            _times(address, hidden[row:end], projection, zeros, after)
            _copy(after, out[row:end])
        _copy(out[row:end], now)


@compiled
def lstm_return(
    address: int,
    zeros: Any,
    panels: Any,
    projection: Any,
    spans: Any,
    g_out: Any,
    gates: Any,
    c_before: Any,
    c_tanh: Any,
    da: Any,
    projected: Any,
    dh: Any,
    dc: Any,
    first: int,
    last: int,
) -> None:
    """dh and dc, those of the last states, become those of the first ones; an array without elements is none."""
    room = _room(last - first, dh.shape[1])
    wide = _room(last - first, dc.shape[1])
    for step in range(len(spans) - 1, -1, -1):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now, memory = row + n, dh[first : first + n], dc[first : first + n]
        if g_out.size:
            _add(g_out[row:end], now)
        if projection.size:
            _copy(now, projected[row:end])
            _times(address, now, projection, zeros, wide)
            lstm_cell_vjp(gates[row:end], c_before[row:end], c_tanh[row:end], wide, memory, da[row:end])
        else:
            lstm_cell_vjp(gates[row:end], c_before[row:end], c_tanh[row:end], now, memory, da[row:end])
        _times(address, da[row:end], panels, zeros, room)
        _copy(room, now)


@compiled
def gru_run(
    address: int,
    zeros: Any,
    panels: Any,
    bias: Any,
    spans: Any,
    x: Any,
    h: Any,
    gates: Any,
    before: Any,
    inner: Any,
    out: Any,
    first: int,
    last: int,
) -> None:
    """h becomes the last state."""
    width = h.shape[1]
    room = _room(last - first, 3 * width)
    for step in range(len(spans)):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now = row + n, h[first : first + n]
        _copy(now, before[row:end])
        _times(address, now, panels, zeros, room)
        for r in range(n if bias.size else 0):
            y = room[r]
            for k in range(bias.size):
                y[k] += bias[k]
        _copy(room[:, 2 * width :], inner[row:end])
        gru_cell(gates[row:end], x[row:end], room, before[row:end], out[row:end])
        _copy(out[row:end], now)


@compiled
def gru_return(
    address: int,
    zeros: Any,
    panels: Any,
    spans: Any,
    g_out: Any,
    gates: Any,
    before: Any,
    inner: Any,
    dx: Any,
    dy: Any,
    dh: Any,
    first: int,
    last: int,
) -> None:
    """dh, that of the last state, becomes that of the first one; without elements `g_out` is none."""
    room = _room(last - first, dh.shape[1])
    for step in range(len(spans) - 1, -1, -1):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now = row + n, dh[first : first + n]
        if g_out.size:
            _add(g_out[row:end], now)
        gru_cell_vjp(gates[row:end], inner[row:end], before[row:end], now, dx[row:end], dy[row:end])
        _times(address, dy[row:end], panels, zeros, room)
        _add(room, now)


@compiled
def rnn_run(
    address: int,
    zeros: Any,
    panels: Any,
    relu: bool,
    spans: Any,
    x: Any,
    h: Any,
    before: Any,
    after: Any,
    first: int,
    last: int,
) -> None:
    """h becomes the last state."""
    room = _room(last - first, h.shape[1])
    for step in range(len(spans)):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now = row + n, h[first : first + n]
        _copy(now, before[row:end])
        _times(address, now, panels, zeros, room)
        rnn_cell(x[row:end], room, after[row:end], relu)
        _copy(after[row:end], now)


@compiled
def rnn_return(
    address: int,
    zeros: Any,
    panels: Any,
    relu: bool,
    spans: Any,
    g_out: Any,
    after: Any,
    da: Any,
    dh: Any,
    first: int,
    last: int,
) -> None:
    """dh, that of the last state, becomes that of the first one; without elements `g_out` is none."""
    room = _room(last - first, dh.shape[1])
    for step in range(len(spans) - 1, -1, -1):
        row, n = spans[step, 0] + first, min(last, spans[step, 1]) - first
        if n <= 0:
            continue
        end, now = row + n, dh[first : first + n]
        if g_out.size:
            _add(g_out[row:end], now)
        rnn_cell_vjp(after[row:end], now, da[row:end], relu)
        _times(address, da[row:end], panels, zeros, room)
        _copy(room, now)
