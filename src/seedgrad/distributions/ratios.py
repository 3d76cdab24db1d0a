"""Powers and ratios of other draws: Weibull, Kumaraswamy, inverse gamma, Fisher and Snedecor's F."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

import seedgrad as sg

from . import constraints
from .distribution import Distribution, tensors_of
from .elementwise_transforms import AffineTransform, PowerTransform
from .gamma import Exponential, Gamma
from .location import Uniform
from .transformed import TransformedDistribution

_EULER = float(np.euler_gamma)


class Weibull(TransformedDistribution):
    """Weibull's distribution: F(x) = 1 - exp(-(x / scale)^k).

    Args:
        scale: the width, positive.
        concentration: the shape k, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Weibull(2.0, 1.0).mean
        tensor(2.)
    """

    arg_constraints: ClassVar[Any] = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = tensors_of(scale, concentration)
        self.concentration_reciprocal = self.concentration.reciprocal()
        base = Exponential(sg.ones_like(self.scale), validate_args=validate_args)
        steps = [PowerTransform(self.concentration_reciprocal), AffineTransform(loc=0, scale=self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Weibull:
        return type(self)(self.scale.expand(batch_shape), self.concentration.expand(batch_shape), self._validate_args)

    def _moment(self, n: int) -> sg.Tensor:
        """The mean of (x / scale)^n."""
        return (1 + n * self.concentration_reciprocal).lgamma().exp()

    @property
    def mean(self) -> sg.Tensor:
        return self.scale * self._moment(1)

    @property
    def mode(self) -> sg.Tensor:
        k = self.concentration
        return self.scale * ((k - 1) / k) ** self.concentration_reciprocal

    @property
    def variance(self) -> sg.Tensor:
        return self.scale.square() * (self._moment(2) - self._moment(1).square())

    def entropy(self) -> sg.Tensor:
        return _EULER * (1 - self.concentration_reciprocal) + (self.scale * self.concentration_reciprocal).log() + 1


class Kumaraswamy(TransformedDistribution):
    """Kumaraswamy's distribution of a probability, much like a beta: F(x) = 1 - (1 - x^a)^b.

    Args:
        concentration1: a, positive.
        concentration0: b, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Kumaraswamy(1.0, 1.0).mean
        tensor(0.5000)

    Source: Kumaraswamy, "A generalized probability density function for double-bounded random processes", 1980.
    """

    arg_constraints: ClassVar[Any] = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = tensors_of(concentration1, concentration0)
        base = Uniform(sg.zeros_like(self.concentration0), sg.ones_like(self.concentration0), validate_args)
        steps = [
            PowerTransform(self.concentration0.reciprocal()),
            AffineTransform(loc=1.0, scale=-1.0),
            PowerTransform(self.concentration1.reciprocal()),
        ]
        super().__init__(base, steps, validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Kumaraswamy:
        a, b = self.concentration1.expand(batch_shape), self.concentration0.expand(batch_shape)
        return type(self)(a, b, self._validate_args)

    def _moment(self, n: int) -> sg.Tensor:
        """The mean of x^n: b B(1 + n / a, b)."""
        b, first = self.concentration0, 1 + n / self.concentration1
        return (first.lgamma() + b.lgamma() - (first + b).lgamma()).exp() * b

    @property
    def mean(self) -> sg.Tensor:
        return self._moment(1)

    @property
    def mode(self) -> sg.Tensor:
        none = (self.concentration1 < 1) | (self.concentration0 < 1)
        a, b = (sg.where(none, 2.0, c) for c in (self.concentration1, self.concentration0))
        return sg.where(none, math.nan, ((a - 1) / (a * b - 1)) ** a.reciprocal())

    @property
    def variance(self) -> sg.Tensor:
        return self._moment(2) - self._moment(1).square()

    def entropy(self) -> sg.Tensor:
        a, b = self.concentration1, self.concentration0
        harmonic = (b + 1).digamma() + _EULER
        return (1 - b.reciprocal()) + (1 - a.reciprocal()) * harmonic - a.log() - b.log()


class InverseGamma(TransformedDistribution):
    """The distribution of 1 / x, x of a gamma distribution.

    Args:
        concentration: the shape of x, positive.
        rate: the rate of x, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.InverseGamma(3.0, 2.0).mean
        tensor(1.)
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.positive
    has_rsample = True
    base_dist: Gamma

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(base, PowerTransform(-sg.ones((), dtype=base.rate.dtype)), validate_args=validate_args)

    @property
    def concentration(self) -> sg.Tensor:
        return self.base_dist.concentration

    @property
    def rate(self) -> sg.Tensor:
        return self.base_dist.rate

    @property
    def mean(self) -> sg.Tensor:
        a = self.concentration
        return sg.where(a > 1, self.rate / (a - 1), math.inf)

    @property
    def mode(self) -> sg.Tensor:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> sg.Tensor:
        a = self.concentration
        return sg.where(a > 2, self.rate.square() / ((a - 1).square() * (a - 2)), math.inf)

    def entropy(self) -> sg.Tensor:
        a = self.concentration
        return a + self.rate.log() + a.lgamma() - (1 + a) * a.digamma()


class FisherSnedecor(Distribution):
    """The F distribution: that of (x / df1) / (y / df2), x and y of chi-squared distributions.

    Args:
        df1: the degrees of freedom of x, positive.
        df2: those of y, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.FisherSnedecor(1.0, 4.0).mean
        tensor(2.)
    """

    arg_constraints: ClassVar[Any] = {"df1": constraints.positive, "df2": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = tensors_of(df1, df2)
        self._gamma1 = Gamma(self.df1 * 0.5, self.df1)
        self._gamma2 = Gamma(self.df2 * 0.5, self.df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        b = sg.where(self.df2 > 2, self.df2, math.nan)
        return b / (b - 2)

    @property
    def mode(self) -> sg.Tensor:
        mode = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        return sg.where(self.df1 > 2, mode, math.nan)

    @property
    def variance(self) -> sg.Tensor:
        a, b = self.df1, sg.where(self.df2 > 4, self.df2, math.nan)
        return 2 * b.square() * (a + b - 2) / (a * (b - 2).square() * (b - 4))

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = sg.Size(tuple(sample_shape))
        x, y = self._gamma1.rsample(shape), self._gamma2.rsample(shape)
        tiny = sg.finfo(x.dtype).tiny
        return (x / y.clamp(min=tiny)).clamp(min=tiny)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        a, b, ratio = self.df1 * 0.5, self.df2 * 0.5, self.df1 / self.df2
        beta = a.lgamma() + b.lgamma() - (a + b).lgamma()
        return a * ratio.log() + (a - 1) * value.log() - (a + b) * (ratio * value).log1p() - beta
