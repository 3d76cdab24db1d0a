"""The largest, smallest and middle elements, and where they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..ops import order as o
from ..ops import reduce as r
from ..ops.shape import squeeze
from . import return_types as types
from .arguments import check_not_empty, check_tensors, one_axis, some_axes
from .choice import maximum, minimum
from .public import public


def picked(kind: Any, input: Tensor, indices: Tensor, axis: int, keepdim: bool = True) -> Any:
    """The elements at the indices along the axis; without keepdim the axis, of length 1, is dropped."""
    values = o.pick.call(input, indices, axis=axis, drop=not keepdim)
    if not keepdim and indices.array.ndim:
        indices = squeeze.call(indices, axis=axis)
    return kind(values, indices)


def only_place(input: Tensor) -> Tensor:
    """The index of the element of a 0-d tensor."""
    return on_values(lambda x: np.zeros(x.shape, np.int64), input)


def _extreme(kind: Any, op: Any, input: Tensor, dim: Any, keepdim: bool) -> Any:
    name = kind.__name__
    axis = one_axis(name, input, dim)
    if not input.array.ndim:
        return picked(kind, input, only_place(input), 0)
    check_not_empty(name, input, axis)
    return picked(kind, input, op.call(input, axis=axis, keepdims=True), axis, keepdim)


@public(out=True)
def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; NaN if there is one.

    Without `dim` the elements that tie for the largest share the gradient; with it the first one gets all of
    it.

    Args:
        input: any shape.
        dim: the dimension to search; or a tensor, for `maximum(input, dim)`. Default: None, all elements.
        keepdim: leave the dimension with length 1. Default: False.

    Returns:
        A 0-d tensor; with `dim` a named tuple (values, indices), in the shape of the other dimensions.

    Raises:
        RuntimeError: there are no elements.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> values, indices = sg.tensor([[1.0, 5.0], [4.0, 2.0]]).max(1)
        >>> values, indices
        (tensor([5., 4.]), tensor([1, 0]))
    """
    if dim is None:
        check_tensors("max", input)
        check_not_empty("max", input, None)
        return r.max.call(input, keepdims=keepdim)
    return maximum(input, dim) if isinstance(dim, Tensor) else _extreme(types.max, r.argmax, input, dim, keepdim)


@public(out=True)
def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; NaN if there is one.

    Without `dim` the elements that tie for the smallest share the gradient; with it the first one gets all of
    it.

    Args:
        input: any shape.
        dim: the dimension to search; or a tensor, for `minimum(input, dim)`. Default: None, all elements.
        keepdim: leave the dimension with length 1. Default: False.

    Returns:
        A 0-d tensor; with `dim` a named tuple (values, indices), in the shape of the other dimensions.

    Raises:
        RuntimeError: there are no elements.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> values, indices = sg.tensor([[1.0, 5.0], [4.0, 2.0]]).min(1)
        >>> values, indices
        (tensor([1., 2.]), tensor([0, 1]))
    """
    if dim is None:
        check_tensors("min", input)
        check_not_empty("min", input, None)
        return r.min.call(input, keepdims=keepdim)
    return minimum(input, dim) if isinstance(dim, Tensor) else _extreme(types.min, r.argmin, input, dim, keepdim)


@public(out=True)
def amax(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The largest elements over dimensions; those that tie share the gradient.

    Args:
        input: any shape.
        dim: the dimension or dimensions to search. Default: (), all.
        keepdim: leave them with length 1. Default: False.

    Returns:
        The largest elements, in the shape of the other dimensions.

    Raises:
        RuntimeError: there are no elements.
        IndexError: a dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.amax(sg.tensor([[1.0, 5.0], [4.0, 2.0]]), 0)
        tensor([4., 5.])
    """
    axes = some_axes("amax", input, dim)
    check_not_empty("amax", input, axes)
    return r.max.call(input, axis=axes, keepdims=keepdim)


@public(out=True)
def amin(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The smallest elements over dimensions; those that tie share the gradient.

    Args:
        input: any shape.
        dim: the dimension or dimensions to search. Default: (), all.
        keepdim: leave them with length 1. Default: False.

    Returns:
        The smallest elements, in the shape of the other dimensions.

    Raises:
        RuntimeError: there are no elements.
        IndexError: a dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.amin(sg.tensor([[1.0, 5.0], [4.0, 2.0]]), 0)
        tensor([1., 2.])
    """
    axes = some_axes("amin", input, dim)
    check_not_empty("amin", input, axes)
    return r.min.call(input, axis=axes, keepdims=keepdim)


@public(out=True)
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> types.MinMax:
    """The smallest and the largest elements: `amin` and `amax`.

    Args:
        input: any shape.
        dim: the dimension to search. Default: None, all.
        keepdim: leave it with length 1. Default: False.

    Returns:
        A named tuple (min, max), in the shape of the other dimensions.

    Raises:
        RuntimeError: there are no elements.
        IndexError: the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> low, high = sg.aminmax(sg.tensor([3.0, 1.0, 2.0]))
        >>> low, high
        (tensor(1.), tensor(3.))
    """
    axes = some_axes("aminmax", input, dim)
    if axes is None and not input.array.size:
        raise RuntimeError(f"aminmax() of no elements is not defined, got the shape {input.array.shape}")
    check_not_empty("aminmax", input, axes)
    return types.aminmax(r.min.call(input, axis=axes, keepdims=keepdim), r.max.call(input, axis=axes, keepdims=keepdim))


def _where_extreme(name: str, op: Any, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    check_tensors(name, input)
    if input.array.dtype == dtypes.BOOL:
        raise RuntimeError(f"{name}(): does not support bool input. Convert it first: x.long()")
    axis = None if dim is None else one_axis(name, input, dim)
    if not input.array.ndim:
        return only_place(input)
    if 0 in input.array.shape and axis is None:
        raise IndexError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0, "
            f"got the shape {input.array.shape}"
        )
    check_not_empty(name, input, axis)
    return op.call(input, axis=axis, keepdims=keepdim)


@public(out=True)
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest element is, the first of those that tie; NaN counts as the largest.

    Args:
        input: any shape; not bool.
        dim: the dimension to search. Default: None, the flattened tensor.
        keepdim: leave it with length 1. Default: False.

    Returns:
        int64, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input is bool.
        IndexError: there are no elements; the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.argmax(sg.tensor([[1.0, 5.0], [4.0, 2.0]]), dim=1)
        tensor([1, 0])
    """
    return _where_extreme("argmax", r.argmax, input, dim, keepdim)


@public(out=True)
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element is, the first of those that tie; NaN counts as the smallest.

    Args:
        input: any shape; not bool.
        dim: the dimension to search. Default: None, the flattened tensor.
        keepdim: leave it with length 1. Default: False.

    Returns:
        int64, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input is bool.
        IndexError: there are no elements; the dimension is out of range or has length 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.argmin(sg.tensor([[1.0, 5.0], [4.0, 2.0]]), dim=1)
        tensor([0, 1])
    """
    return _where_extreme("argmin", r.argmin, input, dim, keepdim)
