"""Divergences of normal distributions of vectors, of which one has a covariance of low rank."""

from __future__ import annotations

from typing import Any

import seedgrad as sg

from .kl import register_kl
from .low_rank import LowRankMultivariateNormal
from .multivariate_normal import MultivariateNormal, squared_length


def _roots(p: Any) -> list[sg.Tensor]:
    """Matrices whose products with their transposes sum to the covariance; a vector stands for a diagonal one."""
    if isinstance(p, MultivariateNormal):
        return [p._unbroadcasted_scale_tril]
    return [p._unbroadcasted_cov_factor, p._unbroadcasted_cov_diag.sqrt().diag_embed()]


def _squares(x: sg.Tensor) -> sg.Tensor:
    return x.square().sum((-2, -1))


def _spread(p: Any, q: Any) -> sg.Tensor:
    """The trace of the inverse of q's covariance times p's."""
    if isinstance(q, MultivariateNormal):
        parts = [sg.linalg.solve_triangular(q._unbroadcasted_scale_tril, r, upper=False) for r in _roots(p)]
        return sum(map(_squares, parts[1:]), _squares(parts[0]))
    thin, diagonal = q._thin(), q._unbroadcasted_cov_diag.sqrt().unsqueeze(-1)
    parts = [_squares(r / diagonal) - _squares(thin @ r) for r in _roots(p)]
    return sum(parts[1:], parts[0])


def _divergence(p: Any, q: Any) -> sg.Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two (low rank) Multivariate Normals with different event shapes cannot be computed: "
            f"{p.event_shape} and {q.event_shape}"
        )
    away = q.loc - p.loc
    if isinstance(q, MultivariateNormal):
        length = squared_length(q._unbroadcasted_scale_tril, away)
    else:
        length = q._squared_length(away)
    return q._half_log_det() - p._half_log_det() + 0.5 * (_spread(p, q) + length - p.event_shape[0])


register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)(_divergence)
register_kl(LowRankMultivariateNormal, MultivariateNormal)(_divergence)
register_kl(MultivariateNormal, LowRankMultivariateNormal)(_divergence)
