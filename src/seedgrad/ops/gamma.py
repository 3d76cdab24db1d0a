"""Integrals and sums around the gamma function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

Array = np.ndarray[Any, Any]


def shifted_sum(f: Any, x: Array, p: int) -> Array:
    """f(x) + f(x - 1/2) + ... of p terms."""
    halves = np.arange(p).astype(x.dtype) / x.dtype.type(2)
    return namespace.sum(f(x[..., None] - halves), -1)


def multivariate_gamma(x: Array, p: int) -> Array:
    return shifted_sum(namespace.lgamma, x, p) + x.dtype.type(p * (p - 1) / 4 * math.log(math.pi))


def multivariate_polygamma(x: Array, p: int, n: int) -> Array:
    return shifted_sum(lambda at: namespace.polygamma(at, n), x, p)


def hurwitz(x: Array, y: Array) -> Array:
    """The sum of 1 / (k + y)^x over k = 0, 1, 2, ...; inf at the poles, NaN where it does not converge."""
    return np.asarray(namespace.scipy_special().zeta(x, y)).astype(x.dtype, copy=False)


vars(namespace).update(
    igamma=lambda x, y: namespace.by_scipy("gammainc", x, y),
    igammac=lambda x, y: namespace.by_scipy("gammaincc", x, y),
    mvlgamma=multivariate_gamma,
    mvpolygamma=multivariate_polygamma,
    zeta=hurwitz,
)


def _refuse(name: str, what: str) -> Any:
    def rule(g: Any) -> Any:
        raise NotImplementedError(
            f"the derivative of {name} with respect to {what} is not implemented: it has no closed form. "
            f"Use detach() on it"
        )

    return rule


@op(cast="float")
def igamma(xp: Any, x: Any, y: Any, /) -> Any:
    """The part of the gamma function's integral at x that lies below y."""
    return xp.igamma(x, y)


igamma.defvjp(
    x=_refuse("igamma", "input"),
    y=lambda g, xp, x, y: g * xp.exp((x - 1) * xp.log(y) - y - xp.lgamma(x)),
)


@op(cast="float")
def igammac(xp: Any, x: Any, y: Any, /) -> Any:
    """The part that lies above y."""
    return xp.igammac(x, y)


igammac.defvjp(
    x=_refuse("igammac", "input"),
    y=lambda g, xp, x, y: -g * xp.exp((x - 1) * xp.log(y) - y - xp.lgamma(x)),
)


@op(cast="float")
def mvlgamma(xp: Any, x: Any, /, p: int = 1) -> Any:
    """The logarithm of the gamma function of p-by-p matrices."""
    return xp.mvlgamma(x, p)


@op(cast="float")
def mvpolygamma(xp: Any, x: Any, /, p: int = 1, n: int = 0) -> Any:
    """Derivative n + 1 of mvlgamma."""
    return xp.mvpolygamma(x, p, n)


mvlgamma.defvjp(x=lambda g, xp, x, p: g * xp.mvpolygamma(x, p=p, n=0))
mvpolygamma.defvjp(x=lambda g, xp, x, p, n: g * xp.mvpolygamma(x, p=p, n=n + 1))


@op(cast="float", real=NotImplementedError, name="SpecialZeta")
def zeta(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.zeta(x, y)


zeta.defvjp(x=_refuse("zeta", "input"), y=lambda g, xp, x, y: -g * x * xp.zeta(x + 1, y))


for each in (igamma, igammac, mvlgamma, mvpolygamma, zeta):
    each.defbatch(elementwise)
