"""Layer normalisation."""

from __future__ import annotations

import operator
from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.norm import layer_norm
from .module import Module
from .parameter import Parameter, empty


class LayerNorm(Module):
    """Brings the last dimensions of each example to mean 0 and variance 1, then scales and shifts them.

    y = (x - mean) / sqrt(variance + eps) · weight + bias

    Args:
        normalized_shape: the lengths of those dimensions; one int for the last alone.
        eps: added to the variance. Default: 1e-5.
        elementwise_affine: whether there are weight and bias. Default: True.
        bias: whether there is a bias, with `elementwise_affine`. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        (*, *normalized_shape); the output has the same.

    Attributes:
        weight, bias: normalized_shape, or None.

    Raises:
        RuntimeError: on the call, the input's last dimensions are not `normalized_shape`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LayerNorm(10)(sg.randn(20, 5, 10)).shape
        seedgrad.Size([20, 5, 10])

    Source: Ba, Kiros, Hinton, Layer normalization, 2016.
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        single = isinstance(normalized_shape, int)
        self.normalized_shape = (normalized_shape,) if single else tuple(map(operator.index, normalized_shape))
        self.eps, self.elementwise_affine = eps, elementwise_affine
        shape = self.normalized_shape
        affine = elementwise_affine
        self.register_parameter("weight", Parameter(empty(shape, device, dtype)) if affine else None)
        self.register_parameter("bias", Parameter(empty(shape, device, dtype)) if affine and bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set weight 1 and bias 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        if not isinstance(input, Tensor):
            raise TypeError(f"LayerNorm: the input must be a Tensor, got {type(input).__name__}")
        wanted = self.normalized_shape
        if input.array.shape[-len(wanted) :] != wanted:
            raise RuntimeError(
                f"LayerNorm({', '.join(map(str, wanted))}): the input must have the last dimensions "
                f"{wanted}, "
                f"got shape {input.array.shape}"
            )
        return layer_norm(input, wanted, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )
