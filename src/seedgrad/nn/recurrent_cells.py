"""Single steps of recurrent networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from ..functions.arguments import check_tensors
from . import init
from .functional.recurrent_cells import gru_cell, lstm_cell, rnn_relu_cell, rnn_tanh_cell
from .module import Module
from .parameter import Parameter, empty


class RNNCellBase(Module):
    """The base of RNNCell, LSTMCell and GRUCell.

    Args:
        input_size: how many features the input has.
        hidden_size: the length of the state.
        bias: whether there are biases.
        num_chunks: how many gates the cell has.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Raises:
        RuntimeError: a size is negative.

    Example:
        >>> import seedgrad as sg
        >>> isinstance(sg.nn.GRUCell(3, 4), sg.nn.RNNCellBase)
        True
    """

    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool, num_chunks: int, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(empty((rows, input_size), device, dtype))
        self.weight_hh = Parameter(empty((rows, hidden_size), device, dtype))
        self.register_parameter("bias_ih", Parameter(empty((rows,), device, dtype)) if bias else None)
        self.register_parameter("bias_hh", Parameter(empty((rows,), device, dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values, uniform within ± 1 / sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0.0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _prepared(self, input: Any, states: tuple[Any, ...] | None, count: int) -> tuple[Tensor, tuple[Any, ...]]:
        """Input and states with a batch dimension; zeros where no states are given."""
        name = type(self).__name__
        check_tensors(name, input, *(states or ()))
        if input.array.ndim not in (1, 2):
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.array.ndim}D: {input.array.shape}")
        for k, state in enumerate(states or ()):
            if state.array.ndim not in (1, 2):
                what = f"hx[{k}]" if count > 1 else "hidden"
                raise ValueError(
                    f"{name}: Expected {what} to be 1D or 2D, got {state.array.ndim}D: {state.array.shape}"
                )
        single = input.array.ndim == 1
        if single:
            input = xp.expand_dims(input, axis=0)
        if states is None:
            zeros = Tensor(np.zeros((len(input.array), self.hidden_size), input.array.dtype))
            return input, (zeros,) * count
        return input, tuple(xp.expand_dims(s, axis=0) for s in states) if single else states

    def _parameters_in_order(self) -> tuple[Any, ...]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        nonlinearity = getattr(self, "nonlinearity", "tanh")
        return text if nonlinearity == "tanh" else f"{text}, nonlinearity={nonlinearity}"


class RNNCell(RNNCellBase):
    """One step of Elman's network: h' = tanh(W x + b + U h + d), or with relu.

    Args:
        input_size: how many features the input has.
        hidden_size: the length of h.
        bias: whether there are b and d. Default: True.
        nonlinearity: "tanh" or "relu". Default: "tanh".
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        input (B, input_size) or (input_size), and h (B, hidden_size) or (hidden_size), zeros if not given, to the new h.

    Attributes:
        weight_ih, weight_hh: (hidden_size, input_size) and (hidden_size, hidden_size).
        bias_ih, bias_hh: (hidden_size), or None.

    Raises:
        ValueError: on the call, input or h have more than two dimensions.
        RuntimeError: on the call, the shapes or types don't fit, or the nonlinearity is unknown.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.RNNCell(10, 20)(sg.randn(3, 10)).shape
        seedgrad.Size([3, 20])

    Source: Elman, "Finding structure in time", 1990.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        functions = {"tanh": rnn_tanh_cell, "relu": rnn_relu_cell}
        x, (h,) = self._prepared(input, hx if hx is None else (hx,), 1)
        if self.nonlinearity not in functions:
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}; select 'tanh' or 'relu'")
        out = functions[self.nonlinearity](x, h, *self._parameters_in_order())
        return xp.squeeze(out, axis=0) if input.array.ndim == 1 else out


class LSTMCell(RNNCellBase):
    """One step of long short-term memory: c' = f c + i g and h' = o tanh(c'); see `LSTM`.

    Args:
        input_size: how many features the input has.
        hidden_size: the length of h and c.
        bias: whether there are biases. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        input (B, input_size) or (input_size), and the pair of h and c, (B, hidden_size) or (hidden_size) each, zeros if
        not given, to the new pair.

    Attributes:
        weight_ih, weight_hh: (4 hidden_size, input_size) and (4 hidden_size, hidden_size), in the order i, f, g, o.
        bias_ih, bias_hh: (4 hidden_size), or None.

    Raises:
        ValueError: on the call, input or states have more than two dimensions.
        TypeError, RuntimeError: on the call, there are not two states, or the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> h, c = sg.nn.LSTMCell(10, 20)(sg.randn(3, 10))
        >>> c.shape
        seedgrad.Size([3, 20])

    Source: Hochreiter, Schmidhuber, "Long short-term memory", 1997.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        if isinstance(hx, Tensor):
            raise TypeError("LSTMCell: hx must be a pair of Tensors (h, c), not Tensor")
        x, states = self._prepared(input, hx if hx is None else tuple(hx), 2)
        h, c = lstm_cell(x, states, *self._parameters_in_order())
        return (xp.squeeze(h, axis=0), xp.squeeze(c, axis=0)) if input.array.ndim == 1 else (h, c)


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit: h' = (1 - z) n + z h; see `GRU`.

    Args:
        input_size: how many features the input has.
        hidden_size: the length of h.
        bias: whether there are biases. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        input (B, input_size) or (input_size), and h (B, hidden_size) or (hidden_size), zeros if not given, to the new h.

    Attributes:
        weight_ih, weight_hh: (3 hidden_size, input_size) and (3 hidden_size, hidden_size), in the order r, z, n.
        bias_ih, bias_hh: (3 hidden_size), or None.

    Raises:
        ValueError: on the call, input or h have more than two dimensions.
        RuntimeError: on the call, the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.GRUCell(10, 20)(sg.randn(3, 10)).shape
        seedgrad.Size([3, 20])

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        x, (h,) = self._prepared(input, hx if hx is None else (hx,), 1)
        out = gru_cell(x, h, *self._parameters_in_order())
        return xp.squeeze(out, axis=0) if input.array.ndim == 1 else out
