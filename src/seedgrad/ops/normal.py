"""The normal distribution: its integral, its tails, their inverses; and entropy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

Array = np.ndarray[Any, Any]


def times_log1p(x: Array, y: Array) -> Array:
    """x log(1 + y), and 0 where x is 0, whatever y is."""
    return np.where((x == 0) & ~np.isnan(y), x.dtype.type(0), x * np.log1p(y))


def entropy_term(x: Array) -> Array:
    """-x log(x): 0 at 0, -inf below."""
    return np.where(x == 0, x.dtype.type(0), np.where(x < 0, x.dtype.type(-np.inf), -x * np.log(x)))


def lower_tail(x: Array) -> Array:
    """erfc(-x / sqrt(2)) / 2, which is accurate far to the left, too."""
    return namespace.erfc(x * x.dtype.type(-math.sqrt(0.5))) * x.dtype.type(0.5)


vars(namespace).update(
    erfcx=lambda x: namespace.by_scipy("erfcx", x),
    ndtr=lower_tail,
    ndtri=lambda x: namespace.by_scipy("ndtri", x),
    log_ndtr=lambda x: namespace.by_scipy("log_ndtr", x),
    entr=entropy_term,
    xlog1py=times_log1p,
)


@op(cast="float", name="SpecialErfcx")
def erfcx(xp: Any, x: Any, /) -> Any:
    """erfc(x) exp(x^2)."""
    return xp.erfcx(x)


erfcx.defvjp(x=lambda g, x, out: g * (2 * x * out - 2 / math.sqrt(math.pi)))


@op(cast="float", name="SpecialNdtr")
def ndtr(xp: Any, x: Any, /) -> Any:
    """The integral of the standard normal density up to x."""
    return xp.ndtr(x)


ndtr.defvjp(x=lambda g, xp, x: g * xp.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi)))


@op(cast="float", name="SpecialNdtri")
def ndtri(xp: Any, x: Any, /) -> Any:
    """The inverse of ndtr."""
    return xp.ndtri(x)


ndtri.defvjp(x=lambda g, xp, out: g * xp.exp(out * out * 0.5) * math.sqrt(2 * math.pi))


@op(cast="float", name="SpecialLogNdtr")
def log_ndtr(xp: Any, x: Any, /) -> Any:
    """log(ndtr(x)), without underflow."""
    return xp.log_ndtr(x)


# The density over ndtr, with exp(-x^2 / 2) taken out of both.
log_ndtr.defvjp(x=lambda g, xp, x: g * math.sqrt(2 / math.pi) / xp.erfcx(x * -math.sqrt(0.5)))


@op(cast="float", real=NotImplementedError, name="SpecialEntr")
def entr(xp: Any, x: Any, /) -> Any:
    """-x log(x)."""
    return xp.entr(x)


entr.defvjp(x=lambda g, xp, x: -g * (1 + xp.log(x)))


@op(cast="float", real=NotImplementedError, name="SpecialXlog1Py")
def xlog1py(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.xlog1py(x, y)


xlog1py.defvjp(
    x=lambda g, xp, x, y: xp.where((x == 0) & (y <= -1), 0.0, xp.xlog1py(g, y)),
    y=lambda g, x, y: g * x / (y + 1),
)


for each in (erfcx, ndtr, ndtri, log_ndtr, entr, xlog1py):
    each.defbatch(elementwise)
