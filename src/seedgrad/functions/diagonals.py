"""Triangles and diagonals of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..ops import reduce as r
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public


def _matrices(name: str, input: Any) -> None:
    check_tensors(name, input)
    if input.array.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions, got shape {input.array.shape}")


@public(inplace=True, out=True)
def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of a matrix, or of each matrix of a batch; zeros elsewhere.

    Args:
        input: (..., m, n).
        diagonal: the last diagonal that is kept; 0 (default) is the main one, positive numbers lie above it.

    Returns:
        A copy of the same shape.

    Raises:
        RuntimeError: there are fewer than two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2, 2).tril()
        tensor([[1., 0.],
                [1., 1.]])
    """
    _matrices("tril", input)
    return o.tril.call(input, k=diagonal)


@public(inplace=True, out=True)
def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of a matrix, or of each matrix of a batch; zeros elsewhere.

    Args:
        input: (..., m, n).
        diagonal: the first diagonal that is kept; 0 (default) is the main one, positive numbers lie above it.

    Returns:
        A copy of the same shape.

    Raises:
        RuntimeError: there are fewer than two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2, 2).triu(1)
        tensor([[0., 1.],
                [0., 0.]])
    """
    _matrices("triu", input)
    return o.triu.call(input, k=diagonal)


@public()
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of the matrices that two dimensions form, as the last dimension.

    Args:
        input: at least two dimensions.
        offset: which diagonal; 0 (default) is the main one, positive numbers lie above it.
        dim1: the dimension of the rows. Default: 0.
        dim2: that of the columns. Default: 1.

    Returns:
        A view with one dimension less.

    Raises:
        RuntimeError: the two dimensions are the same one.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).diagonal()
        tensor([1, 4])
    """
    return o.diagonal.call(input, **diagonal_settings("diagonal", input, offset, dim1, dim2))


def diagonal_settings(name: str, input: Any, offset: int, dim1: int, dim2: int) -> dict[str, int]:
    """The settings of the op `diagonal`, checked."""
    a, b = one_axis(name, input, dim1), one_axis(name, input, dim2)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return {"offset": offset, "axis1": a, "axis2": b}


@public(out=True)
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A matrix's diagonal, or the matrix that has a vector as its diagonal.

    Args:
        input: (m, n) or (n,).
        diagonal: which diagonal; 0 (default) is the main one, positive numbers lie above it.

    Returns:
        A copy of the diagonal, or a square matrix with zeros elsewhere.

    Raises:
        RuntimeError: there are not one or two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.diag(sg.tensor([1, 2]))
        tensor([[1, 0],
                [0, 2]])
    """
    check_tensors("diag", input)
    if input.array.ndim == 1:
        return diag_embed(input, diagonal)
    if input.array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.array.ndim}D")
    return o.contiguous.call(_diagonal(input, diagonal, 0, 1))


_diagonal = diagonal


@public()
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The matrices whose diagonals are the last dimension of a tensor.

    Args:
        input: (..., n).
        offset: which diagonal; 0 (default) is the main one, positive numbers lie above it.
        dim1: where the dimension of the rows stands in the result. Default: -2.
        dim2: that of the columns. Default: -1.

    Returns:
        A copy with one dimension more, zeros off the diagonal.

    Raises:
        RuntimeError: the two dimensions are the same one.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.diag_embed(sg.tensor([[1, 2]])).shape
        seedgrad.Size([1, 2, 2])
    """
    check_tensors("diag_embed", input)
    n = input.array.ndim + 1
    for dim in (dim1, dim2):
        if not -n <= dim < n:
            raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    if dim1 % n == dim2 % n:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    out = o.put_diagonal.call(input, offset=offset)
    axes = list(range(n - 2))
    for to, axis in sorted(((dim1 % n, n - 2), (dim2 % n, n - 1))):
        axes.insert(to, axis)
    return out if axes == list(range(n)) else o.transpose.call(out, axes=tuple(axes))


@public()
def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix.

    Args:
        input: (m, n).

    Returns:
        A 0-d tensor.

    Raises:
        RuntimeError: it is not a matrix.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1.0, 2.0], [3.0, 4.0]]).trace()
        tensor(5.)
    """
    check_tensors("trace", input)
    if input.array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.array.ndim}")
    if input.array.dtype.kind == "b":
        raise NotImplementedError("trace is not implemented for bool tensors. Convert it first: x.long()")
    found = _diagonal(input)
    if found.array.dtype.kind in "iub":
        return Tensor(np.asarray(found.array.sum(dtype=np.int64)))
    return r.sum.call(found)
