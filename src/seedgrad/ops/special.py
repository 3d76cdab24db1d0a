"""The error function, the gamma function, the logistic function and their relatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.kernel import LARGE
from ..core.op import op


@op(ufunc=True, cast="float")
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


# By the input, though the output is at hand: normal numbers are made from it in place, erfinv(u).mul_(2 ** 0.5).
erfinv.defvjp(x=lambda g, xp, x: g * (math.sqrt(math.pi) / 2) * xp.exp(xp.square(xp.erfinv(x))))


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


@op(ufunc=True, cast="float", complex=True)
def sigmoid(xp: Any, x: Any, /) -> Any:
    return xp.sigmoid(x)


sigmoid.defvjp(x=lambda g, out: g * (1 - out) * out)


@op(cast="float", real=NotImplementedError)
def logit(xp: Any, x: Any, /) -> Any:
    """log(x / (1 - x)), the inverse of sigmoid."""
    return xp.log(x / (1 - x))


logit.defvjp(x=lambda g, xp, x: g / xp.where((x < 0) | (x > 1), math.nan, x * (1 - x)))


def times_log(x: Any, y: Any) -> Any:
    """x log(y), and 0 where x is 0, whatever y is."""
    return np.where((x == 0) & ~np.isnan(y), x.dtype.type(0), x * np.log(y))


vars(namespace).update(xlogy=times_log)


@op(cast="float", real=NotImplementedError)
def xlogy(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.xlogy(x, y)


xlogy.defvjp(
    x=lambda g, xp, x, y: xp.where((x == 0) & (y <= 0), 0.0, xp.xlogy(g, y)),
    y=lambda g, x, y: g * x / y,
)


for each in (erf, erfc, erfinv, lgamma, digamma, polygamma, sigmoid, logit, xlogy):
    each.defbatch(elementwise)

for each in (erf, sigmoid):
    each.large = LARGE
