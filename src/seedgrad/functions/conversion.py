"""Conversions of type, of the place and of the order in memory; copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core import kinds
from ..core.kinds import check_device
from ..core.tensor import Tensor
from ..ops import select as s
from ..ops import shape as o
from ..ops import strided as st
from .arguments import check_tensors
from .public import public


def _converted(input: Tensor, kind: np.dtype[Any], copy: bool = False, memory_format: Any = None) -> Tensor:
    """The input in another type; itself if it has that type already, unless a copy or an order is asked for."""
    if input.array.dtype is not kind and input.array.dtype != kind:
        input, copy = s.astype.call(input, kind=kind), False
    if memory_format is None or memory_format is kinds.preserve_format:
        return s.copy.call(input) if copy else input
    if not copy and input.is_contiguous(memory_format=memory_format):
        return input
    layout = kinds.strides_in(memory_format, input.array.shape)
    return st.lay_out.call(input, layout=layout)


@public()
def to(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Convert the type: `x.to(dtype)`, `x.to(other)`, `x.to(device, dtype)`.

    Args:
        dtype: the type wanted.
        other: a tensor whose type is wanted.
        device: "cpu".
        non_blocking: accepted, as the memory is where it is needed. Default: False.
        copy: copy even if nothing changes. Default: False.
        memory_format: the order of the dimensions in memory. Default: preserve_format.

    Returns:
        The converted tensor; the input itself if nothing changes.

    Raises:
        AssertionError, RuntimeError: another device than the CPU.
        TypeError: an unknown argument, or one of a wrong kind.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1.7, -1.7]).to(sg.int64)
        tensor([ 1, -1])
    """
    names = _names(args)
    if len(args) > len(names):
        raise TypeError(f"to() takes at most two flags, non_blocking and copy, after {names[:-2]}: got {args}")
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in ("dtype", "device", "other", "non_blocking", "copy", "memory_format"):
            raise TypeError(f"to() got an unexpected keyword argument {name!r}")
        if name in given:
            raise TypeError(f"to() got several values for {name!r}")
        given[name] = value
    for name in ("non_blocking", "copy"):
        if not isinstance(given.get(name, False), bool):
            raise TypeError(f"to(): argument {name!r} must be bool, not {type(given[name]).__name__}: got {args}")
    check_device(given.get("device"))
    kind = input.array.dtype
    other, dtype = given.get("other"), given.get("dtype")
    if other is not None:
        check_tensors("to", other)
        kind = other.array.dtype
    elif dtype is not None:
        if not _is_dtype(dtype):
            raise TypeError(f"to(): argument 'dtype' must be a dtype such as seedgrad.float32, got {dtype!r}")
        kind = dtypes.to_numpy(dtype)
    return _converted(input, kind, bool(given.get("copy", False)), given.get("memory_format"))


def _names(args: tuple[Any, ...]) -> tuple[str, ...]:
    """What the positional arguments of `to` are, by the first of them."""
    flags = ("non_blocking", "copy")
    if args and isinstance(args[0], Tensor):
        return ("other", *flags)
    if args and _is_dtype(args[0]):
        return ("dtype", *flags)
    return ("device", "dtype", *flags)


def _is_dtype(value: Any) -> bool:
    return isinstance(value, (dtypes.dtype, type, np.dtype))


@public()
def type_as(input: Tensor, other: Tensor) -> Tensor:
    """Convert to the type of another tensor.

    Args:
        input: any shape.
        other: the tensor whose type is wanted.

    Returns:
        The converted tensor; the input itself if it has the type already.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1, 2]).type_as(sg.tensor(0.5))
        tensor([1., 2.])
    """
    check_tensors("type_as", input, other)
    return _converted(input, other.array.dtype)


def _converter(kind: dtypes.dtype, name: str) -> None:
    def convert(self: Tensor, memory_format: Any = None) -> Tensor:
        return _converted(self, kind.dtype, False, memory_format)

    convert.__name__, convert.__qualname__ = name, f"Tensor.{name}"
    convert.__doc__ = f"The tensor converted to {kind.name}; itself if it has that type already."
    setattr(Tensor, name, convert)


for _name, _kind in {
    "bool": dtypes.bool,
    "char": dtypes.int8,
    "byte": dtypes.uint8,
    "short": dtypes.int16,
    "int": dtypes.int32,
    "long": dtypes.int64,
    "half": dtypes.float16,
    "bfloat16": dtypes.bfloat16,
    "float": dtypes.float32,
    "double": dtypes.float64,
    "cfloat": dtypes.complex64,
    "cdouble": dtypes.complex128,
}.items():
    _converter(_kind, _name)


@public()
def cpu(input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor in the CPU's memory: itself, unless a memory format asks for another order.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0])
        >>> x.cpu() is x
        True
    """
    return _converted(input, input.array.dtype, memory_format=memory_format)


@public()
def cuda(input: Tensor, device: Any = None, non_blocking: bool = False, memory_format: Any = None) -> Tensor:
    """Refused: there are no tensors on a GPU here.

    Raises:
        AssertionError: always.
    """
    raise AssertionError("seedgrad computes on the CPU: there is no cuda(). Leave the call out, or use x.to('cpu')")


@public()
def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A copy with memory of its own; gradients pass through it.

    Args:
        input: any shape.
        memory_format: the order of the dimensions in memory. Default: preserve_format, that of the input.

    Returns:
        The copy, in the input's shape and type.

    Raises:
        RuntimeError: the format is for another number of dimensions.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> y = x.clone()
        >>> y += 1
        >>> x
        tensor([1., 2.])
    """
    return _converted(input, input.array.dtype, copy=True, memory_format=memory_format)


@public()
def contiguous(input: Tensor, *, memory_format: Any = kinds.contiguous_format) -> Tensor:
    """The tensor itself if its memory is in the order of a format, else a copy that is.

    Args:
        input: any shape.
        memory_format: the order. Default: contiguous_format, the last dimension first.

    Returns:
        A tensor of the same shape and values.

    Raises:
        RuntimeError: the format is for another number of dimensions, or it is preserve_format.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).T.contiguous().stride()
        (2, 1)
    """
    check_tensors("contiguous", input)
    if memory_format is kinds.contiguous_format:
        return input if input.array.flags.c_contiguous else o.contiguous.call(input)
    if memory_format is kinds.preserve_format and input.array.flags.c_contiguous:
        return input
    strides = kinds.strides_in(memory_format, input.array.shape)
    return input if input.is_contiguous(memory_format=memory_format) else st.lay_out.call(input, layout=strides)
