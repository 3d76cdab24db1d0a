"""Layers that only change the shape."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.tensor import Tensor
from ..functions.shaping import flatten, unflatten
from .module import Module


class Flatten(Module):
    """Joins consecutive dimensions into one.

    Args:
        start_dim: the first one. Default: 1, so that the batch stays.
        end_dim: the last one. Default: -1.

    Shape:
        (N, 1, 28, 28) to (N, 784) with the defaults.

    Raises:
        IndexError: on the call, a dimension is outside the input's.
        RuntimeError: on the call, start_dim comes after end_dim.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Flatten()(sg.zeros(32, 1, 5, 5)).shape
        seedgrad.Size([32, 25])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Splits one dimension into several; the reverse of Flatten.

    Args:
        dim: the dimension to split.
        unflattened_size: the lengths it becomes, one of which may be -1.

    Shape:
        (N, 50) to (N, 2, 5, 5) with dim 1 and (2, 5, 5).

    Raises:
        TypeError: the sizes are not a sequence of integers.
        RuntimeError: on the call, their product is not the length of the dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Unflatten(1, (2, 5, 5))(sg.zeros(32, 50)).shape
        seedgrad.Size([32, 2, 5, 5])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)) or not all(isinstance(n, int) for n in unflattened_size):
            raise TypeError(
                f"unflattened_size must be a tuple of ints, but found {unflattened_size!r} "
                f"of type {type(unflattened_size).__name__}"
            )
        if not isinstance(dim, int):
            raise TypeError(f"dim must be an int, got {type(dim).__name__}")
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
