"""Tensors taken apart: pieces along a dimension, all of them views."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public


@public()
def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Consecutive pieces along a dimension.

    Args:
        tensor: any shape with that dimension.
        split_size_or_sections: the size of each piece (the last may be smaller), or a list of sizes.
        dim: the dimension. Default: 0.

    Returns:
        Views.

    Raises:
        RuntimeError: the sizes are negative or don't sum to the size of the dimension.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> [x.tolist() for x in sg.arange(5).split(2)]
        [[0, 1], [2, 3], [4]]
    """
    check_tensors("split", tensor)
    if not tensor.array.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    axis = one_axis("split", tensor, dim)
    n = tensor.array.shape[axis]
    if isinstance(split_size_or_sections, int):
        return o.split.call(tensor, sizes=_equal_sizes(n, split_size_or_sections), axis=axis)
    return split_with_sizes(tensor, split_size_or_sections, dim)


@public()
def split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Consecutive pieces of the given sizes along a dimension.

    Args:
        input: any shape with that dimension.
        split_sizes: a list of sizes, which sum to the size of the dimension.
        dim: the dimension. Default: 0.

    Returns:
        Views.

    Raises:
        RuntimeError: the sizes are negative or don't sum to the size of the dimension.
        IndexError: there is no such dimension.
        TypeError: there is no list of sizes.

    Example:
        >>> import seedgrad as sg
        >>> [x.tolist() for x in sg.arange(5).split_with_sizes([2, 3])]
        [[0, 1], [2, 3, 4]]
    """
    check_tensors("split_with_sizes", input)
    if not input.array.ndim:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    if not isinstance(split_sizes, (list, tuple)):
        raise TypeError(f"split_with_sizes(): argument 'split_sizes' must be tuple of ints, got {split_sizes!r}")
    axis = one_axis("split_with_sizes", input, dim)
    n = input.array.shape[axis]
    sizes = tuple(int(k) for k in split_sizes)
    if any(k < 0 for k in sizes):
        raise RuntimeError(
            f"split expects split_sizes have only non-negative entries, but got split_sizes={list(sizes)}"
        )
    if sum(sizes) != n:
        raise RuntimeError(
            f"split expects split_sizes to sum exactly to {n} (input tensor's size at dimension {axis}), but got "
            f"split_sizes={list(sizes)}"
        )
    return o.split.call(input, sizes=sizes, axis=axis)


def _equal_sizes(n: int, size: int) -> tuple[int, ...]:
    if size < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
    if size == 0:
        if n:
            raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {n}")
        return (0,)
    whole, rest = divmod(n, size)
    return (size,) * whole + ((rest,) if rest else ()) or (0,)


@public()
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` consecutive pieces of equal size (the last may be smaller) along a dimension.

    Args:
        input: any shape with that dimension.
        chunks: how many.
        dim: the dimension. Default: 0.

    Returns:
        Views.

    Raises:
        RuntimeError: `chunks` is not positive, or the tensor has no dimensions.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> [x.tolist() for x in sg.arange(5).chunk(2)]
        [[0, 1, 2], [3, 4]]
    """
    check_tensors("chunk", input)
    if not input.array.ndim:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    axis = one_axis("chunk", input, dim)
    n = input.array.shape[axis]
    sizes = (0,) * chunks if n == 0 else _equal_sizes(n, -(-n // chunks))
    return o.split.call(input, sizes=sizes, axis=axis)


@public()
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices along a dimension, which the slices no longer have.

    Args:
        input: any shape with that dimension.
        dim: the dimension. Default: 0.

    Returns:
        Views.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> [x.tolist() for x in sg.tensor([[1, 2], [3, 4]]).unbind(1)]
        [[1, 3], [2, 4]]
    """
    axis = one_axis("unbind", input, dim)
    if not input.array.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return o.unbind.call(input, axis=axis)


@public()
def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """`length` slices from `start` on, along a dimension.

    Args:
        input: any shape with that dimension.
        dim: the dimension.
        start: the first slice; negative numbers count from the end.
        length: how many.

    Returns:
        A view.

    Raises:
        IndexError: there is no such dimension, or `start` is out of range.
        RuntimeError: `length` is negative, or the slices reach beyond the end.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(5).narrow(0, 1, 2)
        tensor([1, 2])
    """
    axis = one_axis("narrow", input, dim)
    if not input.array.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor) and (start.array.ndim or start.array.dtype.kind not in "iu"):
        raise RuntimeError(
            f"narrow(): start must be an 0-dim integral Tensor, got {start.dtype} of shape {start.shape}"
        )
    n, first = input.array.shape[axis], int(start)
    if length < 0:
        raise RuntimeError(f"narrow(): length must be non-negative, got {length}")
    if not -n <= first <= n:
        raise IndexError(f"start out of range (expected to be in range of [{-n}, {n}], but got {first})")
    first = first + n if first < 0 else first
    if first + length > n:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({n}).")
    index: list[Any] = [slice(None)] * input.array.ndim
    index[axis] = slice(first, first + length)
    return ix.getitem.call(input, index=tuple(index))


@public()
def select(input: Tensor, dim: int, index: Any) -> Tensor:
    """One slice along a dimension, which the result no longer has.

    Args:
        input: any shape with that dimension.
        dim: the dimension.
        index: which slice; negative numbers count from the end.

    Returns:
        A view.

    Raises:
        IndexError: there is no such dimension or slice.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).select(1, 0)
        tensor([1, 3])
    """
    return ix.getitem.call(input, index=select_index("select", input, dim, index))


def select_index(name: str, input: Any, dim: int, index: Any) -> tuple[Any, ...]:
    """The index that picks one slice along a dimension, checked."""
    check_tensors(name, input)
    if not input.array.ndim:
        raise IndexError(f"{name}() cannot be applied to a 0-dim tensor.")
    axis = one_axis(name, input, dim)
    at, n = int(index), input.array.shape[axis]
    if not -n <= at < n:
        raise IndexError(
            f"{name}(): index {at} out of range for tensor of size {list(input.array.shape)} at dimension {axis}"
        )
    return (*(slice(None),) * axis, at)
