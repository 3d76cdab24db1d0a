"""Conversions of type, copies, and writes of whole tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.inplace import write
from ..core.tensor import Tensor
from ..ops import select as s
from .arguments import check_tensors
from .blend import one_value
from .public import public


def _converted(input: Tensor, kind: np.dtype[Any], copy: bool = False) -> Tensor:
    """The input in another type; itself if it has that type already, unless a copy is asked for."""
    if input.array.dtype == kind:
        return s.copy.call(input) if copy else input
    return s.astype.call(input, kind=kind)


def check_device(device: Any) -> None:
    """Raise unless the device is the CPU."""
    if str(device).split(":")[0] != "cpu":
        raise RuntimeError(f"Invalid device {str(device)!r}: tensors live on 'cpu' here")


@public()
def to(input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Convert the type: `x.to(dtype)`, `x.to(other)`, `x.to(device, dtype)`.

    Args:
        dtype: the type wanted.
        other: a tensor whose type is wanted.
        device: "cpu".
        non_blocking: accepted, as the memory is where it is needed. Default: False.
        copy: copy even if nothing changes. Default: False.

    Returns:
        The converted tensor; the input itself if nothing changes.

    Raises:
        RuntimeError: another device than the CPU.
        TypeError: an unknown argument.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1.7, -1.7]).to(sg.int64)
        tensor([ 1, -1])
    """
    kind = input.array.dtype
    names = ("non_blocking", "copy")
    flags = {name: kwargs.pop(name, False) for name in names}
    target = dict(kwargs)
    for unknown in set(target) - {"dtype", "device", "other", "memory_format"}:
        raise TypeError(f"to() got an unexpected keyword argument {unknown!r}")
    position = 0
    for value in args:
        if isinstance(value, Tensor):
            target["other"] = value
        elif isinstance(value, bool):
            if position == len(names):
                raise TypeError("to() takes at most two flags, non_blocking and copy")
            flags[names[position]] = value
            position += 1
        elif value is not None and (isinstance(value, str) or not _is_dtype(value)):
            target["device"] = value
        else:
            target["dtype"] = value
    if target.get("device") is not None:
        check_device(target["device"])
    if target.get("other") is not None:
        kind = target["other"].array.dtype
    if target.get("dtype") is not None:
        kind = dtypes.to_numpy(target["dtype"])
    return _converted(input, kind, bool(flags["copy"]))


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
    def convert(self: Tensor) -> Tensor:
        return _converted(self, kind.dtype)

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
}.items():
    _converter(_kind, _name)


@public()
def cpu(input: Tensor) -> Tensor:
    """The tensor in the CPU's memory: itself.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0])
        >>> x.cpu() is x
        True
    """
    return input


@public()
def clone(input: Tensor) -> Tensor:
    """A copy with memory of its own; gradients pass through it.

    Args:
        input: any shape.

    Returns:
        The copy, in the input's shape and type.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> y = x.clone()
        >>> y += 1
        >>> x
        tensor([1., 2.])
    """
    return s.copy.call(input)


def _copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Write the elements of `src` (a tensor that broadcasts to this one, of any type) into this tensor."""
    check_tensors("copy_", self, src)
    return write(self, s.replace.call, src)


def _fill_(self: Tensor, value: Any) -> Tensor:
    """Write one number, or the element of a 0-d tensor, into all of this tensor."""
    return write(self, s.replace.call, one_value("fill_", self, value))


def _zero_(self: Tensor) -> Tensor:
    """Write zeros into this tensor."""
    return _fill_(self, 0)


for _write in (_copy_, _fill_, _zero_):
    _write.__name__ = _write.__name__[1:]
    _write.__qualname__ = f"Tensor.{_write.__name__}"
    setattr(Tensor, _write.__name__, _write)
