"""Other memory for a tensor: resized, that of another tensor, shared with other processes."""

from __future__ import annotations

import math
import mmap
import warnings
from typing import Any

import numpy as np

from ..core import kinds
from ..core import strided_arrays as memory
from ..core.inplace import check_history, reshape_in_place
from ..core.tensor import Tensor
from ..ops import strided as st
from ..ops.shape import reshape
from .arguments import check_tensors
from .public import public
from .sizes import as_sizes
from .storage import UntypedStorage, storage, untyped_storage

Array = np.ndarray[Any, Any]


def _move_memory(t: Tensor, array: Array) -> None:
    """Give a tensor other memory. What viewed the old memory goes on to share it."""
    if t.views:
        stay = Tensor(t.array)
        stay.views, t.views = t.views, None
        for reference in stay.views or ():
            seen = reference()
            if seen is not None and seen.origin == "view":
                seen._viewed = stay
    if t.origin == "view":
        t.origin = None
    t.array = array


@public()
def resize_(input: Tensor, *sizes: Any, memory_format: Any = kinds.contiguous_format) -> Tensor:
    """Change the shape in place; the elements are those that lie in memory from the first one on.

    If the memory is too small the tensor gets new memory, which begins with the old elements and goes on with
    unspecified ones; tensors that shared the old memory keep it.

    Args:
        sizes: the new shape, as numbers or as one tuple.
        memory_format: the order of the dimensions in memory. Default: contiguous_format.

    Raises:
        RuntimeError: the tensor requires grad, or a size is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(6).resize_(2, 2)
        tensor([[0, 1],
                [2, 3]])
    """
    if not sizes:
        raise TypeError('resize_() missing 1 required positional argument: "size"')
    shape = as_sizes("resize_", sizes)
    if input.node is not None:
        raise RuntimeError("cannot resize variables that require grad: use x.detach(), or reshape()")
    check_history(input)
    array = input.array
    if shape == array.shape and memory_format is kinds.contiguous_format:
        return input
    strides = kinds.strides_in(memory_format, shape)
    raw, first = memory.memory_bytes(array)
    need = memory.reach(shape, strides)[1] + 1 if 0 not in shape else 0
    have = (len(raw) - first) // array.itemsize
    if need <= have:
        now = memory.strides_of(array)
        change = {"size": shape, "stride": strides, "start": 0, "layout": now}
        undo = {"size": array.shape, "stride": now, "start": 0, "layout": strides}
        return reshape_in_place(input, (st.as_strided, change), (st.as_strided, undo))
    room = np.zeros(need, array.dtype)
    room[:have] = raw[first : first + have * array.itemsize].view(array.dtype)
    _move_memory(input, memory.as_strided(room, shape, strides))
    return input


@public(method=True)
def resize(input: Tensor, *sizes: Any) -> Tensor:
    """A view of another shape with as many elements; deprecated, use `reshape`.

    Raises:
        RuntimeError: the number of elements differs.

    Example:
        >>> import warnings
        >>> import seedgrad as sg
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     sg.arange(4).resize(2, 2).tolist()
        [[0, 1], [2, 3]]
    """
    warnings.warn("non-inplace resize is deprecated: use reshape", stacklevel=2)
    check_tensors("resize", input)
    return _reshaped(input, as_sizes("resize", sizes))


def _reshaped(input: Tensor, shape: tuple[int, ...]) -> Tensor:
    if math.prod(shape) != input.array.size:
        raise RuntimeError(
            f"requested resize to {list(shape)} ({math.prod(shape)} elements in total), but the given tensor has a size of "
            f"{list(input.array.shape)} ({input.array.size} elements): resize can only change the shape"
        )
    return reshape.call(input, shape=shape)


@public(method=True)
def resize_as(input: Tensor, tensor: Tensor) -> Tensor:
    """`resize` to the shape of another tensor; deprecated, use `reshape`.

    Raises:
        RuntimeError: the number of elements differs.

    Example:
        >>> import warnings
        >>> import seedgrad as sg
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     sg.arange(4).resize_as(sg.zeros(2, 2)).tolist()
        [[0, 1], [2, 3]]
    """
    warnings.warn("non-inplace resize_as is deprecated: use reshape", stacklevel=2)
    check_tensors("resize_as", input, tensor)
    return _reshaped(input, tuple(tensor.array.shape))


@public()
def resize_as_(input: Tensor, tensor: Tensor, *, memory_format: Any = None) -> Tensor:
    """`resize_` to the shape of another tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(6).resize_as_(sg.zeros(2, 2)).shape
        seedgrad.Size([2, 2])
    """
    check_tensors("resize_as_", input, tensor)
    return resize_(input, tensor.array.shape, memory_format=memory_format or kinds.contiguous_format)


@public()
def set_(input: Tensor, source: Any = None, storage_offset: int = 0, size: Any = None, stride: Any = None) -> Tensor:
    """Make the tensor lie in the memory of another one, in place.

    Args:
        source: a tensor of the same type, or a storage. Default: None, memory without elements.
        storage_offset: where the first element lies. Default: 0.
        size: the shape. Default: that of the tensor, or all elements of the storage.
        stride: the step in memory for each dimension. Default: row-major order.

    Raises:
        RuntimeError: the tensor requires grad, the types differ, or the memory is too small.
        TypeError: the source is neither a tensor nor a storage.

    Example:
        >>> import seedgrad as sg
        >>> x, y = sg.zeros(2), sg.arange(4.0)
        >>> x.set_(y).fill_(7.0)
        tensor([7., 7., 7., 7.])
        >>> y
        tensor([7., 7., 7., 7.])
    """
    check_tensors("set_", input)
    check_history(input)
    if input.node is not None:
        raise RuntimeError("set_() of a tensor that is part of a graph: use x.detach()")
    kind = input.array.dtype
    if source is None:
        _move_memory(input, np.zeros(0, kind))
        return input
    if isinstance(source, Tensor):
        have = source.array
        if have.dtype != kind:
            raise RuntimeError(f"Could not set tensor of type {source.dtype} to a tensor of type {input.dtype}")
        if size is None:
            _move_memory(input, have)
            return input
        whole = storage(source).array
    elif isinstance(source, UntypedStorage):
        raw = source.array.view(np.uint8)
        whole = raw[: len(raw) - len(raw) % kind.itemsize].view(kind)
    else:
        raise TypeError(f"set_(): argument 'source' must be a Tensor or a storage, not {type(source).__name__}")
    shape = (whole.size,) if size is None else as_sizes("set_", (tuple(size),))
    strides = kinds.strides_in(kinds.contiguous_format, shape) if stride is None else as_sizes("set_", (tuple(stride),))
    need = storage_offset + memory.reach(shape, strides)[1] + 1
    if 0 not in shape and need > whole.size:
        raise RuntimeError(
            f"setStorage: sizes {list(shape)}, strides {list(strides)}, storage offset {storage_offset}, and itemsize "
            f"{kind.itemsize} requiring a storage size of {need * kind.itemsize} are out of bounds for storage of size "
            f"{whole.nbytes}"
        )
    _move_memory(input, memory.as_strided(whole, shape, strides, storage_offset))
    return input


@public()
def is_shared(input: Tensor) -> bool:
    """Whether `share_memory_` put the memory where processes that are forked later see it."""
    return untyped_storage(input).is_shared()


@public()
def share_memory_(input: Tensor) -> Tensor:
    """Move the memory to where processes that are forked later see it: what one writes, all read.

    The base of a view and its other views move along; arrays that `numpy()` gave before stay where they are.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2).share_memory_().is_shared()
        True
    """
    raw, _ = memory.memory_bytes(input.array)
    if is_shared(input) or not len(raw):
        return input
    base = input._viewed if input.origin == "view" else input
    room = np.frombuffer(mmap.mmap(-1, len(raw)), np.uint8)
    room[...] = raw
    for t in (base, *(t for reference in base.views or () if (t := reference()) is not None)):
        array = t.array
        start = memory.memory_bytes(array)[1]
        elements = room[start : start + (len(room) - start) // array.itemsize * array.itemsize].view(array.dtype)
        t.array = memory.as_strided(elements, array.shape, memory.strides_of(array))
    return input
