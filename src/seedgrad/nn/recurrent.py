"""Recurrent layers over whole sequences."""

from __future__ import annotations

from typing import Any

from .recurrent_base import RNNBase


class RNN(RNNBase):
    """Elman's network: h' = tanh(W x + b + U h + d), or with relu.

    Each layer takes the outputs of the one before. All parameters start uniform within ± 1 / sqrt(hidden_size).

    Args:
        input_size: how many features each time has.
        hidden_size: the length of h.
        num_layers: how many layers. Default: 1.
        nonlinearity: "tanh" or "relu". Default: "tanh".
        bias, batch_first, dropout, bidirectional, device, dtype: as for `LSTM`.
        proj_size: not for this layer; only LSTM has it.

    Shape:
        As for `LSTM`, with h alone in place of (h, c).

    Attributes:
        weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, ...: as for `LSTM`, with H rows in place of 4H.

    Raises:
        ValueError, TypeError, RuntimeError: as for `LSTM`.

    Example:
        >>> import seedgrad as sg
        >>> out, h = sg.nn.RNN(10, 20, 2)(sg.randn(5, 3, 10))
        >>> out.shape, h.shape
        (seedgrad.Size([5, 3, 20]), seedgrad.Size([2, 3, 20]))

    Source: Elman, "Finding structure in time", 1990.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        proj_size: None = None,
    ) -> None:
        _refuse_projection(proj_size)
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        mode = f"RNN_{nonlinearity.upper()}"
        settings = (num_layers, bias, batch_first, dropout, bidirectional)
        super().__init__(mode, input_size, hidden_size, *settings, device=device, dtype=dtype)
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    """Long short-term memory: a network that keeps what it needs in a memory c, guarded by gates.

    i, f, o = sigmoid(W x + b + U h + d) and g = tanh(W x + b + U h + d), each with its own rows of the weights, then
    c' = f c + i g and h' = o tanh(c'). Each layer takes the outputs h' of the one before. All parameters start uniform
    within ± 1 / sqrt(hidden_size).

    Args:
        input_size: how many features each time has.
        hidden_size: the length H of c, and of h if it is not projected.
        num_layers: how many layers. Default: 1.
        bias: whether there are b and d. Default: True.
        batch_first: whether the batch is the first dimension of input and output (not of the states). Default: False.
        dropout: the probability of zeros in the outputs of all layers but the last while training. Default: 0.
        bidirectional: whether each layer also runs backwards; the outputs of both ways stand side by side.
            Default: False.
        proj_size: the length of h, which is then o tanh(c') times a matrix. Default: 0, no projection.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        input (T, B, input_size), or (B, T, input_size) with `batch_first`, or (T, input_size) for one sequence, or a
        PackedSequence; hx, the pair of h (layers * directions, B, proj_size or H) and c (layers * directions, B, H),
        zeros if not given. To the outputs of the last layer, of the input's kind, with directions * (proj_size or H)
        features, and the last (h, c).

    Attributes:
        weight_ih_l0, weight_hh_l0: W, (4H, input_size), and U, (4H, proj_size or H), the gates in the order
            i, f, g, o.
        bias_ih_l0, bias_hh_l0: b and d, (4H).
        weight_hr_l0: the projection, (proj_size, H).
        Names end in l1, l2, ... for later layers, and in `_reverse` for the way back.

    Raises:
        ValueError: a size or the number of layers is not positive; `dropout` is not in [0, 1]; on the call, the input
            has another type than the weights, or neither 2 nor 3 dimensions.
        TypeError: a size is not an int.
        RuntimeError: on the call, the shapes don't fit, or the sequences have length 0.

    Example:
        >>> import seedgrad as sg
        >>> out, (h, c) = sg.nn.LSTM(10, 20, 2)(sg.randn(5, 3, 10))
        >>> out.shape, c.shape
        (seedgrad.Size([5, 3, 20]), seedgrad.Size([2, 3, 20]))

    Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, proj_size)
        super().__init__("LSTM", input_size, hidden_size, *settings, device=device, dtype=dtype)


class GRU(RNNBase):
    """Gated recurrent units: h' = (1 - z) n + z h.

    r = sigmoid(W_r x + b_r + U_r h + d_r), z likewise, n = tanh(W_n x + b_n + r (U_n h + d_n)). Each layer takes the
    outputs of the one before. All parameters start uniform within ± 1 / sqrt(hidden_size).

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device, dtype: as for `LSTM`.
        proj_size: not for this layer; only LSTM has it.

    Shape:
        As for `LSTM`, with h alone in place of (h, c).

    Attributes:
        weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, ...: as for `LSTM`, with 3H rows, in the order r, z, n.

    Raises:
        ValueError, TypeError, RuntimeError: as for `LSTM`.

    Example:
        >>> import seedgrad as sg
        >>> out, h = sg.nn.GRU(10, 20, bidirectional=True)(sg.randn(5, 3, 10))
        >>> out.shape, h.shape
        (seedgrad.Size([5, 3, 40]), seedgrad.Size([2, 3, 20]))

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        proj_size: None = None,
    ) -> None:
        _refuse_projection(proj_size)
        settings = (num_layers, bias, batch_first, dropout, bidirectional)
        super().__init__("GRU", input_size, hidden_size, *settings, device=device, dtype=dtype)


def _refuse_projection(proj_size: Any) -> None:
    if proj_size is not None:
        raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
