"""Divergences of two distributions of different kinds: minus the entropy of p, minus the mean of log q under p.

The mean of log q needs few things of p: for a normal q the mean and variance, for a gamma q the mean and that of the
logarithm, for a Gumbel q the mean of exp(-x / scale).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import seedgrad as sg

from .bernoulli import Bernoulli, Binomial
from .continuous_bernoulli import ContinuousBernoulli
from .distribution import Distribution
from .gamma import Beta, Exponential, Gamma
from .kl import register_kl
from .location import Gumbel, Laplace, Uniform
from .normal import Normal
from .poisson import Poisson
from .tails import Pareto


def _mean_log(p: Any) -> sg.Tensor:
    """The mean of log(x)."""
    if isinstance(p, Exponential):
        return -float(np.euler_gamma) - p.rate.log()
    if isinstance(p, Beta):
        return p.concentration1.digamma() - (p.concentration1 + p.concentration0).digamma()
    if isinstance(p, Pareto):
        return p.scale.log() + p.alpha.reciprocal()
    return _mean_log_between(p.low, p.high)


def _mean_log_between(low: sg.Tensor, high: sg.Tensor) -> sg.Tensor:
    return (sg.xlogy(high, high) - sg.xlogy(low, low)) / (high - low) - 1


def _mean_decay(p: Any, scale: sg.Tensor) -> sg.Tensor:
    """The mean of exp(-x / scale)."""
    if isinstance(p, Exponential):
        return p.rate / (p.rate + scale.reciprocal())
    if isinstance(p, Gamma):
        return (1 + (scale * p.rate).reciprocal()).pow(-p.concentration)
    if isinstance(p, Normal):
        return ((p.scale / scale).square() / 2 - p.loc / scale).exp()
    return scale * ((-p.low / scale).exp() - (-p.high / scale).exp()) / (p.high - p.low)


def _to_normal(p: Distribution, q: Normal) -> sg.Tensor:
    square = p.variance + (p.mean - q.loc) ** 2
    return -p.entropy() + 0.5 * math.log(2 * math.pi) + q.scale.log() + square / (2 * q.scale**2)


def _to_exponential(p: Distribution, q: Exponential) -> sg.Tensor:
    return -p.entropy() - q.rate.log() + q.rate * p.mean


def _to_gamma(p: Distribution, q: Gamma) -> sg.Tensor:
    a, rate = q.concentration, q.rate
    return -p.entropy() + a.lgamma() - a * rate.log() - (a - 1) * _mean_log(p) + rate * p.mean


def _to_gumbel(p: Distribution, q: Gumbel) -> sg.Tensor:
    y = (q.loc - p.mean) / q.scale
    return -p.entropy() - y + (q.loc / q.scale).exp() * _mean_decay(p, q.scale) + q.scale.log()


_p: Any
for _p in (Beta, ContinuousBernoulli, Exponential, Gamma, Gumbel, Laplace, Uniform):
    register_kl(_p, Normal)(_to_normal)
for _p in (Beta, ContinuousBernoulli, Gamma):
    register_kl(_p, Exponential)(_to_exponential)
for _p in (Beta, Exponential):
    register_kl(_p, Gamma)(_to_gamma)
for _p in (Exponential, Gamma, Normal, Uniform):
    register_kl(_p, Gumbel)(_to_gumbel)


def _infinite(p: Any, q: Any) -> sg.Tensor:
    """p can give values that q cannot."""
    return sg.full(p.batch_shape, math.inf, dtype=p.mean.dtype)


_LARGER: dict[type[Distribution], tuple[type[Distribution], ...]] = {
    Beta: (Pareto,),
    ContinuousBernoulli: (Pareto,),
    Exponential: (Beta, ContinuousBernoulli, Pareto, Uniform),
    Gamma: (Beta, ContinuousBernoulli, Pareto, Uniform),
    Gumbel: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    Laplace: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    Normal: (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform),
    Pareto: (Beta, ContinuousBernoulli, Uniform),
    Poisson: (Bernoulli, Binomial),
}
for _p, _others in _LARGER.items():
    for _q in _others:
        register_kl(_p, _q)(_infinite)


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Bernoulli, q: Poisson) -> sg.Tensor:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Normal, Laplace)
def _normal_laplace(p: Normal, q: Laplace) -> sg.Tensor:
    away = p.loc - q.loc
    ratio = away / p.scale
    distance = math.sqrt(2 / math.pi) * p.scale * (-0.5 * ratio**2).exp() + away * (ratio / math.sqrt(2)).erf()
    return -p.entropy() + (2 * q.scale).log() + distance / q.scale


def _within(condition: Callable[[Any, Any], sg.Tensor], finite: Callable[[Any, Any], sg.Tensor]) -> Any:
    """The finite formula where the support of p lies in that of q, else inf."""

    def divergence(p: Any, q: Any) -> sg.Tensor:
        value = finite(p, q)
        return sg.where(condition(p, q), value, math.inf)

    return divergence


def _uniform_beta(p: Uniform, q: Beta) -> sg.Tensor:
    a, b = q.concentration1, q.concentration0
    logs = (a - 1) * _mean_log_between(p.low, p.high) + (b - 1) * _mean_log_between(1 - p.high, 1 - p.low)
    return -p.entropy() - logs - (a + b).lgamma() + a.lgamma() + b.lgamma()


register_kl(Uniform, Beta)(_within(lambda p, q: (p.low >= 0) & (p.high <= 1), _uniform_beta))
register_kl(Uniform, Exponential)(_within(lambda p, q: p.low >= 0, _to_exponential))
register_kl(Uniform, Gamma)(_within(lambda p, q: p.low >= 0, _to_gamma))
register_kl(Beta, Uniform)(
    _within(lambda p, q: (q.low <= 0) & (q.high >= 1), lambda p, q: (q.high - q.low).log() - p.entropy())
)


def _to_continuous_bernoulli(p: Any, q: ContinuousBernoulli) -> sg.Tensor:
    return -p.entropy() - p.mean * q.logits - (-q.probs).log1p() - q._log_normalization()


for _p in (Beta, ContinuousBernoulli):
    register_kl(_p, ContinuousBernoulli)(_to_continuous_bernoulli)
register_kl(Uniform, ContinuousBernoulli)(_within(lambda p, q: (p.low >= 0) & (p.high <= 1), _to_continuous_bernoulli))
register_kl(ContinuousBernoulli, Uniform)(
    _within(lambda p, q: (q.low <= 0) & (q.high >= 1), lambda p, q: (q.high - q.low).log() - p.entropy())
)


def _to_pareto(p: Any, q: Pareto) -> sg.Tensor:
    return -p.entropy() - q.alpha.log() - q.alpha * q.scale.log() + (q.alpha + 1) * _mean_log(p)


register_kl(Uniform, Pareto)(_within(lambda p, q: p.low >= q.scale, _to_pareto))
register_kl(Pareto, Pareto)(_within(lambda p, q: p.scale >= q.scale, _to_pareto))


def _from_pareto(moment: int, finite: Callable[[Any, Any], sg.Tensor]) -> Any:
    """The finite formula where p has the moment that it needs, else inf."""

    def divergence(p: Pareto, q: Any) -> sg.Tensor:
        there = p.alpha > moment
        known = Pareto(p.scale, sg.where(there, p.alpha, moment + 1.0), validate_args=False)
        return sg.where(there, finite(known, q), math.inf)

    return divergence


register_kl(Pareto, Normal)(_from_pareto(2, _to_normal))
register_kl(Pareto, Exponential)(_from_pareto(1, _to_exponential))
register_kl(Pareto, Gamma)(_from_pareto(1, _to_gamma))
