"""A layer with two inputs."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.bilinear import bilinear
from .module import Module
from .parameter import Parameter, empty


class Bilinear(Module):
    """x1ᵀ W x2 + b for every output.

    Weight and bias start uniform within ± 1 / sqrt(in1_features).

    Args:
        in1_features: size of the last dimension of the first input, above 0.
        in2_features: size of the last dimension of the second.
        out_features: size of the last dimension of the output.
        bias: whether to add b. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        (*, in1_features) and (*, in2_features) to (*, out_features).

    Attributes:
        weight: (out_features, in1_features, in2_features).
        bias: (out_features), or None.

    Raises:
        ValueError: in1_features is 0.
        RuntimeError: a size is negative; on the call, the shapes or types do not fit together.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Bilinear(20, 30, 40)(sg.randn(128, 20), sg.randn(128, 30)).shape
        seedgrad.Size([128, 40])
    """

    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = Parameter(empty((out_features, in1_features, in2_features), device, dtype))
        if bias:
            self.bias = Parameter(empty((out_features,), device, dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        if self.in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got (in1_features={self.in1_features})")
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
