"""Copies of a tensor in which a part - a slice, a diagonal - is replaced, and diagonals filled or made."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .diagonals import diag_embed, diagonal_settings
from .filling import fill_
from .public import public
from .shaping import reshape
from .splitting import select_index
from .striding import as_strided, check_part, put_into_view


def _put(name: str, input: Tensor, src: Any, index: tuple[Any, ...]) -> Tensor:
    """A copy of `input` with `src` at a basic index, whose shape it must have."""
    check_tensors(name, src)
    check_part(name, src, ix.getitem.call(input.detach(), index=index))
    return ix.setitem.call(input, src, index=index)


@public()
def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy of a tensor with `src` in the place of its slice `select(dim, index)`.

    Args:
        input: any shape with that dimension.
        src: the shape of `input` without the dimension.
        dim: the dimension.
        index: which slice; negative numbers count from the end.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: `src` has another shape.
        IndexError: there is no such dimension or slice.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 2).select_scatter(sg.ones(2), 0, 1)
        tensor([[0., 0.],
                [1., 1.]])
    """
    return _put("select_scatter", input, src, select_index("select_scatter", input, dim, index))


def slice_index(name: str, input: Any, dim: int, start: int | None, end: int | None, step: int) -> tuple[Any, ...]:
    """The index that takes a slice along a dimension, checked."""
    check_tensors(name, input)
    if not input.array.ndim:
        raise IndexError(f"{name}() cannot be applied to a 0-dim tensor.")
    axis = one_axis(name, input, dim)
    if step <= 0:
        raise RuntimeError(f"{name}(): slice step must be positive, got {step}")
    n = input.array.shape[axis]
    first, last, _ = slice(start, end, step).indices(n)
    return (*(slice(None),) * axis, slice(first, max(first, last), step))


@public(out=True)
def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy of a tensor with `src` in the place of its slice `start:end:step` along a dimension.

    Args:
        input: any shape with that dimension.
        src: the shape of the slice.
        dim: the dimension. Default: 0.
        start: the first position; negative numbers count from the end. Default: 0.
        end: the position after the last. Default: the end.
        step: how far the next position is. Default: 1.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: `src` has another shape, or `step` is not positive.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(4).slice_scatter(sg.ones(2), start=1, end=3)
        tensor([0., 1., 1., 0.])
    """
    return _put("slice_scatter", input, src, slice_index("slice_scatter", input, dim, start, end, step))


@public()
def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of a tensor with `src` in the place of its `diagonal(offset, dim1, dim2)`.

    Args:
        input: at least two dimensions.
        src: the shape of the diagonal.
        offset: which diagonal; 0 (default) is the main one, positive numbers lie above it.
        dim1: the dimension of the rows. Default: 0.
        dim2: that of the columns. Default: 1.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: `src` has another shape, or the two dimensions are the same one.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 2).diagonal_scatter(sg.ones(2))
        tensor([[1., 0.],
                [0., 1.]])
    """
    settings = diagonal_settings("diagonal_scatter", input, offset, dim1, dim2)
    seen = o.diagonal.call(input.detach(), **settings)
    return put_into_view("diagonal_scatter", input, src, seen, (o.diagonal, settings))


@public()
def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix that has the elements of a tensor, in row-major order, on a diagonal.

    Args:
        input: any shape, n elements.
        offset: which diagonal; 0 (default) is the main one, positive numbers lie above it.

    Returns:
        (n + |offset|, n + |offset|), zeros off the diagonal.

    Example:
        >>> import seedgrad as sg
        >>> sg.diagflat(sg.tensor([[1, 2]]), 1)
        tensor([[0, 1, 0],
                [0, 0, 2],
                [0, 0, 0]])
    """
    check_tensors("diagflat", input)
    return diag_embed(reshape(input, (-1,)) if input.array.size else reshape(input, (0,)), offset)


def fill_diagonal_(self: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Write a number to the main diagonal, where all positions are equal, of this tensor.

    Args:
        fill_value: a number.
        wrap: in a matrix with more rows than columns, go on one row below the end of the diagonal. Default: False.

    Raises:
        RuntimeError: there is one dimension or none; more than two of different lengths.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).fill_diagonal_(5.0)
        tensor([[5., 0., 0.],
                [0., 5., 0.]])
    """
    shape = self.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"fill_diagonal_(): dimensions must larger than 1, got shape {shape}")
    if len(shape) > 2 and len(set(shape)) > 1:
        raise RuntimeError(f"fill_diagonal_(): all dimensions of input must be of equal length, got shape {shape}")
    if not self.array.size:
        return self
    strides = self.stride()
    step = sum(strides)
    fill_(as_strided(self, (min(shape),), (step,)), fill_value)
    rows, columns = shape[:2]
    if wrap and len(shape) == 2 and rows > columns + 1:
        # Every (columns + 1)-th element in row-major order: whole diagonals, one below the other.
        flat = np.arange((columns + 1) * columns, rows * columns, columns + 1)
        self[(Tensor(flat // columns), Tensor(flat % columns))] = fill_value
    return self


Tensor.fill_diagonal_ = fill_diagonal_
