"""Norms of vectors and matrices, condition numbers and ranks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..functions.arguments import check_tensors, one_axis, some_axes
from ..functions.factorizations import singular_values
from ..functions.inverses import tolerances
from ..functions.matrix_checks import check_matrices, check_matrix, check_precise, check_square
from ..functions.norms import sizes
from ..ops import linalg_solve as s
from ..ops import linalg_spectral as spectral
from ..ops import reduce as r
from ..ops import select
from .results import takes_out


def _converted(name: str, x: Tensor, dtype: Any) -> Tensor:
    """The input in the type asked for, which must hold what the input's type holds."""
    check_precise(name, x, None)
    if dtype is None:
        return x
    wanted, kind = dtypes.to_numpy(dtype), x.array.dtype
    if not dtypes.differentiable(wanted):
        raise RuntimeError(f"{name}: dtype should be floating point or complex, but got {dtype}")
    if dtypes.promote_types(kind, wanted) != wanted:
        raise RuntimeError(
            f"{name}: the dtype of the input ({x.dtype}) should be convertible without narrowing to the specified "
            f"dtype ({dtype})"
        )
    return x if wanted == kind else select.astype.call(x, kind=wanted)


@takes_out
def vector_norm(input: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The length of a vector, `(sum |x_i|^ord)^(1/ord)`; its derivative at 0 is 0.

    Args:
        input: any shape, floating-point or complex; it is flattened where `dim` is None.
        ord: which norm: inf is the largest |x|, -inf the smallest, 0 counts the non-zeros. Default: 2.
        dim: the dimension or dimensions that hold a vector. Default: None, all.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first, to a type that is not narrower. Default: None.

    Returns:
        The norms, real, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers; the dtype is narrower; a norm of no elements is not defined.
        TypeError: ord is not a number.
        IndexError: a dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.vector_norm(sg.tensor([3.0, -4.0]))
        tensor(5.)
    """
    name = "linalg.vector_norm"
    check_tensors(name, input)
    if isinstance(ord, (bool, str)) or not isinstance(ord, (int, float)):
        raise TypeError(f"{name}(): argument 'ord' must be a number, not {type(ord).__name__}")
    input = sizes(_converted(name, input, dtype))
    axes = some_axes(name, input, dim)
    if (ord < 0 or ord == math.inf) and r.length(input.array.shape, axes) == 0:
        raise RuntimeError(
            f"{name} cannot compute the {ord} norm of no elements because it is not defined: the shape is "
            f"{input.array.shape} and dim is {dim}"
        )
    return r.norm.call(input, p=float(ord), axis=axes, keepdims=keepdim)


ORDERS = ("fro", "nuc", math.inf, -math.inf, 1, -1, 2, -2)


@takes_out
def matrix_norm(
    input: Tensor, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """A norm of matrices.

    Args:
        input: a shape with two dimensions or more, floating-point or complex.
        ord: "fro", the root of the sum of squares; "nuc", the sum of the singular values; 2 and -2, the largest and
            smallest singular value; 1 and -1, the largest and smallest sum of a column's sizes; inf and -inf, of a
            row's. Default: "fro".
        dim: the dimensions of the rows and of the columns. Default: (-2, -1).
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first, to a type that is not narrower. Default: None.

    Returns:
        The norms, real, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers or has less than 2 dimensions; another ord; the dims are not two different
            ones; the dtype is narrower.
        TypeError: dim is not a tuple.
        IndexError: a dimension is out of range; the smallest of no sums is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.matrix_norm(sg.tensor([[3.0, 0.0], [0.0, -4.0]]), "nuc")
        tensor(7.)
    """
    name = "linalg.matrix_norm"
    check_matrix(name, input)
    check_precise(name, input, None)
    if not isinstance(dim, (tuple, list)):
        raise TypeError(f"{name}(): argument 'dim' must be a tuple of 2 ints, not {type(dim).__name__}")
    if len(dim) != 2:
        raise RuntimeError(f"{name}: dim must be a 2-tuple. Got {tuple(dim)}")
    if ord not in ORDERS or isinstance(ord, bool):
        raise RuntimeError(f"{name}: Order {ord} not supported. The orders are {', '.join(map(str, ORDERS))}")
    row, column = (one_axis(name, input, d) for d in dim)
    if row == column:
        raise RuntimeError(f"{name}: dims must be different. Got {tuple(dim)}")
    input = _converted(name, input, dtype)
    if ord == "fro":
        return r.norm.call(sizes(input), p=2.0, axis=(row, column), keepdims=keepdim)
    if ord in ("nuc", 2, -2):
        check_precise(name, input, RuntimeError)
        out = singular_values(input.movedim((row, column), (-2, -1)))
        out = out.sum(-1) if ord == "nuc" else _extreme(out, -1, ord > 0)
        return out.unsqueeze(min(row, column)).unsqueeze(max(row, column)) if keepdim else out
    summed, searched = (row, column) if abs(ord) == 1 else (column, row)
    sums = r.norm.call(sizes(input), p=1.0, axis=summed, keepdims=True)
    out = _extreme(sums, searched, ord > 0)
    return out.unsqueeze(searched) if keepdim else out.squeeze(summed if summed < searched else summed - 1)


def _extreme(x: Tensor, dim: int, largest: bool) -> Tensor:
    """The largest, 0 of none, or smallest along a dimension."""
    if largest and not x.array.shape[dim]:
        return x.sum(dim)
    return x.amax(dim) if largest else x.amin(dim)


@takes_out
def norm(input: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """A norm of vectors or of matrices.

    Args:
        input: any shape, floating-point or complex.
        ord: as for `vector_norm`, or for `matrix_norm` where it is of matrices. Default: None, the root of the sum of
            squares.
        dim: one dimension for vectors, two for matrices. Default: None: all elements as one vector, or with `ord` a
            vector or a matrix as the input is.
        keepdim: leave them with length 1. Default: False.
        dtype: convert the input first, to a type that is not narrower. Default: None.

    Returns:
        The norms, real, in the shape of the other dimensions.

    Raises:
        RuntimeError: the input holds integers; `ord` without `dim` on a tensor that is no vector or matrix; more than two
            dims; and what `vector_norm` and `matrix_norm` raise.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.norm(sg.tensor([[3.0, 0.0], [0.0, -4.0]])), sg.linalg.norm(sg.tensor([3.0, -4.0]), 1)
        (tensor(5.), tensor(7.))
    """
    check_tensors("linalg.norm", input)
    if isinstance(dim, int):
        dim = (dim,)
    if dim is not None and len(dim) not in (1, 2):
        raise RuntimeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {tuple(dim)}")
    if ord is None:
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if dim is None and input.array.ndim not in (1, 2):
        raise RuntimeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got {input.array.ndim}D"
        )
    if isinstance(ord, str) or (len(dim) if dim is not None else input.array.ndim) == 2:
        return matrix_norm(input, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(input, ord, dim, keepdim, dtype=dtype)


@takes_out
def cond(input: Tensor, p: Any = None) -> Tensor:
    """The condition number, `|input| |input⁻¹|`: by how much errors may grow; inf for a singular matrix.

    Args:
        input: (..., m, n) for the orders None, 2 and -2, otherwise (..., n, n); float32, float64 or complex.
        p: the norm, an order of `matrix_norm`. Default: None, 2: the ratio of the largest and smallest singular value.

    Returns:
        The batch dimensions.

    Raises:
        RuntimeError: another order; the matrices are not square; the input has less than 2 dimensions or another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.cond(sg.tensor([[4.0, 0.0], [0.0, 2.0]]))
        tensor(2.)
    """
    check_matrix("linalg.cond", input)
    if p is not None and (p not in ORDERS or isinstance(p, bool)):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}. The orders are {', '.join(map(str, ORDERS))}")
    x = input.array
    if p in (None, 2, -2):
        check_matrices("linalg.cond", input)
        if 0 in x.shape[-2:]:
            return Tensor(np.zeros(x.shape[:-2], x.real.dtype))
        values = singular_values(input)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    check_square(f"linalg.cond(ord={p})", input)
    check_precise("linalg.cond", input, RuntimeError)
    if p == "nuc":
        values = singular_values(input)
        return values.sum(-1) * values.reciprocal().sum(-1)
    if 0 in x.shape[-2:]:
        return Tensor(np.zeros(x.shape[:-2], x.real.dtype))
    inverse, info = s.inv.call(input)
    out = matrix_norm(input, p) * matrix_norm(inverse, p)
    return out.masked_fill(info != 0, math.inf)


@takes_out
def matrix_rank(
    input: Tensor, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Tensor:
    """The number of singular values that do not count as 0.

    Args:
        input: (..., m, n), float32, float64 or complex.
        tol: the same as atol with an rtol of 0. Default: None.
        hermitian: the input is symmetric (or Hermitian); only its lower triangle is read. Default: False.
        atol: singular values up to it count as 0; a number or a tensor of the batch dimensions. Default: 0.
        rtol: so do those up to rtol times the largest. Default: max(m, n) times the type's rounding unit, or 0 where
            atol is greater than 0.

    Returns:
        int64, the batch dimensions.

    Raises:
        RuntimeError: the input has less than 2 dimensions or another type, or is not square though hermitian.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.matrix_rank(sg.ones(3, 3))
        tensor(1)
    """
    check_matrices("linalg.matrix_rank", input, RuntimeError)
    if tol is not None:
        atol, rtol = tol, 0.0
    absolute, relative = tolerances(input, atol, rtol)
    if hermitian:
        check_square("linalg.matrix_rank", input)

    ndim = input.array.ndim
    absolute, relative = np.broadcast_arrays(absolute, relative)

    def rank(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        values = np.abs(spectral.eigvalsh.forward(x)) if hermitian else spectral.svdvals.forward(x)
        if absolute.ndim > ndim - 1:  # the bounds have batch dimensions that the matrix lacks
            values = values.reshape(*values.shape[: values.ndim - ndim + 1], *(1,) * (absolute.ndim - ndim + 1), -1)
        largest = values.max(-1, keepdims=True, initial=0)
        return np.asarray(np.count_nonzero(values > np.maximum(absolute, relative * largest), axis=-1))

    found: Tensor = on_values(rank, input)
    return found
