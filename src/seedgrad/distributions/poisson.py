"""Counts of events that happen at a given rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import tensors_of
from .exponential_family import ExponentialFamily


class Poisson(ExponentialFamily):
    """The number of events that happen at a given rate: P(k) = rate^k exp(-rate) / k!.

    Args:
        rate: the mean number, not negative.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the rate is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Poisson(2.0).log_prob(sg.tensor(0.0))
        tensor(-2.)
    """

    arg_constraints: ClassVar[Any] = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = tensors_of(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return self.rate

    @property
    def mode(self) -> sg.Tensor:
        return self.rate.floor()

    @property
    def variance(self) -> sg.Tensor:
        return self.rate

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            return sg.poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        rate, value = tensors_of(self.rate, value)
        return sg.xlogy(value, rate) - rate - (value + 1).lgamma()
