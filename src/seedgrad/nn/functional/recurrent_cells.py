"""One step of a recurrent network, with the parameters as arguments."""

from __future__ import annotations

from typing import Any

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .recurrent_layers import GATES, run_direction, same_types


def lstm_cell(
    input: Tensor,
    hx: Any,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """One step of long short-term memory: c' = f c + i g and h' = o tanh(c').

    The gates W x + b + U h + d stand in the order i, f, g, o; g passes a tanh, the others a sigmoid.

    Args:
        input: (B, F).
        hx: the pair h and c, (B, H) each.
        w_ih, w_hh: (4H, F) and (4H, H).
        b_ih, b_hh: (4H). Default: none.

    Returns:
        The new h and c, (B, H) each.

    Raises:
        TypeError: hx is not a pair.
        RuntimeError: there are not two states, or the shapes or types don't fit.
        IndexError: the input has not two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> h, c = sg.lstm_cell(sg.ones(2, 3), (sg.zeros(2, 4), sg.zeros(2, 4)), sg.ones(16, 3), sg.ones(16, 4))
        >>> h.shape
        seedgrad.Size([2, 4])

    Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997.
    """
    if isinstance(hx, Tensor):
        raise TypeError("lstm_cell(): argument 'hx' (position 2) must be a pair of Tensors (h, c), not Tensor")
    if len(hx) != 2:
        raise RuntimeError(f"lstm_cell expects two hidden states: hx is a pair (h, c), got {len(hx)}")
    _, h, c = _step("lstm_cell", "LSTM", input, tuple(hx), w_ih, w_hh, b_ih, b_hh)
    return h, c


def gru_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """One step of a gated recurrent unit: h' = (1 - z) n + z h.

    r = sigmoid(W_r x + b_r + U_r h + d_r), z likewise, n = tanh(W_n x + b_n + r (U_n h + d_n)).

    Args:
        input: (B, F).
        hx: (B, H).
        w_ih, w_hh: (3H, F) and (3H, H), in the order r, z, n.
        b_ih, b_hh: (3H). Default: none.

    Returns:
        (B, H).

    Raises:
        RuntimeError: the shapes or types don't fit.
        IndexError: the input has not two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.gru_cell(sg.ones(2, 3), sg.zeros(2, 4), sg.ones(12, 3), sg.ones(12, 4)).shape
        seedgrad.Size([2, 4])

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """
    return _step("gru_cell", "GRU", input, (hx,), w_ih, w_hh, b_ih, b_hh)[1]


def rnn_tanh_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """One step of Elman's network: h' = tanh(W x + b + U h + d).

    Args:
        input: (B, F).
        hx: (B, H).
        w_ih, w_hh: (H, F) and (H, H).
        b_ih, b_hh: (H). Default: none.

    Returns:
        (B, H).

    Raises:
        RuntimeError: the shapes or types don't fit.
        IndexError: the input has not two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.rnn_tanh_cell(sg.ones(2, 3), sg.zeros(2, 4), sg.zeros(4, 3), sg.zeros(4, 4)).shape
        seedgrad.Size([2, 4])

    Source: Elman, "Finding structure in time", 1990.
    """
    return _step("rnn_tanh_cell", "RNN_TANH", input, (hx,), w_ih, w_hh, b_ih, b_hh)[1]


def rnn_relu_cell(
    input: Tensor,
    hx: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> Tensor:
    """One step of Elman's network with relu: h' = max(0, W x + b + U h + d).

    Args:
        input: (B, F).
        hx: (B, H).
        w_ih, w_hh: (H, F) and (H, H).
        b_ih, b_hh: (H). Default: none.

    Returns:
        (B, H).

    Raises:
        RuntimeError: the shapes or types don't fit.
        IndexError: the input has not two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.rnn_relu_cell(sg.ones(2, 3), sg.zeros(2, 4), sg.zeros(4, 3), sg.zeros(4, 4)).shape
        seedgrad.Size([2, 4])

    Source: Le, Jaitly, Hinton, "A simple way to initialize recurrent networks of rectified linear units", 2015.
    """
    return _step("rnn_relu_cell", "RNN_RELU", input, (hx,), w_ih, w_hh, b_ih, b_hh)[1]


def _step(name: str, mode: str, input: Tensor, states: tuple[Tensor, ...], *params: Tensor | None) -> Any:
    """One step: a sequence of length 1."""
    w_ih, w_hh, b_ih, b_hh = params
    check_tensors(name, input, *states, w_ih, w_hh)
    x, wide = input.array, w_ih.array  # type: ignore[union-attr]
    same_types(name, input, *states, *params)
    if x.ndim != 2:
        raise IndexError(f"Dimension out of range: {name}: the input must be (B, features), got shape {x.shape}")
    if x.shape[1] != wide.shape[1]:
        raise RuntimeError(f"input has inconsistent input_size: got {x.shape[1]} expected {wide.shape[1]} ({name})")
    hidden = wide.shape[0] // GATES[mode]
    for k, state in enumerate(states):
        shape = state.array.shape
        if len(shape) != 2 or shape[1] != hidden:
            raise RuntimeError(
                f"hidden{k} has inconsistent hidden_size: {name}: it must have shape {(len(x), hidden)}, got {shape}"
            )
        if shape[0] != len(x):
            raise RuntimeError(f"Input batch size {len(x)} doesn't match hidden{k} batch size {shape[0]} ({name})")
    for what, tensor, wanted in (
        ("w_hh", w_hh, (len(wide), hidden)),
        ("b_ih", b_ih, (len(wide),)),
        ("b_hh", b_hh, (len(wide),)),
    ):
        if tensor is not None and tensor.array.shape != wanted:
            raise RuntimeError(f"{name}: {what} must have shape {wanted}, got {tensor.array.shape}")
    return run_direction(mode, input, (len(x),), states, (*params, None), backwards=False)
