"""Eigenvalues, singular values and what is made of them, of batches of matrices.

Eigenvectors and singular vectors are free up to a sign (a phase, where they are complex): only functions that do not
depend on it have a meaningful gradient. Vectors of equal values are not determined; their gradients are not finite.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_values import all_values
from ..core.batching import as_it_is, elementwise
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from ..core.tensor import Tensor
from .linalg_arrays import is_complex, on_diagonal

# What the derivative by a vector's phase may be through rounding; PyTorch's number.
PHASE = 1e-2


def _fill(xp: Any, diagonal: Any, rest: Any) -> Any:
    """`diagonal` on the diagonal of `rest`."""
    return xp.where(on_diagonal(rest.shape[-1]), diagonal, rest)


def _gaps(xp: Any, values: Any) -> Any:
    """values_j - values_i, and 1 on the diagonal."""
    return _fill(xp, 1.0, values[..., None, :] - values[..., :, None])


def _refuse_phase(name: str, turned: Any) -> None:
    """Raise if a loss depends on the phase of complex vectors: its derivative by it is the diagonal's imaginary part."""
    if not is_complex(turned):
        return
    values = all_values(turned) if isinstance(turned, Tensor) else turned
    slope = np.abs(np.diagonal(values, axis1=-2, axis2=-1).imag)
    if slope.size and not slope.max() <= PHASE:
        raise RuntimeError(
            f"{name}: the loss depends on the phases of complex vectors, which the decomposition leaves free (each "
            f"may be multiplied by e^(i phi)), so it is ill-defined; its derivative by a phase is {slope.max():.3g}. "
            f"Use what does not depend on them, such as abs() of the vectors or their projections v vᴴ"
        )


@op(cast=None, complex="own", name="LinalgEigh")
def eigh(xp: Any, x: Any, /, upper: bool = False) -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix: x = V diag(w) Vᴴ."""
    return xp.eigh(x, upper=upper)


def _eigh_vjp(g: Any, xp: Any, out: Any) -> Any:
    """V (diag(gw) + skew(Vᴴ gV)_ij / (w_j - w_i)) Vᴴ, skew(A) = (A - Aᴴ) / 2: symmetric, as x is.

    V stays orthogonal, so only the skew part of Vᴴ gV can matter.
    """
    (w, v), (gw, gv) = out, g
    if gv is None:
        return xp.matmul(v * gw[..., None, :], xp.adjoint(v))
    turned = xp.matmul(xp.adjoint(v), gv)
    _refuse_phase("linalg.eigh", turned)
    inner = _fill(xp, 0.0 if gw is None else gw[..., None, :], (turned - xp.adjoint(turned)) / 2 / _gaps(xp, w))
    return xp.matmul(xp.matmul(v, inner), xp.adjoint(v))


eigh.defvjp(x=_eigh_vjp)


@op(cast=None, complex="own", several=True, name="LinalgEig")
def eig(xp: Any, x: Any, /) -> Any:
    """Eigenvalues and eigenvectors, complex: x V = V diag(w)."""
    return xp.eig(x)


def _eig_vjp(g: Any, xp: Any, out: Any) -> Any:
    """V⁻ᴴ (diag(gw) + (Vᴴ gV - VᴴV diag(re Vᴴ gV))_ij / conj(w_j - w_i)) Vᴴ, for eigenvectors of length 1."""
    (w, v), (gw, gv) = out, g
    vh = xp.adjoint(v)
    inner: Any
    if gv is None:
        inner = gw[..., :, None] * vh
    else:
        product = xp.matmul(vh, gv)
        _refuse_phase("linalg.eig", product)
        kept = _fill(xp, product, xp.zeros_like(product))
        turned = product - xp.matmul(xp.matmul(vh, v), (kept + xp.conj(kept)) / 2)
        inner = _fill(xp, 0.0 if gw is None else gw[..., None, :], turned / xp.conj(_gaps(xp, w)))
        inner = xp.matmul(inner, vh)
    return xp.solve(vh, inner)[0]


eig.defvjp(x=_eig_vjp)


@op(cast=None, complex="own", name="LinalgSvd")
def svd(xp: Any, x: Any, /, full: bool = True) -> Any:
    """x = U diag(s) Vᴴ, s falling; `full`: U and V are square."""
    return xp.svd(x, full=full)


def _svd_vjp(g: Any, xp: Any, out: Any) -> Any:
    """U ((skew(Uᴴ gU) / E) S + S (skew(Vᴴ gV) / E) + diag(gs)) Vᴴ and what lies outside of U and V.

    E_ij = s_j² - s_i², skew(A) = A - Aᴴ. Columns of U and V beyond the singular values count as constant.
    """
    (u, s, vh), (gu, gs, gvh) = out, g
    k = s.shape[-1]
    rows, columns = u.shape[-2], vh.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    if gu is None and gvh is None:
        return xp.matmul(u * gs[..., None, :], vh)
    line, row = s[..., None, :], s[..., :, None]
    spread = _fill(xp, 1.0, (line - row) * (line + row))
    inner: Any = 0.0
    phase: Any = 0.0
    if gu is not None:
        gu = gu[..., :k]
        turned = xp.matmul(xp.adjoint(u), gu)
        phase = skew = turned - xp.adjoint(turned)
        inner = skew / spread * line
        if is_complex(skew):  # the phase of U and V together: it must not matter
            inner = inner + _fill(xp, skew / (2 * line), xp.zeros_like(skew))
    if gvh is not None:
        gvh = gvh[..., :k, :]
        turned_v = xp.matmul(vh, xp.adjoint(gvh))
        skew_v = turned_v - xp.adjoint(turned_v)
        phase = phase + skew_v
        inner = inner + row * (skew_v / spread)
    _refuse_phase("linalg.svd", phase)
    if gs is not None:
        inner = inner + _fill(xp, gs[..., None, :], xp.zeros_like(inner))
    total = xp.matmul(xp.matmul(u, inner), vh)
    if gu is not None and rows > k:
        outside = gu / line
        total = total + xp.matmul(outside - xp.matmul(u, xp.matmul(xp.adjoint(u), outside)), vh)
    if gvh is not None and columns > k:
        outside = gvh / row
        total = total + xp.matmul(u, outside - xp.matmul(xp.matmul(outside, xp.adjoint(vh)), vh))
    return total


svd.defvjp(x=_svd_vjp)


@op(cast=None, raw=("atol", "rtol"), complex="own", name="LinalgPinv")
def pinv(xp: Any, x: Any, atol: Any, rtol: Any, /, hermitian: bool = False) -> Any:
    """The pseudoinverse; singular values up to max(atol, rtol times the largest) count as 0."""
    if hermitian:
        w, u = xp.eigh(x)
        vh, size = xp.adjoint(u), xp.absolute(w)
    else:
        u, w, vh = xp.svd(x, full=False)
        size = w
    largest = xp.max(size, axis=-1, keepdims=True) if size.shape[-1] else size
    kept = size > xp.maximum(atol, rtol * largest)
    inverse = xp.where(kept, 1 / xp.where(kept, w, 1.0), 0.0)
    return xp.matmul(xp.adjoint(vh) * inverse[..., None, :], xp.adjoint(u))


def pinv_rule(g: Any, xp: Any, x: Any, p: Any) -> Any:
    """-Pᴴ g Pᴴ + (I - XP) gᴴ P Pᴴ + Pᴴ P gᴴ (I - PX), where the rank stays as it is. (Golub & Pereyra 1973)"""
    ph, gh = xp.adjoint(p), xp.adjoint(g)
    left, right = xp.matmul(xp.matmul(gh, p), ph), xp.matmul(ph, xp.matmul(p, gh))
    total = left - xp.matmul(x, xp.matmul(p, left)) + right - xp.matmul(xp.matmul(right, p), x)
    return total - xp.matmul(xp.matmul(ph, g), ph)


vars(namespace).update(pinv=pinv.forward)
pinv.defvjp(x=lambda g, xp, x, out: pinv_rule(g, xp, x, out), atol=None, rtol=None)


@op(cast=None, complex="own", name="LinalgLstsq")
def lstsq(xp: Any, a: Any, b: Any, /, rtol: float = 0.0) -> Any:
    """The shortest x for which |a x - b| is smallest, the rank of a, and its singular values."""
    u, s, vh = xp.svd(a, full=False)
    kept = s > rtol * s[..., :1]
    inverse = xp.where(kept, 1 / xp.where(kept, s, 1.0), 0.0)
    x = xp.matmul(xp.adjoint(vh), inverse[..., :, None] * xp.matmul(xp.adjoint(u), b))
    return x, xp.count_nonzero(kept, axis=-1), s


lstsq.defvjp(
    a=lambda g, xp, a, b, rtol: pinv_rule(xp.matmul(g[0], xp.adjoint(b)), xp, a, xp.pinv(a, 0.0, rtol)),
    b=lambda g, xp, a, rtol: xp.matmul(xp.adjoint(xp.pinv(a, 0.0, rtol)), g[0]),
)


@op(cast=None, differentiable=False)
def svdvals(xp: Any, x: Any, /) -> Any:
    """The singular values, where no gradient is wanted."""
    return xp.svdvals(x)


@op(cast=None, differentiable=False)
def eigvalsh(xp: Any, x: Any, /, upper: bool = False) -> Any:
    """The eigenvalues of a symmetric matrix, where no gradient is wanted."""
    return xp.eigvalsh(x, upper=upper)


@op(cast=None, differentiable=False)
def eigvals(xp: Any, x: Any, /) -> Any:
    """The eigenvalues, where no gradient is wanted."""
    return xp.eigvals(x)


# How they are computed for many samples at once (core/batching.py).
def _pinv_of_samples(op: Any, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """The bounds may have batch dimensions that the matrices lack; a batch axis in front of these must not meet them."""
    x, *bounds = xs
    if any(has[1:]):
        raise NotImplementedError("vmap: pinv takes the same bounds for all samples")
    missing = max(b.ndim for b in bounds) + 2 - x.ndim
    if missing > 0:
        x = tensors.reshape(x, shape=(size, *(1,) * missing, *x.shape[1:]))
    return op.call(x, *bounds, **settings)


pinv.defbatch(_pinv_of_samples)
for each in (eigh, eig, svd, svdvals, eigvalsh, eigvals):
    each.defbatch(as_it_is)
lstsq.defbatch(elementwise)
