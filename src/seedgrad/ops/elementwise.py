"""Ops that work on each element alone, with their derivatives."""

from __future__ import annotations

import math
from typing import Any

from ..core.op import op

# Arithmetic


@op(ufunc=True, complex=True)
def add(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.add(x, y)


add.defvjp(x=lambda g: g, y=lambda g: g)


@op(ufunc=True, complex=True, name="Sub")
def subtract(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.subtract(x, y)


subtract.defvjp(x=lambda g: g, y=lambda g: -g)


@op(ufunc=True, name="Mul")
def multiply(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.multiply(x, y)


multiply.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)


@op(ufunc=True, cast="float", name="Div")
def divide(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.divide(x, y)


divide.defvjp(x=lambda g, y: g / y, y=lambda g, y, out: -g * out / y)


@op(ufunc=True, complex=True, name="Neg")
def negative(xp: Any, x: Any, /) -> Any:
    return xp.negative(x)


negative.defvjp(x=lambda g: -g)


@op(ufunc=True, name="Pow")
def power(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.power(x, y)


# x ** 0 has the derivative 0 everywhere, x ** y that of y 0 at x = 0 (where y >= 0): both as PyTorch.
power.defvjp(
    x=lambda g, xp, x, y: xp.where(y == 0, 0.0, g * y * xp.power(x, xp.where(y == 0, 1.0, y - 1))),
    y=lambda g, xp, x, y, out: g * xp.where((x == 0) & (y >= 0), 0.0, out * xp.log(x)),
)


@op(cast=None, name="Pow")
def power_number(xp: Any, x: Any, /, exponent: float = 2.0) -> Any:
    """x to a fixed power: squares and roots without logarithms."""
    if exponent == 2:
        return xp.multiply(x, x)
    if exponent == 1:
        return xp.multiply(x, 1)
    if exponent == 0.5:
        return xp.sqrt(x)
    return xp.power(x, exponent)


power_number.defvjp(
    x=lambda g, xp, x, exponent: (
        xp.zeros_like(g) * 1 if exponent == 0 else g * (x ** (exponent - 1) * exponent)
    )
)


@op(ufunc=True)
def remainder(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.remainder(x, y)


remainder.defvjp(x=lambda g: g, y=lambda g, xp, x, y: -g * xp.floor(x / y))


@op(ufunc=True)
def fmod(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.fmod(x, y)


fmod.defvjp(x=lambda g: g, y=lambda g, xp, x, y: -g * xp.trunc(x / y))


@op(ufunc=True, cast="float")
def reciprocal(xp: Any, x: Any, /) -> Any:
    return xp.reciprocal(x)


reciprocal.defvjp(x=lambda g, out: -g * out * out)


@op(ufunc=True, name="Abs")
def absolute(xp: Any, x: Any, /) -> Any:
    return xp.absolute(x)


absolute.defvjp(x=lambda g, xp, x: g * xp.sign(x))


@op(ufunc=True, name="Pow")
def square(xp: Any, x: Any, /) -> Any:
    return xp.square(x)


square.defvjp(x=lambda g, x: g * (x + x))

# Steps: the derivative is 0 wherever there is one.


@op(ufunc=True)
def sign(xp: Any, x: Any, /) -> Any:
    return xp.sign(x)


@op(ufunc=True)
def floor(xp: Any, x: Any, /) -> Any:
    return xp.floor(x)


@op(ufunc=True)
def ceil(xp: Any, x: Any, /) -> Any:
    return xp.ceil(x)


@op(ufunc=True, name="Round")
def rint(xp: Any, x: Any, /) -> Any:
    return xp.rint(x)


@op(ufunc=True)
def trunc(xp: Any, x: Any, /) -> Any:
    return xp.trunc(x)


for step in (sign, floor, ceil, rint, trunc):
    step.defvjp(x=lambda g, xp: xp.zeros_like(g))

# Exponentials, logarithms, roots


@op(ufunc=True, cast="float")
def exp(xp: Any, x: Any, /) -> Any:
    return xp.exp(x)


exp.defvjp(x=lambda g, out: g * out)


@op(ufunc=True, cast="float")
def exp2(xp: Any, x: Any, /) -> Any:
    return xp.exp2(x)


exp2.defvjp(x=lambda g, out: g * out * math.log(2))


@op(ufunc=True, cast="float")
def expm1(xp: Any, x: Any, /) -> Any:
    return xp.expm1(x)


expm1.defvjp(x=lambda g, out: g * (out + 1))


@op(ufunc=True, cast="float")
def log(xp: Any, x: Any, /) -> Any:
    return xp.log(x)


log.defvjp(x=lambda g, x: g / x)


@op(ufunc=True, cast="float")
def log2(xp: Any, x: Any, /) -> Any:
    return xp.log2(x)


log2.defvjp(x=lambda g, x: g / (x * math.log(2)))


@op(ufunc=True, cast="float")
def log10(xp: Any, x: Any, /) -> Any:
    return xp.log10(x)


log10.defvjp(x=lambda g, x: g / (x * math.log(10)))


@op(ufunc=True, cast="float")
def log1p(xp: Any, x: Any, /) -> Any:
    return xp.log1p(x)


log1p.defvjp(x=lambda g, x: g / (x + 1))


@op(ufunc=True, cast="float")
def logaddexp(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.logaddexp(x, y)


logaddexp.defvjp(
    x=lambda g, xp, x, y: g / (1 + xp.exp(y - x)),
    y=lambda g, xp, x, y: g / (1 + xp.exp(x - y)),
)


@op(ufunc=True, cast="float")
def sqrt(xp: Any, x: Any, /) -> Any:
    return xp.sqrt(x)


sqrt.defvjp(x=lambda g, out: g / (out + out))


@op(cast="float")
def rsqrt(xp: Any, x: Any, /) -> Any:
    return xp.rsqrt(x)


rsqrt.defvjp(x=lambda g, out: g * out * out * out * -0.5)

# Circular and hyperbolic functions and their inverses


@op(ufunc=True, cast="float")
def sin(xp: Any, x: Any, /) -> Any:
    return xp.sin(x)


sin.defvjp(x=lambda g, xp, x: g * xp.cos(x))


@op(ufunc=True, cast="float")
def cos(xp: Any, x: Any, /) -> Any:
    return xp.cos(x)


cos.defvjp(x=lambda g, xp, x: g * -xp.sin(x))


@op(ufunc=True, cast="float")
def tan(xp: Any, x: Any, /) -> Any:
    return xp.tan(x)


tan.defvjp(x=lambda g, out: g * (1 + out * out))


@op(ufunc=True, cast="float", name="Asin")
def arcsin(xp: Any, x: Any, /) -> Any:
    return xp.arcsin(x)


arcsin.defvjp(x=lambda g, xp, x: g * xp.rsqrt(1 - x * x))


@op(ufunc=True, cast="float", name="Acos")
def arccos(xp: Any, x: Any, /) -> Any:
    return xp.arccos(x)


arccos.defvjp(x=lambda g, xp, x: -g * xp.rsqrt(1 - x * x))


@op(ufunc=True, cast="float", name="Atan")
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


@op(ufunc=True, cast="float")
def sinh(xp: Any, x: Any, /) -> Any:
    return xp.sinh(x)


sinh.defvjp(x=lambda g, xp, x: g * xp.cosh(x))


@op(ufunc=True, cast="float")
def cosh(xp: Any, x: Any, /) -> Any:
    return xp.cosh(x)


cosh.defvjp(x=lambda g, xp, x: g * xp.sinh(x))


@op(ufunc=True, cast="float")
def tanh(xp: Any, x: Any, /) -> Any:
    return xp.tanh(x)


tanh.defvjp(x=lambda g, out: g - g * (out * out))


@op(ufunc=True, cast="float", name="Asinh")
def arcsinh(xp: Any, x: Any, /) -> Any:
    return xp.arcsinh(x)


arcsinh.defvjp(x=lambda g, xp, x: g * xp.rsqrt(x * x + 1))


@op(ufunc=True, cast="float", name="Acosh")
def arccosh(xp: Any, x: Any, /) -> Any:
    return xp.arccosh(x)


arccosh.defvjp(x=lambda g, xp, x: g * xp.rsqrt(x * x - 1))


@op(ufunc=True, cast="float", name="Atanh")
def arctanh(xp: Any, x: Any, /) -> Any:
    return xp.arctanh(x)


arctanh.defvjp(x=lambda g, x: g / (1 - x * x))


@op(ufunc=True, cast="float")
def hypot(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.hypot(x, y)


hypot.defvjp(x=lambda g, x, out: g * (x / out), y=lambda g, y, out: g * (y / out))

# Special functions


@op(cast="float")
def erf(xp: Any, x: Any, /) -> Any:
    return xp.erf(x)


erf.defvjp(x=lambda g, xp, x: g * (2 / math.sqrt(math.pi)) * xp.exp(-x * x))


@op(cast="float")
def erfc(xp: Any, x: Any, /) -> Any:
    return xp.erfc(x)


erfc.defvjp(x=lambda g, xp, x: g * (-2 / math.sqrt(math.pi)) * xp.exp(-x * x))


@op(cast="float")
def erfinv(xp: Any, x: Any, /) -> Any:
    return xp.erfinv(x)


erfinv.defvjp(x=lambda g, xp, out: g * (math.sqrt(math.pi) / 2) * xp.exp(out * out))


@op(cast="float")
def lgamma(xp: Any, x: Any, /) -> Any:
    return xp.lgamma(x)


lgamma.defvjp(x=lambda g, xp, x: g * xp.digamma(x))


@op(cast="float")
def digamma(xp: Any, x: Any, /) -> Any:
    return xp.digamma(x)


digamma.defvjp(x=lambda g, xp, x: g * xp.polygamma(x, n=1))


@op(cast="float")
def polygamma(xp: Any, x: Any, /, n: int = 1) -> Any:
    return xp.polygamma(x, n)


polygamma.defvjp(x=lambda g, xp, x, n: g * xp.polygamma(x, n=n + 1))
