"""A rectifier with random slopes, as a layer."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.rrelu import rrelu
from .module import Module


class RReLU(Module):
    """x where x is positive, a · x elsewhere, each a drawn between lower and upper in training, their middle else.

    Args:
        lower: the smallest slope. Default: 1/8.
        upper: the largest. Default: 1/3.
        inplace: write the result into the input. Default: False.

    Raises:
        RuntimeError: on the call, lower is greater than upper.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.RReLU(0.25, 0.75).eval()(sg.tensor([-1.0, 2.0])).tolist()
        [-0.5, 2.0]

    Source: Xu et al., Empirical evaluation of rectified activations in convolutional network, 2015.
    """

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:
        return rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{', inplace=True' if self.inplace else ''}"
