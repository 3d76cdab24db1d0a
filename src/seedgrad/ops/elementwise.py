"""Arithmetic and steps of each element alone, with their derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op
from .complex import has_parts, sign_of

Array = np.ndarray[Any, Any]


def power_of(x: Array, y: Array) -> Array:
    """x ** y; an integer to a negative power is its reciprocal rounded towards 0, and 0 for 0."""
    if x.dtype.kind == "b":
        return x | ~y
    if x.dtype.kind not in "iu" or not (y < 0).any():
        return np.power(x, y)
    whole = np.power(x, np.maximum(y, 0))
    return np.where(y >= 0, whole, np.where(x == 1, 1, np.where(x == -1, 1 - 2 * (y % 2), 0))).astype(x.dtype)


def number_power(x: Array, exponent: float) -> Array:
    """x to a fixed power: small powers and roots without logarithms."""
    if exponent == 2:
        return np.multiply(x, x)
    if exponent == 3:
        return np.multiply(np.multiply(x, x), x)
    if exponent == 1:
        return np.array(x)
    if exponent == -1:
        return np.reciprocal(x)
    if exponent == 0.5:
        return np.sqrt(x)
    if exponent == -0.5:
        return np.reciprocal(np.sqrt(x))
    return np.power(x, x.dtype.type(exponent))


def quotient_to_zero(x: Array, y: Array) -> Array:
    """x / y rounded towards zero; integers without a detour through floats, which have 53 bits."""
    return np.trunc(x / y) if x.dtype.kind not in "iu" else np.floor_divide(x - np.fmod(x, y), y)


vars(namespace).update(sign=sign_of, power=power_of, power_number=number_power, trunc_divide=quotient_to_zero)


@op(ufunc=True, complex=True)
def add(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.add(x, y)


add.defvjp(x=lambda g: g, y=lambda g: g)


@op(ufunc=True, complex=True, bools=False, name="Sub")
def subtract(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.subtract(x, y)


subtract.defvjp(x=lambda g: g, y=lambda g: -g)


@op(ufunc=True, complex=True, name="Mul")
def multiply(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.multiply(x, y)


multiply.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)


@op(ufunc=True, cast="float", complex=True, name="Div")
def divide(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.divide(x, y)


# Not from `out`: y = a / b; y += c is a common program.
divide.defvjp(x=lambda g, y: g / y, y=lambda g, x, y: -g * (x / y) / y)


@op(ufunc=True, complex=True, name="Neg")
def negative(xp: Any, x: Any, /) -> Any:
    return xp.negative(x)


negative.defvjp(x=lambda g: -g)


@op(ufunc=True, complex=True, name="Pow")
def power(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.power(x, y)


# x ** 0 has the derivative 0 everywhere, x ** y that of y 0 at x = 0 (where y >= 0): both as PyTorch.
power.defvjp(
    x=lambda g, xp, x, y: xp.where(y == 0, 0.0, g * (y * xp.power(x, xp.where(y == 0, 1.0, y - 1)))),
    y=lambda g, xp, x, y, out: g * xp.where((x == 0) & _not_negative(xp, y), 0.0, out * xp.log(x)),
)


def _not_negative(xp: Any, y: Any) -> Any:
    return (xp.real(y) if has_parts(y) else y) >= 0


@op(ufunc=True, cast=None, complex=True, name="Pow")
def power_number(xp: Any, x: Any, /, exponent: float = 2.0) -> Any:
    """x to a fixed power."""
    return xp.power_number(x, exponent)


power_number.defvjp(
    x=lambda g, xp, x, exponent: (
        xp.zeros_like(g) if exponent == 0 else g * (xp.power_number(x, exponent - 1) * exponent)
    )
)


@op(name="DivTensorMode")
def floor_divide(xp: Any, x: Any, y: Any, /) -> Any:
    """x / y rounded towards minus infinity."""
    return xp.floor_divide(x, divisor(xp, y))


@op(name="DivTensorMode")
def trunc_divide(xp: Any, x: Any, y: Any, /) -> Any:
    """x / y rounded towards zero."""
    return xp.trunc_divide(x, divisor(xp, y))


for rounded in (floor_divide, trunc_divide):
    rounded.defvjp(x=lambda g, xp: xp.zeros_like(g), y=lambda g, xp: xp.zeros_like(g))


def divisor(xp: Any, y: Any) -> Any:
    """y, if a remainder by it exists."""
    if y.dtype.kind == "b":
        raise NotImplementedError("quotients and remainders of bool tensors are not implemented. Convert one: x.long()")
    if y.dtype.kind in "iu" and not xp.all(y):
        raise RuntimeError(
            "ZeroDivisionError: an integer tensor is divided by 0. Convert it to a float first: x.float()"
        )
    return y


@op
def remainder(xp: Any, x: Any, y: Any, /) -> Any:
    """What floor division leaves; it has the sign of y."""
    return xp.remainder(x, divisor(xp, y))


remainder.defvjp(x=lambda g: g, y=lambda g, xp, x, y: -g * xp.floor_divide(x, y))


@op
def fmod(xp: Any, x: Any, y: Any, /) -> Any:
    """What division rounded towards zero leaves; it has the sign of x."""
    return xp.fmod(x, divisor(xp, y))


fmod.defvjp(x=lambda g: g, y=lambda g, xp, x, y: -g * xp.trunc_divide(x, y))


@op(ufunc=True, cast="float", complex=True)
def reciprocal(xp: Any, x: Any, /) -> Any:
    return xp.reciprocal(x)


reciprocal.defvjp(x=lambda g, out: -g * out * out)


@op(ufunc=True, complex="own", name="Abs")
def absolute(xp: Any, x: Any, /) -> Any:
    return xp.absolute(x)


absolute.defvjp(x=lambda g, xp, x: g * xp.sgn(x))


@op(ufunc=True, complex=True, name="Pow")
def square(xp: Any, x: Any, /) -> Any:
    return xp.square(x)


square.defvjp(x=lambda g, x: g * (x + x))


@op(complex=True)
def addcmul(xp: Any, x: Any, y: Any, z: Any, /, value: float = 1) -> Any:
    """x + value y z."""
    return xp.astype(x + y * z * value, x.dtype) if value != 1 else x + y * z


addcmul.defvjp(
    x=lambda g: g,
    y=lambda g, z, value: g * (z * value),
    z=lambda g, y, value: g * (y * value),
)


@op(complex=True)
def addcdiv(xp: Any, x: Any, y: Any, z: Any, /, value: float = 1) -> Any:
    """x + value y / z."""
    return xp.astype(x + y / z * value, x.dtype) if value != 1 else x + y / z


addcdiv.defvjp(
    x=lambda g: g,
    y=lambda g, z, value: g * value / z,
    z=lambda g, y, z, value: -g * (y * value / (z * z)),
)


@op(complex=True)
def lerp(xp: Any, x: Any, y: Any, weight: Any, /) -> Any:
    """x + weight (y - x), from whichever end is closer, so that weight 1 gives y exactly."""
    step = y - x
    return xp.where(xp.absolute(weight) < 0.5, x + weight * step, y - step * (1 - weight))


lerp.defvjp(
    x=lambda g, weight: g * (1 - weight),
    y=lambda g, weight: g * weight,
    weight=lambda g, x, y: g * (y - x),
)

# Steps: the derivative is 0 wherever there is one.


@op(ufunc=True, real=NotImplementedError)
def sign(xp: Any, x: Any, /) -> Any:
    return xp.sign(x)


@op(ufunc=True)
def floor(xp: Any, x: Any, /) -> Any:
    return xp.floor(x)


@op(ufunc=True)
def ceil(xp: Any, x: Any, /) -> Any:
    return xp.ceil(x)


@op(ufunc=True, real=NotImplementedError, name="Round")
def rint(xp: Any, x: Any, /) -> Any:
    return xp.rint(x)


@op(ufunc=True)
def trunc(xp: Any, x: Any, /) -> Any:
    return xp.trunc(x)


for step in (sign, floor, ceil, rint, trunc):
    step.defvjp(x=lambda g, xp: xp.zeros_like(g))


for each in (power_number, floor_divide, trunc_divide, remainder, fmod, addcmul, addcdiv, lerp, sign, power):
    each.defbatch(elementwise)
