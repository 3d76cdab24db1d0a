"""Recurrences over sequences: one op for a whole sequence, one layer and one direction.

What the input adds to the gates does not depend on the state, so it is computed for all times by one matrix product
before (`linear`). The op adds, time after time, what the state adds, and applies the cell's formula.

The rows of all sequences are sorted by time: first those of time 0, then those of time 1, and so on. `sizes` says how
many sequences still run at each time; sequences are sorted from long to short, so the count never grows and the running
ones are the first rows of the state. A batch without padding is the case where all sizes are equal.

The definitions are the specification; the kernels, with the backward pass through time, are in `recurrent_arrays`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.batching import everywhere
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from . import recurrent_arrays as kernels


def _run(xp: Any, x: Any, states: tuple[Any, ...], step: Callable[..., Any], sizes: Any, backwards: bool) -> Any:
    """All outputs, and the last state of every sequence.

    `step(x, *states)` gives the new states of the sequences that run; the first of them is the output.
    """
    parts = xp.split(x, tuple(sizes), axis=0)
    outs = []
    for part, n in zip(reversed(parts) if backwards else parts, reversed(sizes) if backwards else sizes, strict=True):
        whole = n == states[0].shape[0]
        new = step(part, *(s if whole else s[:n] for s in states))
        outs.append(new[0])
        states = new if whole else tuple(xp.concatenate([a, b[n:]], axis=0) for a, b in zip(new, states, strict=True))
    return xp.concatenate(outs[::-1] if backwards else outs, axis=0), *states


@op(name="Rnn")
def rnn(
    xp: Any,
    x: Any,
    h: Any,
    weight: Any,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
    relu: bool = False,
) -> Any:
    """h' = tanh(x + W h), or with relu in the place of tanh: all h', and the last of each sequence."""

    def step(x: Any, h: Any) -> Any:
        gate = x + xp.matmul(h, xp.transpose(weight))
        return (xp.relu(gate) if relu else xp.tanh(gate),)

    return _run(xp, x, (h,), step, sizes, backwards)


@op(name="Lstm")
def lstm(
    xp: Any,
    x: Any,
    h: Any,
    c: Any,
    weight: Any,
    projection: Any = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
) -> Any:
    """c' = f c + i g and h' = o tanh(c'), projected if asked: all h', and the last h' and c' of each sequence.

    The gates x + W h stand in the order i, f, g, o; g is a tanh, the others are sigmoids.
    """

    def step(x: Any, h: Any, c: Any) -> Any:
        gates = x + xp.matmul(h, xp.transpose(weight))
        i, f, g, o = xp.split(gates, (c.shape[1],) * 4, axis=1)
        c = xp.sigmoid(f) * c + xp.sigmoid(i) * xp.tanh(g)
        h = xp.sigmoid(o) * xp.tanh(c)
        return (h if projection is None else xp.matmul(h, xp.transpose(projection))), c

    return _run(xp, x, (h, c), step, sizes, backwards)


@op(name="Gru")
def gru(
    xp: Any,
    x: Any,
    h: Any,
    weight: Any,
    bias: Any = None,
    /,
    sizes: tuple[int, ...] = (),
    backwards: bool = False,
) -> Any:
    """h' = n + z (h - n): all h', and the last of each sequence.

    With y = W h + bias: r = sigmoid(x_r + y_r), z = sigmoid(x_z + y_z), n = tanh(x_n + r y_n).
    """

    def step(x: Any, h: Any) -> Any:
        y = xp.matmul(h, xp.transpose(weight))
        if bias is not None:
            y = y + bias
        n = h.shape[1]
        rz = xp.sigmoid(x[:, : 2 * n] + y[:, : 2 * n])
        new = xp.tanh(x[:, 2 * n :] + rz[:, :n] * y[:, 2 * n :])
        return (new + rz[:, n:] * (h - new),)

    return _run(xp, x, (h,), step, sizes, backwards)


rnn.kernel("numpy")(kernels.rnn_forward)
rnn.kernel_vjp("numpy")(kernels.rnn_backward)
lstm.kernel("numpy")(kernels.lstm_forward)
lstm.kernel_vjp("numpy")(kernels.lstm_backward)
gru.kernel("numpy")(kernels.gru_forward)
gru.kernel_vjp("numpy")(kernels.gru_backward)


def _sequences(op: Any, xs: list[Any], has: list[bool], size: int, sizes: tuple[int, ...], **settings: Any) -> Any:
    """Samples that share the weights are more sequences (core/batching.py): each row is followed by those of the others."""
    states = 3 if op is lstm else 2
    if any(has[states:]):
        return NotImplemented  # the definition, with a product for each sample
    rows = [
        tensors.reshape(tensors.swapaxes(x, 0, 1), shape=(x.shape[1] * size, x.shape[2]))
        for x in everywhere(xs[:states], has[:states], size)
    ]
    outs = op.call(*rows, *xs[states:], sizes=tuple(n * size for n in sizes), **settings)
    return tuple(
        tensors.swapaxes(tensors.reshape(out, shape=(out.shape[0] // (size or 1), size, out.shape[1])), 0, 1)
        for out in outs
    )


for each in (rnn, lstm, gru):
    each.defbatch(_sequences)
