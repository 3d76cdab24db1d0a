"""Exponentials, logarithms, roots, circular and hyperbolic functions, with their derivatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.kernel import LARGE
from ..core.op import op
from .complex import has_parts, parts_together

Array = np.ndarray[Any, Any]


def power_of_two(x: Array) -> Array:
    """2^x; NumPy has it for real numbers only."""
    if x.dtype.kind != "c":
        return np.exp2(x)
    return np.exp(parts_together(x.real * math.log(2), x.imag * math.log(2)))


def log_after_one(x: Array) -> Array:
    """log(1 + x), exact near 0; NumPy's is so for real numbers only."""
    if x.dtype.kind != "c":
        return np.log1p(x)
    # |1 + x|^2 is 1 + re (re + 2) + im^2
    near = parts_together(np.log1p(x.real * (x.real + 2) + x.imag * x.imag) * 0.5, np.arctan2(x.imag, x.real + 1))
    return np.where(np.absolute(x) < 0.5, near, np.log(parts_together(x.real + 1, x.imag)))


def log_sum(x: Array, y: Array) -> Array:
    """log(e^x + e^y), of complex numbers with the larger real part taken out."""
    if x.dtype.kind != "c":
        return np.logaddexp(x, y)
    high, low = np.where(x.real >= y.real, x, y), np.where(x.real >= y.real, y, x)
    return np.where(np.isinf(high.real), high, high + log_after_one(np.exp(low - high)))


vars(namespace).update(exp2=power_of_two, log1p=log_after_one, logaddexp=log_sum)

# Exponentials, logarithms, roots


@op(ufunc=True, cast="float", complex=True)
def exp(xp: Any, x: Any, /) -> Any:
    return xp.exp(x)


exp.defvjp(x=lambda g, out: g * out)


@op(ufunc=True, cast="float", complex=True)
def exp2(xp: Any, x: Any, /) -> Any:
    return xp.exp2(x)


exp2.defvjp(x=lambda g, out: g * out * math.log(2))


@op(ufunc=True, cast="float", complex=True)
def expm1(xp: Any, x: Any, /) -> Any:
    return xp.expm1(x)


expm1.defvjp(x=lambda g, out: g * (out + 1))


@op(ufunc=True, cast="float", complex=True)
def log(xp: Any, x: Any, /) -> Any:
    return xp.log(x)


log.defvjp(x=lambda g, x: g / x)


@op(ufunc=True, cast="float", complex=True)
def log2(xp: Any, x: Any, /) -> Any:
    return xp.log2(x)


log2.defvjp(x=lambda g, x: g / (x * math.log(2)))


@op(ufunc=True, cast="float", complex=True)
def log10(xp: Any, x: Any, /) -> Any:
    return xp.log10(x)


log10.defvjp(x=lambda g, x: g / (x * math.log(10)))


@op(ufunc=True, cast="float", complex=True)
def log1p(xp: Any, x: Any, /) -> Any:
    return xp.log1p(x)


log1p.defvjp(x=lambda g, x: g / (x + 1))


@op(ufunc=True, cast="float", complex=True)
def logaddexp(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.logaddexp(x, y)


logaddexp.defvjp(
    x=lambda g, xp, x, y: g / (1 + xp.exp(y - x)),
    y=lambda g, xp, x, y: g / (1 + xp.exp(x - y)),
)


@op(ufunc=True, cast="float", complex=True)
def sqrt(xp: Any, x: Any, /) -> Any:
    return xp.sqrt(x)


sqrt.defvjp(x=lambda g, out: g / (out + out))


@op(ufunc=True, cast="float", complex=True)
def rsqrt(xp: Any, x: Any, /) -> Any:
    return xp.rsqrt(x)


rsqrt.defvjp(x=lambda g, out: g * out * out * out * -0.5)

# Circular and hyperbolic functions and their inverses


@op(ufunc=True, cast="float", complex=True)
def sin(xp: Any, x: Any, /) -> Any:
    return xp.sin(x)


sin.defvjp(x=lambda g, xp, x: g * xp.cos(x))


@op(ufunc=True, cast="float", complex=True)
def cos(xp: Any, x: Any, /) -> Any:
    return xp.cos(x)


cos.defvjp(x=lambda g, xp, x: g * -xp.sin(x))


@op(ufunc=True, cast="float", complex=True)
def tan(xp: Any, x: Any, /) -> Any:
    return xp.tan(x)


tan.defvjp(x=lambda g, out: g * (1 + out * out))


@op(ufunc=True, cast="float", complex=True, name="Asin")
def arcsin(xp: Any, x: Any, /) -> Any:
    return xp.arcsin(x)


arcsin.defvjp(x=lambda g, xp, x: g * xp.rsqrt(1 - x * x))


@op(ufunc=True, cast="float", complex=True, name="Acos")
def arccos(xp: Any, x: Any, /) -> Any:
    return xp.arccos(x)


arccos.defvjp(x=lambda g, xp, x: -g * xp.rsqrt(1 - x * x))


@op(ufunc=True, cast="float", complex=True, name="Atan")
def arctan(xp: Any, x: Any, /) -> Any:
    return xp.arctan(x)


arctan.defvjp(x=lambda g, x: g / (x * x + 1))


@op(ufunc=True, cast="float", name="Atan2")
def arctan2(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.arctan2(x, y)


arctan2.defvjp(
    x=lambda g, xp, x, y: g * _safe_ratio(xp, y, x * x + y * y),
    y=lambda g, xp, x, y: -g * _safe_ratio(xp, x, x * x + y * y),
)


def _safe_ratio(xp: Any, top: Any, bottom: Any) -> Any:
    """top / bottom, and 0 at the origin, where both vanish."""
    return xp.where(bottom == 0, 0.0, top / xp.where(bottom == 0, 1.0, bottom))


@op(ufunc=True, cast="float", complex=True)
def sinh(xp: Any, x: Any, /) -> Any:
    return xp.sinh(x)


sinh.defvjp(x=lambda g, xp, x: g * xp.cosh(x))


@op(ufunc=True, cast="float", complex=True)
def cosh(xp: Any, x: Any, /) -> Any:
    return xp.cosh(x)


cosh.defvjp(x=lambda g, xp, x: g * xp.sinh(x))


@op(ufunc=True, cast="float", complex=True)
def tanh(xp: Any, x: Any, /) -> Any:
    return xp.tanh(x)


tanh.defvjp(x=lambda g, out: g - g * (out * out))


@op(ufunc=True, cast="float", complex=True, name="Asinh")
def arcsinh(xp: Any, x: Any, /) -> Any:
    return xp.arcsinh(x)


arcsinh.defvjp(x=lambda g, xp, x: g * xp.rsqrt(x * x + 1))


@op(ufunc=True, cast="float", complex=True, name="Acosh")
def arccosh(xp: Any, x: Any, /) -> Any:
    return xp.arccosh(x)


def _arccosh_vjp(g: Any, xp: Any, x: Any) -> Any:
    if has_parts(x):  # on the left half of the plane (x^2 - 1)^(-1/2) is the other root
        return g * xp.rsqrt(x - 1) * xp.rsqrt(x + 1)
    return g * xp.rsqrt(x * x - 1)


arccosh.defvjp(x=_arccosh_vjp)


@op(ufunc=True, cast="float", complex=True, name="Atanh")
def arctanh(xp: Any, x: Any, /) -> Any:
    return xp.arctanh(x)


arctanh.defvjp(x=lambda g, x: g / (1 - x * x))


@op(ufunc=True, cast="float")
def hypot(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.hypot(x, y)


hypot.defvjp(x=lambda g, x, out: g * (x / out), y=lambda g, y, out: g * (y / out))


for each in (rsqrt, exp2, log1p, logaddexp):  # which are not all NumPy's own
    each.defbatch(elementwise)

for each in (exp, expm1, log, log1p, tanh):
    each.large = LARGE
