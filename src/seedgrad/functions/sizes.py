"""The arguments that functions which make or reshape tensors share: sizes, element types, devices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core import kinds
from ..core.kinds import check_device as check_device
from ..core.kinds import check_layout
from ..core.kinds import check_pinned as check_pinned
from ..core.mode import mode
from ..core.strided_arrays import lay_out
from ..core.tensor import Tensor


def as_sizes(name: str, given: tuple[Any, ...], negative: bool = False) -> tuple[int, ...]:
    """The sizes that `f(2, 3)` or `f((2, 3))` was called with, as a tuple of plain ints.

    Args:
        name: the function, for errors.
        given: its positional arguments.
        negative: whether sizes below 0 have a meaning (-1 in `view` and `expand`).
    """
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = tuple(given[0])
    for n in given:
        if type(n) is not int or n < 0:
            break
    else:
        return given
    given = tuple([_size(name, n, i) for i, n in enumerate(given)])
    if not negative and any(n < 0 for n in given):
        raise RuntimeError(f"{name}: Dimension size must be non-negative, got the sizes {given}")
    return given


def _size(name: str, n: Any, position: int) -> int:
    if isinstance(n, (bool, np.bool_)) or not (
        isinstance(n, (int, np.integer)) or (isinstance(n, Tensor) and n.array.dtype.kind in "iu")
    ):
        raise TypeError(
            f"{name}(): argument 'size' must be a tuple of ints, not {type(n).__name__} (at position {position})"
        )
    return int(n)


def element_type(dtype: Any, otherwise: np.dtype[Any] | None = None) -> np.dtype[Any]:
    """The NumPy type that `dtype=` names; where it is None, `otherwise` or the default float type."""
    if dtype is None:
        return dtypes.default() if otherwise is None else otherwise
    if not isinstance(dtype, dtypes.dtype) and dtype not in (float, int, bool, complex):
        raise TypeError(f"dtype must be a seedgrad.dtype such as seedgrad.float32, got {dtype!r}")
    return dtypes.to_numpy(dtype)


def check_place(layout: Any, pin_memory: Any, device: Any) -> None:
    """Raise unless the layout is strided, the memory is ordinary and the device is the CPU."""
    if device is not None:
        check_device(device)
    if layout is not None:
        check_layout(layout)
    if pin_memory:
        check_pinned(pin_memory)


def in_format(array: np.ndarray[Any, Any], memory_format: Any) -> np.ndarray[Any, Any]:
    """The array in memory of that format; as it is for None and preserve_format."""
    if memory_format is None or memory_format is kinds.preserve_format:
        return array
    return lay_out(array, kinds.strides_in(memory_format, array.shape))


def wrap(values: np.ndarray[Any, Any] | Tensor, requires_grad: bool = False) -> Tensor:
    """A new leaf that owns the array."""
    t = values if isinstance(values, Tensor) else Tensor(values)
    if mode.now.inference:
        t.origin = "inference"
    if requires_grad:
        t.requires_grad = True
    return t


def as_number(name: str, argument: str, value: Any) -> Any:
    """A Python number from a number or a one-element tensor."""
    if isinstance(value, Tensor) and value.array.size == 1:
        return value.item()
    if dtypes.scalar_category(value) < 0:
        raise TypeError(f"{name}(): argument '{argument}' must be Number, not {type(value).__name__}")
    return value.item() if isinstance(value, np.generic) else value
