"""The normal distribution of vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, lazy
from .normal import standard_normal


def squared_length(tril: sg.Tensor, x: sg.Tensor) -> sg.Tensor:
    """|tril^-1 x|^2 for vectors along the last dimension; the batches of the two are broadcast."""
    solved = sg.linalg.solve_triangular(tril, x.unsqueeze(-1), upper=False)
    return solved.squeeze(-1).square().sum(-1)


def _inverse_factor(precision: sg.Tensor) -> sg.Tensor:
    """The Cholesky factor of the inverse: from that of the matrix read backwards, without an inverse of the matrix."""
    backwards = sg.linalg.cholesky(precision.flip((-2, -1)))
    factor = backwards.flip((-2, -1)).mT
    unit = sg.eye(precision.shape[-1], dtype=precision.dtype)
    return sg.linalg.solve_triangular(factor, unit, upper=False)


class MultivariateNormal(Distribution):
    """The normal distribution of vectors: density proportional to exp(-(x - loc)^T C^-1 (x - loc) / 2).

    Args:
        loc: the mean, along the last dimension.
        covariance_matrix: C, symmetric and positive definite.
        precision_matrix: its inverse.
        scale_tril: its Cholesky factor; exactly one of the three is given. A factor is what is fastest.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: not exactly one matrix is given, the mean has no dimension or a matrix fewer than two, or one is
            outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> normal = sg.distributions.MultivariateNormal(sg.zeros(2), scale_tril=2 * sg.eye(2))
        >>> normal.variance
        tensor([4., 4.])
    """

    arg_constraints: ClassVar[Any] = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: sg.Tensor,
        covariance_matrix: sg.Tensor | None = None,
        precision_matrix: sg.Tensor | None = None,
        scale_tril: sg.Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        chosen = {name: matrix for name, matrix in given.items() if matrix is not None}
        if len(chosen) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        [(name, matrix)] = chosen.items()
        if matrix.dim() < 2:
            raise ValueError(
                f"{name} matrix must be at least two-dimensional, with optional leading batch dimensions, "
                f"got the shape {matrix.shape}"
            )
        batch = sg.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        setattr(self, name, matrix.expand((*batch, -1, -1)))
        self.loc = loc.expand((*batch, -1))
        super().__init__(batch, loc.shape[-1:], validate_args=validate_args)
        # Not expanded, so that one factor serves a whole batch of means.
        self._unbroadcasted_scale_tril: sg.Tensor = (
            matrix
            if name == "scale_tril"
            else sg.linalg.cholesky(matrix)
            if name == "covariance_matrix"
            else _inverse_factor(matrix)
        )

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return value if name == "_unbroadcasted_scale_tril" else super()._expanded(name, value, shape)

    def _scale_tril_of(self) -> sg.Tensor:
        """The Cholesky factor of the covariance."""
        return self._unbroadcasted_scale_tril.expand(self._batch_shape + self._event_shape * 2)

    scale_tril: Any = lazy(_scale_tril_of)

    def _covariance_matrix_of(self) -> sg.Tensor:
        """The covariance."""
        factor = self._unbroadcasted_scale_tril
        return (factor @ factor.mT).expand(self._batch_shape + self._event_shape * 2)

    covariance_matrix: Any = lazy(_covariance_matrix_of)

    def _precision_matrix_of(self) -> sg.Tensor:
        """The inverse of the covariance."""
        return sg.cholesky_inverse(self._unbroadcasted_scale_tril).expand(self._batch_shape + self._event_shape * 2)

    precision_matrix: Any = lazy(_precision_matrix_of)

    @property
    def mean(self) -> sg.Tensor:
        return self.loc

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def variance(self) -> sg.Tensor:
        return self._unbroadcasted_scale_tril.square().sum(-1).expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        drawn = standard_normal(self._extended_shape(sample_shape), self.loc.dtype)
        return self.loc + (self._unbroadcasted_scale_tril @ drawn.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self) -> sg.Tensor:
        return self._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        length = squared_length(self._unbroadcasted_scale_tril, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + length) - self._half_log_det()

    def entropy(self) -> sg.Tensor:
        result = 0.5 * self._event_shape[0] * (1 + math.log(2 * math.pi)) + self._half_log_det()
        return result.expand(self._batch_shape)
