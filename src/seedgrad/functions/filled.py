"""Tensors filled with one value: zeros, ones, full, empty, by size and like another tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .arguments import check_tensors
from .public import public
from .sizes import as_number, as_sizes, check_device, element_type, wrap

Maker = Callable[..., Any]


def by_size(
    name: str, make: Maker, sizes: Any, size: Any, dtype: Any, device: Any, grad: bool, kind: Any = None
) -> Tensor:
    check_device(device)
    if size is not None:
        sizes = (tuple(size),)
    elif not sizes:
        raise TypeError(f'{name}() missing 1 required positional argument: "size"')
    return wrap(make(as_sizes(name, sizes), element_type(dtype, kind)), grad)


def _by_example(name: str, make: Maker, input: Any, dtype: Any, device: Any, grad: bool) -> Tensor:
    check_tensors(name, input)
    check_device(device)
    # Elements that share places in memory (an expanded tensor) get places of their own, in row-major order.
    shared = any(step == 0 and n > 1 for step, n in zip(input.array.strides, input.array.shape, strict=True))
    like = np.broadcast_to(np.zeros((), input.array.dtype), input.array.shape) if shared else input.array
    kind = element_type(dtype, input.array.dtype)
    return wrap(make(like, kind, order="C" if shared else "K"), grad)


@public(method=False, out=True)
def zeros(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

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
    return by_size("zeros", np.zeros, sizes, size, dtype, device, requires_grad)


@public(method=False, out=True)
def ones(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

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
    return by_size("ones", np.ones, sizes, size, dtype, device, requires_grad)


@public(method=False, out=True)
def empty(*sizes: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor whose values are whatever the memory holds.

    Args:
        sizes: the length of each dimension, as numbers or as one tuple (which may also be given as `size=`).
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

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
    return by_size("empty", np.empty, sizes, size, dtype, device, requires_grad)


@public(method=False, out=True)
def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with one value everywhere.

    Args:
        size: the shape, a tuple.
        fill_value: a number.
        dtype: the element type. Default: that of the number.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

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
    check_device(device)
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
    return np.full(as_sizes(name, (size,)), number).astype(element_type(dtype, kind), copy=False)


@public(method=False, out=True)
def zeros_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros_like(sg.tensor([1, 2]))
        tensor([0, 0])
    """
    return _by_example("zeros_like", np.zeros_like, input, dtype, device, requires_grad)


@public(method=False, out=True)
def ones_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones_like(sg.tensor([0.5, 2.0]))
        tensor([1., 1.])
    """
    return _by_example("ones_like", np.ones_like, input, dtype, device, requires_grad)


@public(method=False, out=True)
def empty_like(input: Tensor, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor whose values are whatever the memory holds, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.empty_like(sg.zeros(2, 3)).shape
        seedgrad.Size([2, 3])
    """
    return _by_example("empty_like", np.empty_like, input, dtype, device, requires_grad)


def full_like(
    input: Tensor, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor with one value everywhere, with the shape and memory order of another.

    Args:
        input: any shape.
        fill_value: a number.
        dtype: the element type. Default: that of `input`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor, or `fill_value` not a number.

    Example:
        >>> import seedgrad as sg
        >>> sg.full_like(sg.tensor([1, 2]), 7)
        tensor([7, 7])
    """
    number = as_number("full_like", "fill_value", fill_value)

    def make(array: Any, kind: Any, order: Any) -> Any:
        out = np.empty_like(array, kind, order)
        np.copyto(out, number, casting="unsafe")
        return out

    return _by_example("full_like", make, input, dtype, device, requires_grad)


# The methods x.new_zeros(2, 3) and so on: a new tensor of x's type.
