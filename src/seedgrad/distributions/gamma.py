"""The gamma distribution and what is made of it: exponential, chi-squared, beta, Dirichlet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import tensors_of
from .exponential_family import ExponentialFamily


class Exponential(ExponentialFamily):
    """The exponential distribution: density rate exp(-rate x) for x >= 0.

    Args:
        rate: events in a unit of time, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the rate is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Exponential(2.0).mean
        tensor(0.5000)
    """

    arg_constraints: ClassVar[Any] = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = tensors_of(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return self.rate.reciprocal()

    @property
    def mode(self) -> sg.Tensor:
        return sg.zeros_like(self.rate)

    @property
    def stddev(self) -> sg.Tensor:
        return self.rate.reciprocal()

    @property
    def variance(self) -> sg.Tensor:
        return self.rate**-2

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return sg.empty(self._extended_shape(sample_shape), dtype=self.rate.dtype).exponential_() / self.rate

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return self.rate.log() - self.rate * value

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return 1 - (-self.rate * value).exp()

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return -(-value).log1p() / self.rate

    def entropy(self) -> sg.Tensor:
        return 1 - self.rate.log()


class Gamma(ExponentialFamily):
    """The gamma distribution: density rate^a x^(a - 1) exp(-rate x) / gamma(a), a the concentration.

    Args:
        concentration: the shape a, positive.
        rate: the inverse of the scale, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Gamma(3.0, 2.0).mean
        tensor(1.5000)
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = tensors_of(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return self.concentration / self.rate

    @property
    def mode(self) -> sg.Tensor:
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> sg.Tensor:
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        value = sg._standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
        value.detach().clamp_(min=sg.finfo(value.dtype).tiny)  # so that the logarithm is finite
        return value

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        value = sg.as_tensor(value, dtype=self.rate.dtype)
        if self._validate_args:
            self._validate_sample(value)
        a, rate = self.concentration, self.rate
        return sg.xlogy(a, rate) + sg.xlogy(a - 1, value) - rate * value - a.lgamma()

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return sg.igamma(self.concentration, self.rate * value)

    def entropy(self) -> sg.Tensor:
        a = self.concentration
        return a - self.rate.log() + a.lgamma() + (1 - a) * a.digamma()


class Chi2(Gamma):
    """The distribution of the sum of squares of df normal numbers.

    Args:
        df: the degrees of freedom, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: df is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Chi2(4.0).variance
        tensor(8.)
    """

    arg_constraints: ClassVar[Any] = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        half = 0.5 * df
        super().__init__(half, 0.5, validate_args=validate_args)

    @property
    def df(self) -> sg.Tensor:
        return self.concentration * 2


class Dirichlet(ExponentialFamily):
    """Dirichlet's distribution of vectors of probabilities: density proportional to the product of x_i^(a_i - 1).

    Args:
        concentration: the exponents a along the last dimension, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the concentration has no dimension, or is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Dirichlet(sg.tensor([1.0, 3.0])).mean
        tensor([0.2500, 0.7500])
    """

    arg_constraints: ClassVar[Any] = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: sg.Tensor, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        shape = concentration.shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return sg._sample_dirichlet(self.concentration.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        a = self.concentration
        return sg.xlogy(a - 1, value).sum(-1) + a.sum(-1).lgamma() - a.lgamma().sum(-1)

    @property
    def mean(self) -> sg.Tensor:
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    @property
    def mode(self) -> sg.Tensor:
        above = (self.concentration - 1).clamp(min=0)
        mode = above / above.sum(-1, keepdim=True)
        # With all exponents negative the density has its peaks in the corners.
        corners = (self.concentration < 1).all(-1, keepdim=True)
        corner = sg.nn.functional.one_hot(mode.argmax(-1), self.concentration.shape[-1]).to(mode.dtype)
        return sg.where(corners, corner, mode)

    @property
    def variance(self) -> sg.Tensor:
        a, total = self.concentration, self.concentration.sum(-1, keepdim=True)
        return a * (total - a) / (total**2 * (total + 1))

    def entropy(self) -> sg.Tensor:
        a, total, k = self.concentration, self.concentration.sum(-1), self.concentration.shape[-1]
        slopes = ((a - 1) * a.digamma()).sum(-1)
        return a.lgamma().sum(-1) - total.lgamma() - (k - total) * total.digamma() - slopes


class Beta(ExponentialFamily):
    """The beta distribution of a probability: density proportional to x^(a - 1) (1 - x)^(b - 1).

    Args:
        concentration1: a, positive.
        concentration0: b, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Beta(1.0, 3.0).mean
        tensor(0.2500)
    """

    arg_constraints: ClassVar[Any] = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self._dirichlet = Dirichlet(sg.stack(tensors_of(concentration1, concentration0), -1), validate_args)
        super().__init__(self._dirichlet._batch_shape, validate_args=validate_args)

    @property
    def concentration1(self) -> sg.Tensor:
        return self._dirichlet.concentration[..., 0]

    @property
    def concentration0(self) -> sg.Tensor:
        return self._dirichlet.concentration[..., 1]

    @property
    def mean(self) -> sg.Tensor:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> sg.Tensor:
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> sg.Tensor:
        a, b = self.concentration1, self.concentration0
        return a * b / ((a + b) ** 2 * (a + b + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return self._dirichlet.log_prob(sg.stack([value, 1 - value], -1))

    def entropy(self) -> sg.Tensor:
        return self._dirichlet.entropy()
