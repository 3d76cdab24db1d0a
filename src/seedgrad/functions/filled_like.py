"""Tensors like another one: of its shape, type and order in memory, filled with one value."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_values import alike
from ..core.batching import Batched
from ..core.tensor import Tensor
from .arguments import check_tensors, held
from .filled import Maker
from .public import public
from .sizes import as_number, check_place, element_type, in_format, wrap


def _by_example(name: str, make: Maker, input: Any, dtype: Any, grad: bool, memory_format: Any) -> Tensor:
    check_tensors(name, input)
    own = input.array.sample if type(input) is Batched else input.array
    # Elements that share places in memory (an expanded tensor) get places of their own, in row-major order.
    shared = 0 in input.array.strides and any(
        [step == 0 and n > 1 for step, n in zip(input.array.strides, input.array.shape, strict=True)]
    )
    like = np.broadcast_to(np.zeros((), input.array.dtype), input.array.shape) if shared else own
    kind = element_type(dtype, input.array.dtype)
    made = in_format(make(like, kind, order="C" if shared else "K"), memory_format)
    return alike(wrap(made, grad), input)


@public(method=False, out=True)
def zeros_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of zeros, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.
        memory_format: the order of the dimensions in memory. Default: preserve_format.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros_like(sg.tensor([1, 2]))
        tensor([0, 0])
    """
    check_place(layout, pin_memory, device)
    return _by_example("zeros_like", np.zeros_like, input, dtype, requires_grad, memory_format)


@public(method=False, out=True)
def ones_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor of ones, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.
        memory_format: the order of the dimensions in memory. Default: preserve_format.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones_like(sg.tensor([0.5, 2.0]))
        tensor([1., 1.])
    """
    check_place(layout, pin_memory, device)
    return _by_example("ones_like", np.ones_like, input, dtype, requires_grad, memory_format)


@public(method=False, out=True)
def empty_like(
    input: Tensor,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor whose values are whatever the memory holds, with the shape and memory order of another.

    Args:
        input: any shape.
        dtype: the element type. Default: that of `input`.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.
        memory_format: the order of the dimensions in memory. Default: preserve_format.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.empty_like(sg.zeros(2, 3)).shape
        seedgrad.Size([2, 3])
    """
    check_place(layout, pin_memory, device)
    return _by_example("empty_like", np.empty_like, input, dtype, requires_grad, memory_format)


def full_like(
    input: Tensor,
    fill_value: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    memory_format: Any = None,
) -> Tensor:
    """A tensor with one value everywhere, with the shape and memory order of another.

    Args:
        input: any shape.
        fill_value: a number.
        dtype: the element type. Default: that of `input`.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.
        memory_format: the order of the dimensions in memory. Default: preserve_format.

    Returns:
        A tensor of the shape of `input`.

    Raises:
        TypeError: `input` is not a tensor, or `fill_value` not a number.

    Example:
        >>> import seedgrad as sg
        >>> sg.full_like(sg.tensor([1, 2]), 7)
        tensor([7, 7])
    """
    check_place(layout, pin_memory, device)
    number = as_number("full_like", "fill_value", fill_value)

    def make(array: Any, kind: Any, order: Any) -> Any:
        out = np.empty_like(array, kind, order)
        np.copyto(out, held("full_like", number, out.dtype))
        return out

    return _by_example("full_like", make, input, dtype, requires_grad, memory_format)
