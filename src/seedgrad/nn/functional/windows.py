"""Arguments that hold one number for each spatial axis: kernel_size, stride, padding, dilation."""

from __future__ import annotations

import operator
from typing import Any

from ...core.tensor import Tensor
from ...ops import shape


def sizes(value: Any, ndim: int, function: str, name: str) -> tuple[int, ...]:
    """`value`, one int for all axes or one for each, as a tuple of `ndim` ints.

    Raises:
        TypeError: something in it is not an int.
        RuntimeError: it holds another number of ints.
    """
    if type(value) is int:
        return (value,) * ndim
    several = isinstance(value, (tuple, list))
    try:
        found = tuple(map(operator.index, value)) if several else (operator.index(value),)
    except TypeError:
        raise TypeError(f"{function}(): {name} must be an int or a tuple of {ndim} ints, got {value!r}") from None
    if len(found) == 1:
        return found * ndim
    if len(found) != ndim:
        raise RuntimeError(f"{function}(): expected {name} to be a single int or a tuple of {ndim} ints, got {value!r}")
    return found


def text(numbers: tuple[int, ...]) -> str:
    """A spatial shape as people write it: 3 x 3."""
    return " x ".join(map(str, numbers))


def batched(x: Tensor, ndim: int) -> Tensor:
    """(N, C, *space), the batch added if there is none."""
    return x if x.array.ndim == ndim + 2 else shape.expand_dims.call(x, axis=0)


def like(out: Tensor, x: Tensor) -> Tensor:
    """`out` without its batch, if `x` had none."""
    return out if out.array.ndim == x.array.ndim else shape.squeeze.call(out, axis=0)
