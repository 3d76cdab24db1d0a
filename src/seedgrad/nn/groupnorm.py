"""Group normalisation."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.norm import group_norm
from .module import Module
from .parameter import Parameter, empty


class GroupNorm(Module):
    """Brings groups of channels of each example to mean 0 and variance 1, then scales and shifts each
    channel.

    Args:
        num_groups: how many groups; divides `num_channels`.
        num_channels: C.
        eps: added to the variance. Default: 1e-5.
        affine: whether there are weight and bias. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.
        bias: whether there is a bias, with `affine`. Default: True.

    Shape:
        (N, C, *); the output has the same.

    Attributes:
        weight, bias: (C), or None.

    Raises:
        ValueError: `num_groups` does not divide `num_channels`.
        RuntimeError: on the call, another number of channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.GroupNorm(2, 6)(sg.randn(8, 6, 4, 4)).shape
        seedgrad.Size([8, 6, 4, 4])

    Source: Wu, He, Group normalization, 2018.
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(f"num_channels ({num_channels}) must be divisible by num_groups ({num_groups})")
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        shape = (num_channels,)
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
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )
