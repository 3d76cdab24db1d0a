"""Layers that multiply by a weight."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.linear import apply_linear
from .module import Module
from .parameter import Parameter, empty


class Identity(Module):
    """Gives back its input.

    Args:
        *args, **kwargs: ignored, so that it can stand for any other layer.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Identity(54, anything=True)(sg.ones(2)).shape
        seedgrad.Size([2])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Linear(Module):
    """x Wᵀ + b over the last dimension.

    Weight and bias start uniform within ± 1 / sqrt(in_features).

    Args:
        in_features: size of the last dimension of the input.
        out_features: size of the last dimension of the output.
        bias: whether to add b. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        (*, in_features) to (*, out_features).

    Attributes:
        weight: (out_features, in_features).
        bias: (out_features), or None.

    Raises:
        RuntimeError: a size is negative; on the call, the last dimension of the input is not in_features, or
            the input has another element type than the weight.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Linear(20, 30)(sg.randn(128, 20)).shape
        seedgrad.Size([128, 30])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty((out_features, in_features), device, dtype))
        if bias:
            self.bias = Parameter(empty((out_features,), device, dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # a bound of 1 / sqrt(in_features)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        return apply_linear(self._short, input, self.weight, self.bias)

    def _short(self) -> str:
        return f"Linear({self.in_features}, {self.out_features})"

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
