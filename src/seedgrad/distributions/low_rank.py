"""The normal distribution of vectors whose covariance is a product of thin matrices and a diagonal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, lazy
from .normal import standard_normal


class LowRankMultivariateNormal(Distribution):
    """The normal distribution of vectors with the covariance W Wᵀ + diag(d); time and memory grow with W, not with its square.

    Everything goes through the small matrix I + Wᵀ diag(1/d) W, by the identity of Woodbury.

    Args:
        loc: the mean, along the last dimension: (..., n).
        cov_factor: W, (..., n, r), r much below n.
        cov_diag: d, (..., n), positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the mean has no dimension, W fewer than two, the sizes differ, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> factor = sg.tensor([[1.0], [2.0]])
        >>> sg.distributions.LowRankMultivariateNormal(sg.zeros(2), factor, sg.ones(2)).variance
        tensor([2., 5.])
    """

    arg_constraints: ClassVar[Any] = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self, loc: sg.Tensor, cov_factor: sg.Tensor, cov_diag: sg.Tensor, validate_args: bool | None = None
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        event = loc.shape[-1:]
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        if cov_factor.shape[-2:-1] != event:
            raise ValueError(
                f"cov_factor must be a batch of matrices with shape {event[0]} x m, got {cov_factor.shape}"
            )
        if cov_diag.shape[-1:] != event:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {event}, got {cov_diag.shape}")
        try:
            batch = sg.broadcast_shapes(loc.shape[:-1], cov_factor.shape[:-2], cov_diag.shape[:-1])
        except RuntimeError as error:
            raise ValueError(
                f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, cov_diag {cov_diag.shape}"
            ) from error
        self.loc = loc.expand((*batch, -1))
        self.cov_diag = cov_diag.expand((*batch, -1))
        self.cov_factor = cov_factor.expand((*batch, -1, -1))
        # Not expanded, so that one factorization serves a whole batch of means.
        self._unbroadcasted_cov_factor: sg.Tensor = cov_factor
        self._unbroadcasted_cov_diag: sg.Tensor = cov_diag
        weighted = cov_factor.mT / cov_diag.unsqueeze(-2)
        rank = sg.eye(cov_factor.shape[-1], dtype=cov_factor.dtype)
        self._capacitance_tril: sg.Tensor = sg.linalg.cholesky(weighted @ cov_factor + rank)
        super().__init__(batch, event, validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return (
            value
            if name.startswith("_unbroadcasted") or name == "_capacitance_tril"
            else super()._expanded(name, value, shape)
        )

    @property
    def _matrix_shape(self) -> sg.Size:
        return self._batch_shape + self._event_shape * 2

    @property
    def mean(self) -> sg.Tensor:
        return self.loc

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    def _variance_of(self) -> sg.Tensor:
        """The variances."""
        found = self._unbroadcasted_cov_factor.square().sum(-1) + self._unbroadcasted_cov_diag
        return found.expand(self._batch_shape + self._event_shape)

    variance: Any = lazy(_variance_of)

    def _scale_tril_of(self) -> sg.Tensor:
        """The Cholesky factor of the covariance: diag(d)^½ times that of I + diag(d)^-½ W Wᵀ diag(d)^-½."""
        root = self._unbroadcasted_cov_diag.sqrt().unsqueeze(-1)
        scaled = self._unbroadcasted_cov_factor / root
        size = sg.eye(self._event_shape[0], dtype=scaled.dtype)
        return (root * sg.linalg.cholesky(scaled @ scaled.mT + size)).expand(self._matrix_shape)

    scale_tril: Any = lazy(_scale_tril_of)

    def _covariance_matrix_of(self) -> sg.Tensor:
        """The covariance."""
        factor = self._unbroadcasted_cov_factor
        return (factor @ factor.mT + self._unbroadcasted_cov_diag.diag_embed()).expand(self._matrix_shape)

    covariance_matrix: Any = lazy(_covariance_matrix_of)

    def _precision_matrix_of(self) -> sg.Tensor:
        """The inverse of the covariance."""
        thin = self._thin()
        found = self._unbroadcasted_cov_diag.reciprocal().diag_embed() - thin.mT @ thin
        return found.expand(self._matrix_shape)

    precision_matrix: Any = lazy(_precision_matrix_of)

    def _thin(self) -> sg.Tensor:
        """A = L⁻¹ Wᵀ diag(1/d), (..., r, n): the inverse of the covariance is diag(1/d) - Aᵀ A."""
        weighted = self._unbroadcasted_cov_factor.mT / self._unbroadcasted_cov_diag.unsqueeze(-2)
        return sg.linalg.solve_triangular(self._capacitance_tril, weighted, upper=False)

    def _half_log_det(self) -> sg.Tensor:
        small = self._capacitance_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)
        return small + 0.5 * self._unbroadcasted_cov_diag.log().sum(-1)

    def _squared_length(self, x: sg.Tensor) -> sg.Tensor:
        """xᵀ C⁻¹ x for vectors along the last dimension."""
        inner = (self._thin() @ x.unsqueeze(-1)).squeeze(-1)
        return (x.square() / self._unbroadcasted_cov_diag).sum(-1) - inner.square().sum(-1)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        kind = self.loc.dtype
        thin = standard_normal(shape[:-1] + self.cov_factor.shape[-1:], kind)
        wide = standard_normal(shape, kind)
        through = (self._unbroadcasted_cov_factor @ thin.unsqueeze(-1)).squeeze(-1)
        return self.loc + through + self._unbroadcasted_cov_diag.sqrt() * wide

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        length = self._squared_length(value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + length) - self._half_log_det()

    def entropy(self) -> sg.Tensor:
        result = 0.5 * self._event_shape[0] * (1 + math.log(2 * math.pi)) + self._half_log_det()
        return result.expand(self._batch_shape)
