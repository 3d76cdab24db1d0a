"""Sorting and selecting by rank."""

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

Array = np.ndarray[Any, Any]


def order_of(x: Array, axis: int, descending: bool) -> Array:
    """The indices that sort x, equal elements in their order; NaN counts as the largest."""
    x = o.comparable(x)
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    backwards = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(backwards, axis)


def order(input: Tensor, axis: int, descending: bool) -> Tensor:
    """The indices that sort a tensor."""
    if not input.array.ndim:
        return only_place(input)
    behind = axis - input.array.ndim
    return on_values(lambda x: np.ascontiguousarray(order_of(x, behind, descending)), input)


@public(out=True)
def sort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = True) -> types.ValuesIndices:
    """Sort along a dimension; NaN counts as the largest.

    Args:
        input: any shape.
        dim: the dimension. Default: -1.
        descending: the largest first. Default: False.
        stable: equal elements keep their order, as they always do here. Default: True.

    Returns:
        A named tuple (values, indices), in the input's shape: `values = input.gather(dim, indices)`.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> values, indices = sg.sort(sg.tensor([3.0, 1.0, 2.0]))
        >>> values, indices
        (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    axis = one_axis("sort", input, dim)
    return picked(types.sort, input, order(input, axis, descending), axis)


@public(out=True)
def argsort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = True) -> Tensor:
    """The indices that sort along a dimension; NaN counts as the largest.

    Args:
        input: any shape.
        dim: the dimension. Default: -1.
        descending: the largest first. Default: False.
        stable: equal elements keep their order, as they always do here. Default: True.

    Returns:
        int64, in the input's shape.

    Raises:
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.argsort(sg.tensor([3.0, 1.0, 2.0]))
        tensor([1, 2, 0])
    """
    axis = one_axis("argsort", input, dim)
    return order(input, axis, descending)


@public(out=True)
def msort(input: Tensor) -> Tensor:
    """Sort along the first dimension.

    Args:
        input: any shape.

    Returns:
        The sorted elements, in the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.msort(sg.tensor([3.0, 1.0, 2.0]))
        tensor([1., 2., 3.])
    """
    return sort(input, 0).values


@public(out=True)
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> types.ValuesIndices:
    """The k largest (or smallest) elements along a dimension; NaN counts as the largest.

    Args:
        input: any shape.
        k: how many.
        dim: the dimension. Default: -1.
        largest: the largest, not the smallest. Default: True.
        sorted: in order, the best first, as they always are here. Default: True.

    Returns:
        A named tuple (values, indices) whose dimension `dim` has length k.

    Raises:
        RuntimeError: the dimension has fewer than k elements; the input is bool or complex.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.topk(sg.tensor([3.0, 1.0, 2.0]), 2).values
        tensor([3., 2.])
    """
    axis = one_axis("topk", input, dim)
    x = input.array
    if dtypes.category(x.dtype) in (dtypes.BOOLEAN, dtypes.COMPLEX):
        raise RuntimeError(f"topk does not support {x.dtype} tensors")
    length = x.shape[axis] if x.ndim else 1
    if not 0 <= k <= length:
        raise RuntimeError(f"topk(): selected index k out of range: k is {k}, dimension {axis} has {length} elements")
    if not x.ndim:
        if not k:
            return types.topk(Tensor(np.zeros(0, x.dtype)), Tensor(np.zeros(0, np.int64)))
        return picked(types.topk, input, only_place(input), 0)
    return picked(types.topk, input, on_values(lambda array: _best(array, k, axis - x.ndim, largest), input), axis)


def _best(x: Array, k: int, axis: int, largest: bool) -> Array:
    """The indices of the k largest or smallest elements along an axis counted from the end, the best first."""
    length, after = x.shape[axis], (slice(None),) * (-1 - axis)
    first: Any = (..., slice(0, k), *after)
    if 0 < k < length // 8:
        part = np.argpartition(o.comparable(x), length - k if largest else k - 1, axis=axis)
        last: Any = (..., slice(length - k, None), *after)
        some = np.sort(part[last if largest else first], axis=axis)
        within = order_of(np.take_along_axis(x, some, axis), axis, largest)
        return np.take_along_axis(some, within, axis)
    return np.ascontiguousarray(order_of(x, axis, largest)[first])


@public(out=True)
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> types.ValuesIndices:
    """The k-th smallest element along a dimension; NaN counts as the largest.

    Args:
        input: any shape.
        k: from 1, the smallest, to the length of the dimension.
        dim: the dimension. Default: -1.
        keepdim: leave it with length 1. Default: False.

    Returns:
        A named tuple (values, indices), in the shape of the other dimensions.

    Raises:
        RuntimeError: k is out of range.
        NotImplementedError: the input is bool or complex.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.kthvalue(sg.tensor([3.0, 1.0, 2.0]), 2).values
        tensor(2.)
    """
    axis = one_axis("kthvalue", input, dim)
    x = input.array
    if dtypes.category(x.dtype) in (dtypes.BOOLEAN, dtypes.COMPLEX):
        raise NotImplementedError(f"kthvalue is not implemented for {x.dtype} tensors")
    if x.ndim:
        check_not_empty("kthvalue", input, axis)
    length = x.shape[axis] if x.ndim else 1
    if not 1 <= k <= length:
        raise RuntimeError(
            f"kthvalue(): selected number k out of range for dimension {axis}: "
            f"k is {k}, the dimension has {length} elements"
        )
    return _ranked(types.kthvalue, input, k - 1, axis, keepdim)


def _ranked(kind: Any, input: Tensor, rank: int, axis: int, keepdim: bool) -> Any:
    if not input.array.ndim:
        return picked(kind, input, only_place(input), 0)
    places = order(input, axis, descending=False)
    return picked(kind, input, places[(slice(None),) * axis + (slice(rank, rank + 1),)], axis, keepdim)


@public(out=True)
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element, the lower of two; NaN if there is one.

    Without `dim` the elements that are equal to it share the gradient; with it one of them gets all of it.

    Args:
        input: any shape; not bool.
        dim: the dimension. Default: None, all elements.
        keepdim: leave the dimension with length 1. Default: False.

    Returns:
        A 0-d tensor, NaN without elements; with `dim` a named tuple (values, indices), in the shape of the
        others.

    Raises:
        NotImplementedError: the input is bool.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.median(sg.tensor([3.0, 1.0, 2.0, 4.0]))
        tensor(2.)
    """
    check_tensors("median", input)
    x = input.array
    if x.dtype == dtypes.BOOL:
        raise NotImplementedError("median is not implemented for bool tensors. Convert it first: x.long()")
    if dim is None:
        return r.median.call(input)
    axis = one_axis("median", input, dim)
    if not x.ndim:
        return _ranked(types.median, input, 0, 0, keepdim)
    check_not_empty("median", input, axis)
    return picked(types.median, input, on_values(lambda array: _middle(array, axis - x.ndim), input), axis, keepdim)


def _middle(x: Array, axis: int) -> Array:
    """The index of the median along an axis counted from the end, of length 1 in the result."""
    middle = (x.shape[axis] - 1) // 2
    place: Any = (..., slice(middle, middle + 1), *(slice(None),) * (-1 - axis))
    chosen = order_of(x, axis, descending=False)[place]
    if dtypes.differentiable(x.dtype):
        missing = np.isnan(o.comparable(x))
        first = np.argmax(missing, axis=axis, keepdims=True)
        chosen = np.where(np.any(missing, axis=axis, keepdims=True), first, chosen)
    return chosen
