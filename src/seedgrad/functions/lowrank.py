"""Singular values and vectors of large matrices of low rank, from products with a few random vectors."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..ops import linalg_factor as factors
from ..ops import linalg_solve as s
from ..ops import linalg_spectral as spectral
from ..ops.linalg import matmul as product
from .matrix_checks import check_matrices
from .random import randn


def _range(A: Tensor, q: int, niter: int) -> Tensor:
    """Orthonormal columns that nearly span the columns of A: its products with q random vectors, sharpened."""
    turned = s.adjoint.call(A)
    basis = factors.qr.call(product.call(A, randn(A.array.shape[-1], q, dtype=A.dtype)))[0]
    for _ in range(niter):
        across = factors.qr.call(product.call(turned, basis))[0]
        basis = factors.qr.call(product.call(A, across))[0]
    return basis


def svd_lowrank(
    A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The largest singular values and their vectors, nearly, by random projections: `A - M = U diag(S) Vᴴ`.

    Args:
        A: (..., m, n), float32, float64 or complex.
        q: how many, a little more than the rank; at most min(m, n). Default: 6.
        niter: how many times the projection is sharpened. Default: 2.
        M: (..., m, n), or what can be broadcast to it, which is taken from A first. Default: None.

    Returns:
        (U, S, V): (..., m, q), (..., q) and (..., n, q).

    Raises:
        RuntimeError: A has less than 2 dimensions or another type.
        ValueError: q or niter is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.svd_lowrank(sg.ones(9, 4), q=2)[1].shape
        seedgrad.Size([2])

    Source:
        N. Halko and others, Finding structure with randomness, 2009, algorithm 5.1.
    """
    check_matrices("svd_lowrank", A)
    if M is not None:
        A = A - M
    m, n = A.array.shape[-2:]
    q, niter = min(6 if q is None else q, m, n), 2 if niter is None else niter
    if q < 0 or niter < 0:
        raise ValueError(f"svd_lowrank: q and niter must not be negative, got q={q} and niter={niter}")
    wide = m < n
    matrix = s.adjoint.call(A) if wide else A
    basis = _range(matrix, q, niter)
    u, values, vh = spectral.svd.call(product.call(s.adjoint.call(basis), matrix), full=False)
    left, right = product.call(basis, u), s.adjoint.call(vh)
    return (right, values, left) if wide else (left, values, right)


def pca_lowrank(A: Tensor, q: int | None = None, center: bool = True, niter: int = 2) -> tuple[Tensor, Tensor, Tensor]:
    """The principal components of the rows of A, nearly, by random projections: see `svd_lowrank`.

    Args:
        A: (..., m, n): m samples of n features, float32, float64 or complex.
        q: how many, a little more than the rank; at most min(m, n). Default: min(6, m, n).
        center: take the mean of every column away first. Default: True.
        niter: how many times the projection is sharpened. Default: 2.

    Returns:
        (U, S, V): (..., m, q), (..., q) and (..., n, q), whose columns are the directions.

    Raises:
        RuntimeError: A has less than 2 dimensions or another type.
        ValueError: q is not between 0 and min(m, n), or niter is negative.

    Example:
        >>> import seedgrad as sg
        >>> U, S, V = sg.pca_lowrank(sg.randn(9, 4), q=2)
        >>> V.shape
        seedgrad.Size([4, 2])
    """
    check_matrices("pca_lowrank", A)
    m, n = A.array.shape[-2:]
    if q is None:
        q = min(6, m, n)
    elif not 0 <= q <= min(m, n):
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}")
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    return svd_lowrank(A - A.mean(-2, keepdim=True) if center else A, q, niter)
