"""Draws from the gamma and Dirichlet distributions, and how they move with the parameters.

A draw x of a distribution function F(x; a) keeps its place F when a moves, so dx/da = -(dF/da) / (dF/dx). The derivative
of F by a has no closed form. For small x it is a series; else it is found by differences of SciPy's incomplete
functions, of the smaller tail, whose relative error is that of double precision.

Source: Figurnov, Mohamed, Mnih, "Implicit reparameterization gradients", 2018.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

Array = np.ndarray[Any, Any]
# Terms of the series below x = 1: the last is smaller than 1e-17.
TERMS = 19


def _log_slope(f: Callable[[Array], Array], a: Array, step: Array) -> Array:
    """The derivative of log f at a, from four points around it; its error is of the fourth order in the step."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        near = np.log(f(a + step)) - np.log(f(a - step))
        far = np.log(f(a + 2 * step)) - np.log(f(a - 2 * step))
    return np.asarray((8 * near - far) / (12 * step))


def _tail_slope(lower: Any, upper: Any, a: Array, step: Array) -> tuple[Array, Array]:
    """log of the smaller tail's derivative: its sign times derivative, and the logarithm of the tail."""
    below = lower(a) < 0.5
    slope = np.where(below, _log_slope(lower, a, step), -_log_slope(upper, a, step))
    with np.errstate(divide="ignore"):
        return slope, np.log(np.where(below, lower(a), upper(a)))


def slope_of_gamma(a: Array, x: Array) -> Array:
    """dx/da of a draw x from the gamma distribution with concentration a and rate 1."""
    special = namespace.scipy_special()
    kind, (a, x) = x.dtype, np.broadcast_arrays(a.astype(np.float64), x.astype(np.float64))
    found = np.empty(x.shape)
    small = x < 1
    b, y = a[small], np.maximum(x[small], np.finfo(np.float64).tiny)
    # P = x^a / gamma(a + 1) * s, s = sum (-x)^n a / (n! (a + n)), term by term.
    term, total, slope = np.ones_like(y), np.zeros_like(y), np.zeros_like(y)
    for n in range(TERMS):
        total += term * b / (b + n)
        slope += term * n / (b + n) ** 2
        term = -term * y / (n + 1)
    found[small] = -(y / b) * np.exp(y) * (total * (np.log(y) - special.digamma(b + 1)) + slope)
    b, y = a[~small], x[~small]
    step = 1e-3 * np.minimum(b, np.sqrt(b))
    change, tail = _tail_slope(lambda at: special.gammainc(at, y), lambda at: special.gammaincc(at, y), b, step)
    found[~small] = -change * np.exp(tail - (special.xlogy(b - 1, y) - y - special.gammaln(b)))
    return found.astype(kind)


def slope_of_beta(a: Array, b: Array, x: Array) -> Array:
    """dx/da / (1 - x) of a draw x from the beta distribution with the exponents a and b."""
    special = namespace.scipy_special()
    kind = x.dtype
    a, b, x = np.broadcast_arrays(*(v.astype(np.float64) for v in (a, b, x)))
    limits = np.finfo(np.float64)
    x = np.clip(x, limits.tiny, 1 - limits.epsneg)
    step = 1e-3 * np.minimum(np.minimum(a, np.sqrt(a)), 1 / np.maximum(1, -np.log(x)))
    change, tail = _tail_slope(lambda at: special.betainc(at, b, x), lambda at: special.betaincc(at, b, x), a, step)
    density = special.xlogy(a - 1, x) + special.xlog1py(b, -x) - special.betaln(a, b)  # times (1 - x)
    return np.asarray(-change * np.exp(tail - density)).astype(kind)


vars(namespace).update(gamma_slope=slope_of_gamma, beta_slope=slope_of_beta)


def _refuse(name: str) -> Any:
    def rule(g: Any) -> Any:
        raise NotImplementedError(f"the second derivative of draws from the {name} distribution is not implemented")

    return rule


@op(cast=None)
def gamma_slope(xp: Any, a: Any, x: Any, /) -> Any:
    """How a gamma draw moves with the concentration."""
    return xp.gamma_slope(a, x)


@op(cast=None)
def beta_slope(xp: Any, a: Any, b: Any, x: Any, /) -> Any:
    """How a beta draw moves with the first exponent, divided by 1 - x."""
    return xp.beta_slope(a, b, x)


gamma_slope.defvjp(a=_refuse("gamma"), x=_refuse("gamma"))
beta_slope.defvjp(a=_refuse("Dirichlet"), b=_refuse("Dirichlet"), x=_refuse("Dirichlet"))


@op(cast=None, name="StandardGamma")
def gamma_drawn(xp: Any, a: Any, x: Any, /) -> Any:
    """x, drawn from the gamma distribution with concentration a."""
    return x


gamma_drawn.defvjp(a=lambda g, xp, a, out: g * xp.gamma_slope(a, out), x=None)


@op(cast=None, name="Dirichlet")
def dirichlet_drawn(xp: Any, a: Any, x: Any, /) -> Any:
    """x, drawn from the Dirichlet distribution with the exponents a along the last axis."""
    return x


def _dirichlet_rule(g: Any, xp: Any, a: Any, out: Any) -> Any:
    # Each x_i alone is a beta draw; when it moves, the others keep their proportions.
    rest = xp.sum(a, axis=-1, keepdims=True) - a
    return xp.beta_slope(a, rest, out) * (g - xp.sum(out * g, axis=-1, keepdims=True))


dirichlet_drawn.defvjp(a=_dirichlet_rule, x=None)

for each in (gamma_slope, beta_slope, gamma_drawn):
    each.defbatch(elementwise)
