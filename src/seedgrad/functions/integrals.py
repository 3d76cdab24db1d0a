"""Integrals of sampled functions by the trapezoid rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .arguments import check_tensors, one_axis
from .public import public
from .reduction import sum as total
from .scan import cumsum
from .splitting import narrow


@public(method=False)
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral along a dimension by the trapezoid rule: `out = sum (x_(i+1) - x_i) (y_i + y_(i+1)) / 2`.

    Args:
        y: the values of the function; not bool.
        x: the points: 1-d, or a shape that broadcasts with that of `y`. Default: None, points at the distance dx.
        dx: the distance of the points, a number. Default: 1.
        dim: the dimension. Default: -1.

    Returns:
        The integrals, in the shape of the other dimensions; 0 for fewer than two points. Integers give floats.

    Raises:
        RuntimeError: there is not one x for each y; y or x is bool.
        IndexError: the dimension is out of range, or y is 0-d.
        TypeError: both x and dx are given.

    Example:
        >>> import seedgrad as sg
        >>> sg.trapezoid(sg.tensor([1.0, 2.0, 4.0]), dx=0.5)
        tensor(2.2500)
    """
    axis = _axis("trapezoid", y, x, dx, dim)
    if x is not None:
        areas, along = _areas("trapezoid", y, x, axis)
        return total(areas, along) / 2
    n = y.array.shape[axis]
    if not n:
        return Tensor(np.zeros(y.array.shape[:axis] + y.array.shape[axis + 1 :], y.array.dtype))
    # All elements count twice but the ends.
    return (total(y, axis) - (y.select(axis, 0) + y.select(axis, n - 1)) * 0.5) * (1 if dx is None else dx)


@public(method=False)
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    """The integral from the first point to each later one, by the trapezoid rule. See `trapezoid`.

    Args:
        y: the values of the function; not bool.
        x: the points: 1-d, or a shape that broadcasts with that of `y`. Default: None, points at the distance dx.
        dx: the distance of the points, a number. Default: 1.
        dim: the dimension. Default: -1.

    Returns:
        The integrals; the dimension is shorter by 1. Integers give floats.

    Raises:
        RuntimeError: there is not one x for each y; y or x is bool.
        IndexError: the dimension is out of range, or y is 0-d.
        TypeError: both x and dx are given.

    Example:
        >>> import seedgrad as sg
        >>> sg.cumulative_trapezoid(sg.tensor([1.0, 2.0, 4.0]))
        tensor([1.5000, 4.5000])
    """
    axis = _axis("cumulative_trapezoid", y, x, dx, dim)
    if x is not None:
        areas, along = _areas("cumulative_trapezoid", y, x, axis)
        return cumsum(areas, along) / 2
    return cumsum(_pairs(y, axis) * (0.5 if dx is None else dx / 2), axis)


def _axis(name: str, y: Any, x: Any, dx: Any, dim: int) -> int:
    """The axis that `dim` names, once the arguments have been checked."""
    check_tensors(name, y)
    if x is not None and dx is not None:
        raise TypeError(f"{name}() takes either the points x or their distance dx, not both")
    if not y.array.ndim:
        raise IndexError(f"{name}: Dimension specified as {dim} but tensor has no dimensions")
    _refuse_bool(name, "y", y)
    return one_axis(name, y, dim)


def _pairs(y: Tensor, axis: int) -> Tensor:
    """The sums of neighbours."""
    rest = max(y.array.shape[axis] - 1, 0)
    return narrow(y, axis, min(1, y.array.shape[axis]), rest) + narrow(y, axis, 0, rest)


def _areas(name: str, y: Tensor, x: Any, axis: int) -> tuple[Tensor, int]:
    """Twice the areas between neighbouring points, and their axis."""
    check_tensors(name, x)
    _refuse_bool(name, "x", x)
    x = _points(name, x, y, axis)
    along = axis - y.array.ndim + x.array.ndim
    rest = max(x.array.shape[along] - 1, 0)
    width = narrow(x, along, min(1, x.array.shape[along]), rest) - narrow(x, along, 0, rest)
    return width * _pairs(y, axis), along


def _refuse_bool(name: str, argument: str, t: Tensor) -> None:
    if t.array.dtype == dtypes.BOOL:
        raise RuntimeError(f"{name}: received a bool input for `{argument}`, but bool is not supported: use x.long()")


def _points(name: str, x: Tensor, y: Tensor, axis: int) -> Tensor:
    """x with its points along the axis that they have in y."""
    behind = y.array.ndim - 1 - axis
    shape = (*x.array.shape, *[1] * behind) if x.array.ndim == 1 else x.array.shape
    shape = (*[1] * (y.array.ndim - len(shape)), *shape)
    if shape[len(shape) - 1 - behind] != y.array.shape[axis]:
        raise RuntimeError(
            f"{name}: There must be one `x` value for each sample point, got the shape {x.array.shape} for the "
            f"{y.array.shape[axis]} points along dimension {axis} of y"
        )
    return x.reshape(shape)
