"""Complex numbers: conjugates, parts and the way back.

Their gradients are PyTorch's: of a real loss with respect to z = x + iy it is dL/dx + i dL/dy. Ops that are holomorphic
need nothing for it (see core/plan.py, `Conjugated`); those here are not, and say so: `complex="own"`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import as_it_is, elementwise
from ..core.dtype import complex_of
from ..core.op import op

Array = np.ndarray[Any, Any]


def parts_together(x: Array, y: Array) -> Array:
    """x + iy."""
    out = np.empty(np.broadcast_shapes(x.shape, y.shape), complex_of(x.dtype))
    out.real, out.imag = x, y
    return out


def angles(x: Array) -> Array:
    """The angle to the positive axis: 0 or pi where there is no imaginary part."""
    if x.dtype.kind == "c":
        return np.arctan2(x.imag, x.real)
    return np.where(np.isnan(x), x, np.where(x < 0, x.dtype.type(np.pi), x.dtype.type(0)))


def sign_of(x: Array) -> Array:
    """-1, 0 or 1; 0 for NaN, as in PyTorch."""
    return x.copy() if x.dtype.kind == "b" else np.subtract(x > 0, x < 0, dtype=x.dtype)


def direction(x: Array) -> Array:
    """x / |x|, and 0 at 0: the sign of a real number."""
    if x.dtype.kind != "c":
        return sign_of(x)
    size = np.absolute(x)
    return x / np.where(size == 0, size.dtype.type(1), size)


def real_view(x: Array) -> Array:
    """Real and imaginary parts along a new last axis, in the same memory."""
    return x[..., None].view(x.real.dtype)


def complex_view(x: Array) -> Array:
    """Pairs along the last axis as complex numbers, in the same memory where pairs lie together."""
    kind = complex_of(x.dtype)
    if x.shape[-1:] == (2,) and x.strides[-1] == x.itemsize:
        return x.view(kind)[..., 0]
    return np.ascontiguousarray(x).view(kind)[..., 0]


vars(namespace).update(
    real=np.real,
    imag=np.imag,
    angle=angles,
    sgn=direction,
    from_parts=parts_together,
    view_as_real=real_view,
    view_as_complex=complex_view,
)


@op(cast=None, ufunc=True, complex="own")
def conj(xp: Any, x: Any, /) -> Any:
    """x - iy of x + iy."""
    return xp.conj(x)


conj.defvjp(x=lambda g, xp: xp.conj(g))


@op(cast=None, view=True, complex="own", name="ViewAsReal")
def view_as_real(xp: Any, x: Any, /) -> Any:
    """Real and imaginary parts along a new last axis."""
    return xp.view_as_real(x)


view_as_real.defvjp(x=lambda g, xp: xp.view_as_complex(g))


@op(cast=None, view=True, complex="own", name="ViewAsComplex")
def view_as_complex(xp: Any, x: Any, /) -> Any:
    """The complex numbers whose parts lie along the last axis."""
    return xp.view_as_complex(x)


view_as_complex.defvjp(x=lambda g, xp: xp.view_as_real(g))


@op(cast=None, view=True, complex="own", name="Select")
def real(xp: Any, x: Any, /) -> Any:
    return xp.real(x)


# The engine gives the gradient the type of x.
real.defvjp(x=lambda g: g)


@op(cast=None, view=True, complex="own", name="Select")
def imag(xp: Any, x: Any, /) -> Any:
    return xp.imag(x)


imag.defvjp(x=lambda g: g * 1j)


@op(cast=None, complex="own", name="Complex")
def from_parts(xp: Any, x: Any, y: Any, /) -> Any:
    """x + iy."""
    return xp.from_parts(x, y)


from_parts.defvjp(x=lambda g, xp: xp.real(g), y=lambda g, xp: xp.imag(g))


@op(cast="float", complex="own")
def angle(xp: Any, x: Any, /) -> Any:
    """The angle to the positive axis."""
    return xp.angle(x)


def _angle_vjp(g: Any, xp: Any, x: Any) -> Any:
    """Of a complex number g i z / |z|^2, which is g i / conj(z); a real number's angle does not move."""
    if not has_parts(x):
        return xp.zeros_like(g)
    return xp.where(x == 0, 0.0, g * 1j / xp.conj(xp.where(x == 0, 1.0, x)))


angle.defvjp(x=_angle_vjp)


def has_parts(x: Any) -> bool:
    """Whether an array or a Tensor is complex."""
    kind: str = getattr(x, "array", x).dtype.kind
    return kind == "c"


@op(complex="own")
def sgn(xp: Any, x: Any, /) -> Any:
    """x / |x|."""
    return xp.sgn(x)


def _sgn_vjp(g: Any, xp: Any, x: Any, out: Any) -> Any:
    """What of g / |x| stands across the direction; a real number's direction does not turn."""
    if not has_parts(x):
        return xp.zeros_like(g)
    across = g - xp.real(g * xp.conj(out)) * out
    return xp.where(x == 0, 0.0, across / xp.absolute(xp.where(x == 0, 1.0, x)))


sgn.defvjp(x=_sgn_vjp)


for each in (view_as_real, view_as_complex, real, imag, angle, sgn):
    each.defbatch(as_it_is)
from_parts.defbatch(elementwise)
