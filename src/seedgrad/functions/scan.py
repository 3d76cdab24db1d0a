"""Running sums, products and extremes along a dimension."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_values import on_values
from ..core.errors import complex_error
from ..core.tensor import Tensor
from ..ops import order as o
from ..ops import select as s
from ..ops.index import take_along_axis
from ..ops.order import comparable
from . import return_types as types
from .arguments import check_floats, one_axis
from .extremes import only_place, picked
from .public import public
from .reduction import total_type

Array = np.ndarray[Any, Any]


@public(inplace=True, out=True)
def cumsum(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """The running sum along a dimension: `out_i = x_1 + ... + x_i`.

    Args:
        input: any shape.
        dim: the dimension.
        dtype: convert the input first. Default: None; integers and bools become int64.

    Returns:
        The sums, in the input's shape.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.cumsum(sg.tensor([1.0, 2.0, 3.0]), 0)
        tensor([1., 3., 6.])
    """
    input = total_type("cumsum", input, dtype)
    axis = one_axis("cumsum", input, dim)
    return o.cumsum.call(input, axis=axis) if input.array.ndim else s.copy.call(input)


@public(inplace=True, out=True)
def cumprod(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """The running product along a dimension: `out_i = x_1 ... x_i`.

    Args:
        input: any shape.
        dim: the dimension.
        dtype: convert the input first. Default: None; integers and bools become int64.

    Returns:
        The products, in the input's shape.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.cumprod(sg.tensor([1.0, 2.0, 3.0]), 0)
        tensor([1., 2., 6.])
    """
    input = total_type("cumprod", input, dtype)
    axis = one_axis("cumprod", input, dim)
    return o.cumprod.call(input, axis=axis) if input.array.ndim else s.copy.call(input)


@public(out=True)
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """The logarithm of the running sum of exponentials: `out_i = ln(exp(x_1) + ... + exp(x_i))`, without overflow.

    Args:
        input: any shape; floating-point.
        dim: the dimension.

    Returns:
        The logarithms, in the input's shape.

    Raises:
        NotImplementedError: the input is not floating-point.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.logcumsumexp(sg.tensor([1000.0, 1000.0]), 0)
        tensor([1000.0000, 1000.6932])
    """
    check_floats("logcumsumexp", input)
    axis = one_axis("logcumsumexp", input, dim)
    return o.logcumsumexp.call(input, axis=axis) if input.array.ndim else s.copy.call(input)


def _running(kind: Any, better: np.ufunc, input: Tensor, dim: int) -> Any:
    name = kind.__name__
    axis = one_axis(name, input, dim)
    if input.array.dtype.kind == "c":
        raise complex_error(name, NotImplementedError)
    ndim = input.array.ndim
    if not ndim:
        return picked(kind, input, only_place(input), 0)
    indices = on_values(lambda x: _running_places(x, better, axis - ndim), input)
    return kind(take_along_axis.call(input, indices, axis=axis), indices)


def _running_places(x: Array, better: np.ufunc, axis: int) -> Array:
    """The index of the best element so far along an axis counted from the end."""
    x = comparable(x)
    best = better.accumulate(x, axis=axis)
    new = (x == best) | (x != x)  # a NaN stays the extreme; of equal ones the last counts
    numbers = np.arange(x.shape[axis]).reshape((-1,) + (1,) * (-1 - axis))
    places: Array = np.maximum.accumulate(np.where(new, numbers, 0), axis=axis)
    return places


@public(out=True)
def cummax(input: Tensor, dim: int) -> types.ValuesIndices:
    """The running maximum along a dimension: `out_i = max(x_1, ..., x_i)`.

    Args:
        input: any shape.
        dim: the dimension.

    Returns:
        A named tuple (values, indices), in the input's shape; of equal elements the last one's index.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.cummax(sg.tensor([1.0, 3.0, 2.0]), 0).values
        tensor([1., 3., 3.])
    """
    return _running(types.cummax, np.maximum, input, dim)


@public(out=True)
def cummin(input: Tensor, dim: int) -> types.ValuesIndices:
    """The running minimum along a dimension: `out_i = min(x_1, ..., x_i)`.

    Args:
        input: any shape.
        dim: the dimension.

    Returns:
        A named tuple (values, indices), in the input's shape; of equal elements the last one's index.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.cummin(sg.tensor([2.0, 3.0, 1.0]), 0).values
        tensor([2., 2., 1.])
    """
    return _running(types.cummin, np.minimum, input, dim)
