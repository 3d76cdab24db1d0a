"""Divergences of two distributions of one kind."""

from __future__ import annotations

import math
from typing import Any

import seedgrad as sg

from .bernoulli import Bernoulli, Binomial, Geometric
from .categorical import Categorical, OneHotCategorical
from .distribution import sum_rightmost
from .gamma import Beta, Dirichlet, Exponential, Gamma
from .independent import Independent
from .kl import kl_divergence, register_kl
from .location import Cauchy, Gumbel, Laplace, Uniform
from .multivariate_normal import MultivariateNormal, squared_length
from .normal import HalfNormal, Normal
from .poisson import Poisson
from .transformed import TransformedDistribution
from .wishart import Wishart


def _inf_where(condition: sg.Tensor, value: sg.Tensor) -> sg.Tensor:
    return value.masked_fill(condition, math.inf)


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Bernoulli, q: Bernoulli) -> sg.Tensor:
    softplus = sg.nn.functional.softplus
    fails = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    hits = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    hits = _inf_where((q.probs == 0).expand_as(hits), hits).masked_fill((p.probs == 0).expand_as(hits), 0)
    fails = _inf_where((q.probs == 1).expand_as(fails), fails).masked_fill((p.probs == 1).expand_as(fails), 0)
    return hits + fails


@register_kl(Binomial, Binomial)
def _binomial(p: Binomial, q: Binomial) -> sg.Tensor:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL between Binomials where q.total_count > p.total_count is not implemented")
    each = p.probs * (p.logits - q.logits) + (-p.probs).log1p() - (-q.probs).log1p()
    return _inf_where((p.total_count > q.total_count).expand_as(each * p.total_count), p.total_count * each)


@register_kl(Geometric, Geometric)
def _geometric(p: Geometric, q: Geometric) -> sg.Tensor:
    return -p.entropy() - (-q.probs).log1p() / p.probs - q.logits


@register_kl(Poisson, Poisson)
def _poisson(p: Poisson, q: Poisson) -> sg.Tensor:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Categorical, Categorical)
def _categorical(p: Categorical, q: Categorical) -> sg.Tensor:
    parts = p.probs * (p.logits - q.logits)
    parts = _inf_where((q.probs == 0).expand_as(parts), parts).masked_fill((p.probs == 0).expand_as(parts), 0)
    return parts.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: OneHotCategorical, q: OneHotCategorical) -> sg.Tensor:
    return _categorical(p._categorical, q._categorical)


@register_kl(Normal, Normal)
def _normal(p: Normal, q: Normal) -> sg.Tensor:
    ratio = (p.scale / q.scale).square()
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale).square() - 1 - ratio.log())


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: HalfNormal, q: HalfNormal) -> sg.Tensor:
    return _normal(p.base_dist, q.base_dist)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate(p: MultivariateNormal, q: MultivariateNormal) -> sg.Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with different event shapes cannot be computed: "
            f"{p.event_shape} and {q.event_shape}"
        )
    lower_p, lower_q = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    spread = sg.linalg.solve_triangular(lower_q, lower_p, upper=False).square().sum((-2, -1))
    length = squared_length(lower_q, q.loc - p.loc)
    return q._half_log_det() - p._half_log_det() + 0.5 * (spread + length - p.event_shape[0])


@register_kl(Uniform, Uniform)
def _uniform(p: Uniform, q: Uniform) -> sg.Tensor:
    result = ((q.high - q.low) / (p.high - p.low)).log()
    return _inf_where((q.low > p.low) | (q.high < p.high), result)


@register_kl(Laplace, Laplace)
def _laplace(p: Laplace, q: Laplace) -> sg.Tensor:
    away = (p.loc - q.loc).abs()
    ratio = p.scale / q.scale
    return -ratio.log() + away / q.scale + ratio * (-away / p.scale).exp() - 1


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Cauchy, q: Cauchy) -> sg.Tensor:
    return ((p.scale + q.scale) ** 2 + (p.loc - q.loc) ** 2).log() - (4 * p.scale * q.scale).log()


@register_kl(Gumbel, Gumbel)
def _gumbel(p: Gumbel, q: Gumbel) -> sg.Tensor:
    ratio, shift = p.scale / q.scale, (q.loc - p.loc) / q.scale
    gamma = 0.5772156649015329
    return -ratio.log() - shift + ratio * gamma + (shift + (1 + ratio).lgamma()).exp() - (1 + gamma)


@register_kl(Exponential, Exponential)
def _exponential(p: Exponential, q: Exponential) -> sg.Tensor:
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Gamma, q: Gamma) -> sg.Tensor:
    a, b = p.concentration, q.concentration
    rates = b * (p.rate / q.rate).log() + (q.rate - p.rate) * (a / p.rate)
    return rates + b.lgamma() - a.lgamma() + (a - b) * a.digamma()


@register_kl(Beta, Beta)
def _beta(p: Beta, q: Beta) -> sg.Tensor:
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Dirichlet, q: Dirichlet) -> sg.Tensor:
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    sums = total.lgamma() - b.sum(-1).lgamma()
    parts = (a.lgamma() - b.lgamma()).sum(-1)
    return sums - parts + ((a - b) * (a.digamma() - total.digamma().unsqueeze(-1))).sum(-1)


@register_kl(Independent, Independent)
def _independent(p: Independent, q: Independent) -> sg.Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError(
            "KL between Independent distributions needs equal reinterpreted_batch_ndims, got "
            f"{p.reinterpreted_batch_ndims} and {q.reinterpreted_batch_ndims}"
        )
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: Any, q: Any) -> sg.Tensor:
    if p.transforms != q.transforms:
        raise NotImplementedError("KL between transformed distributions needs equal transforms, got different ones")
    if p.event_shape != q.event_shape:
        raise NotImplementedError(f"KL needs equal event shapes, got {p.event_shape} and {q.event_shape}")
    extra = len(p.event_shape) - len(p.base_dist.event_shape)
    base = kl_divergence(p.base_dist, q.base_dist)
    return sum_rightmost(base, extra)


@register_kl(Wishart, Wishart)
def _wishart(p: Wishart, q: Wishart) -> sg.Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            f"KL between two Wishart distributions needs equal event shapes: {p.event_shape}, {q.event_shape}"
        )
    n = p.event_shape[0]
    lower_p, lower_q = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    spread = sg.linalg.solve_triangular(lower_q, lower_p, upper=False).square().sum((-2, -1))
    mean_log = p._mean_half_log_det() * (q.df - n - 1)
    return -p.entropy() - mean_log + 0.5 * p.df * spread + q._log_area()
