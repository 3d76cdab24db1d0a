"""What a step of an LSTM or a GRU does beside its products, and the way back, on NumPy arrays.

A cell writes into the arrays that it is given: a few passes over what the product left, while that is in the cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NDArray = np.ndarray[Any, Any]


def _sigmoid(x: NDArray) -> None:
    """x becomes 1 / (1 + exp(-x))."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    np.reciprocal(x, out=x)


def lstm_cell(now: NDArray, x: NDArray, y: NDArray, memory: NDArray, bent: NDArray, hidden: NDArray) -> None:
    """The gates to `now`, from y = W h; memory to c', bent = tanh(c'), hidden = o tanh(c')."""
    width = memory.shape[1]
    np.add(x, y, out=now)
    _sigmoid(now[:, : 2 * width])
    _sigmoid(now[:, 3 * width :])
    i, f, g, o = (now[:, k * width : (k + 1) * width] for k in range(4))
    np.tanh(g, out=g)
    memory *= f
    memory += i * g
    np.tanh(memory, out=bent)
    np.multiply(o, bent, out=hidden)


def lstm_cell_vjp(gates: NDArray, before: NDArray, bent: NDArray, dh: NDArray, dc: NDArray, da: NDArray) -> None:
    """The gradients of the gates before their sigmoids and tanh, and dc that of c' to that of c; da may be the gates.

    With dc' = dc'_later + dh' o (1 - tanh²c'): do = dh' tanh c', di = dc' g, df = dc' c, dg = dc' i, dc = dc' f.
    """
    width = dc.shape[1]
    places = [slice(k * width, (k + 1) * width) for k in range(4)]
    room, slope = np.empty((2, *gates.shape), gates.dtype)
    i, f, g, o = (gates[:, place] for place in places)
    di, df, dg, do = (room[:, place] for place in places)
    np.multiply(dh, bent, out=do)
    np.multiply(bent, bent, out=df)
    np.subtract(1, df, out=df)
    df *= o
    df *= dh
    dc += df
    np.multiply(dc, g, out=di)
    np.multiply(dc, before, out=df)
    np.multiply(dc, i, out=dg)
    dc *= f
    np.multiply(gates, gates, out=slope)
    for place in places:
        np.subtract(1 if place is places[2] else gates[:, place], slope[:, place], out=slope[:, place])
    np.multiply(room, slope, out=da)


def gru_cell(now: NDArray, x: NDArray, y: NDArray, past: NDArray, after: NDArray) -> None:
    """The gates r, z and n to `now`, and the new state, from y = W h + bias."""
    width = past.shape[1]
    np.add(x[:, : 2 * width], y[:, : 2 * width], out=now[:, : 2 * width])
    _sigmoid(now[:, : 2 * width])
    r, z, new = (now[:, k * width : (k + 1) * width] for k in range(3))
    np.multiply(r, y[:, 2 * width :], out=new)
    new += x[:, 2 * width :]
    np.tanh(new, out=new)
    np.subtract(past, new, out=after)
    after *= z
    after += new


def gru_cell_vjp(gates: NDArray, inner: NDArray, before: NDArray, dh: NDArray, dx: NDArray, dy: NDArray) -> None:
    """The gradients of x and of y; dh' to its part that goes straight to h. dx may be the gates.

    dz = dh' (h - n), dn = dh' (1 - z), dr = dn y_n, times the derivatives of the sigmoids and the tanh.
    """
    width = inner.shape[1]
    r, z, new = (gates[:, k * width : (k + 1) * width] for k in range(3))
    dr, dz, dn = (dy[:, k * width : (k + 1) * width] for k in range(3))
    spare = np.subtract(1, z)
    np.multiply(spare, dh, out=dn)
    np.subtract(before, new, out=dz)
    dz *= spare
    dz *= z
    dz *= dh
    np.multiply(new, new, out=spare)
    np.subtract(1, spare, out=spare)
    dn *= spare
    np.subtract(1, r, out=dr)
    dr *= r
    dr *= inner
    dr *= dn
    dh *= z
    np.multiply(dn, r, out=spare)
    dx[:, : 2 * width] = dy[:, : 2 * width]
    dx[:, 2 * width :] = dn
    dn[...] = spare
