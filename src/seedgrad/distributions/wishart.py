"""Distributions of matrices: of sample covariances, and of the factors of correlations."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, lazy, tensors_of
from .exponential_family import ExponentialFamily
from .gamma import Beta, Chi2
from .multivariate_normal import _inverse_factor
from .normal import standard_normal


class Wishart(ExponentialFamily):
    """The distribution of the sum of x xᵀ over df normal vectors x with the covariance C, and between whole df.

    Args:
        df: the degrees of freedom, above n - 1.
        covariance_matrix: C, (..., n, n), symmetric and positive definite.
        precision_matrix: its inverse.
        scale_tril: its Cholesky factor; exactly one of the three is given. A factor is what is fastest.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        AssertionError: not exactly one matrix is given.
        ValueError: a matrix has fewer than two dimensions, df is not above n - 1, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Wishart(sg.tensor(3.0), covariance_matrix=sg.eye(2)).mean
        tensor([[3., 0.],
                [0., 3.]])

    Source: Smith, Hocking, "Wishart variate generator", 1972.
    """

    support = constraints.positive_definite
    has_rsample = True

    def __init__(
        self,
        df: Any,
        covariance_matrix: sg.Tensor | None = None,
        precision_matrix: sg.Tensor | None = None,
        scale_tril: sg.Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        given = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        chosen = {name: matrix for name, matrix in given.items() if matrix is not None}
        if len(chosen) != 1:
            raise AssertionError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        [(name, matrix)] = chosen.items()
        if matrix.dim() < 2:
            raise ValueError(f"{name} must be at least two-dimensional, with optional leading batch dimensions")
        df = sg.as_tensor(df, dtype=matrix.dtype)
        batch, n = sg.broadcast_shapes(matrix.shape[:-2], df.shape), matrix.shape[-1]
        if (df <= n - 1).any():
            raise ValueError(f"Value of df={df} expected to be greater than ndim - 1 = {n - 1}.")
        setattr(self, name, matrix.expand((*batch, -1, -1)))
        self.df: sg.Tensor = df.expand(batch)
        self._unbroadcasted_scale_tril: sg.Tensor = (
            matrix
            if name == "scale_tril"
            else sg.linalg.cholesky(matrix)
            if name == "covariance_matrix"
            else _inverse_factor(matrix)
        )
        super().__init__(batch, (n, n), validate_args=validate_args)
        if (self.df < n).any():
            warnings.warn(
                "Low df values detected. Singular samples are highly likely to occur for ndim - 1 < df < ndim.",
                stacklevel=2,
            )

    @property
    def arg_constraints(self) -> Any:
        return {
            "covariance_matrix": constraints.positive_definite,
            "precision_matrix": constraints.positive_definite,
            "scale_tril": constraints.lower_cholesky,
            "df": constraints.greater_than(self._event_shape[-1] - 1),
        }

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return value if name == "_unbroadcasted_scale_tril" else super()._expanded(name, value, shape)

    def _scale_tril_of(self) -> sg.Tensor:
        """The Cholesky factor of the covariance."""
        return self._unbroadcasted_scale_tril.expand(self._batch_shape + self._event_shape)

    scale_tril: Any = lazy(_scale_tril_of)

    def _covariance_matrix_of(self) -> sg.Tensor:
        """The covariance."""
        factor = self._unbroadcasted_scale_tril
        return (factor @ factor.mT).expand(self._batch_shape + self._event_shape)

    covariance_matrix: Any = lazy(_covariance_matrix_of)

    def _precision_matrix_of(self) -> sg.Tensor:
        """The inverse of the covariance."""
        return sg.cholesky_inverse(self._unbroadcasted_scale_tril).expand(self._batch_shape + self._event_shape)

    precision_matrix: Any = lazy(_precision_matrix_of)

    @property
    def mean(self) -> sg.Tensor:
        found: sg.Tensor = self.df.view(*self._batch_shape, 1, 1) * self.covariance_matrix
        return found

    @property
    def mode(self) -> sg.Tensor:
        factor = self.df - self._event_shape[-1] - 1
        factor = sg.where(factor > 0, factor, math.nan)
        found: sg.Tensor = factor.view(*self._batch_shape, 1, 1) * self.covariance_matrix
        return found

    @property
    def variance(self) -> sg.Tensor:
        c = self.covariance_matrix
        diagonal = c.diagonal(dim1=-2, dim2=-1)
        products = diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2)
        found: sg.Tensor = self.df.view(*self._batch_shape, 1, 1) * (c.square() + products)
        return found

    def rsample(self, sample_shape: Sequence[int] = (), max_try_correction: int | None = None) -> sg.Tensor:
        """Draw matrices L A Aᵀ Lᵀ: A has roots of chi-squared draws on its diagonal, normal ones below (Bartlett)."""
        n, shape = self._event_shape[-1], sg.Size(tuple(sample_shape)) + self._batch_shape
        squares = Chi2(self.df.unsqueeze(-1) - sg.arange(n, dtype=self.df.dtype), validate_args=False)
        roots = squares.rsample(tuple(sample_shape)).clamp(min=sg.finfo(self.df.dtype).tiny).sqrt()
        a = standard_normal((*shape, n, n), self.df.dtype).tril(-1) + roots.diag_embed()
        factor = self._unbroadcasted_scale_tril @ a
        return factor @ factor.mT

    def _half_log_det(self) -> sg.Tensor:
        return self._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def _log_area(self) -> sg.Tensor:
        n = self._event_shape[-1]
        return self.df * (0.5 * n * math.log(2) + self._half_log_det()) + sg.mvlgamma(self.df / 2, n)

    def _mean_half_log_det(self) -> sg.Tensor:
        """The mean of half the logarithm of a draw's determinant."""
        n, df = self._event_shape[-1], self.df
        slopes = (df.unsqueeze(-1) / 2 - sg.arange(n, dtype=df.dtype) / 2).digamma().sum(-1)
        return 0.5 * (slopes + n * math.log(2)) + self._half_log_det()

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        spread = sg.cholesky_solve(value, self._unbroadcasted_scale_tril).diagonal(dim1=-2, dim2=-1).sum(-1)
        powers = 0.5 * (self.df - self._event_shape[-1] - 1) * sg.linalg.slogdet(value)[1]
        return powers - 0.5 * spread - self._log_area()

    def entropy(self) -> sg.Tensor:
        n, df = self._event_shape[-1], self.df
        return self._log_area() - (df - n - 1) * self._mean_half_log_det() + 0.5 * df * n


class LKJCholesky(Distribution):
    """Cholesky factors L of correlation matrices: the density of L Lᵀ is proportional to det(L Lᵀ)^(concentration - 1).

    Args:
        dim: the number of rows, at least 2.
        concentration: positive; 1 makes all correlation matrices equally likely, more favours the identity. Default: 1.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: dim is below 2, or the concentration is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.LKJCholesky(3, 0.5).sample((4,)).shape
        seedgrad.Size([4, 3, 3])

    Source: Lewandowski, Kurowicka, Joe, "Generating random correlation matrices based on vines and extended onion method",
        2009.
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive}
    support = constraints.corr_cholesky

    def __init__(self, dim: int, concentration: Any = 1.0, validate_args: bool | None = None) -> None:
        if dim < 2:
            raise ValueError(f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}.")
        self.dim = dim
        (self.concentration,) = tensors_of(concentration)
        self._onion = self._lengths()
        super().__init__(self.concentration.shape, (dim, dim), validate_args=validate_args)

    def _lengths(self) -> Beta:
        """The distributions of the squared lengths of the rows below the diagonal, by rows."""
        half = self.concentration.unsqueeze(-1) + 0.5 * (self.dim - 2)
        # The first row has nothing below; its length is drawn and not used.
        row = sg.arange(self.dim, dtype=half.dtype).clamp(min=1)
        return Beta(0.5 * row, half - 0.5 * (row - 1), validate_args=False)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> LKJCholesky:
        return type(self)(self.dim, self.concentration.expand(batch_shape), self._validate_args)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        """Draw factors, without gradient: rows of random directions and beta-distributed lengths (the onion method)."""
        with sg.no_grad():
            lengths = self._onion.sample(sample_shape).unsqueeze(-1)
            below = standard_normal(self._extended_shape(sample_shape), self.concentration.dtype).tril(-1)
            norms = below.norm(dim=-1, keepdim=True)
            direction = below / sg.where(norms > 0, norms, 1.0)  # the first row has none
            direction[..., 0, :] = 0
            rows = lengths.sqrt() * direction
            tiny = sg.finfo(rows.dtype).tiny
            diagonal = (1 - rows.square().sum(-1)).clamp(min=tiny).sqrt()
            return rows + diagonal.diag_embed()

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        c, less = self.concentration, self.dim - 1
        order = 2 * (c.unsqueeze(-1) - 1) + self.dim - sg.arange(2, self.dim + 1, dtype=c.dtype)
        diagonal = value.diagonal(dim1=-2, dim2=-1)[..., 1:]
        alpha = c + 0.5 * less
        area = 0.5 * less * math.log(math.pi) + sg.mvlgamma(alpha - 0.5, less) - alpha.lgamma() * less
        return (order * diagonal.log()).sum(-1) - area
