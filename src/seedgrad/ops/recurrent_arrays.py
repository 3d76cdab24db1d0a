"""NumPy kernels of the recurrences, with the backward pass through time.

A step is one matrix product for all gates and a few passes over what it gave, while that is in the cache. Going back,
a step makes the gradients of its gates and one product; the gradient of the weight is one product at the end, for all
times at once. What a step does beside the products is a function of its own, the cell, which has a compiled form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..core.choice_arrays import bits_or_zero
from .recurrent_cells import gru_cell, gru_cell_vjp, lstm_cell, lstm_cell_vjp

NDArray = np.ndarray[Any, Any]
Cell = Callable[..., None]

# The size of a weight from which the order of the factors matters.
WIDE = 1 << 14


def steps(sizes: tuple[int, ...], backwards: bool) -> list[tuple[slice, int]]:
    """The rows of each time and how many they are, in the order in which the sequence is run."""
    found, start = [], 0
    for n in sizes:
        found.append((slice(start, start + n), n))
        start += n
    return found[::-1] if backwards else found


def _product(h: NDArray, weight: NDArray, out: NDArray) -> None:
    """out = h Wᵀ, for the rows of one step.

    BLAS brings its right factor into another order at every call, which takes half as long as the product itself where
    rows are few. So W stands on the left there, and what comes out is turned: 0.14 instead of 0.18 ms for a step of an
    LSTM with 32 rows and 256 units.
    """
    if 3 * len(h) <= h.shape[1] and weight.size >= WIDE:
        np.copyto(out, weight.dot(h.T).T)
    else:
        h.dot(weight.T, out=out)


def _returns(
    g_out: NDArray | None, g_last: NDArray | None, state: NDArray, sizes: tuple[int, ...], backwards: bool
) -> Iterator[tuple[slice, int, NDArray]]:
    """Back through time: the rows of a step, their number, and the gradient of the state it left.

    Whoever iterates writes the gradient of the state before the step into `state[:n]`.
    """
    state[...] = 0 if g_last is None else g_last
    for rows, n in reversed(steps(sizes, backwards)):
        now = state[:n]
        if g_out is not None:
            now += g_out[rows]
        yield rows, n, now


# Elman's network


def rnn_forward(
    x: NDArray,
    h: NDArray,
    weight: NDArray,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
    relu: bool = False,
) -> Any:
    if x.dtype.itemsize == 2:
        return NotImplemented
    before, after = np.empty((2, *x.shape), x.dtype)
    h = h.copy()
    for rows, n in steps(sizes, backwards):
        now = after[rows]
        before[rows] = h[:n]
        _product(h[:n], weight, now)
        now += x[rows]
        if relu:
            np.maximum(now, 0, out=now)
        else:
            np.tanh(now, out=now)
        h[:n] = now
    return (after.copy(), h), (before, after, sizes, backwards, relu)


def rnn_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """With a = x + W h: da = dh' (1 - h'^2) or dh' [h' > 0], dh = Wᵀ da, dW = sum of da hᵀ."""
    weight, (g_out, g_last) = inputs[2], g
    before, after, sizes, backwards, relu = saved
    da, state = np.empty_like(after), np.empty_like(inputs[1], order="C")
    for rows, _, dh in _returns(g_out, g_last, state, sizes, backwards):
        y, part = after[rows], da[rows]
        if relu:
            part[...] = bits_or_zero(dh, y != 0)
        else:
            np.multiply(y, y, out=part)
            np.subtract(1, part, out=part)
            part *= dh
        part.dot(weight, out=dh)
    return da, state, da.T.dot(before) if needs[2] else None


# Long short-term memory


def lstm_forward(
    x: NDArray,
    h: NDArray,
    c: NDArray,
    weight: NDArray,
    projection: NDArray | None = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
    cell: Cell = lstm_cell,
) -> Any:
    if x.dtype.itemsize == 2:
        return NotImplemented
    width = c.shape[1]
    gates = np.empty(x.shape, x.dtype)
    h_before, out = np.empty((len(x), h.shape[1]), x.dtype), np.empty((len(x), h.shape[1]), x.dtype)
    c_before, c_tanh = np.empty((2, len(x), width), x.dtype)
    hidden = None if projection is None else np.empty((len(x), width), x.dtype)
    room = np.empty((sizes[0], x.shape[1]), x.dtype)
    h, c = h.copy(), c.copy()
    for rows, n in steps(sizes, backwards):
        y, memory = room[:n], c[:n]
        h_before[rows] = h[:n]
        c_before[rows] = memory
        _product(h[:n], weight, y)
        cell(gates[rows], x[rows], y, memory, c_tanh[rows], out[rows] if hidden is None else hidden[rows])
        if hidden is not None:
            hidden[rows].dot(projection.T, out=out[rows])  # type: ignore[union-attr]
        h[:n] = out[rows]
    return (out, h, c), (gates, h_before, c_before, c_tanh, hidden, sizes, backwards)


def lstm_backward(
    g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int, cell_vjp: Cell = lstm_cell_vjp
) -> Any:
    """The gradients da of the gates, time after time, and dh = Wᵀ da."""
    _, h, c, weight, projection = inputs
    gates, h_before, c_before, c_tanh, hidden, sizes, backwards = saved
    g_out, g_h, g_c = g
    da = gates if last else np.empty_like(gates)
    dh_state, dc_state = np.empty(h.shape, h.dtype), np.empty(c.shape, c.dtype)
    dc_state[...] = 0 if g_c is None else g_c
    projected = None if hidden is None or not needs[4] else np.empty_like(h_before)
    for rows, n, dh in _returns(g_out, g_h, dh_state, sizes, backwards):
        if projected is not None:
            projected[rows] = dh
        dhidden = dh if projection is None else dh.dot(projection)
        # The gates are overwritten where they are read no more.
        cell_vjp(gates[rows], c_before[rows], c_tanh[rows], dhidden, dc_state[:n], da[rows])
        da[rows].dot(weight, out=dh)
    return (
        da,
        dh_state,
        dc_state,
        da.T.dot(h_before) if needs[3] else None,
        None if projected is None else projected.T.dot(hidden),
    )


# Gated recurrent unit


def gru_forward(
    x: NDArray,
    h: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
    cell: Cell = gru_cell,
) -> Any:
    if x.dtype.itemsize == 2:
        return NotImplemented
    width = h.shape[1]
    gates, out = np.empty(x.shape, x.dtype), np.empty((len(x), width), x.dtype)
    before, inner = np.empty((2, len(x), width), x.dtype)
    room = np.empty((sizes[0], 3 * width), x.dtype)
    h = h.copy()
    for rows, n in steps(sizes, backwards):
        y, past, after = room[:n], before[rows], out[rows]
        past[...] = h[:n]
        _product(past, weight, y)
        if bias is not None:
            y += bias
        inner[rows] = y[:, 2 * width :]
        cell(gates[rows], x[rows], y, past, after)
        h[:n] = after
    return (out, h), (gates, before, inner, sizes, backwards)


def gru_backward(
    g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int, cell_vjp: Cell = gru_cell_vjp
) -> Any:
    """The gradients of the gates, time after time.

    The gradient of y = W h + bias differs from that of x in the last gate only, where y is multiplied by r.
    """
    weight, (g_out, g_last) = inputs[2], g
    gates, before, inner, sizes, backwards = saved
    dx = gates if last else np.empty_like(gates)
    dy, state = np.empty_like(gates), np.empty_like(inputs[1], order="C")
    for rows, _, dh in _returns(g_out, g_last, state, sizes, backwards):
        # The gates are overwritten where they are read no more.
        cell_vjp(gates[rows], inner[rows], before[rows], dh, dx[rows], dy[rows])
        dh += dy[rows].dot(weight)
    return (
        dx,
        state,
        dy.T.dot(before) if needs[2] else None,
        np.add.reduce(dy, axis=0) if needs[3] else None,
    )
