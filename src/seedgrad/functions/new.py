"""The methods x.new_zeros(2, 3) and so on: a new tensor of the type of x."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import alike
from ..core.size import Size
from ..core.tensor import Tensor
from .creation import new_array
from .filled import by_size, full_array
from .public import public
from .sizes import check_place, wrap


@public()
def new_tensor(
    input: Tensor,
    data: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`tensor(data)` with the element type of this tensor."""
    check_place(layout, pin_memory, device)
    array = new_array(data, dtypes.from_numpy(input.array.dtype) if dtype is None else dtype)
    return alike(wrap(array, requires_grad), input)


@public()
def new_full(
    input: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`full(size, fill_value)` with the element type of this tensor."""
    check_place(layout, pin_memory, device)
    made = wrap(full_array("new_full", size, fill_value, dtype, input.array.dtype), requires_grad)
    return alike(made, input)


@public()
def new_zeros(
    input: Tensor,
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`zeros(*sizes)` with the element type of this tensor."""
    check_place(layout, pin_memory, device)
    made = by_size("new_zeros", np.zeros, sizes, size, dtype, requires_grad, input.array.dtype)
    return alike(made, input)


@public()
def new_ones(
    input: Tensor,
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`ones(*sizes)` with the element type of this tensor."""
    check_place(layout, pin_memory, device)
    made = by_size("new_ones", np.ones, sizes, size, dtype, requires_grad, input.array.dtype)
    return alike(made, input)


@public()
def new_empty(
    input: Tensor,
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`empty(*sizes)` with the element type of this tensor."""
    check_place(layout, pin_memory, device)
    made = by_size("new_empty", np.empty, sizes, size, dtype, requires_grad, input.array.dtype)
    return alike(made, input)


@public()
def new(input: Tensor, *data: Any) -> Tensor:
    """`Tensor(...)` with the element type of this tensor: x.new(2, 3) for sizes, x.new([1, 2]) for data.

    Args:
        data: sizes, or one list, array or tensor. Default: none, for an empty tensor.

    Returns:
        A new tensor; a tensor of this type given as data shares its memory.

    Raises:
        TypeError: one number that is not an int, or data of another type of tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1]).new([2.7, 3.0])
        tensor([2, 3])
    """
    kind = input.array.dtype
    if len(data) == 1 and not isinstance(data[0], int):
        (given,) = data
        if isinstance(given, Size):
            return alike(by_size("new", np.empty, tuple(given), None, None, False, kind), input)
        if isinstance(given, Tensor):
            if given.array.dtype != kind:
                raise TypeError(f"expected {input.dtype} (got {given.dtype}): use given.to(x) instead of x.new(given)")
            return given.detach()
        if not isinstance(given, (list, tuple, np.ndarray)):
            raise TypeError(f"new(): data must be a sequence (got {type(given).__name__})")
        return alike(wrap(np.asarray(given).astype(kind)), input)
    return alike(by_size("new", np.empty, data or (0,), None, None, False, kind), input)
