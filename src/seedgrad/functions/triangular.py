"""Systems of equations whose matrix is given by its triangular factors."""

from __future__ import annotations

import numpy as np

from ..core.tensor import Tensor
from ..ops import linalg_solve as s
from ..ops.linalg import matmul as product
from . import return_types as types
from .arguments import check_tensors
from .matrix_checks import (
    check_batches,
    check_matrix,
    check_pivots,
    check_precise,
    check_same,
    check_square,
    check_system,
)
from .public import public


def _check_sides(name: str, A: Tensor, b: Tensor) -> None:
    """Raise unless A X = b makes sense."""
    check_tensors(name, b, A)
    for label, t in (("b", b), ("A", A)):
        if t.array.ndim < 2:
            raise RuntimeError(f"{name}: {label} should have at least 2 dimensions, but has {t.array.ndim} instead")
    check_same(name, A, b, ("A", "b"))
    check_square(name, A)
    check_precise(name, A, whole=NotImplementedError)
    if A.array.shape[-1] != b.array.shape[-2]:
        raise RuntimeError(
            f"Incompatible matrix sizes for {name}: each A matrix is {A.array.shape[-1]} by {A.array.shape[-1]} but "
            f"each b matrix is {b.array.shape[-2]} by {b.array.shape[-1]}"
        )
    check_batches(name, A, b)


@public(out=True)
def cholesky_solve(input: Tensor, input2: Tensor, upper: bool = False) -> Tensor:
    """The solution of A X = B for A = L Lᴴ.

    Args:
        input: B, (..., n, k).
        input2: L, (..., n, n), from `linalg.cholesky`; only its triangle is read.
        upper: it is the upper factor, A = Lᴴ L. Default: False.

    Returns:
        (..., n, k).

    Raises:
        RuntimeError: the shapes or the types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.cholesky_solve(sg.ones(2, 1), 2 * sg.eye(2))
        tensor([[0.2500],
                [0.2500]])
    """
    _check_sides("cholesky_solve", input2, input)
    lower = s.adjoint.call(input2) if upper else input2
    half = s.solve_triangular.call(lower, input, upper=False)
    return s.solve_triangular.call(s.adjoint.call(lower), half, upper=True)


@public(out=True)
def cholesky_inverse(input: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A = L Lᴴ.

    Args:
        input: L, (..., n, n), from `linalg.cholesky`; only its triangle is read.
        upper: it is the upper factor, A = Lᴴ L. Default: False.

    Returns:
        (..., n, n).

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.cholesky_inverse(2 * sg.eye(2))
        tensor([[0.2500, 0.0000],
                [0.0000, 0.2500]])
    """
    check_square("cholesky_inverse", input)
    check_precise("cholesky_inverse", input)
    identity = Tensor(np.eye(input.array.shape[-1], dtype=input.array.dtype))
    half = s.solve_triangular.call(s.adjoint.call(input) if upper else input, identity, upper=False)
    return product.call(s.adjoint.call(half), half)


@public(out=True)
def triangular_solve(
    input: Tensor, A: Tensor, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> types.triangular_solve:
    """The solution of A X = B for a triangular A: see `seedgrad.linalg.solve_triangular`.

    Args:
        input: B, (..., n, k).
        A: (..., n, n); only its triangle is read.
        upper: the upper triangle. Default: True.
        transpose: solve Aᵀ X = B. Default: False.
        unitriangular: the diagonal counts as ones. Default: False.

    Returns:
        A named tuple (solution, cloned_coefficient), the second a copy of A.

    Raises:
        RuntimeError: the shapes or the types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.triangular_solve(sg.ones(2, 1), sg.tensor([[1.0, 1.0], [0.0, 2.0]])).solution
        tensor([[0.5000],
                [0.5000]])
    """
    _check_sides("triangular_solve", A, input)
    matrix = A.mT if transpose else A
    out = s.solve_triangular.call(matrix, input, upper=upper != transpose, unit=unitriangular)
    return types.triangular_solve(out, A.expand(*out.array.shape[:-2], *A.array.shape[-2:]).clone())


def solve_factored(
    name: str, LU: Tensor, pivots: Tensor, B: Tensor, left: bool = True, adjoint: bool = False
) -> Tensor:
    """The solution of A X = B (X A = B) for A = P L U, or of Aᴴ X = B."""
    check_system(name, LU, B, left)
    check_pivots(name, pivots, LU.array.shape[-1])
    if pivots.array.shape[-1:] != LU.array.shape[-1:]:
        raise RuntimeError(
            f"{name}: Number of pivots per batch should be same as the dimension of the matrix, got "
            f"{pivots.array.shape} for {LU.array.shape}"
        )
    if not left:  # X A = B is Aᴴ Xᴴ = Bᴴ
        return s.adjoint.call(solve_factored(name, LU, pivots, s.adjoint.call(B), adjoint=not adjoint))
    p = s.permutation.call(pivots, rows=LU.array.shape[-1], kind=LU.array.dtype)
    if adjoint:
        turned = s.adjoint.call(LU)
        half = s.solve_triangular.call(turned, B, upper=False)
        return product.call(p, s.solve_triangular.call(turned, half, upper=True, unit=True))
    half = s.solve_triangular.call(LU, product.call(s.adjoint.call(p), B), upper=False, unit=True)
    return s.solve_triangular.call(LU, half, upper=True)


@public(out=True)
def lu_solve(input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:
    """The solution of A X = B by the LU factorization of A: see `seedgrad.linalg.lu_solve`.

    Args:
        input: B, (..., n, k).
        LU_data: (..., n, n), from `linalg.lu_factor`.
        LU_pivots: (..., n), int32.

    Returns:
        (..., n, k).

    Raises:
        RuntimeError: the shapes or the types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.lu_solve(sg.ones(2, 1), *sg.lu(2 * sg.eye(2)))
        tensor([[0.5000],
                [0.5000]])
    """
    check_matrix("linalg.lu_solve", input, "B")
    return solve_factored("linalg.lu_solve", LU_data, LU_pivots, input)
