"""Linear algebra on arrays of matrices: the last two axes hold a matrix, those before them are a batch.

NumPy's public functions compute float32 in float64 and stop at the first singular matrix of a batch without naming
it. The ufuncs under them do neither: they fill what failed with NaN. SciPy's LAPACK functions take one matrix at a
time; they are used where NumPy has nothing (LU, LDL), and to find out why a matrix failed.
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.linalg import _umath_linalg

from ..core import namespace
from ..core.parallel import blas_loaded

Array = np.ndarray[Any, Any]
ufuncs: Any = _umath_linalg
factored: Any = np.linalg.qr


class LinAlgError(RuntimeError):
    """A matrix has no inverse, no factorization of the kind asked for, or an iteration did not converge."""


@functools.cache
def scipy_linalg() -> types.ModuleType:
    import scipy.linalg

    blas_loaded()
    return scipy.linalg


def routine(name: str, like: Array, where: str = "lapack") -> Callable[..., Any]:
    """The LAPACK or BLAS routine of this name for the type of `like`.

    Raises:
        What an array of a recording raises (see seedgrad.capture) when its values are asked for: SciPy's wrappers lose a
        reference to the type of an array that raises inside of them.
    """
    if type(like) is not np.ndarray:
        like.__array__()
    return getattr(scipy_linalg(), f"get_{where}_funcs")((name,), (like,))[0]


@functools.lru_cache(maxsize=64)
def on_diagonal(n: int) -> Array:
    """The n x n matrix that is True on the diagonal."""
    mask = np.eye(n, dtype=bool)
    mask.flags.writeable = False
    return mask


def is_complex(x: Any) -> bool:
    """Whether an array or a Tensor holds complex numbers."""
    return x.dtype.name.startswith("complex")


def adjoint(x: Array) -> Array:
    """The conjugate transpose; a view where the numbers are real."""
    swapped = x.swapaxes(-1, -2)
    return swapped.conj() if x.dtype.kind == "c" else swapped


def each(function: Callable[..., Sequence[Any]], outs: Sequence[Array], *stacks: Array) -> None:
    """Call a routine that takes one matrix for each one of the stacks, and write its results into `outs`."""
    for index in np.ndindex(stacks[0].shape[:-2]):
        for out, value in zip(outs, function(*(a[index] for a in stacks)), strict=True):
            out[index] = value


def zero_pivots(x: Array, out: Array) -> Array:
    """The place of the first pivot that is 0, or 0, for each x whose result begins with NaN."""
    info = np.zeros(out.shape[:-2], np.int32)
    if out.size and np.isnan(out[..., 0, 0]).any():
        x = np.broadcast_to(x, (*info.shape, *x.shape[-2:]))
        for index in map(tuple, np.argwhere(np.isnan(out[..., 0, 0]))):
            info[index] = routine("getrf", x)(x[index])[2]
    return info


def inv(x: Array) -> tuple[Array, Array]:
    """The inverses, and for each matrix the position of its first pivot that is 0, or 0."""
    out = ufuncs.inv(x)
    return out, zero_pivots(x, out)


def solve(a: Array, b: Array) -> tuple[Array, Array]:
    """x with a x = b for matrices b, and the positions of zero pivots as `inv` gives them."""
    out = ufuncs.solve(a, b)
    if not b.shape[-1]:
        return out, np.broadcast_to(lu_factor(a)[2], out.shape[:-2])
    return out, zero_pivots(a, out)


def det(x: Array) -> Array:
    """Determinants."""
    return ufuncs.det(x)


def slogdet(x: Array) -> tuple[Array, Array]:
    """The signs and the logarithms of the sizes of determinants."""
    return ufuncs.slogdet(x)


def cofactor(x: Array) -> Array:
    """The derivative of det: det(x) times the transposed inverse, which has a limit where x has no inverse.

    There it comes from x = U diag(s) Vh: det(U) det(Vh) U diag(the product of the other s) Vh, for real x.
    """
    inverse, info = inv(x)
    out = det(x)[..., None, None] * inverse.swapaxes(-1, -2)
    if info.any():
        u, s, vh = svd(x)
        ones = np.ones_like(s[..., :1])
        before = np.cumprod(np.concatenate([ones, s[..., :-1]], -1), -1)
        after = np.cumprod(np.concatenate([ones, s[..., :0:-1]], -1), -1)[..., ::-1]
        turn = (det(u) * det(vh))[..., None, None]
        limit = turn * ((u * (before * after)[..., None, :]).conj() @ vh.conj())
        out = np.where((info > 0)[..., None, None], limit, out)
    return out


def cholesky(x: Array, upper: bool = False) -> tuple[Array, Array]:
    """The triangular factors, and for each matrix the order of its first minor that is not positive, or 0."""
    out = (ufuncs.cholesky_up if upper else ufuncs.cholesky_lo)(x)
    diagonal = np.isnan(np.diagonal(out, axis1=-2, axis2=-1))
    info = np.zeros(out.shape[:-2], np.int32)
    for index in map(tuple, np.argwhere(diagonal.any(-1))):
        partly, found = routine("potrf", x)(x[index], lower=not upper)
        # Not every LAPACK notices NaN in its input.
        out[index], info[index] = partly, found or diagonal[index].argmax() + 1
    return out, info


def qr(x: Array, mode: str = "reduced") -> tuple[Array, Array]:
    """Q with orthonormal columns and triangular R; an empty Q in mode "r". (NumPy's routine computes in double.)"""
    if mode == "r":
        return np.zeros(0, x.dtype), factored(x, mode="r")
    q, r = factored(x, mode=mode)
    return q, r


def lu_factor(x: Array) -> tuple[Array, Array, Array]:
    """L below and U on and above the diagonal of one matrix; the rows exchanged, from 1; the first zero in U or 0."""
    m, n = x.shape[-2:]
    out, info = np.empty(x.shape, x.dtype), np.zeros(x.shape[:-2], np.int32)
    pivots = np.empty((*x.shape[:-2], min(m, n)), np.int32)
    if x.size:
        each(routine("getrf", x), (out, pivots, info), x)
        pivots += 1
    return out, pivots, info


def permutation(pivots: Array, rows: int, kind: Any) -> Array:
    """The matrix P that undoes the exchanges of rows: x = P L U."""
    order = np.broadcast_to(np.arange(rows), (*pivots.shape[:-1], rows)).copy()
    for i in range(pivots.shape[-1]):
        other = pivots[..., i, None].astype(np.int64) - 1
        moved = np.take_along_axis(order, other, -1)
        np.put_along_axis(order, other, order[..., i, None], -1)
        order[..., i] = moved[..., 0]
    return (np.arange(rows)[:, None] == order[..., None, :]).astype(kind)


def solve_triangular(a: Array, b: Array, upper: bool = False, unit: bool = False) -> Array:
    """x with a x = b, where only one triangle of a counts (and `unit`: its diagonal counts as ones)."""
    n, k = b.shape[-2:]
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    if a.ndim == 2 and b.ndim > 2:  # one system with many right sides
        wide = np.moveaxis(b, -2, 0).reshape(n, math.prod(b.shape[:-2]) * k)
        solved = solve_triangular(a, wide, upper, unit)
        return np.ascontiguousarray(np.moveaxis(solved.reshape(n, *b.shape[:-2], k), 0, -2))
    out = np.empty((*batch, n, k), b.dtype)
    if not out.size:
        return out
    if math.prod(batch) <= n:
        trsm = routine("trsm", a, "blas")
        a, b = (np.broadcast_to(t, (*batch, *t.shape[-2:])) for t in (a, b))
        each(lambda p, q: (trsm(1.0, p, q, lower=not upper, diag=unit),), (out,), a, b)
        return out
    for i in range(n - 1, -1, -1) if upper else range(n):
        known = slice(i + 1, n) if upper else slice(0, i)
        row = b[..., i, :] - (a[..., i, None, known] @ out[..., known, :])[..., 0, :]
        out[..., i, :] = row if unit else row / a[..., i, i, None]
    return out


def matrix_exp(x: Array) -> Array:
    """Exponentials of matrices, by SciPy: Padé approximants, scaling and squaring, each matrix by itself."""
    return scipy_linalg().expm(x).astype(x.dtype, copy=False) if x.size else x.copy()


def _converged(name: str, x: Array, first: Array) -> None:
    """Raise LinAlgError for the first matrix whose singular values are NaN."""
    if first.size and np.isnan(first[..., 0]).any():
        index = tuple(np.argwhere(np.isnan(first[..., 0]))[0])
        why = "contained non-finite values" if not np.isfinite(x[index]).all() else "is ill-conditioned"
        raise LinAlgError(
            f"{name}: {element(index, x.shape)}The algorithm failed to converge because the input matrix {why}"
        )


def element(index: Sequence[Any], shape: tuple[int, ...]) -> str:
    """The words that name one matrix of a batch; none where there is no batch."""
    return f"(Batch element {np.ravel_multi_index(tuple(index), shape[:-2])}): " if len(shape) > 2 else ""


def _svd_ufunc(x: Array, what: str) -> Any:
    """NumPy's routine; older releases have one for matrices that are wide, and one for the others."""
    side = "m" if x.shape[-2] < x.shape[-1] else "n"
    return getattr(ufuncs, f"svd{what}", None) or getattr(ufuncs, f"svd_{side}{what}")


def svd(x: Array, full: bool = True) -> tuple[Array, Array, Array]:
    """U, s and Vh with x = U diag(s) Vh, s falling.

    Raises:
        LinAlgError: a matrix holds NaN or inf.
    """
    u, s, vh = _svd_ufunc(x, "_f" if full else "_s")(x)
    _converged("linalg.svd", x, s)
    return u, s, vh


def svdvals(x: Array) -> Array:
    """The singular values alone."""
    s = _svd_ufunc(x, "")(x)
    _converged("linalg.svd", x, s)
    return s


def eigh(x: Array, upper: bool = False) -> tuple[Array, Array]:
    """Eigenvalues, rising, and eigenvectors of symmetric matrices of which one triangle is read; NaN for NaN."""
    return (ufuncs.eigh_up if upper else ufuncs.eigh_lo)(x)


def eigvalsh(x: Array, upper: bool = False) -> Array:
    """The eigenvalues of symmetric matrices alone."""
    return (ufuncs.eigvalsh_up if upper else ufuncs.eigvalsh_lo)(x)


def eig(x: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors, complex. (NumPy's routine for complex64 computes in complex128.)"""
    kind = np.result_type(x.dtype, np.complex64)
    w, v = ufuncs.eig(x)
    return w.astype(kind, copy=False), v.astype(kind, copy=False)


def eigvals(x: Array) -> Array:
    """The eigenvalues alone, complex."""
    return ufuncs.eigvals(x).astype(np.result_type(x.dtype, np.complex64), copy=False)


vars(namespace).update(
    {
        f.__name__: f
        for f in (
            *(adjoint, inv, solve, det, slogdet, cofactor, cholesky, qr, lu_factor, permutation, solve_triangular),
            *(matrix_exp, svd, svdvals, eigh, eigvalsh, eig, eigvals),
        )
    }
)
