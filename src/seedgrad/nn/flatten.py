"""Layers that only change the shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..core.tensor import Tensor
from ..ops.shape import reshape
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
        shape = input.array.shape
        start, end = _dimension(self.start_dim, shape), _dimension(self.end_dim, shape)
        if start > end:
            raise RuntimeError(
                f"flatten() has invalid args: start_dim cannot come after end_dim, "
                f"got {self.start_dim} and {self.end_dim} for shape {shape}"
            )
        if start == end and shape:
            return input
        new = (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
        return reshape.call(input, shape=new)

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
        if not isinstance(unflattened_size, (tuple, list)) or not all(
            isinstance(n, int) for n in unflattened_size
        ):
            raise TypeError(
                f"unflattened_size must be a tuple of ints, but found {unflattened_size!r} "
                f"of type {type(unflattened_size).__name__}"
            )
        if not isinstance(dim, int):
            raise TypeError(f"dim must be an int, got {type(dim).__name__}")
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        shape = input.array.shape
        dim = _dimension(self.dim, shape)
        sizes, length = tuple(self.unflattened_size), shape[dim]
        known = math.prod(n for n in sizes if n != -1)
        if sizes.count(-1) > 1 or (length != known if -1 not in sizes else not known or length % known):
            raise RuntimeError(
                f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {self.dim} ({length}) "
                f"in the input tensor, which has shape {shape}"
            )
        sizes = tuple(length // known if n == -1 else n for n in sizes)
        return reshape.call(input, shape=(*shape[:dim], *sizes, *shape[dim + 1 :]))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def _dimension(dim: int, shape: tuple[Any, ...]) -> int:
    """A dimension as a position from the front."""
    n = max(len(shape), 1)
    if not -n <= dim < n:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim}): shape {shape}"
        )
    return dim % n
