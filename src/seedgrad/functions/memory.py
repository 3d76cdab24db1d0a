"""Tensors over given memory, or with a given layout of it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .arguments import check_tensors
from .public import public
from .sizes import as_number, as_sizes, check_device, element_type, wrap

Array = np.ndarray[Any, Any]


def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A 0-d tensor of the default float type with the given value.

    Args:
        s: a number.
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape ().

    Raises:
        TypeError: s is not a number.
        RuntimeError: a complex number for a real type.

    Example:
        >>> import seedgrad as sg
        >>> sg.scalar_tensor(3)
        tensor(3.)
    """
    check_device(device)
    kind, value = element_type(dtype), as_number("scalar_tensor", "s", s)
    if isinstance(value, complex) and kind.kind != "c":
        raise RuntimeError(f"scalar_tensor(): value cannot be converted to type {kind} without overflow: {value}")
    return wrap(np.asarray(value).astype(kind), requires_grad)


def _strided(name: str, size: Any, stride: Any, kind: np.dtype[Any]) -> Array:
    shape, steps = as_sizes(name, (size,)), tuple(stride)
    if len(shape) != len(steps):
        raise RuntimeError(
            f"{name}: dimensionality of sizes ({len(shape)}) must match dimensionality of strides ({len(steps)})"
        )
    if any(step < 0 for step in steps):
        raise RuntimeError(f"{name}: strides must not be negative, got {steps}")
    room = 0 if 0 in shape else 1 + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    memory = np.empty(room, kind)
    return np.lib.stride_tricks.as_strided(memory, shape, tuple(step * kind.itemsize for step in steps))


@public(method=False)
def empty_strided(
    size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor with given steps in memory, whose values are whatever the memory holds.

    Args:
        size: the shape, a tuple.
        stride: for each dimension the step between neighbours, in elements, >= 0.
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape `size`.

    Raises:
        RuntimeError: a length or a stride is negative, or there are not as many strides as lengths.

    Example:
        >>> import seedgrad as sg
        >>> sg.empty_strided((2, 3), (1, 2)).stride()
        (1, 2)
    """
    check_device(device)
    return wrap(_strided("empty_strided", size, stride, element_type(dtype)), requires_grad)


@public()
def new_empty_strided(
    input: Tensor, size: Any, stride: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`empty_strided(size, stride)` with the element type of this tensor."""
    check_device(device)
    kind = element_type(dtype, input.array.dtype)
    return wrap(_strided("new_empty_strided", size, stride, kind), requires_grad)


@public(method=False)
def empty_permuted(
    size: Any, physical_layout: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor without gaps in memory whose dimensions lie there in a given order; its values are arbitrary.

    Args:
        size: the shape, a tuple.
        physical_layout: the dimensions from the one with the largest steps to the one with the smallest.
        dtype: the element type. Default: the default float type.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape `size`.

    Raises:
        RuntimeError: the layout does not name each dimension once; a length is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.empty_permuted((2, 3, 4), (2, 0, 1)).stride()
        (3, 1, 6)
    """
    check_device(device)
    shape, order = as_sizes("empty_permuted", (size,)), tuple(physical_layout)
    if sorted(order) != list(range(len(shape))):
        raise RuntimeError(f"empty_permuted: the layout must name each of {len(shape)} dimensions once, got {order}")
    memory = np.empty([shape[axis] for axis in order], element_type(dtype))
    return wrap(memory.transpose(np.argsort(order)), requires_grad)


def frombuffer(buffer: Any, *, dtype: Any, count: int = -1, offset: int = 0, requires_grad: bool = False) -> Tensor:
    """A 1-d tensor over the memory of an object with Python's buffer protocol, such as a bytearray.

    Args:
        buffer: the object. If it is read-only, the tensor is a copy of it, with a warning.
        dtype: the element type.
        count: how many elements. Default: -1, all.
        offset: how many bytes to leave out at the start. Default: 0.
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor of shape (count,).

    Raises:
        ValueError: the object has no buffer; the buffer is empty, too short, or not a multiple of the element size.

    Example:
        >>> import seedgrad as sg
        >>> sg.frombuffer(bytearray([1, 0, 2, 0]), dtype=sg.int16)
        tensor([1, 2], dtype=seedgrad.int16)
    """
    kind = element_type(dtype)
    try:
        room = memoryview(buffer).nbytes
    except TypeError:
        raise ValueError(
            f"frombuffer(): object does not implement Python buffer protocol, got {type(buffer).__name__}"
        ) from None
    if not room or not count:
        raise ValueError(f"frombuffer(): both buffer length ({room}) and count ({count}) must not be 0")
    if not 0 <= offset < room:
        raise ValueError(
            f"frombuffer(): offset ({offset} bytes) must be non-negative and no greater than buffer length "
            f"({room} bytes) minus 1"
        )
    if count < 0 and (room - offset) % kind.itemsize:
        raise ValueError(
            f"frombuffer(): buffer length ({room - offset} bytes) after offset ({offset} bytes) must be a multiple of "
            f"element size ({kind.itemsize})"
        )
    if count > 0 and offset + count * kind.itemsize > room:
        raise ValueError(
            f"frombuffer(): requested buffer length ({count} * {kind.itemsize} bytes) after offset ({offset} bytes) "
            f"must not be greater than actual buffer length ({room} bytes)"
        )
    array = np.frombuffer(buffer, kind, count, offset)
    if not array.flags.writeable:
        warnings.warn("The given buffer is not writable: the tensor is a copy of it", UserWarning, stacklevel=2)
        array = array.copy()
    return wrap(array, requires_grad)


class _Capsule:
    """What NumPy asks of an exporter, for a capsule that was exported already."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0  # the CPU


class _Writable:
    """The memory of an array that NumPy holds to be read-only; keeps the array alive."""

    def __init__(self, array: Array) -> None:
        self.array = array
        self.__array_interface__ = {**array.__array_interface__, "data": (array.ctypes.data, False)}


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor over the memory of another library's, by the DLPack protocol.

    Args:
        ext_tensor: an object with `__dlpack__`, or a capsule. What may not be written is copied.
        device: "cpu".
        copy: True always copies. Default: None, only if it must.

    Returns:
        A tensor of the same shape, type and memory.

    Raises:
        RuntimeError: the object is neither; its memory is not the CPU's.

    Example:
        >>> import numpy as np
        >>> import seedgrad as sg
        >>> a = np.zeros(2)
        >>> sg.from_dlpack(a).fill_(3.0)
        tensor([3., 3.], dtype=seedgrad.float64)
        >>> a
        array([3., 3.])

    Source: DLPack, https://dmlc.github.io/dlpack/latest
    """
    check_device(device)
    if isinstance(ext_tensor, Tensor):
        return ext_tensor.clone() if copy else ext_tensor.detach()
    bare = not hasattr(ext_tensor, "__dlpack__")
    if bare:
        if type(ext_tensor).__name__ != "PyCapsule":
            raise RuntimeError(
                f"from_dlpack received an invalid capsule: expected an object with __dlpack__, or an unused capsule "
                f"from it, got {type(ext_tensor).__name__}"
            )
        ext_tensor = _Capsule(ext_tensor)
    array = np.from_dlpack(ext_tensor)
    dtypes.from_numpy(array.dtype)
    if bare and not array.flags.writeable:
        # A capsule of the old form can't say that it is read-only, and what is may not be put into one.
        array = np.asarray(_Writable(array))
    return wrap(array.copy() if copy or not array.flags.writeable else array)


def to_dlpack(tensor: Tensor) -> Any:
    """The tensor as a DLPack capsule, which can be taken up once.

    Args:
        tensor: any shape; the graph is left behind.

    Returns:
        A capsule, for `from_dlpack` of this or another library.

    Raises:
        BufferError: its type is unknown to NumPy's form of the protocol (bfloat16).

    Example:
        >>> import seedgrad as sg
        >>> sg.from_dlpack(sg.to_dlpack(sg.tensor([1, 2])))
        tensor([1, 2])
    """
    check_tensors("to_dlpack", tensor)
    return tensor.detach().__dlpack__()
