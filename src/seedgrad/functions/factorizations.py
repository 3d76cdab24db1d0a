"""Factorizations of matrices under their older names; those of `seedgrad.linalg` have more options."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.mode import mode
from ..core.tensor import Tensor
from ..ops import linalg_factor as f
from ..ops import linalg_solve as s
from ..ops import linalg_spectral as spectral
from . import return_types as types
from .matrix_checks import (
    NOT_POSITIVE,
    check_matrices,
    check_matrix,
    check_pivots,
    check_squares,
    raise_first,
)
from .public import public


@public(out=True)
def cholesky(input: Tensor, upper: bool = False) -> Tensor:
    """The triangular L of a symmetric positive-definite matrix: `input = L Lᴴ`.

    Args:
        input: (..., n, n), float32, float64 or complex; only one triangle is read.
        upper: give Lᴴ, and read the upper triangle. Default: False.

    Returns:
        The input's shape.

    Raises:
        LinAlgError: a matrix is not positive-definite; the text says which.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.cholesky(sg.tensor([[4.0, 2.0], [2.0, 5.0]]))
        tensor([[2., 0.],
                [1., 2.]])
    """
    check_squares("cholesky", input)
    out, info = f.cholesky.call(input, upper=upper)
    raise_first(info, f"cholesky: {NOT_POSITIVE}")
    return out


@public(out=True)
def qr(input: Tensor, some: bool = True) -> types.QR:
    """Q with orthonormal columns and an upper triangular R, `input = Q R`.

    Args:
        input: (..., m, n), float32, float64 or complex.
        some: Q has min(m, n) columns; otherwise it is square. Default: True.

    Returns:
        A named tuple (Q, R).

    Raises:
        RuntimeError: the input has less than 2 dimensions, or another type.

    Example:
        >>> import seedgrad as sg
        >>> Q, R = sg.qr(sg.randn(4, 2))
        >>> Q.shape, R.shape
        (seedgrad.Size([4, 2]), seedgrad.Size([2, 2]))
    """
    check_matrices("linalg.qr", input)
    return types.qr(*f.qr.call(input, mode="reduced" if some else "complete"))


@public(out=True)
def svd(input: Tensor, some: bool = True, compute_uv: bool = True) -> types.svd:
    """Singular values and vectors, `input = U diag(S) Vᴴ`, with V, not Vᴴ: see `seedgrad.linalg.svd`.

    Args:
        input: (..., m, n), float32, float64 or complex.
        some: U and V have min(m, n) columns; otherwise they are square. Default: True.
        compute_uv: without it U and V are zeros. Default: True.

    Returns:
        A named tuple (U, S, V).

    Raises:
        RuntimeError: the input has less than 2 dimensions, or another type.
        LinAlgError: a matrix holds NaN or inf.

    Example:
        >>> import seedgrad as sg
        >>> sg.svd(sg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
        tensor([4., 3.])
    """
    check_matrices("linalg.svd", input)
    if compute_uv:
        u, values, vh = spectral.svd.call(input, full=not some)
        return types.svd(u, values, s.adjoint.call(vh))
    *batch, m, n = input.array.shape
    zeros = [Tensor(np.zeros((*batch, side, side), input.array.dtype)) for side in (m, n)]
    return types.svd(zeros[0], singular_values(input), zeros[1])


def singular_values(A: Tensor) -> Tensor:
    """The singular values; with the vectors, which the gradient needs, only where it is recorded."""
    return spectral.svdvals.call(A) if not recorded(A) else spectral.svd.call(A, full=False)[1]


def recorded(A: Tensor) -> bool:
    """Whether an op on A enters a graph."""
    return A.requires_grad and mode.now.grad


def factor(name: str, A: Tensor, pivot: bool) -> types.LUPivotsInfo:
    """The LU factorization with what `linalg.lu_factor_ex` gives."""
    check_matrices(name, A, whole=NotImplementedError)
    if not pivot:
        raise RuntimeError(f"{name}: LU without pivoting is not implemented on the CPU")
    return types._lu_with_info(*f.lu_factor.call(A))


@public(out=True)
def lu(A: Tensor, pivot: bool = True, get_infos: bool = False) -> Any:
    """The LU factorization in one matrix: see `seedgrad.linalg.lu_factor`.

    Args:
        A: (..., m, n), float32, float64 or complex.
        pivot: exchange rows; must be True. Default: True.
        get_infos: a third result, the positions of the first zeros in U, or 0. Default: False.

    Returns:
        (LU, pivots), or a named tuple (LU, pivots, info).

    Raises:
        RuntimeError: pivot is False, A has less than 2 dimensions, or another type.

    Example:
        >>> import seedgrad as sg
        >>> LU, pivots = sg.lu(sg.tensor([[0.0, 2.0], [4.0, 6.0]]))
        >>> LU, pivots
        (tensor([[4., 6.],
                [0., 2.]]), tensor([2, 2], dtype=seedgrad.int32))
    """
    found = factor("linalg.lu_factor", A, pivot)
    return found if get_infos else tuple(found[:2])


@public(method=False, out=True)
def lu_unpack(LU_data: Tensor, LU_pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True) -> types.PLU:
    """P, L and U of an LU factorization.

    Args:
        LU_data: (..., m, n), from `linalg.lu_factor`.
        LU_pivots: (..., min(m, n)), int32.
        unpack_data: without it L and U are empty. Default: True.
        unpack_pivots: without it P is empty. Default: True.

    Returns:
        A named tuple (P, L, U): (..., m, m), (..., m, k) and (..., k, n), k = min(m, n), with `A = P @ L @ U`.

    Raises:
        RuntimeError: the pivots are not int32, or are not rows of the matrix.

    Example:
        >>> import seedgrad as sg
        >>> P, L, U = sg.lu_unpack(*sg.lu(sg.tensor([[0.0, 2.0], [4.0, 6.0]])))
        >>> P @ L @ U
        tensor([[0., 2.],
                [4., 6.]])
    """
    check_matrix("lu_unpack", LU_data, "LU_data")
    m, n = LU_data.array.shape[-2:]
    if unpack_pivots:
        check_pivots("lu_unpack", LU_pivots, m)
    k, kind = min(m, n), LU_data.array.dtype
    p = lower = upper = Tensor(np.zeros(0, kind))
    if unpack_pivots:
        p = s.permutation.call(LU_pivots, rows=m, kind=kind)
    if unpack_data:
        lower = LU_data[..., :k].tril(-1) + Tensor(np.eye(m, k, dtype=kind))
        upper = LU_data[..., :k, :].triu()
    return types.lu_unpack(p, lower, upper)
