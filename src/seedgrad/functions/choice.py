"""Choosing elements: larger and smaller ones, bounds."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import select as s
from .arguments import check_tensors
from .public import public


@public(out=True)
def maximum(input: Tensor, other: Tensor) -> Tensor:
    """The larger of two elements: `out = max(x, y)`; NaN if either is. A tie gives each half of the gradient.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it.

    Returns:
        The chosen elements, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.maximum(sg.tensor([1.0, 3.0]), sg.tensor([2.0, 1.0]))
        tensor([2., 3.])
    """
    check_tensors("maximum", input, other)
    return s.maximum.call(input, other)


@public(out=True)
def minimum(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of two elements: `out = min(x, y)`; NaN if either is. A tie gives each half of the
    gradient.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it.

    Returns:
        The chosen elements, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.minimum(sg.tensor([1.0, 3.0]), sg.tensor([2.0, 1.0]))
        tensor([1., 1.])
    """
    check_tensors("minimum", input, other)
    return s.minimum.call(input, other)


@public(out=True)
def fmax(input: Tensor, other: Tensor) -> Tensor:
    """The larger of two elements: `out = max(x, y)`; the other one where one is NaN. A tie gives the first
    the gradient.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it.

    Returns:
        The chosen elements, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.fmax(sg.tensor([1.0, 3.0]), sg.tensor([2.0, 1.0]))
        tensor([2., 3.])
    """
    check_tensors("fmax", input, other)
    return s.fmax.call(input, other)


@public(out=True)
def fmin(input: Tensor, other: Tensor) -> Tensor:
    """The smaller of two elements: `out = min(x, y)`; the other one where one is NaN. A tie gives the first
    the gradient.

    Args:
        input: any shape.
        other: a tensor that broadcasts with it.

    Returns:
        The chosen elements, in the broadcast shape and the common type.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.fmin(sg.tensor([1.0, 3.0]), sg.tensor([2.0, 1.0]))
        tensor([1., 1.])
    """
    check_tensors("fmin", input, other)
    return s.fmin.call(input, other)


_NUMBERS = (int, float, type(None))


def _clip(input: Tensor, low: Any, high: Any) -> Tensor:
    if type(low) in _NUMBERS and type(high) in _NUMBERS and dtypes.differentiable(input.array.dtype):
        return s.clip_numbers.call(input, low=low, high=high)
    return s.clip.call(input, low, high)


@public(inplace=True, alias=("clip",), out=True)
def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Hold each element between two bounds: `out = min(max(x, low), high)`; where low > high, it is high.

    The gradient passes where the element lies between the bounds or on one; elsewhere it goes to the bound.

    Args:
        input: any shape.
        min: the lower bound: a number or a tensor that broadcasts with the input. Default: None.
        max: the upper bound, likewise. Default: None.

    Returns:
        The bounded elements, in the broadcast shape and the common type.

    Raises:
        RuntimeError: both bounds are None; the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.clamp(sg.tensor([-2.0, 0.5, 3.0]), -1, 1)
        tensor([-1.0000,  0.5000,  1.0000])
    """
    check_tensors("clamp", input)
    if min is None and max is None:
        raise RuntimeError("clamp: At least one of 'min' or 'max' must not be None")
    return _clip(input, min, max)


@public(inplace=True, out=True)
def clamp_min(input: Tensor, min: Any) -> Tensor:
    """Raise each element to a lower bound: `out = max(x, low)`.

    Args:
        input: any shape.
        min: the bound: a number or a tensor that broadcasts with the input.

    Returns:
        The bounded elements, in the broadcast shape and the common type.

    Example:
        >>> import seedgrad as sg
        >>> sg.clamp_min(sg.tensor([-2.0, 0.5]), 0)
        tensor([0.0000, 0.5000])
    """
    check_tensors("clamp_min", input)
    return _clip(input, min, None)


@public(inplace=True, out=True)
def clamp_max(input: Tensor, max: Any) -> Tensor:
    """Lower each element to an upper bound: `out = min(x, high)`.

    Args:
        input: any shape.
        max: the bound: a number or a tensor that broadcasts with the input.

    Returns:
        The bounded elements, in the broadcast shape and the common type.

    Example:
        >>> import seedgrad as sg
        >>> sg.clamp_max(sg.tensor([2.0, -0.5]), 0)
        tensor([ 0.0000, -0.5000])
    """
    check_tensors("clamp_max", input)
    return _clip(input, None, max)


clip = clamp
