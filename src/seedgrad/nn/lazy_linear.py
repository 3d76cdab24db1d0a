"""Linear, with its number of input features left open."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .lazy import LazyModuleMixin
from .linear import Linear
from .uninitialized import UninitializedParameter


class LazyLinear(LazyModuleMixin, Linear):
    """A Linear whose `in_features` is the size of the last dimension of its first input.

    Args:
        out_features: size of the last dimension of the output.
        bias: whether to add b. Default: True.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyLinear(30)
        >>> layer(sg.randn(128, 20)).shape
        seedgrad.Size([128, 30])
    """

    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__(0, 0, False)
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.out_features = out_features
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw new initial values, if the shapes are known."""
        if not self.has_uninitialized_params() and self.in_features != 0:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Take the last dimension of the input for `in_features`."""
        features = input.shape[-1]
        if self.has_uninitialized_params():
            self.in_features = features
            self.weight.materialize((self.out_features, features))
            if self.bias is not None:
                self.bias.materialize((self.out_features,))
            self.reset_parameters()
        if self.in_features == 0:  # the parameters were loaded
            if features != self.weight.shape[-1]:
                raise AssertionError(
                    f"The in_features inferred from input: {features} is not equal to in_features from self.weight: "
                    f"{self.weight.shape[-1]}"
                )
            self.in_features = features
