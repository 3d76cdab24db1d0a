"""NumPy kernels of the recurrences, with the backward pass through time.

A step is one matrix product for all gates and a few passes over what it gave, while that is in the cache. Going back,
a step makes the gradients of its gates and one product; the gradient of the weight is one product at the end, for all
times at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .select import bits_or_zero

NDArray = np.ndarray[Any, Any]


def steps(sizes: tuple[int, ...], backwards: bool) -> list[tuple[slice, int]]:
    """The rows of each time and how many they are, in the order in which the sequence is run."""
    found, start = [], 0
    for n in sizes:
        found.append((slice(start, start + n), n))
        start += n
    return found[::-1] if backwards else found


def _sigmoid(x: NDArray) -> None:
    """x becomes 1 / (1 + exp(-x))."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


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
    h, turned = h.copy(), weight.T
    for rows, n in steps(sizes, backwards):
        now = after[rows]
        before[rows] = h[:n]
        before[rows].dot(turned, out=now)
        now += x[rows]
        if relu:
            np.maximum(now, 0, out=now)
        else:
            np.tanh(now, out=now)
        h[:n] = now
    return (after.copy(), h), (before, after, sizes, backwards, relu)


def rnn_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
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
) -> Any:
    if x.dtype.itemsize == 2:
        return NotImplemented
    width = c.shape[1]
    gates = np.empty(x.shape, x.dtype)
    h_before, out = np.empty((len(x), h.shape[1]), x.dtype), np.empty((len(x), h.shape[1]), x.dtype)
    c_before, c_tanh = np.empty((2, len(x), width), x.dtype)
    hidden = None if projection is None else np.empty((len(x), width), x.dtype)
    h, c, turned = h.copy(), c.copy(), weight.T
    for rows, n in steps(sizes, backwards):
        now, memory = gates[rows], c[:n]
        h_before[rows] = h[:n]
        c_before[rows] = memory
        h_before[rows].dot(turned, out=now)
        now += x[rows]
        _sigmoid(now[:, : 2 * width])
        _sigmoid(now[:, 3 * width :])
        i, f, g, o = (now[:, k * width : (k + 1) * width] for k in range(4))
        np.tanh(g, out=g)
        memory *= f
        memory += i * g
        np.tanh(memory, out=c_tanh[rows])
        if hidden is None:
            np.multiply(o, c_tanh[rows], out=out[rows])
        else:
            np.multiply(o, c_tanh[rows], out=hidden[rows])
            hidden[rows].dot(projection.T, out=out[rows])  # type: ignore[union-attr]
        h[:n] = out[rows]
    return (out, h, c), (gates, h_before, c_before, c_tanh, hidden, sizes, backwards)


def lstm_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    """With dc' = dc'_later + dh' o (1 - tanh²c'): do = dh' tanh c', di = dc' g, df = dc' c, dg = dc' i, dc = dc' f.

    Times the derivatives of the sigmoids and the tanh these are the gradients of the gates, da; dh = Wᵀ da.
    """
    _, h, c, weight, projection = inputs
    gates, h_before, c_before, c_tanh, hidden, sizes, backwards = saved
    g_out, g_h, g_c = g
    width = c.shape[1]
    da = gates if last else np.empty_like(gates)
    dh_state, dc_state = np.empty(h.shape, h.dtype), np.empty(c.shape, c.dtype)
    dc_state[...] = 0 if g_c is None else g_c
    projected = None if hidden is None or not needs[4] else np.empty_like(h_before)
    room, slopes = np.empty((2, sizes[0], 4 * width), gates.dtype)
    places = [slice(k * width, (k + 1) * width) for k in range(4)]
    for rows, n, dh in _returns(g_out, g_h, dh_state, sizes, backwards):
        now, slope, t, dc = gates[rows], slopes[:n], c_tanh[rows], dc_state[:n]
        i, f, g, o = (now[:, place] for place in places)
        di, df, dg, do = (room[:n, place] for place in places)
        if projected is not None:
            projected[rows] = dh
        dhidden = dh if projection is None else dh.dot(projection)
        np.multiply(dhidden, t, out=do)
        np.multiply(t, t, out=df)
        np.subtract(1, df, out=df)
        df *= o
        df *= dhidden
        dc += df
        np.multiply(dc, g, out=di)
        np.multiply(dc, c_before[rows], out=df)
        np.multiply(dc, i, out=dg)
        dc *= f
        np.multiply(now, now, out=slope)
        for place in places:
            np.subtract(1 if place is places[2] else now[:, place], slope[:, place], out=slope[:, place])
        part = np.multiply(room[:n], slope, out=da[rows])  # may overwrite the gates, which are read no more
        part.dot(weight, out=dh)
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
) -> Any:
    if x.dtype.itemsize == 2:
        return NotImplemented
    width = h.shape[1]
    gates, out = np.empty(x.shape, x.dtype), np.empty((len(x), width), x.dtype)
    before, inner = np.empty((2, len(x), width), x.dtype)
    room = np.empty((sizes[0], 3 * width), x.dtype)
    h, turned = h.copy(), weight.T
    for rows, n in steps(sizes, backwards):
        now, y, past = gates[rows], room[:n], before[rows]
        past[...] = h[:n]
        past.dot(turned, out=y)
        if bias is not None:
            y += bias
        inner[rows] = y[:, 2 * width :]
        np.add(x[rows, : 2 * width], y[:, : 2 * width], out=now[:, : 2 * width])
        _sigmoid(now[:, : 2 * width])
        r, z, new = (now[:, k * width : (k + 1) * width] for k in range(3))
        np.multiply(r, inner[rows], out=new)
        new += x[rows, 2 * width :]
        np.tanh(new, out=new)
        after = np.subtract(past, new, out=out[rows])
        after *= z
        after += new
        h[:n] = after
    return (out, h), (gates, before, inner, sizes, backwards)


def gru_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    """dz = dh' (h - n), dn = dh' (1 - z), dr = dn y_n, times the derivatives of the sigmoids and the tanh.

    The gradient of y = W h + bias differs from that of x in the last gate only, where y is multiplied by r.
    """
    weight, (g_out, g_last) = inputs[2], g
    gates, before, inner, sizes, backwards = saved
    width = inner.shape[1]
    dx = gates if last else np.empty_like(gates)
    dy, state = np.empty_like(gates), np.empty_like(inputs[1], order="C")
    room = np.empty((sizes[0], width), gates.dtype)
    for rows, n, dh in _returns(g_out, g_last, state, sizes, backwards):
        r, z, new = (gates[rows, k * width : (k + 1) * width] for k in range(3))
        dr, dz, dn = (dy[rows, k * width : (k + 1) * width] for k in range(3))
        spare = room[:n]
        np.subtract(1, z, out=spare)
        np.multiply(spare, dh, out=dn)
        np.subtract(before[rows], new, out=dz)
        dz *= spare
        dz *= z
        dz *= dh
        np.multiply(new, new, out=spare)
        np.subtract(1, spare, out=spare)
        dn *= spare
        np.subtract(1, r, out=dr)
        dr *= r
        dr *= inner[rows]
        dr *= dn
        dh *= z
        np.multiply(dn, r, out=spare)
        dx[rows, : 2 * width] = dy[rows, : 2 * width]  # may overwrite the gates, which are read no more
        dx[rows, 2 * width :] = dn
        dn[...] = spare
        dh += dy[rows].dot(weight)
    return (
        dx,
        state,
        dy.T.dot(before) if needs[2] else None,
        np.add.reduce(dy, axis=0) if needs[3] else None,
    )
