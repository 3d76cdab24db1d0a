"""Scores as probabilities."""

from __future__ import annotations

from collections.abc import Callable

from ..core.tensor import Tensor
from .functional.softmax import log_softmax, softmax, softmin
from .module import Module


class _Softmax(Module):
    """What the two share."""

    _function: Callable[..., Tensor]

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return type(self)._function(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Softmax):
    """exp(x) divided by its sum along a dimension: positive numbers that sum to 1.

    Args:
        dim: along which they sum to 1. Without it (deprecated, with a warning) dimension 0 for inputs of 0, 1
            or 3 dimensions and 1 otherwise.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softmax(dim=1)(sg.zeros(1, 4)).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """

    _function = staticmethod(softmax)


class LogSoftmax(_Softmax):
    """The logarithm of Softmax, computed without its underflow.

    Args:
        dim: as for Softmax.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LogSoftmax(dim=0)(sg.zeros(1)).tolist()
        [0.0]
    """

    _function = staticmethod(log_softmax)


class Softmin(_Softmax):
    """Softmax of -x: the smallest element has the greatest probability.

    Args:
        dim: as for Softmax.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softmin(dim=0)(sg.zeros(2)).tolist()
        [0.5, 0.5]
    """

    _function = staticmethod(softmin)


class Softmax2d(Module):
    """Softmax over the channels of an image.

    Shape:
        (N, C, H, W) or (C, H, W); the output has the same.

    Raises:
        ValueError: on the call, another number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Softmax2d()(sg.zeros(2, 1, 1)).tolist()
        [[[0.5]], [[0.5]]]
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.array.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got shape {input.array.shape}")
        return softmax(input, -3)
