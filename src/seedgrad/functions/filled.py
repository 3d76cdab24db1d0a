"""Tensors filled with one value: zeros, ones, full, empty, by size and like another tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core import kinds
from ..core.strided_arrays import lay_out
from ..core.tensor import Tensor
from .arguments import held
from .public import public
from .sizes import as_number, as_sizes, check_place, element_type, wrap

Maker = Callable[..., Any]


def by_size(name: str, make: Maker, sizes: Any, size: Any, dtype: Any, grad: bool, kind: Any = None) -> Tensor:
    if size is not None:
        sizes = (tuple(size),)
    elif not sizes:
        raise TypeError(f'{name}() missing 1 required positional argument: "size"')
    return wrap(make(as_sizes(name, sizes), element_type(dtype, kind)), grad)


@public(method=False, out=True)
def zeros(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of zeros.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `sizes`.

    Raises:
        RuntimeError: a length is negative.
        TypeError: a length is not an int, or there is none.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3)
        tensor([[0., 0., 0.],
                [0., 0., 0.]])
    """
    check_place(layout, pin_memory, device)
    return by_size("zeros", np.zeros, sizes, size, dtype, requires_grad)


@public(method=False, out=True)
def ones(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor of ones.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `sizes`.

    Raises:
        RuntimeError: a length is negative.
        TypeError: a length is not an int, or there is none.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(3, dtype=sg.int64)
        tensor([1, 1, 1])
    """
    check_place(layout, pin_memory, device)
    return by_size("ones", np.ones, sizes, size, dtype, requires_grad)


@public(method=False, out=True)
def empty(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor whose values are whatever the memory holds.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.
        memory_format: the order of the dimensions in memory. Default: contiguous_format.

    Returns:
        A tensor of shape `sizes`.

    Raises:
        RuntimeError: a length is negative.
        TypeError: a length is not an int, or there is none.

    Example:
        >>> import seedgrad as sg
        >>> sg.empty(2, 3).shape
        seedgrad.Size([2, 3])
    """
    check_place(layout, pin_memory, device)
    found = by_size("empty", np.empty, sizes, size, dtype, requires_grad)
    if memory_format is not None and memory_format is not kinds.contiguous_format:
        found.array = lay_out(found.array, kinds.strides_in(memory_format, found.array.shape))
    return found


@public(method=False, out=True)
def full(
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor with one value everywhere.

    Args:
        size: the shape, a tuple.
        fill_value: a number.
        dtype: the element type. Default: that of the number.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape `size`.

    Raises:
        RuntimeError: a length is negative.
        TypeError: `size` is not a tuple, or `fill_value` not a number.

    Example:
        >>> import seedgrad as sg
        >>> sg.full((2,), 0.5)
        tensor([0.5000, 0.5000])
    """
    check_place(layout, pin_memory, device)
    return wrap(full_array("full", size, fill_value, dtype, None), requires_grad)


def full_array(name: str, size: Any, fill_value: Any, dtype: Any, kind: Any) -> np.ndarray[Any, Any]:
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"{name}(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    number = as_number(name, "fill_value", fill_value)
    if kind is None:
        kind = (
            fill_value.array.dtype
            if isinstance(fill_value, Tensor)
            else dtypes.scalar_type(dtypes.scalar_category(number))
        )
    kind = element_type(dtype, kind)
    return np.full(as_sizes(name, (size,)), held(name, number, kind), kind)
