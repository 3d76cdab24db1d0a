"""Factorizations into triangular and orthogonal matrices."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..functions import return_types as types
from ..functions.factorizations import factor, lu_unpack
from ..functions.matrix_checks import NOT_POSITIVE, ZERO_PIVOT, check_matrices, check_squares, raise_first
from ..functions.reflections import orgqr
from ..functions.triangular import solve_factored
from ..ops import linalg_factor as f
from .results import takes_out


@takes_out
def cholesky(input: Tensor, *, upper: bool = False) -> Tensor:
    """The triangular L of a symmetric (or Hermitian) positive-definite matrix: `input = L Lᴴ`.

    Args:
        input: (..., n, n), float32, float64 or complex; only one triangle is read.
        upper: give Lᴴ, and read the upper triangle. Default: False.

    Returns:
        (..., n, n).

    Raises:
        LinAlgError: a matrix is not positive-definite; the text says which.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.cholesky(sg.tensor([[4.0, 2.0], [2.0, 5.0]]))
        tensor([[2., 0.],
                [1., 2.]])

    Source:
        I. Murray, Differentiation of the Cholesky decomposition, 2016.
    """
    check_squares("linalg.cholesky", input)
    out, info = f.cholesky.call(input, upper=upper)
    raise_first(info, f"linalg.cholesky: {NOT_POSITIVE}")
    return out


@takes_out
def cholesky_ex(input: Tensor, *, upper: bool = False, check_errors: bool = False) -> types.linalg_cholesky_ex:
    """The Cholesky factorization, with a report in place of an error where there is none.

    Args:
        input: (..., n, n), float32, float64 or complex.
        upper: give Lᴴ, and read the upper triangle. Default: False.
        check_errors: raise all the same. Default: False.

    Returns:
        A named tuple (L, info): info, int32, is 0 for positive-definite matrices, elsewhere the order of the first
        minor that is not positive; there L is what was found until then.

    Raises:
        LinAlgError: a matrix is not positive-definite and check_errors is True.
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.cholesky_ex(-sg.eye(2)).info
        tensor(1, dtype=seedgrad.int32)
    """
    check_squares("linalg.cholesky_ex", input)
    found = types.linalg_cholesky_ex(*f.cholesky.call(input, upper=upper))
    if check_errors:
        raise_first(found.info, f"linalg.cholesky_ex: {NOT_POSITIVE}")
    return found


@takes_out
def qr(A: Tensor, mode: str = "reduced") -> types.QR:
    """Q with orthonormal columns and an upper triangular R: `A = Q R`.

    Args:
        A: (..., m, n), float32, float64 or complex.
        mode: "reduced": Q is (..., m, k) and R (..., k, n), k = min(m, n); "complete": (..., m, m) and (..., m, n);
            "r": R of "reduced" alone, and an empty Q. Default: "reduced".

    Returns:
        A named tuple (Q, R).

    Raises:
        RuntimeError: A has less than 2 dimensions or another type; an unknown mode; a gradient in mode "r", or in
            mode "complete" where m > n.

    Example:
        >>> import seedgrad as sg
        >>> Q, R = sg.linalg.qr(sg.randn(4, 2))
        >>> sg.allclose(Q.T @ Q, sg.eye(2), atol=1e-5)
        True

    Source:
        S. Walter and L. Lehmann, Algorithmic differentiation of linear algebra functions, 2010.
    """
    check_matrices("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"linalg.qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    q, r = f.qr.call(A, mode=mode)
    return types.linalg_qr(q, r)


@takes_out
def lu_factor(A: Tensor, *, pivot: bool = True) -> types.LUPivots:
    """The LU factorization in one matrix: `A = P L U`, by exchanges of rows.

    Args:
        A: (..., m, n), float32, float64 or complex.
        pivot: exchange rows; must be True. Default: True.

    Returns:
        A named tuple (LU, pivots): U on and above the diagonal, L below it, whose diagonal is ones; (..., min(m, n)),
        int32: row i was exchanged with row pivots[i] - 1.

    Raises:
        RuntimeError: U has a zero on its diagonal; pivot is False; A has less than 2 dimensions or another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.lu_factor(sg.tensor([[0.0, 2.0], [4.0, 6.0]])).LU
        tensor([[4., 6.],
                [0., 2.]])
    """
    found = factor("linalg.lu_factor", A, pivot)
    raise_first(found.info, f"linalg.lu_factor: {ZERO_PIVOT}", RuntimeError)
    return types.linalg_lu_factor(found.LU, found.pivots)


@takes_out
def lu_factor_ex(A: Tensor, *, pivot: bool = True, check_errors: bool = False) -> types.LUPivotsInfo:
    """The LU factorization, with a report in place of an error where U has a zero on its diagonal.

    Args:
        A: (..., m, n), float32, float64 or complex.
        pivot: exchange rows; must be True. Default: True.
        check_errors: raise all the same. Default: False.

    Returns:
        A named tuple (LU, pivots, info): info, int32, is 0 or the place of the first zero on the diagonal of U.

    Raises:
        RuntimeError: U has a zero on its diagonal and check_errors is True; pivot is False; A has less than 2
            dimensions or another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.lu_factor_ex(sg.zeros(2, 2)).info
        tensor(1, dtype=seedgrad.int32)
    """
    found = factor("linalg.lu_factor_ex", A, pivot)
    if check_errors:
        raise_first(found.info, f"linalg.lu_factor_ex: {ZERO_PIVOT}", RuntimeError)
    return types.linalg_lu_factor_ex(found)


@takes_out
def lu(A: Tensor, *, pivot: bool = True) -> types.PLU:
    """The LU factorization, `A = P @ L @ U`.

    Args:
        A: (..., m, n), float32, float64 or complex.
        pivot: exchange rows; must be True. Default: True.

    Returns:
        A named tuple (P, L, U): a permutation matrix, (..., m, m); lower triangular with ones on the diagonal,
        (..., m, k), k = min(m, n); upper triangular, (..., k, n).

    Raises:
        RuntimeError: pivot is False; A has less than 2 dimensions or another type.

    Example:
        >>> import seedgrad as sg
        >>> P, L, U = sg.linalg.lu(sg.tensor([[0.0, 2.0], [4.0, 6.0]]))
        >>> P @ L @ U
        tensor([[0., 2.],
                [4., 6.]])
    """
    found = factor("linalg.lu_factor", A, pivot)
    return types.linalg_lu(lu_unpack(found.LU, found.pivots))


@takes_out
def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """The solution X of A X = B by the LU factorization of A.

    Args:
        LU: (..., n, n), from `lu_factor`.
        pivots: (..., n), int32.
        B: (..., n, k).
        left: A stands on the left; otherwise X A = B, with B of shape (..., k, n). Default: True.
        adjoint: Aᴴ in place of A. Default: False.

    Returns:
        The shape of B, with the batch dimensions of both.

    Raises:
        RuntimeError: the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> LU, pivots = sg.linalg.lu_factor(2 * sg.eye(2))
        >>> sg.linalg.lu_solve(LU, pivots, sg.ones(2, 1))
        tensor([[0.5000],
                [0.5000]])
    """
    return solve_factored("linalg.lu_solve", LU, pivots, B, left, adjoint)


@takes_out
def householder_product(input: Tensor, tau: Tensor) -> Tensor:
    """The first columns of H_1 H_2 ... H_k, where `H_i = I - tau_i v_i v_iᴴ`.

    Args:
        input: (..., m, n), m >= n: column i holds v_i below the diagonal, where it is 1; zeros above it are understood.
        tau: (..., k), k <= n.

    Returns:
        (..., m, n).

    Raises:
        RuntimeError: the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> Q = sg.linalg.householder_product(*sg.geqrf(sg.randn(4, 2)))
        >>> sg.allclose(Q.T @ Q, sg.eye(2), atol=1e-5)
        True

    Source:
        T. Joffrain and others, Accumulating Householder transformations, revisited, 2006.
    """
    return orgqr(input, tau)
