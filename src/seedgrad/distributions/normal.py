"""The normal distribution, its logarithm's inverse and its absolute value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import tensors_of
from .elementwise_transforms import AbsTransform, ExpTransform
from .exponential_family import ExponentialFamily
from .transformed import TransformedDistribution


class Normal(ExponentialFamily):
    """The normal distribution: density exp(-((x - loc) / scale)^2 / 2) / (scale sqrt(2 pi)).

    Args:
        loc: the mean, a tensor or a number.
        scale: the standard deviation, positive; broadcasts with it.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Normal(0.0, 1.0).log_prob(sg.tensor([0.0, 1.0]))
        tensor([-0.9189, -1.4189])
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = tensors_of(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return self.loc

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def stddev(self) -> sg.Tensor:
        return self.scale

    @property
    def variance(self) -> sg.Tensor:
        return self.stddev.square()

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        with sg.no_grad():
            return sg.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.loc + standard_normal(self._extended_shape(sample_shape), self.loc.dtype) * self.scale

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return -((value - self.loc) ** 2) / (2 * self.scale**2) - self.scale.log() - 0.5 * math.log(2 * math.pi)

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return 0.5 * (1 + sg.erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return self.loc + self.scale * sg.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> sg.Tensor:
        return 0.5 + 0.5 * math.log(2 * math.pi) + self.scale.log()


def standard_normal(shape: Sequence[int], dtype: Any) -> sg.Tensor:
    """Draws with mean 0 and deviation 1."""
    return sg.normal(sg.zeros(shape, dtype=dtype), sg.ones(shape, dtype=dtype))


class LogNormal(TransformedDistribution):
    """The distribution of exp(x), x normal.

    Args:
        loc: the mean of the logarithm.
        scale: its standard deviation, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.LogNormal(0.0, 1.0).mean
        tensor(1.6487)
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.positive
    has_rsample = True
    base_dist: Normal

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

    @property
    def loc(self) -> sg.Tensor:
        return self.base_dist.loc

    @property
    def scale(self) -> sg.Tensor:
        return self.base_dist.scale

    @property
    def mean(self) -> sg.Tensor:
        return (self.loc + self.scale.square() / 2).exp()

    @property
    def mode(self) -> sg.Tensor:
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> sg.Tensor:
        square = self.scale.square()
        return square.expm1() * (2 * self.loc + square).exp()

    def entropy(self) -> sg.Tensor:
        return self.base_dist.entropy() + self.loc


class HalfNormal(TransformedDistribution):
    """The distribution of |x|, x normal with mean 0.

    Args:
        scale: the standard deviation of x, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.HalfNormal(1.0).mean
        tensor(0.7979)
    """

    arg_constraints: ClassVar[Any] = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True
    base_dist: Normal

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> sg.Tensor:
        return self.base_dist.scale

    @property
    def mean(self) -> sg.Tensor:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def mode(self) -> sg.Tensor:
        return sg.zeros_like(self.scale)

    @property
    def variance(self) -> sg.Tensor:
        return self.scale.square() * (1 - 2 / math.pi)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return sg.where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> sg.Tensor:
        return self.base_dist.entropy() - math.log(2)
