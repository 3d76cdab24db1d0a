"""Layers that set a random part of their input to zero while training."""

from __future__ import annotations

from collections.abc import Callable

from ..core.tensor import Tensor
from .functional.dropout import dropout
from .module import Module


class _Dropout(Module):
    """What the dropout layers share."""

    _function: Callable[..., Tensor]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        return type(self)._function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Sets each element to zero with probability p while training, and divides the others by 1 - p.

    In evaluation mode it gives back its input.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        Any; the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Dropout(0.5).eval()(sg.ones(3)).tolist()
        [1.0, 1.0, 1.0]

    Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014.
    """

    _function = staticmethod(dropout)
