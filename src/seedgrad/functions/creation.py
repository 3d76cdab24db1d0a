"""Making tensors from data."""

from __future__ import annotations

import warnings
from itertools import chain
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched
from ..core.namespace import astype
from ..core.tensor import Tensor
from ..ops import select as s
from .sizes import check_device, check_pinned, element_type, wrap

_SEQUENCES = (list, tuple, range)


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new tensor with a copy of the data.

    Args:
        data: a number, nested lists of numbers or one-element tensors, an array or a tensor.
        dtype: the element type. Default: that of the data - Python floats become the default float type, ints int64;
            arrays keep theirs.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A leaf with the shape of the data.

    Raises:
        ValueError: the lists have different lengths at one level, or hold tensors of several elements.
        TypeError: lists and numbers are mixed at one level, or something is neither.
        RuntimeError: a value does not fit the type; `requires_grad` with a type that has no gradients.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]])
        tensor([[1, 2],
                [3, 4]])
        >>> sg.tensor([0.5, 1], requires_grad=True)
        tensor([0.5000, 1.0000], requires_grad=True)
    """
    check_pinned(pin_memory)
    check_device(device)
    if isinstance(data, Tensor):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use source.detach().clone() or "
            "source.detach().clone().requires_grad_(True), rather than seedgrad.tensor(source).",
            UserWarning,
            stacklevel=2,
        )
        if type(data) is Batched:
            return s.astype.call(data.detach(), kind=data.array.dtype if dtype is None else element_type(dtype))
    return wrap(new_array(data, dtype), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """The data as a tensor: itself if it is one of the right type, sharing memory if it is an array of the "
    "right type.

    Args:
        data: what `tensor` takes.
        dtype: the element type. Default: that of the data.
        device: "cpu".

    Returns:
        A tensor with the shape of the data; a converted tensor keeps its graph.

    Raises:
        ValueError, TypeError, RuntimeError: as `tensor`.

    Example:
        >>> import numpy as np
        >>> import seedgrad as sg
        >>> a = np.zeros(2, np.float32)
        >>> sg.as_tensor(a).fill_(7.0)
        tensor([7., 7.])
        >>> a
        array([7., 7.], dtype=float32)
    """
    check_device(device)
    kind = None if dtype is None else element_type(dtype)
    if isinstance(data, Tensor):
        return data if kind is None or kind == data.array.dtype else s.astype.call(data, kind=kind)
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if kind is None or kind == data.dtype else wrap(astype(data, kind))
    return wrap(new_array(data, dtype))


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """A tensor that shares the memory of a NumPy array: writing to one changes the other.

    Args:
        array: any shape; its type must have a counterpart (bool, integers, floats, complex).

    Returns:
        A tensor of the array's shape and type.

    Raises:
        TypeError: it is not an array, or its type has no counterpart.
        ValueError: its strides are negative, or no multiples of the size of an element.

    Example:
        >>> import numpy as np
        >>> import seedgrad as sg
        >>> sg.from_numpy(np.arange(3))
        tensor([0, 1, 2])
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__}); for lists use seedgrad.tensor(data)")
    dtypes.from_numpy(array.dtype)
    if any(s < 0 for s in array.strides):
        raise ValueError(
            f"At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            f"supported: got the strides {array.strides}. Use array.copy()"
        )
    if any(s % array.itemsize for s in array.strides):
        raise ValueError(
            f"given numpy array strides not a multiple of the element byte size: {array.strides} for {array.itemsize} "
            f"bytes. Use array.copy()"
        )
    return wrap(np.asarray(array))


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """The object as a tensor, sharing memory where `copy` allows it.

    Args:
        obj: what `tensor` takes.
        dtype: the element type. Default: that of the object.
        device: "cpu".
        copy: True always copies, False never, None (default) only if it must.
        requires_grad: whether a gradient is computed for it. Default: False.

    Returns:
        A tensor with the shape of the object.

    Raises:
        ValueError: `copy=False` and the memory can't be shared.
        TypeError, RuntimeError: as `tensor`.

    Example:
        >>> import seedgrad as sg
        >>> sg.asarray([1.0, 2.0])
        tensor([1., 2.])
    """
    check_device(device)
    if not isinstance(obj, (Tensor, np.ndarray)):
        if copy is False:
            raise ValueError(f"can't alias arbitrary sequence into a tensor: got {type(obj).__name__} with copy=False")
        return wrap(new_array(obj, dtype), requires_grad)
    kind = obj.array.dtype if isinstance(obj, Tensor) else obj.dtype
    if copy is False and dtype is not None and element_type(dtype) != kind:
        raise ValueError(f"can't alias {kind} memory as {dtype}: copy=False forbids the conversion")
    t = as_tensor(obj, dtype)
    if copy and (t is obj or isinstance(obj, np.ndarray)):
        t = s.copy.call(t)
    if requires_grad and not t.requires_grad:
        t.requires_grad = True
    return t


def new_array(data: Any, dtype: Any = None) -> np.ndarray[Any, Any]:
    """The data in new memory, in the given type or the one that its elements ask for."""
    kind = None if dtype is None else element_type(dtype)
    if isinstance(data, Tensor):
        array = data.array
    elif isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data)
        dtypes.from_numpy(array.dtype)
    else:
        # Python's floats are doubles: they are rounded once, to the type asked for.
        floats = dtypes.default() if kind is None else dtypes.F64
        return _convert(_from_lists(data, floats, unsigned=kind == np.uint64), kind)
    return np.array(array) if kind is None else np.array(astype(array, kind))


def _from_lists(data: Any, floats: np.dtype[Any], unsigned: bool = False) -> np.ndarray[Any, Any]:
    """Nested sequences as an array in the common type of their elements, where Python floats have the type "
    "`floats`."""
    shape: list[int] = []
    level = [data]
    while level and isinstance(level[0], _SEQUENCES):
        n = len(level[0])
        for item in level:
            if not isinstance(item, _SEQUENCES):
                raise TypeError(
                    f"not a sequence: data has lists and {type(item).__name__} at dim {len(shape) - 1}; "
                    f"all elements at one level must be of one kind"
                )
            if len(item) != n:
                raise ValueError(f"expected sequence of length {n} at dim {len(shape)} (got {len(item)})")
        shape.append(n)
        level = list(chain.from_iterable(level))
    kinds = set(map(type, level))
    if any(issubclass(k, np.ndarray) for k in kinds):
        return _from_arrays(level, shape)
    if any(issubclass(k, Tensor) for k in kinds):
        level = [_single(x, len(shape)) if isinstance(x, Tensor) else x for x in level]
        kinds = set(map(type, level))
    common: np.dtype[Any] | None = None
    for k in kinds:
        one = _kind_of(k, len(shape), floats)
        common = one if common is None else dtypes.promote_types(common, one)
    if unsigned and common == dtypes.I64:  # integers that may be too large for int64
        common = np.dtype(np.uint64)
        if any(x < 0 for x in level):
            raise OverflowError("can't convert negative int to unsigned: use dtype=int64")
    try:
        return np.array(level, floats if common is None else common).reshape(shape)
    except OverflowError:
        kind = OverflowError if unsigned else ValueError
        raise kind("Overflow when unpacking long long: an int does not fit in 64 bits") from None


def _from_arrays(level: list[Any], shape: list[int]) -> np.ndarray[Any, Any]:
    """A list of arrays of one shape, stacked."""
    arrays = [x.array if isinstance(x, Tensor) else np.asarray(x) for x in level]
    if any(a.shape != arrays[0].shape for a in arrays):
        shapes = sorted({a.shape for a in arrays})
        raise ValueError(f"the arrays in a list must have one shape, got {shapes}")
    kind = arrays[0].dtype
    for a in arrays:
        dtypes.from_numpy(a.dtype)
        kind = dtypes.promote_types(kind, a.dtype)
    return np.stack(arrays).astype(kind, copy=False).reshape(*shape, *arrays[0].shape)


def _single(x: Tensor, depth: int) -> Any:
    """The element of a tensor in a list, as a NumPy scalar of its type."""
    if x.array.size != 1:
        raise ValueError(
            f"only one element tensors can be converted to Python scalars, got shape {x.array.shape} in a "
            f"list at depth "
            f"{depth}. Use seedgrad.stack(list)"
        )
    return x.array.reshape(())[()]


def _kind_of(k: type, depth: int, floats: np.dtype[Any]) -> np.dtype[Any]:
    if issubclass(k, np.generic):
        kind = np.dtype(k)
        dtypes.from_numpy(kind)
        return kind
    if issubclass(k, bool):
        return dtypes.BOOL
    if issubclass(k, int):
        return dtypes.I64
    if issubclass(k, float):
        return floats
    if issubclass(k, complex):
        return dtypes.complex_of(floats)
    if issubclass(k, _SEQUENCES):
        raise TypeError(f"a {k.__name__} can't stand beside numbers in a list (at dim {depth - 1})")
    if issubclass(k, (str, bytes)) and not depth:
        raise TypeError(f"new(): invalid data type '{k.__name__}'")
    if issubclass(k, str):
        raise ValueError("too many dimensions 'str': data must be numbers")
    if issubclass(k, bytes):
        raise TypeError("new(): invalid data type 'bytes'")
    raise RuntimeError(f"Could not infer dtype of {k.__name__}; data must be numbers, lists of numbers or an array")


def _convert(array: np.ndarray[Any, Any], kind: np.dtype[Any] | None) -> np.ndarray[Any, Any]:
    """To another type, where values that the type can't hold are errors."""
    if kind is None or kind == array.dtype:
        return array
    if array.dtype.kind == "c" and kind.kind != "c":
        raise TypeError(f"must be real number, not complex: a complex number has no value of type {kind}")
    if kind.kind in "iu" and array.dtype.kind in "iuf" and array.size:
        limits = np.iinfo(kind)
        # As in PyTorch, negative numbers of an unsigned type wrap around.
        low = -limits.max if kind.kind == "u" else limits.min
        if not ((array > low - 1) & (array < limits.max + 1)).all():
            raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
        if kind.kind == "u":
            array = array.astype(np.int64)
    with np.errstate(over="ignore"):
        return array.astype(kind)
