"""Floating-point numbers by their parts - sign, mantissa, exponent - and the functions that jump at 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

Array = np.ndarray[Any, Any]


def sign_bits(x: Array) -> Array:
    """Whether the sign is minus, that of -0.0 and of NaN included."""
    return np.signbit(x) if x.dtype.kind not in "iub" else x < 0


def times_power(x: Array, y: Array) -> Array:
    """x 2^y for whole y, without the overflow of 2^y alone."""
    # Beyond these every float is 0 or infinite.
    return np.ldexp(x, np.clip(y, -5000, 5000).astype(np.int32))


def step(x: Array, y: Array) -> Array:
    """0 left of 0, y at 0 and 1 right of it; 0 for NaN, as in PyTorch."""
    return np.where(x == 0, y, (x > 0).astype(y.dtype))


def parts(x: Array) -> tuple[Array, Array]:
    """x = mantissa 2^exponent with the mantissa in [1/2, 1)."""
    mantissa, exponent = np.frexp(x)
    return np.asarray(mantissa), np.asarray(exponent, np.int32)


vars(namespace).update(
    signbit=sign_bits, ldexp=times_power, heaviside=step, frexp=parts, logaddexp2=np.logaddexp2, nextafter=np.nextafter
)


@op(ufunc=True, differentiable=False)
def signbit(xp: Any, x: Any, /) -> Any:
    return xp.signbit(x)


@op(ufunc=True, cast="float")
def copysign(xp: Any, x: Any, y: Any, /) -> Any:
    """|x| with the sign of y."""
    return xp.copysign(x, y)


copysign.defvjp(
    x=lambda g, xp, x, out: g * xp.where(x == 0, 0.0, out / xp.where(x == 0, 1.0, x)),
    y=lambda g, xp: xp.zeros_like(g),
)


@op(ufunc=True, cast="float")
def nextafter(xp: Any, x: Any, y: Any, /) -> Any:
    """The number next to x on the way to y."""
    return xp.nextafter(x, y)


# One step is too small to see: the result moves with x, unless x has arrived at y.
nextafter.defvjp(x=lambda g, xp, x, y: xp.where(x == y, 0.0, g), y=lambda g, xp: xp.zeros_like(g))


@op(cast=None, several=True)
def frexp(xp: Any, x: Any, /) -> Any:
    """Mantissa and exponent."""
    return xp.frexp(x)


frexp.defvjp(x=lambda g, xp, out: g[0] * xp.ldexp(xp.ones_like(g[0]), -out[1]))


@op(cast="float", raw=("y",))
def ldexp(xp: Any, x: Any, y: Any, /) -> Any:
    """x 2^y for whole y."""
    return xp.ldexp(x, y)


ldexp.defvjp(x=lambda g, xp, y: xp.ldexp(g, y), y=None)


def _refuse(g: Any) -> Any:
    raise RuntimeError(
        "derivative for heaviside is not implemented: it is 0 wherever there is one. Use detach() on what it is given"
    )


@op
def heaviside(xp: Any, x: Any, y: Any, /) -> Any:
    """0, y or 1 for x below, at or above 0."""
    return xp.heaviside(x, y)


heaviside.defvjp(x=_refuse, y=_refuse)


@op(ufunc=True, cast="float")
def logaddexp2(xp: Any, x: Any, y: Any, /) -> Any:
    """log2(2^x + 2^y)."""
    return xp.logaddexp2(x, y)


logaddexp2.defvjp(
    x=lambda g, xp, x, y: g / (1 + xp.exp2(y - x)),
    y=lambda g, xp, x, y: g / (1 + xp.exp2(x - y)),
)


def sine_ratio(x: Array) -> Array:
    """sin(pi x) / (pi x), and 1 at 0."""
    at = x * x.dtype.type(math.pi)
    return np.where(at == 0, x.dtype.type(1), np.sin(at) / at)


vars(namespace).update(sinc=sine_ratio)


@op(cast="float", complex=True)
def sinc(xp: Any, x: Any, /) -> Any:
    """sin(pi x) / (pi x)."""
    return xp.sinc(x)


# At 0 the derivative is that of the series 1 - (pi x)^2 / 6, so that the second one is right, too.
sinc.defvjp(
    x=lambda g, xp, x: (
        g
        * xp.where(
            x == 0,
            x * (-(math.pi**2) / 3),
            (xp.cos(x * math.pi) - xp.sinc(x)) / xp.where(x == 0, 1.0, x),
        )
    )
)


for each in (signbit, frexp, ldexp, heaviside, sinc):
    each.defbatch(elementwise)
