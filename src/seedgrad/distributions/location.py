"""Distributions of real numbers with a place and a width: uniform, Laplace, Gumbel, Cauchy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

import seedgrad as sg

from . import constraints
from .distribution import Distribution, tensors_of
from .elementwise_transforms import AffineTransform, ExpTransform
from .transformed import TransformedDistribution


class Uniform(Distribution):
    """Numbers in [low, high), all equally likely: density 1 / (high - low).

    Args:
        low: the lower end.
        high: the upper end, above the lower one.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: low is not below high.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Uniform(0.0, 4.0).cdf(sg.tensor([1.0, 2.0]))
        tensor([0.2500, 0.5000])
    """

    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = tensors_of(low, high)
        super().__init__(self.low.shape, validate_args=validate_args)

    @property
    def arg_constraints(self) -> Any:
        return {"low": constraints.less_than(self.high), "high": constraints.greater_than(self.low)}

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        return constraints.interval(self.low, self.high)

    @property
    def mean(self) -> sg.Tensor:
        return (self.high + self.low) / 2

    @property
    def mode(self) -> sg.Tensor:
        return math.nan * self.high

    @property
    def stddev(self) -> sg.Tensor:
        return (self.high - self.low) / 12**0.5

    @property
    def variance(self) -> sg.Tensor:
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        u = sg.rand(self._extended_shape(sample_shape), dtype=self.low.dtype)
        return self.low + u * (self.high - self.low)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        inside = ((self.low <= value) & (self.high > value)).to(self.low.dtype)
        return inside.log() - (self.high - self.low).log()

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return ((value - self.low) / (self.high - self.low)).clamp(min=0, max=1)

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return value * (self.high - self.low) + self.low

    def entropy(self) -> sg.Tensor:
        return (self.high - self.low).log()


class Laplace(Distribution):
    """Laplace's distribution: density exp(-|x - loc| / scale) / (2 scale).

    Args:
        loc: the mean.
        scale: the mean distance from it, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Laplace(0.0, 1.0).log_prob(sg.tensor([0.0, 2.0]))
        tensor([-0.6931, -2.6931])
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
        return 2**0.5 * self.scale

    @property
    def variance(self) -> sg.Tensor:
        return 2 * self.scale**2

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        kind = self.loc.dtype
        u = sg.empty(self._extended_shape(sample_shape), dtype=kind).uniform_(sg.finfo(kind).eps - 1, 1)
        return self.loc - self.scale * u.sign() * sg.log1p(-u.abs())

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return -(2 * self.scale).log() - (value - self.loc).abs() / self.scale

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        away = value - self.loc
        return 0.5 - 0.5 * away.sign() * sg.expm1(-away.abs() / self.scale)

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        away = value - 0.5
        return self.loc - self.scale * away.sign() * sg.log1p(-2 * away.abs())

    def entropy(self) -> sg.Tensor:
        return 1 + (2 * self.scale).log()


class Gumbel(TransformedDistribution):
    """Gumbel's distribution of the largest of many: F(x) = exp(-exp(-(x - loc) / scale)).

    Args:
        loc: the mode.
        scale: the width, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Gumbel(0.0, 1.0).mean
        tensor(0.5772)
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = tensors_of(loc, scale)
        limits = sg.finfo(self.loc.dtype)
        # Neither end may be drawn: their logarithms are infinite.
        base = Uniform(sg.full_like(self.loc, limits.tiny), sg.full_like(self.loc, 1 - limits.eps), validate_args)
        flip = AffineTransform(loc=0, scale=-sg.ones_like(self.scale))
        place = AffineTransform(loc=self.loc, scale=-self.scale)
        super().__init__(base, [ExpTransform().inv, flip, ExpTransform().inv, place], validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Gumbel:
        return type(self)(self.loc.expand(batch_shape), self.scale.expand(batch_shape), self._validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return self.loc + self.scale * np.euler_gamma

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def stddev(self) -> sg.Tensor:
        return math.pi / math.sqrt(6) * self.scale

    @property
    def variance(self) -> sg.Tensor:
        return self.stddev.square()

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return y - y.exp() - self.scale.log()

    def entropy(self) -> sg.Tensor:
        return self.scale.log() + (1 + float(np.euler_gamma))


class Cauchy(Distribution):
    """Cauchy's distribution: density 1 / (pi scale (1 + ((x - loc) / scale)^2)); it has no mean.

    Args:
        loc: the mode and median.
        scale: half the width at half the height, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Cauchy(0.0, 1.0).cdf(sg.tensor([0.0, 1.0]))
        tensor([0.5000, 0.7500])
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = tensors_of(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return sg.full_like(self.loc, math.nan)

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def variance(self) -> sg.Tensor:
        return sg.full_like(self.loc, math.inf)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        drawn = sg.empty(self._extended_shape(sample_shape), dtype=self.loc.dtype).cauchy_()
        return self.loc + drawn * self.scale

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return sg.atan((value - self.loc) / self.scale) / math.pi + 0.5

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return sg.tan(math.pi * (value - 0.5)) * self.scale + self.loc

    def entropy(self) -> sg.Tensor:
        return math.log(4 * math.pi) + self.scale.log()
