"""The same elements in another shape. The results share memory wherever they can."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values
from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public
from .sizes import as_sizes


def _resolve(name: str, x: Tensor, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes asked for, with -1 replaced by the size that makes the elements fit."""
    size = x.array.size
    unknown, known = -1, 1
    for i, n in enumerate(shape):
        if n == -1:
            if unknown >= 0:
                raise RuntimeError(f"{name}(): only one dimension can be inferred, got -1 twice in {list(shape)}")
            unknown = i
        elif n < 0:
            raise RuntimeError(f"{name}(): invalid shape dimension {n} at index {i} of shape {list(shape)}")
        else:
            known *= n
    if unknown < 0:
        fits = known == size
    elif known:
        fits = size % known == 0
    elif size == 0:
        raise RuntimeError(
            f"{name}(): cannot reshape tensor of 0 elements into shape {list(shape)} because the "
            f"unspecified dimension "
            f"size -1 can be any value and is ambiguous"
        )
    else:
        fits = False
    if not fits:
        raise RuntimeError(
            f"{name}(): shape '{list(shape)}' is invalid for input of size {size}: the input has shape {x.array.shape}"
        )
    if unknown >= 0:
        return (*shape[:unknown], size // known, *shape[unknown + 1 :])
    return shape


def _fitting(name: str, input: Tensor, given: tuple[Any, ...], named: Any) -> tuple[int, ...]:
    """The shape that was asked for, complete and checked."""
    if named is None and given and isinstance(input, Tensor):
        size = 1
        for n in given:
            if type(n) is not int or n < 0:
                break
            size *= n
        else:
            if size == input.array.size:  # nearly always
                return given
    return _resolve(name, input, _sizes(name, input, given, named))


@public()
def reshape(input: Tensor, *sizes: Any, shape: Any = None) -> Tensor:
    """The elements in row-major order under another shape; a view if that is possible, a copy if not.

    Args:
        input: any shape.
        sizes: the new shape, as numbers or as one tuple (which may also be given as `shape=`). One number may be -1:
            it becomes whatever makes the elements fit.

    Returns:
        A tensor of the new shape.

    Raises:
        RuntimeError: the number of elements differs; there are two -1.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(6).reshape(2, -1)
        tensor([[0, 1, 2],
                [3, 4, 5]])
    """
    return o.reshape.call(input, shape=_fitting("reshape", input, sizes, shape))


@public()
def view(input: Tensor, *sizes: Any, size: Any = None, dtype: Any = None) -> Tensor:
    """The same memory under another shape, or, given a dtype, read as another element type.

    Args:
        input: any shape.
        sizes: the new shape, as numbers or as one tuple (which may also be given as `size=`); one may be -1. Or a
            dtype: the bytes are read as that type, and the last dimension grows or shrinks if the sizes differ.

    Returns:
        A view of the new shape or type. A view of another type has no gradient.

    Raises:
        RuntimeError: the number of elements differs, or the memory order makes a view impossible: use `reshape`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(4)
        >>> _ = x.view(2, 2)[0].fill_(1.0)
        >>> x
        tensor([1., 1., 0., 0.])
    """
    if dtype is not None:
        return _view_dtype(input, dtype)
    if len(sizes) == 1 and isinstance(sizes[0], dtypes.dtype):
        return _view_dtype(input, sizes[0])
    shape = _fitting("view", input, sizes, size)
    out = o.reshape.call(input, shape=shape)
    shared = input.array.flags.c_contiguous or np.may_share_memory(all_values(out), all_values(input))
    if not shared and out.array.size:
        raise RuntimeError(
            f"view size is not compatible with input tensor's size and stride: memory in the order of strides "
            f"{input.stride()} and shape {input.array.shape} can't be seen as {list(shape)}. Use "
            f".reshape(...) instead"
        )
    return out


def _sizes(name: str, input: Any, sizes: tuple[Any, ...], keyword: Any) -> tuple[int, ...]:
    check_tensors(name, input)
    if keyword is not None:
        sizes = (tuple(keyword),)
    elif not sizes:
        raise TypeError(f'{name}() missing 1 required positional argument: "shape"')
    return as_sizes(name, sizes, negative=True)


def _view_dtype(x: Tensor, dtype: Any) -> Tensor:
    array, kind = x.array, dtypes.to_numpy(dtype)
    old, new = array.dtype.itemsize, kind.itemsize
    if old != new:
        what = f"to view {x.dtype} as {dtype} (different element sizes)"
        if not array.ndim:
            raise RuntimeError(f"self.dim() cannot be 0 {what}")
        if array.size and array.shape[-1] != 1 and array.strides[-1] != old:
            raise RuntimeError(f"self.stride(-1) must be 1 {what}, but got {array.strides[-1] // old}")
        if new > old and x.storage_offset() % (new // old):
            raise RuntimeError(
                f"self.storage_offset() must be divisible by {new // old} {what}, but got {x.storage_offset()}"
            )
        if any(s * old % new for s in x.stride()[:-1]):
            raise RuntimeError(f"the strides before the last must be divisible by {new // old} {what}: {x.stride()}")
        if array.shape[-1] * old % new:
            raise RuntimeError(f"self.size(-1) must be divisible by {new // old} {what}, but got {array.shape[-1]}")
    return o.view_type.call(x, kind=kind)


@public()
def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`view` with the shape of another tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(4).view_as(sg.zeros(2, 2))
        tensor([[0, 1],
                [2, 3]])
    """
    check_tensors("view_as", input, other)
    return view(input, other.array.shape)


@public()
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of another tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(4).reshape_as(sg.zeros(2, 2)).shape
        seedgrad.Size([2, 2])
    """
    check_tensors("reshape_as", input, other)
    return reshape(input, other.array.shape)


@public()
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Several neighbouring dimensions as one.

    Args:
        input: any shape.
        start_dim: the first of the dimensions. Default: 0.
        end_dim: the last of them. Default: -1.

    Returns:
        A tensor in which their sizes are multiplied; a 0-d tensor becomes 1-d.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: `start_dim` comes after `end_dim`.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(32, 3, 8, 8).flatten(1).shape
        seedgrad.Size([32, 192])
    """
    start, end = one_axis("flatten", input, start_dim), one_axis("flatten", input, end_dim)
    shape = input.array.shape
    if start > end:
        raise RuntimeError(
            f"flatten() has invalid args: start_dim cannot come after end_dim, got {start_dim} and {end_dim} "
            f"for shape {shape}"
        )
    if start == end and shape:
        return input
    return o.reshape.call(input, shape=(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


@public()
def ravel(input: Tensor) -> Tensor:
    """All elements in row-major order in one dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2, 2).ravel()
        tensor([1., 1., 1., 1.])
    """
    check_tensors("ravel", input)
    return o.reshape.call(input, shape=(input.array.size,))


@public()
def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """One dimension as several.

    Args:
        input: any shape.
        dim: the dimension.
        sizes: what it becomes; one size may be -1.

    Returns:
        A tensor with `sizes` in the place of the dimension.

    Raises:
        RuntimeError: the sizes don't multiply up to the size of the dimension.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(4, 12).unflatten(1, (3, -1)).shape
        seedgrad.Size([4, 3, 4])
    """
    if not input.array.ndim:
        raise RuntimeError("unflatten: a 0-d tensor has no dimension to split. Use x.reshape(sizes)")
    axis = one_axis("unflatten", input, dim)
    parts = as_sizes("unflatten", (tuple(sizes),), negative=True)
    shape = input.array.shape
    if not parts:
        raise RuntimeError("unflatten: sizes must be non-empty")
    known = math.prod(n for n in parts if n != -1)
    if -1 in parts and known and shape[axis] % known == 0:
        parts = tuple(shape[axis] // known if n == -1 else n for n in parts)
    if -1 in parts or math.prod(parts) != shape[axis]:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {dim} "
            f"({shape[axis]}) in the "
            f"input tensor of shape {shape}"
        )
    return o.reshape.call(input, shape=(*shape[:axis], *parts, *shape[axis + 1 :]))
