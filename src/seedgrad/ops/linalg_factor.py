"""Factorizations into triangular and orthogonal matrices, of batches of matrices.

The rules are right for complex matrices as they stand; the adjoint of a real matrix is its transpose.
"""

from __future__ import annotations

from typing import Any

from ..core.batching import as_it_is
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op


def lower_adjoint_solve(xp: Any, factor: Any, b: Any, unit: bool = False) -> Any:
    """L⁻ᴴ b for a lower triangular L."""
    return xp.solve_triangular(xp.adjoint(factor), b, upper=True, unit=unit)


def right_upper_adjoint_solve(xp: Any, factor: Any, b: Any) -> Any:
    """b U⁻ᴴ for an upper triangular U."""
    return xp.adjoint(xp.solve_triangular(factor, xp.adjoint(b), upper=True))


@op(cast=None, complex="own", name="LinalgCholeskyEx")
def cholesky(xp: Any, x: Any, /, upper: bool = False) -> Any:
    """The lower triangular L with x = L Lᴴ, or the upper one, Lᴴ; and the first minor that is not positive."""
    return xp.cholesky(x, upper=upper)


def _cholesky_vjp(g: Any, xp: Any, out: Any, upper: bool) -> Any:
    """L⁻ᴴ S L⁻¹, with S the symmetric part of tril(Lᴴ g) whose diagonal is halved. (Murray 2016)"""
    factor, grad = (xp.adjoint(out[0]), xp.adjoint(g[0])) if upper else (out[0], g[0])
    product = xp.matmul(xp.adjoint(factor), grad)
    half = (xp.tril(product) + xp.tril(product, k=-1)) / 4
    left = lower_adjoint_solve(xp, factor, half + xp.adjoint(half))
    return xp.adjoint(lower_adjoint_solve(xp, factor, xp.adjoint(left)))


cholesky.defvjp(x=_cholesky_vjp)


@op(cast=None, complex="own", name="LinalgQr")
def qr(xp: Any, x: Any, /, mode: str = "reduced") -> Any:
    """Q with orthonormal columns and upper triangular R, with x = Q R."""
    return xp.qr(x, mode=mode)


def _qr_vjp(g: Any, xp: Any, x_shape: tuple[int, ...], out: Any, mode: str) -> Any:
    """For x as tall as wide or taller; the columns further right are Q times those of R. (Walter & Lehmann 2010)"""
    rows, columns = x_shape[-2:]
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
            "linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr"
        )
    if mode == "complete" and rows > columns:
        raise RuntimeError(
            f"The QR decomposition is not differentiable when mode='complete' and nrows > ncols, got {rows} rows and "
            f"{columns} columns: Q has columns that x does not determine. Use mode='reduced'"
        )
    (q, r), (gq, gr) = out, g
    right: Any = None
    if columns > rows:
        if gr is not None:
            right = xp.matmul(q, gr[..., rows:])
            more = xp.matmul(q, xp.matmul(r[..., rows:], xp.adjoint(gr[..., rows:])))
            gq, gr = more if gq is None else gq + more, gr[..., :rows]
        else:
            right = xp.zeros_like(xp.matmul(q, r[..., rows:]))
        r = r[..., :rows]
    inner: Any = 0.0
    if gr is not None:
        inner = xp.matmul(gr, xp.adjoint(r))
    if gq is not None:
        inner = inner - xp.matmul(xp.adjoint(q), gq)
    upper = (xp.triu(inner) + xp.triu(inner, k=1)) / 2
    total = xp.matmul(q, upper + xp.adjoint(upper))
    if gq is not None:
        total = total + gq
    left = right_upper_adjoint_solve(xp, r, total)
    return left if right is None else xp.concatenate([left, right], axis=-1)


qr.defvjp(x=_qr_vjp)


@op(cast=None, complex="own", several=True, name="LinalgLuFactorEx")
def lu_factor(xp: Any, x: Any, /) -> Any:
    """L (below) and U in one matrix, the exchanges of rows, and where U has its first zero: x = P L U."""
    return xp.lu_factor(x)


def _lu_vjp(g: Any, xp: Any, x_shape: tuple[int, ...], out: Any) -> Any:
    """In the square part, P L⁻ᴴ (tril(Lᴴ gL) + triu(gU Uᴴ)) U⁻ᴴ.

    What is right of it is L⁻¹ of the matrix, and what is below is the matrix times U⁻¹.
    """
    (m, n), lu, grad = x_shape[-2:], out[0], g[0]
    k = min(m, n)
    square, upper = lu[..., :k, :k], xp.triu(lu[..., :k, :k])
    lower = xp.tril(square, k=-1)
    g_lower, g_upper = xp.tril(grad[..., :k, :k], k=-1), xp.triu(grad[..., :k, :k])
    right = below = None
    if n > k:
        right = lower_adjoint_solve(xp, square, grad[..., k:], unit=True)
        g_lower = g_lower - xp.tril(xp.matmul(right, xp.adjoint(lu[..., k:])), k=-1)
    if m > k:
        below = right_upper_adjoint_solve(xp, upper, grad[..., k:, :])
        g_upper = g_upper - xp.triu(xp.matmul(xp.adjoint(lu[..., k:, :]), below))
    inner = xp.tril(g_lower + xp.matmul(xp.adjoint(lower), g_lower), k=-1)
    inner = inner + xp.triu(xp.matmul(g_upper, xp.adjoint(upper)))
    total = right_upper_adjoint_solve(xp, upper, lower_adjoint_solve(xp, square, inner, unit=True))
    if right is not None:
        total = xp.concatenate([total, right], axis=-1)
    if below is not None:
        total = xp.concatenate([total, below], axis=-2)
    return xp.matmul(xp.permutation(out[1], rows=m, kind=lu.dtype), total)


lu_factor.defvjp(x=_lu_vjp)


# How they are computed for many samples at once (core/batching.py).
def _qr_of_samples(op: Any, xs: list[Any], has: list[bool], size: int, mode: str) -> Any:
    q, r = op.call(*xs, mode=mode)
    return (tensors.broadcast_to(q, shape=(size, 0)) if mode == "r" else q), r  # no Q at all, without a batch


for each in (cholesky, lu_factor):
    each.defbatch(as_it_is)
qr.defbatch(_qr_of_samples)
