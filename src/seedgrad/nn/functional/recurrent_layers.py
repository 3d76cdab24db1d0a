"""Layers of recurrences over sorted rows: what the functions, the modules and packed sequences share.

Rows are sorted by time, and `sizes` counts the sequences that still run at each time; see `ops/recurrent`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.mode import mode as modes
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops import recurrent as ops
from ...ops.linalg import linear
from .dropout import dropout as _dropout

# The number of gates of each kind of cell: the rows of its weights are that many times the hidden size.
GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


def run_direction(
    mode: str, rows: Tensor, sizes: tuple[int, ...], states: tuple[Tensor, ...], params: Sequence[Any], backwards: bool
) -> tuple[Tensor, ...]:
    """One layer in one direction: all outputs, and the last states.

    `params` are the two weights, the two biases (None where there are none) and, for LSTM, the projection or None.
    """
    w_ih, w_hh, b_ih, b_hh, w_hr = params
    if mode == "GRU":  # the second bias is inside of the product with a gate
        outs = ops.gru.call(linear.call(rows, w_ih, b_ih), *states, w_hh, b_hh, sizes=sizes, backwards=backwards)
    else:
        bias = b_ih if b_hh is None else b_hh if b_ih is None else b_ih + b_hh
        x = linear.call(rows, w_ih, bias)
        if mode == "LSTM":
            outs = ops.lstm.call(x, *states, w_hh, w_hr, sizes=sizes, backwards=backwards)
        else:
            relu = mode == "RNN_RELU"
            outs = ops.rnn.call(x, *states, w_hh, sizes=sizes, backwards=backwards, relu=relu)
    found: tuple[Tensor, ...] = outs
    return found


def run_layers(
    mode: str,
    rows: Tensor,
    sizes: tuple[int, ...],
    states: tuple[Tensor, ...],
    params: Sequence[Sequence[Any]],
    bidirectional: bool,
    dropout: float,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """All layers: the outputs of the last one, and the last states of all, (layers * directions, B, H) each.

    Args:
        mode: "RNN_TANH", "RNN_RELU", "LSTM" or "GRU".
        rows: (N, input size), N being the sum of `sizes`.
        sizes: how many sequences run at each time.
        states: h, or h and c, before the first time: (layers * directions, B, H).
        params: five for each layer and direction; see `run_direction`.
        bidirectional: whether every second entry of `params` is for the way back.
        dropout: the probability of zeros between the layers; 0 outside of training.
    """
    directions = 2 if bidirectional else 1
    parts = list(zip(*(xp.unbind(s, axis=0) for s in states), strict=True))
    last: list[tuple[Tensor, ...]] = []
    for layer in range(0, len(params), directions):
        outs = []
        for k in range(layer, layer + directions):
            out, *left = run_direction(mode, rows, sizes, parts[k], params[k], backwards=k > layer)
            outs.append(out)
            last.append(tuple(left))
        rows = outs[0] if directions == 1 else xp.concatenate(outs, axis=1)
        if dropout and layer + directions < len(params):
            rows = _dropout(rows, dropout)
    return rows, tuple(xp.stack(kind, axis=0) for kind in zip(*last, strict=True))


def time_rows(input: Tensor, batch_first: bool) -> tuple[Tensor, tuple[int, ...]]:
    """A padded batch as rows sorted by time, and the sizes.

    Raises:
        RuntimeError: the sequences have length 0.
    """
    if batch_first:
        input = xp.swapaxes(input, axis1=0, axis2=1)
    times, batch, features = input.array.shape
    if not times:
        raise RuntimeError(
            "Expected sequence length to be larger than 0 in RNN, got an input of shape "
            f"{(batch, times, features) if batch_first else (times, batch, features)}"
        )
    return xp.reshape(input, (times * batch, features)), (batch,) * times


def unrolled(rows: Tensor, sizes: tuple[int, ...], batch_first: bool) -> Tensor:
    """The reverse of `time_rows`."""
    out = xp.reshape(rows, (len(sizes), sizes[0], rows.array.shape[1]))
    return xp.swapaxes(out, axis1=0, axis2=1) if batch_first else out


def grouped(mode: str, params: Sequence[Any], biases: bool, projected: bool) -> list[tuple[Any, ...]]:
    """A flat list of parameters as five for each layer and direction, None where there is none."""
    each = 2 + 2 * biases + projected
    groups = []
    for start in range(0, len(params), each):
        group = list(params[start : start + each])
        w_hr = group.pop() if projected else None
        groups.append((*group, *([] if biases else [None, None]), w_hr))
    return groups


def same_types(name: str, *tensors: Tensor | None) -> None:
    """Raise RuntimeError unless all tensors have the same element type, or mixed precision will bring them to one."""
    if modes.now.lower is not None:
        return
    found = {t.dtype for t in tensors if t is not None}
    if len(found) > 1:
        kinds = " and ".join(sorted(str(kind) for kind in found))
        raise RuntimeError(
            f"{name}: input, states and parameters must have the same dtype, but got {kinds}. Convert them: x.to(dtype)"
        )
