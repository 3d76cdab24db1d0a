"""Normalisation by the root mean square."""

from __future__ import annotations

import operator
from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.norm import rms_norm
from .module import Module
from .parameter import Parameter, empty


class RMSNorm(Module):
    """Divides each example by the root mean square over its last dimensions, then scales it.

    Args:
        normalized_shape: the lengths of those dimensions; one int for the last alone.
        eps: added to the mean square. Default: the spacing of the type's numbers at 1.
        elementwise_affine: whether there is a weight. Default: True.
        device: "cpu", the only one.
        dtype: of the weight. Default: the default float type.

    Shape:
        (*, *normalized_shape); the output has the same.

    Attributes:
        weight: normalized_shape, or None.

    Raises:
        RuntimeError: on the call, the input's last dimensions are not `normalized_shape`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.RMSNorm(10)(sg.randn(20, 5, 10)).shape
        seedgrad.Size([20, 5, 10])

    Source: Zhang, Sennrich, Root mean square layer normalization, 2019.
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if isinstance(normalized_shape, int):
            normalized_shape = (normalized_shape,)
        self.normalized_shape = tuple(map(operator.index, normalized_shape))
        self.eps, self.elementwise_affine = eps, elementwise_affine
        weight = Parameter(empty(self.normalized_shape, device, dtype)) if elementwise_affine else None
        self.register_parameter("weight", weight)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1."""
        if self.weight is not None:
            init.ones_(self.weight)

    def forward(self, input: Tensor) -> Tensor:
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
