"""Checks that many functions share: what is a tensor, and which axes a `dim` names."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.limits import finfo
from ..core.tensor import Tensor

_PLAIN = (float, int)
# Whole numbers up to it are float32's, too.
_EXACT = 2**24


def check_tensors(name: str, *values: Any) -> None:
    """Raise TypeError unless all values are tensors."""
    for value in values:
        if not isinstance(value, Tensor):
            position = [isinstance(v, Tensor) for v in values].index(False) + 1
            raise TypeError(
                f"{name}(): argument {position} must be a Tensor, not {type(value).__name__}. "
                f"Make one with seedgrad.tensor(value)"
            )


def check_floats(name: str, *values: Any) -> None:
    """Raise NotImplementedError unless one of the tensors is floating-point."""
    check_tensors(name, *values)
    if not any(dtypes.differentiable(value.array.dtype) for value in values):
        kinds = " and ".join(str(value.array.dtype) for value in values)
        raise NotImplementedError(f"{name} is not implemented for {kinds} tensors. Convert one first: x.float()")


def refuse_bool(name: str, input: Any) -> None:
    """Raise NotImplementedError for a tensor of bools."""
    check_tensors(name, input)
    if input.array.dtype == dtypes.BOOL:
        raise NotImplementedError(f"{name} is not implemented for bool tensors. Convert it first: x.long()")


def check_held(value: Any, kind: Any) -> None:
    """Raise RuntimeError if an integer type is too small for a number."""
    if kind.kind in "iu" and not -(2**63) <= value <= int(np.iinfo(kind).max):
        raise RuntimeError(f"value cannot be converted to type {kind} without overflow: {value}. Use a wider type")


def held(name: str, value: Any, kind: Any) -> np.ndarray[Any, Any]:
    """A number in an element type; unsigned types count negative ones from above, as in PyTorch.

    Raises:
        RuntimeError: the type can't hold it.
    """
    if (kind is dtypes.F32 or kind is dtypes.F64) and type(value) in _PLAIN and -_EXACT <= value <= _EXACT:
        return np.array(value, kind)  # nearly always
    if isinstance(value, complex) and kind.kind not in "cb":
        fits, value = not value.imag, value.real if not value.imag else value
    elif kind.kind in "iu":
        most = int(np.iinfo(kind).max)
        fits = (-most if kind.kind == "u" and isinstance(value, int) else np.iinfo(kind).min) <= value <= most
    elif kind.kind == "b":
        fits = True
    else:
        fits = not any(_largest(kind) < abs(part) < math.inf for part in (value.real, value.imag))
    if not fits:
        raise RuntimeError(
            f"{name}: value {value} cannot be converted to type {dtypes.from_numpy(kind)} without overflow"
        )
    return np.array(value).astype(kind)


@functools.cache
def _largest(kind: np.dtype[Any]) -> float:
    return float(finfo(dtypes.from_numpy(kind)).max)


def one_axis(name: str, input: Any, dim: Any) -> int:
    """The axis that `dim` names, from 0; 0 also for the one that a 0-d tensor is taken to have."""
    if not isinstance(input, Tensor):
        check_tensors(name, input)
    ndim = input.array.ndim or 1
    if type(dim) is not int and (not isinstance(dim, int) or isinstance(dim, bool)):
        raise TypeError(f"{name}(): argument 'dim' must be int, not {type(dim).__name__}")
    if not -ndim <= dim < ndim:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {dim}): "
            f"{name}() of a tensor of shape {input.array.shape}"
        )
    return dim % ndim


def some_axes(name: str, input: Any, dim: Any) -> Any:
    """The axis, or axes, that `dim` names; None, all of them, for None and for an empty tuple."""
    if not isinstance(input, Tensor):
        check_tensors(name, input)
    if dim is None:
        return None
    if isinstance(dim, (tuple, list)):
        axes = tuple(one_axis(name, input, d) for d in dim)
        for axis in axes:
            if axes.count(axis) > 1:
                raise RuntimeError(f"dim {axis} appears multiple times in the list of dims {tuple(dim)} of {name}()")
        return axes if axes and input.array.ndim else None
    axis = one_axis(name, input, dim)
    return axis if input.array.ndim else None


def check_not_empty(name: str, input: Tensor, axis: Any) -> None:
    """Raise if a smallest or largest element would be taken from none."""
    shape = input.array.shape
    if 0 not in shape:
        return
    if axis is None:
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0: "
            f"a tensor of shape {shape} has no elements, and {name} of nothing is not defined"
        )
    for a in (axis,) if isinstance(axis, int) else axis:
        if shape[a] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {a} to have non-zero size, got the shape {shape}")
