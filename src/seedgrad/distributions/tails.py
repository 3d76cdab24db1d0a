"""Distributions with heavy tails: half-Cauchy, Pareto, generalized Pareto."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, tensors_of
from .elementwise_transforms import AbsTransform, AffineTransform, ExpTransform
from .gamma import Exponential
from .location import Cauchy
from .transformed import TransformedDistribution


class HalfCauchy(TransformedDistribution):
    """The distribution of |x|, x of Cauchy's distribution around 0; it has no mean.

    Args:
        scale: half the width of x at half the height, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the scale is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.HalfCauchy(1.0).cdf(sg.tensor(1.0))
        tensor(0.5000)
    """

    arg_constraints: ClassVar[Any] = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True
    base_dist: Cauchy

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> sg.Tensor:
        return self.base_dist.scale

    @property
    def mean(self) -> sg.Tensor:
        return sg.full_like(self.scale, math.inf)

    @property
    def mode(self) -> sg.Tensor:
        return sg.zeros_like(self.scale)

    @property
    def variance(self) -> sg.Tensor:
        return self.base_dist.variance

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        value = sg.as_tensor(value, dtype=self.scale.dtype)
        return sg.where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> sg.Tensor:
        return self.base_dist.entropy() - math.log(2)


class Pareto(TransformedDistribution):
    """Pareto's distribution: density alpha scale^alpha / x^(alpha + 1) for x >= scale.

    Args:
        scale: the smallest value, positive.
        alpha: how fast the density falls, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Pareto(1.0, 3.0).mean
        tensor(1.5000)
    """

    arg_constraints: ClassVar[Any] = {"alpha": constraints.positive, "scale": constraints.positive}

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = tensors_of(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        steps = [ExpTransform(), AffineTransform(loc=0, scale=self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Pareto:
        return type(self)(self.scale.expand(batch_shape), self.alpha.expand(batch_shape), self._validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> constraints.Constraint:
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> sg.Tensor:
        a = self.alpha.clamp(min=1)  # no finite mean below: a division by zero gives inf
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> sg.Tensor:
        return self.scale

    @property
    def variance(self) -> sg.Tensor:
        a = self.alpha.clamp(min=2)
        return self.scale.square() * a / ((a - 1).square() * (a - 2))

    def entropy(self) -> sg.Tensor:
        return (self.scale / self.alpha).log() + (1 + self.alpha.reciprocal())


class GeneralizedPareto(Distribution):
    """What lies above a threshold: F(x) = 1 - (1 + c z)^(-1/c), z = (x - loc) / scale; exponential for c = 0.

    Args:
        loc: the threshold, the smallest value.
        scale: the width, positive.
        concentration: c; below 0 the largest value is loc - scale / c.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the scale is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.GeneralizedPareto(0.0, 1.0, 0.5).mean
        tensor(2.)

    Source: Pickands, "Statistical inference using extreme order statistics", 1975.
    """

    arg_constraints: ClassVar[Any] = {
        "loc": constraints.real,
        "scale": constraints.positive,
        "concentration": constraints.real,
    }
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale, self.concentration = tensors_of(loc, scale, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> constraints.Constraint:
        c = self.concentration
        return constraints.interval(self.loc, sg.where(c < 0, self.loc - self.scale / c, math.inf))

    def _flat(self) -> sg.Tensor:
        """Where the concentration is so near 0 that the distribution is the exponential one."""
        return sg.isclose(self.concentration, sg.zeros_like(self.concentration))

    def _safe(self) -> sg.Tensor:
        """The concentration, 1 where it is 0: divisions by it are not used there."""
        return sg.where(self._flat(), sg.ones_like(self.concentration), self.concentration)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.icdf(sg.rand(self._extended_shape(sample_shape), dtype=self.loc.dtype))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        z, c = (value - self.loc) / self.scale, self._safe()
        return sg.where(self._flat(), -z, -(1 + 1 / c) * (c * z).log1p()) - self.scale.log()

    def log_survival_function(self, value: sg.Tensor) -> sg.Tensor:
        """The logarithm of the probability of a draw above `value`."""
        if self._validate_args:
            self._validate_sample(value)
        z, c = (value - self.loc) / self.scale, self._safe()
        return sg.where(self._flat(), -z, -(c * z).log1p() / c)

    def log_cdf(self, value: sg.Tensor) -> sg.Tensor:
        """The logarithm of the probability of a draw of at most `value`."""
        return (-self.log_survival_function(value).exp()).log1p()

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        return self.log_cdf(value).exp()

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        c, left = self._safe(), (-value).log1p()
        return self.loc + self.scale * sg.where(self._flat(), -left, (-c * left).expm1() / c)

    @property
    def mean(self) -> sg.Tensor:
        c = self.concentration
        return sg.where(c < 1, self.loc + self.scale / (1 - c), math.nan)

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def variance(self) -> sg.Tensor:
        c = self.concentration
        return sg.where(c < 0.5, self.scale**2 / ((1 - c) ** 2 * (1 - 2 * c)), math.nan)

    def entropy(self) -> sg.Tensor:
        return (self.scale.log() + self.concentration + 1).expand(self._batch_shape)
