"""Inverses, systems of equations and determinants, of batches of square matrices.

All but `slogdet` are holomorphic. What can fail reports `info`, a second output: 0 for each matrix that was well.
"""

from __future__ import annotations

from typing import Any

from ..core.batching import as_it_is, elementwise
from ..core.op import op
from . import linalg_arrays


@op(cast=None, complex="own", name="Adjoint")
def adjoint(xp: Any, x: Any, /) -> Any:
    """The conjugate transpose."""
    return xp.adjoint(x)


adjoint.defvjp(x=lambda g, xp: xp.adjoint(g))


def mT(xp: Any, x: Any) -> Any:
    """The transpose, without conjugation."""
    return xp.swapaxes(x, -1, -2)


@op(cast=None, complex=True, several=True, name="LinalgInvEx")
def inv(xp: Any, x: Any, /) -> Any:
    """The inverse, and where the first pivot is 0."""
    return xp.inv(x)


def _inv_vjp(g: Any, xp: Any, out: Any) -> Any:
    """d(1/X) = -(1/X) dX (1/X)."""
    turned = mT(xp, out[0])
    return -xp.matmul(xp.matmul(turned, g[0]), turned)


inv.defvjp(x=_inv_vjp)


@op(cast=None, complex=True, several=True, name="LinalgSolveEx")
def solve(xp: Any, a: Any, b: Any, /) -> Any:
    """x with a x = b, and where the first pivot is 0."""
    return xp.solve(a, b)


solve.defvjp(
    a=lambda g, xp, a, out: -xp.matmul(xp.solve(mT(xp, a), g[0])[0], mT(xp, out[0])),
    b=lambda g, xp, a: xp.solve(mT(xp, a), g[0])[0],
)


@solve.kernel("numpy")
def _solve_forward(a: Any, b: Any) -> Any:
    return linalg_arrays.solve(a, b), None


@solve.kernel_vjp("numpy")
def _solve_backward(g: Any, needs: Any, inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """The rules, with the system they share solved once."""
    behind = linalg_arrays.solve(inputs[0].swapaxes(-1, -2), g[0])[0]
    return (-(behind @ out[0].swapaxes(-1, -2)) if needs[0] else None, behind)


@op(cast=None, complex=True, name="LinalgSolveTriangular")
def solve_triangular(xp: Any, a: Any, b: Any, /, upper: bool = False, unit: bool = False) -> Any:
    """x with a x = b, where only one triangle of a counts (and `unit`: its diagonal counts as ones)."""
    return xp.solve_triangular(a, b, upper=upper, unit=unit)


def _triangular_a(g: Any, xp: Any, a: Any, out: Any, upper: bool, unit: bool) -> Any:
    behind = xp.solve_triangular(mT(xp, a), g, upper=not upper, unit=unit)
    full = xp.matmul(behind, mT(xp, out))
    return -(xp.triu(full, k=int(unit)) if upper else xp.tril(full, k=-int(unit)))


solve_triangular.defvjp(
    a=_triangular_a,
    b=lambda g, xp, a, upper, unit: xp.solve_triangular(mT(xp, a), g, upper=not upper, unit=unit),
)


@op(cast=None, complex=True, name="LinalgDet")
def det(xp: Any, x: Any, /) -> Any:
    """The determinant."""
    return xp.det(x)


det.defvjp(x=lambda g, xp, x: g[..., None, None] * xp.cofactor(x))


@op(cast=None, complex=True)
def cofactor(xp: Any, x: Any, /) -> Any:
    """The derivative of the determinant; finite where there is no inverse too."""
    return xp.cofactor(x)


def _cofactor_vjp(g: Any, xp: Any, x: Any, out: Any) -> Any:
    """With P the transposed inverse and C = det P: dC = <P, dX> C - C dXᵀ P. NaN where there is no inverse."""
    p = mT(xp, xp.inv(x)[0])
    along = xp.sum(g * p, axis=(-2, -1), keepdims=True)
    return out * along - xp.matmul(xp.matmul(p, mT(xp, g)), out)


cofactor.defvjp(x=_cofactor_vjp)


@op(cast=None, complex="own", several=True, name="LinalgSlogdet")
def slogdet(xp: Any, x: Any, /) -> Any:
    """The sign of the determinant (a number of size 1, where x is complex) and the logarithm of its size."""
    return xp.slogdet(x)


def _slogdet_vjp(g: Any, xp: Any, x: Any) -> Any:
    """d log det = tr(X⁻¹ dX); its real part goes to the logarithm, i times its imaginary part turns the sign."""
    sign, size = g
    total = 0.0 if size is None else size[..., None, None]
    if sign is not None and linalg_arrays.is_complex(sign):
        turn = (xp.conj(sign) * xp.slogdet(x)[0])[..., None, None]
        total = total - (turn - xp.conj(turn)) / 2
    return total * xp.adjoint(xp.inv(x)[0])


slogdet.defvjp(x=_slogdet_vjp)


@op(cast=None, complex=True, name="LinalgMatrixExp")
def matrix_exp(xp: Any, x: Any, /) -> Any:
    """The sum of x^k / k!."""
    return xp.matrix_exp(x)


def _matrix_exp_vjp(g: Any, xp: Any, x: Any) -> Any:
    """The exponential of the blocks (xᵀ g; 0 xᵀ) has the derivative at xᵀ in the direction g in its upper right."""
    n, turned = x.shape[-1], mT(xp, x)
    above = xp.concatenate([turned, g], axis=-1)
    below = xp.concatenate([xp.zeros_like(turned), turned], axis=-1)
    return xp.matrix_exp(xp.concatenate([above, below], axis=-2))[..., :n, n:]


matrix_exp.defvjp(x=_matrix_exp_vjp)


@op(cast=None, differentiable=False)
def permutation(xp: Any, pivots: Any, /, rows: int = 0, kind: Any = None) -> Any:
    """The matrix P of x = P L U from the exchanges of rows."""
    return xp.permutation(pivots, rows, kind)


# How they are computed for many samples at once (core/batching.py).
for each in (adjoint, inv, det, cofactor, slogdet, matrix_exp, permutation):
    each.defbatch(as_it_is)
for each in (solve, solve_triangular):
    each.defbatch(elementwise)
