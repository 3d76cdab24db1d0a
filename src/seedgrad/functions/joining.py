"""Tensors put together, and taken apart again."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public
from .shaping import reshape


def _list(name: str, tensors: Any) -> list[Tensor]:
    if isinstance(tensors, Tensor) or not isinstance(tensors, Sequence):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not {type(tensors).__name__}")
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"{name}(): expected Tensor as element {i}, but got {type(t).__name__}")
    return list(tensors)


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors along a dimension they have.

    Args:
        tensors: shapes that differ at most along `dim`; types meet by promotion. Empty 1-d tensors are left out.
        dim: the dimension. Default: 0.

    Returns:
        A copy.

    Raises:
        ValueError: there are no tensors.
        RuntimeError: the shapes don't fit, or a tensor has no dimensions.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.cat([sg.zeros(2), sg.ones(1)])
        tensor([0., 0., 1.])
    """
    given = _list("cat", tensors)
    if not given:
        raise ValueError("cat(): expected a non-empty list of Tensors")
    parts = [t for t in given if t.array.shape != (0,)]
    if not parts:
        return o.concatenate.call(*given, axis=0)
    first = parts[0]
    for i, t in enumerate(given):
        if not t.array.ndim:
            raise RuntimeError(
                f"zero-dimensional tensor (at position {i}) cannot be concatenated; use stack(), or x.reshape(1)"
            )
    axis = one_axis("cat", first, dim)
    want = first.array.shape
    for i, t in enumerate(given):
        have = t.array.shape
        if have == (0,):
            continue
        if len(have) != len(want):
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {len(want)} and {len(have)} (shapes {want} and {have}, "
                f"tensor number {i} in the list)"
            )
        for d, (a, b) in enumerate(zip(want, have, strict=True)):
            if d != axis and a != b:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {a} but got size {b} for "
                    f"tensor number {i} in the list: the shapes are {want} and {have}"
                )
    if len(parts) < len(given) and want != (0,) and any(t.array.dtype != first.array.dtype for t in given):
        # Empty tensors still take part in the promotion: give them the shape that joins.
        none = (*want[:axis], 0, *want[axis + 1 :])
        parts = [o.reshape.call(t, shape=none) if 0 not in none[:axis] + none[axis + 1 :] else t for t in given]
    return o.concatenate.call(*parts, axis=axis)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension.

    Args:
        tensors: all of one shape.
        dim: where the new dimension stands in the result. Default: 0.

    Returns:
        A copy with one dimension more.

    Raises:
        RuntimeError: there are no tensors, or their shapes differ.
        IndexError: `dim` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.stack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 0.],
                [1., 1.]])
    """
    given = _list("stack", tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = given[0].array.shape
    for i, t in enumerate(given):
        if t.array.shape != shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                f"{list(t.array.shape)} at entry {i}"
            )
    n = len(shape) + 1
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return o.stack.call(*given, axis=dim % n)


def _at_least(t: Tensor, ndim: int) -> Tensor:
    have = t.array.shape
    if len(have) >= ndim:
        return t
    shape = {1: (1,), 2: (1, *have) if have else (1, 1), 3: (1, *(have or (1,)), 1) if len(have) < 2 else (*have, 1)}
    return o.reshape.call(t, shape=shape[ndim])


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join along the second dimension; along the first for 1-d tensors.

    Example:
        >>> import seedgrad as sg
        >>> sg.hstack([sg.zeros(1), sg.ones(2)])
        tensor([0., 1., 1.])
    """
    parts = [_at_least(t, 1) for t in _list("hstack", tensors)]
    return cat(parts, 0 if parts and parts[0].array.ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join as rows: along the first dimension, where 1-d tensors are rows.

    Example:
        >>> import seedgrad as sg
        >>> sg.vstack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 0.],
                [1., 1.]])
    """
    return cat([_at_least(t, 2) for t in _list("vstack", tensors)], 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join along the third dimension, where 1-d tensors have shape (1, n, 1) and matrices (m, n, 1).

    Example:
        >>> import seedgrad as sg
        >>> sg.dstack([sg.zeros(2), sg.ones(2)]).shape
        seedgrad.Size([1, 2, 2])
    """
    return cat([_at_least(t, 3) for t in _list("dstack", tensors)], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Join as columns: along the second dimension, where 0-d and 1-d tensors are columns.

    Example:
        >>> import seedgrad as sg
        >>> sg.column_stack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 1.],
                [0., 1.]])
    """
    parts = _list("column_stack", tensors)
    return hstack([reshape(t, (t.array.size, 1)) if t.array.ndim < 2 else t for t in parts])


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
    sizes = tuple(int(k) for k in split_size_or_sections)
    if any(k < 0 for k in sizes):
        raise RuntimeError(f"split expects split_sizes have only non-negative entries, but got split_sizes={list(sizes)}")
    if sum(sizes) != n:
        raise RuntimeError(
            f"split expects split_sizes to sum exactly to {n} (input tensor's size at dimension {axis}), but got "
            f"split_sizes={list(sizes)}"
        )
    return o.split.call(tensor, sizes=sizes, axis=axis)


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
def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Exactly so many pieces, or pieces that end at given indices, along a dimension.

    Args:
        input: any shape with that dimension.
        indices_or_sections: how many pieces (the first ones are longer by one if need be), or where they end.
        dim: the dimension. Default: 0.

    Returns:
        Views.

    Raises:
        RuntimeError: the number of pieces is not positive, or the tensor has no dimensions.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> [x.tolist() for x in sg.arange(5).tensor_split((1, 3))]
        [[0], [1, 2], [3, 4]]
    """
    check_tensors("tensor_split", input)
    if not input.array.ndim:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    axis = one_axis("tensor_split", input, dim)
    n = input.array.shape[axis]
    if isinstance(indices_or_sections, Tensor):
        indices_or_sections = indices_or_sections.tolist()
    if isinstance(indices_or_sections, int):
        if indices_or_sections <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {indices_or_sections}")
        size, longer = divmod(n, indices_or_sections)
        sizes = [size + 1] * longer + [size] * (indices_or_sections - longer)
        ends = list(itertools.accumulate(sizes))[:-1]
    else:
        ends = list(indices_or_sections)
    pieces = []
    for start, end in zip([0, *ends], [*ends, n], strict=True):
        index: list[Any] = [slice(None)] * input.array.ndim
        index[axis] = slice(start, end)
        pieces.append(ix.getitem.call(input, index=tuple(index)))
    return tuple(pieces)


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
    check_tensors("select", input)
    if not input.array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    axis = one_axis("select", input, dim)
    at, n = int(index), input.array.shape[axis]
    if not -n <= at < n:
        raise IndexError(
            f"select(): index {at} out of range for tensor of size {list(input.array.shape)} at dimension {axis}"
        )
    full: list[Any] = [slice(None)] * input.array.ndim
    full[axis] = at
    return ix.getitem.call(input, index=tuple(full))

