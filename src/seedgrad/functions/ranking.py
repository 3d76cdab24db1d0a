"""The most frequent element, and the middle one of those that are there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..ops import order as o
from ..ops import reduce as r
from . import return_types as types
from .arguments import check_not_empty, check_tensors, one_axis
from .extremes import only_place, picked
from .public import public
from .sorting import order_of

Array = np.ndarray[Any, Any]


@public(out=True)
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> types.ValuesIndices:
    """The most frequent element along a dimension; the smallest of those that are equally frequent.

    Args:
        input: any shape; real.
        dim: the dimension. Default: -1.
        keepdim: leave it with length 1. Default: False.

    Returns:
        A named tuple (values, indices), in the shape of the other dimensions; the index is that of its last
        occurrence.

    Raises:
        IndexError: the dimension is out of range or has length 0.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> values, indices = sg.mode(sg.tensor([3, 1, 3, 2]))
        >>> values, indices
        (tensor(3), tensor(2))
    """
    axis = one_axis("mode", input, dim)
    x = input.array
    if dtypes.category(x.dtype) == dtypes.COMPLEX:
        raise NotImplementedError(f"mode is not implemented for {x.dtype} tensors: complex numbers have no order")
    if not x.ndim:
        return picked(types.mode, input, only_place(input), 0)
    check_not_empty("mode", input, axis)
    return picked(
        types.mode, input, on_values(lambda array: _most_frequent(array, axis - x.ndim), input), axis, keepdim
    )


def _most_frequent(x: Array, axis: int) -> Array:
    """The index of the mode along an axis counted from the end, of length 1 in the result."""
    order = np.moveaxis(order_of(x, axis, descending=False), axis, -1)
    rows = np.take_along_axis(np.moveaxis(o.comparable(x), axis, -1), order, -1)
    place = np.arange(rows.shape[-1])
    starts = np.where(rows[..., 1:] != rows[..., :-1], place[1:], 0)
    start = np.concatenate([np.zeros((*rows.shape[:-1], 1), np.int64), np.maximum.accumulate(starts, -1)], -1)
    # How many equal ones there are up to each place: the first largest count is where the mode's run ends.
    last = np.argmax(place - start, axis=-1)[..., None]
    return np.ascontiguousarray(np.moveaxis(np.take_along_axis(order, last, -1), -1, axis))


@public(out=True)
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle of the elements that are not NaN, the lower of two; NaN where there are none.

    Without `dim` the elements that are equal to it share the gradient; with it one of them gets all of it.

    Args:
        input: any shape; not bool.
        dim: the dimension to reduce. Default: None, all elements.
        keepdim: leave it with length 1. Default: False.

    Returns:
        A 0-d tensor; with `dim` a named tuple (values, indices), in the shape of the other dimensions.

    Raises:
        NotImplementedError: the input is bool or complex.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.nanmedian(sg.tensor([1.0, float("nan"), 3.0, 2.0]))
        tensor(2.)
    """
    check_tensors("nanmedian", input)
    x = input.array
    if dtypes.category(x.dtype) in (dtypes.BOOLEAN, dtypes.COMPLEX):
        raise NotImplementedError(f"nanmedian is not implemented for {x.dtype} tensors")
    if dim is None:
        return r.nanmedian.call(input)
    axis = one_axis("nanmedian", input, dim)
    if not x.ndim:
        return picked(types.nanmedian, input, only_place(input), 0)
    check_not_empty("nanmedian", input, axis)
    return picked(
        types.nanmedian, input, on_values(lambda array: _middle_there(array, axis - x.ndim), input), axis, keepdim
    )


def _middle_there(x: Array, axis: int) -> Array:
    """The index of the median of what is not NaN, along an axis counted from the end, of length 1 in the result."""
    order = order_of(x, axis, descending=False)
    there = np.count_nonzero(x == x, axis=axis, keepdims=True)  # NaN, which comes last, is not equal to itself
    return np.take_along_axis(order, np.maximum(there - 1, 0) // 2, axis)
