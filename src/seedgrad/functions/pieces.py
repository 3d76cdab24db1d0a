"""Tensors taken apart into equal pieces or at given places, by direction, and into pieces that may be written."""

from __future__ import annotations

import itertools
from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public
from .splitting import chunk, split, split_with_sizes


@public()
def tensor_split(
    input: Tensor,
    indices_or_sections: Any = None,
    dim: int = 0,
    *,
    sections: int | None = None,
    indices: Any = None,
    tensor_indices_or_sections: Any = None,
) -> tuple[Tensor, ...]:
    """Exactly so many pieces, or pieces that end at given indices, along a dimension.

    Args:
        input: any shape with that dimension.
        indices_or_sections: how many pieces (the first ones are longer by one if need be), or where they end; an int64
            tensor of either, too.
        dim: the dimension. Default: 0.
        sections, indices, tensor_indices_or_sections: the number, the ends, or the tensor, by name.

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
    given = [v for v in (indices_or_sections, sections, indices, tensor_indices_or_sections) if v is not None]
    if len(given) != 1:
        raise TypeError(f"tensor_split() takes a number of sections or indices, got {len(given)} of them")
    indices_or_sections = given[0]
    if isinstance(indices_or_sections, Tensor):
        indices_or_sections = _ends(indices_or_sections)
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


def _ends(given: Tensor) -> Any:
    """The number of pieces, or where they end, as a tensor names it."""
    if given.array.dtype != dtypes.I64:
        raise RuntimeError(
            f"tensor_split expected tensor_indices_or_sections to have dtype of long, but got {given.dtype}"
        )
    if given.array.ndim > 1:
        raise RuntimeError(
            f"tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but "
            f"got a tensor of shape {given.array.shape}"
        )
    return given.tolist()


def _along(name: str, input: Any, given: Any, need: int, axis: int) -> tuple[Tensor, ...]:
    """`tensor_split` along an axis, where equal pieces must come out even."""
    check_tensors(name, input)
    if input.array.ndim < need:
        raise RuntimeError(
            f"{name} requires a tensor with at least {need} dimension, but got a tensor with {input.array.ndim} "
            f"dimensions!"
        )
    if isinstance(given, int) and not isinstance(given, bool):
        n = input.array.shape[axis]
        if given == 0 or n % given:
            raise RuntimeError(
                f"{name} attempted to split along dimension {axis}, but the size of the dimension {n} is not divisible "
                f"by the split_size {given}!"
            )
    elif not isinstance(given, (list, tuple)):
        raise TypeError(f"{name}(): expected a number of sections or a tuple of indices, not {type(given).__name__}")
    return tensor_split(input, given, axis)


def _given(sections: Any, indices: Any) -> Any:
    return sections if indices is None else indices


@public()
def hsplit(input: Tensor, sections: Any = None, *, indices: Any = None) -> tuple[Tensor, ...]:
    """Pieces along the second dimension; along the first of a 1-d tensor.

    Args:
        input: at least one dimension.
        sections: into how many equal pieces, or a tuple with where they end (also `indices=`).

    Returns:
        Views.

    Raises:
        RuntimeError: there are too few dimensions, or the pieces don't come out even.

    Example:
        >>> import seedgrad as sg
        >>> sg.hsplit(sg.tensor([[1, 2], [3, 4]]), 2)[0].tolist()
        [[1], [3]]
    """
    axis = 1 if isinstance(input, Tensor) and input.array.ndim != 1 else 0
    return _along("hsplit", input, _given(sections, indices), 1, axis)


@public()
def vsplit(input: Tensor, sections: Any = None, *, indices: Any = None) -> tuple[Tensor, ...]:
    """Pieces along the first dimension.

    Args:
        input: at least two dimensions.
        sections: into how many equal pieces, or a tuple with where they end (also `indices=`).

    Returns:
        Views.

    Raises:
        RuntimeError: there are too few dimensions, or the pieces don't come out even.

    Example:
        >>> import seedgrad as sg
        >>> sg.vsplit(sg.tensor([[1, 2], [3, 4]]), 2)[0].tolist()
        [[1, 2]]
    """
    return _along("vsplit", input, _given(sections, indices), 2, 0)


@public()
def dsplit(input: Tensor, sections: Any = None, *, indices: Any = None) -> tuple[Tensor, ...]:
    """Pieces along the third dimension.

    Args:
        input: at least three dimensions.
        sections: into how many equal pieces, or a tuple with where they end (also `indices=`).

    Returns:
        Views.

    Raises:
        RuntimeError: there are too few dimensions, or the pieces don't come out even.

    Example:
        >>> import seedgrad as sg
        >>> [x.shape[2] for x in sg.dsplit(sg.zeros(1, 1, 4), 2)]
        [2, 2]
    """
    return _along("dsplit", input, _given(sections, indices), 3, 2)


def _apart(pieces: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The pieces with memory of their own, so that each may be written."""
    return tuple(o.contiguous.call(piece) for piece in pieces)


@public()
def unsafe_split(tensor: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`split` into pieces that may be written in place, each for itself.

    Example:
        >>> import seedgrad as sg
        >>> sg.unsafe_split(sg.arange(3), 2)
        (tensor([0, 1]), tensor([2]))
    """
    if not isinstance(split_size, int):
        raise TypeError(f"unsafe_split(): argument 'split_size' must be int, not {type(split_size).__name__}")
    return _apart(split(tensor, split_size, dim))


@public()
def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`chunk` into pieces that may be written in place, each for itself.

    Example:
        >>> import seedgrad as sg
        >>> sg.unsafe_chunk(sg.arange(3), 2)
        (tensor([0, 1]), tensor([2]))
    """
    return _apart(chunk(input, chunks, dim))


@public()
def unsafe_split_with_sizes(input: Tensor, split_sizes: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes` into pieces that may be written in place, each for itself.

    Example:
        >>> import seedgrad as sg
        >>> sg.unsafe_split_with_sizes(sg.arange(3), [1, 2])
        (tensor([0]), tensor([1, 2]))
    """
    return _apart(split_with_sizes(input, split_sizes, dim))
