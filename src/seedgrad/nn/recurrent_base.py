"""What the recurrent layers share: parameters, checks of input and states, packed and unbatched input."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core.mode import mode as modes
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from ..functions.arguments import check_tensors
from . import init
from .functional.recurrent_layers import GATES, grouped, run_layers, same_types, time_rows, unrolled
from .module import Module
from .parameter import Parameter, empty
from .utils.packed import PackedSequence

# The modes that RNNBase knows; those of `GATES`.
_MODES = ", ".join(GATES)


class RNNBase(Module):
    """The base of RNN, LSTM and GRU.

    Args:
        mode: "RNN_TANH", "RNN_RELU", "LSTM" or "GRU".
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional: as for `LSTM`.
        proj_size: the length of h, if it is projected. Default: 0, not.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Raises:
        ValueError: the mode is unknown; a size or the number of layers is not positive; `dropout` is not in [0, 1];
            `proj_size` is not smaller than `hidden_size`.
        TypeError: a size is not an int, or `bias` or `batch_first` not a bool.

    Example:
        >>> import seedgrad as sg
        >>> isinstance(sg.nn.LSTM(3, 4), sg.nn.RNNBase)
        True
    """

    def __init__(
        self,
        mode: str,
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
        super().__init__()
        _check_settings(mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.proj_size = float(dropout), bidirectional, proj_size
        width, gates = proj_size or hidden_size, GATES[mode] * hidden_size
        directions = 2 if bidirectional else 1
        self._all_names: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[:directions]:
                features = width * directions if layer else input_size
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (gates, features), "weight_hh": (gates, width)}
                if bias:
                    shapes.update(bias_ih=(gates,), bias_hh=(gates,))
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                names = {f"{what}_l{layer}{suffix}": shape for what, shape in shapes.items()}
                for name, shape in names.items():
                    setattr(self, name, Parameter(empty(shape, device, dtype)))
                self._all_names.append(list(names))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values, uniform within ± 1 / sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: it is for programs written for PyTorch, where it arranges the weights for a GPU library."""

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_names]

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Run the sequences; see the class."""
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, hx)
        name = type(self).__name__
        check_tensors(name, input)
        ndim = input.array.ndim
        if ndim not in (2, 3):
            raise ValueError(f"{name}: Expected input to be 2D or 3D, got {ndim}D: shape {input.array.shape}")
        batch_axis = 0 if self.batch_first else 1
        given = self._listed(hx)
        if given is not None:
            for state in given:
                if state.array.ndim != ndim:
                    what = "unbatched 2-D" if ndim == 2 else "batched 3-D"
                    raise RuntimeError(
                        f"For {what} input, hx should also be {ndim}-D but got {state.array.ndim}-D tensor ({name})"
                    )
        if ndim == 2:
            input = xp.expand_dims(input, axis=batch_axis)
            given = given and tuple(xp.expand_dims(state, axis=1) for state in given)
        self._check_input(input, 3)
        states = self._states(given, input.array.shape[batch_axis], input)
        rows, sizes = time_rows(input, self.batch_first)
        out, last = self._run(rows, sizes, states)
        out = unrolled(out, sizes, self.batch_first)
        if ndim == 2:
            out, last = xp.squeeze(out, axis=batch_axis), tuple(xp.squeeze(state, axis=1) for state in last)
        return out, self._returned(last)

    def _forward_packed(self, input: PackedSequence, hx: Any) -> Any:
        data, batch_sizes, order, back = input
        sizes = tuple(batch_sizes.tolist())
        self._check_input(data, 2)
        given = self._listed(hx)
        if given is not None and order is not None:
            given = tuple(xp.take(state, index=(slice(None), order.array)) for state in given)
        out, last = self._run(data, sizes, self._states(given, sizes[0], data))
        if back is not None:
            last = tuple(xp.take(state, index=(slice(None), back.array)) for state in last)
        return PackedSequence(out, batch_sizes, order, back), self._returned(last)

    def _run(
        self, rows: Tensor, sizes: tuple[int, ...], states: tuple[Tensor, ...]
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        flat = [getattr(self, name) for names in self._all_names for name in names]
        same_types(type(self).__name__, rows, *states, *flat)
        groups = grouped(self.mode, flat, self.bias, self.proj_size > 0)
        dropout = self.dropout if self.training else 0.0
        return run_layers(self.mode, rows, sizes, states, groups, self.bidirectional, dropout)

    def _listed(self, hx: Any) -> tuple[Tensor, ...] | None:
        """The given states as a tuple: one, or for LSTM two."""
        if hx is None:
            return None
        if self.mode != "LSTM":
            check_tensors(type(self).__name__, hx)
            return (hx,)
        if isinstance(hx, Tensor) or len(hx) != 2:
            raise RuntimeError("LSTM expects two hidden states: hx is a pair (h_0, c_0)")
        check_tensors("LSTM", *hx)
        return tuple(hx)

    def _returned(self, states: tuple[Tensor, ...]) -> Any:
        return states if self.mode == "LSTM" else states[0]

    def _states(self, given: tuple[Tensor, ...] | None, batch: int, like: Tensor) -> tuple[Tensor, ...]:
        """The given states, checked, or zeros."""
        layers = len(self._all_names)
        shapes = [(layers, batch, self.proj_size or self.hidden_size), (layers, batch, self.hidden_size)]
        if self.mode != "LSTM":
            shapes.pop()
        if given is None:
            return tuple(Tensor(np.zeros(shape, like.array.dtype)) for shape in shapes)
        for k, (state, shape) in enumerate(zip(given, shapes, strict=True)):
            if state.array.shape != shape:
                number = f"[{k}]" if len(shapes) > 1 else ""
                raise RuntimeError(f"Expected hidden{number} size {shape}, got {list(state.array.shape)}")
        return given

    def _check_input(self, input: Tensor, ndim: int) -> None:
        kind = getattr(self, self._all_names[0][0]).dtype
        if input.dtype != kind and modes.now.lower is None:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({kind}). "
                f"Convert input: input.to({kind}), or convert model: model.to({input.dtype})"
            )
        if input.array.ndim != ndim:
            raise RuntimeError(f"input must have {ndim} dimensions, got shape {input.array.shape}")
        if input.array.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got shape {input.array.shape}"
            )

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        normal = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False, "dropout": 0}
        for name, usual in {**normal, "bidirectional": False}.items():
            value = getattr(self, name)
            if value != usual:
                text += f", {name}={value}"
        return text


def _check_settings(
    mode: str,
    input_size: Any,
    hidden_size: Any,
    num_layers: int,
    bias: Any,
    batch_first: Any,
    dropout: Any,
    proj_size: int,
) -> None:
    """Raise or warn about settings that make no layer."""
    if isinstance(dropout, bool) or not 0 <= float(dropout) <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed, "
            f"got {dropout!r}"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
            f"greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )
    for name, value in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(value, bool):
            raise TypeError(f"{name} should be of type bool, got: {type(value).__name__}")
    for name, value in (("input_size", input_size), ("hidden_size", hidden_size)):
        if not isinstance(value, int):
            raise TypeError(f"{name} should be of type int, got: {type(value).__name__}")
        if value <= 0:
            raise ValueError(f"{name} must be greater than zero, got {value}")
    if num_layers <= 0:
        raise ValueError(f"num_layers must be greater than zero, got {num_layers}")
    if proj_size < 0:
        raise ValueError(f"proj_size should be a positive integer or zero to disable projections, got {proj_size}")
    if proj_size >= hidden_size:
        raise ValueError(f"proj_size has to be smaller than hidden_size, got {proj_size} and {hidden_size}")
    if mode not in GATES:
        raise ValueError(f"Unrecognized RNN mode: {mode}; the modes are {_MODES}")
