"""Trials that succeed or fail: Bernoulli, geometric, binomial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, lazy, tensors_of
from .exponential_family import ExponentialFamily

_CHANCES = {"probs": constraints.unit_interval, "logits": constraints.real}


def logits_of(probs: sg.Tensor) -> sg.Tensor:
    """log(p / (1 - p)), kept finite at 0 and 1."""
    eps = sg.finfo(probs.dtype).eps
    probs = probs.clamp(min=eps, max=1 - eps)
    return probs.log() - (-probs).log1p()


def check_one(probs: Any, logits: Any) -> None:
    """Raise unless exactly one of the two is given."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


class _Trials(Distribution):
    """Distributions with one chance of success, given as a probability or as log-odds."""

    def _logits_of(self) -> sg.Tensor:
        """The log-odds of success."""
        return logits_of(self.probs)

    logits: Any = lazy(_logits_of)

    def _probs_of(self) -> sg.Tensor:
        """The probability of success."""
        return self.logits.sigmoid()

    probs: Any = lazy(_probs_of)

    @property
    def _param(self) -> sg.Tensor:
        found: sg.Tensor = self.__dict__["probs"] if "probs" in self.__dict__ else self.logits
        return found

    @property
    def param_shape(self) -> sg.Size:
        """The shape of the parameter."""
        return self._param.size()

    def _take(self, probs: Any, logits: Any) -> None:
        check_one(probs, logits)
        if probs is None:
            (self.logits,) = tensors_of(logits)
        else:
            (self.probs,) = tensors_of(probs)

    def _entropy(self) -> sg.Tensor:
        """The entropy of one trial."""
        return sg.nn.functional.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")


class Bernoulli(_Trials, ExponentialFamily):
    """1 with the probability `probs`, else 0.

    Args:
        probs: the probability of 1.
        logits: its log-odds, log(p / (1 - p)); exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, or a probability is not in [0, 1].

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Bernoulli(sg.tensor([0.25, 1.0])).mean
        tensor([0.2500, 1.0000])
    """

    arg_constraints: ClassVar[Any] = _CHANCES
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        self._take(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        found: sg.Tensor = self.probs
        return found

    @property
    def mode(self) -> sg.Tensor:
        return sg.where(self.probs == 0.5, math.nan, (self.probs >= 0.5).to(self.probs.dtype))

    @property
    def variance(self) -> sg.Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            return sg.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = tensors_of(self.logits, value)
        return -sg.nn.functional.binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> sg.Tensor:
        return self._entropy()

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        values = sg.arange(2, dtype=self._param.dtype).view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values


class Geometric(_Trials):
    """The number of failures before the first success: P(k) = (1 - p)^k p, k = 0, 1, 2, ...

    Args:
        probs: the probability of success, positive.
        logits: its log-odds; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, or a probability is not in (0, 1].

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Geometric(0.25).mean
        tensor(3.)
    """

    arg_constraints: ClassVar[Any] = _CHANCES
    support = constraints.nonnegative_integer

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        self._take(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)
        if self._validate_args and probs is not None and not (self.probs > 0).all():
            raise ValueError(
                f"Expected parameter probs ({type(self.probs).__name__} of shape {tuple(self.probs.shape)}) of "
                f"distribution {self!r} to be positive but found invalid values:\n{self.probs[self.probs <= 0]}"
            )

    @property
    def mean(self) -> sg.Tensor:
        return 1 / self.probs - 1

    @property
    def mode(self) -> sg.Tensor:
        return sg.zeros_like(self.probs)

    @property
    def variance(self) -> sg.Tensor:
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            kind = self.probs.dtype
            u = sg.rand(self._extended_shape(sample_shape), dtype=kind).clamp_(min=sg.finfo(kind).tiny)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        value, probs = tensors_of(value, self.probs)
        failing = probs.masked_fill((probs == 1) & (value == 0), 0)  # 0 log 0 is 0
        return value * (-failing).log1p() + self.probs.log()

    def entropy(self) -> sg.Tensor:
        return self._entropy() / self.probs


class Binomial(_Trials):
    """How many of `total_count` trials succeed: P(k) = n! / (k! (n - k)!) p^k (1 - p)^(n - k).

    Args:
        total_count: the number n of trials. Default: 1.
        probs: the probability of success.
        logits: its log-odds; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of probs and logits are given, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Binomial(10, probs=sg.tensor([0.5, 0.1])).mean
        tensor([5., 1.])
    """

    arg_constraints: ClassVar[Any] = {"total_count": constraints.nonnegative_integer, **_CHANCES}
    has_enumerate_support = True

    def __init__(
        self, total_count: Any = 1, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        check_one(probs, logits)
        if probs is None:
            self.total_count, self.logits = tensors_of(total_count, sg.as_tensor(logits))
        else:
            self.total_count, self.probs = tensors_of(total_count, sg.as_tensor(probs))
        self.total_count = self.total_count.type_as(self._param)
        super().__init__(self._param.shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> constraints.Constraint:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> sg.Tensor:
        return self.total_count * self.probs

    @property
    def mode(self) -> sg.Tensor:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> sg.Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        with sg.no_grad():
            return sg.binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        n = self.total_count
        ways = (n + 1).lgamma() - (value + 1).lgamma() - (n - value + 1).lgamma()
        return ways + value * self.logits - n * sg.logaddexp(self.logits, sg.zeros_like(self.logits))

    def entropy(self) -> sg.Tensor:
        self._one_count("entropy")
        logs = self.log_prob(self.enumerate_support(False))
        return -(logs.exp() * logs).sum(0)

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        most = self._one_count("enumerate_support")
        values = sg.arange(most + 1, dtype=self._param.dtype).view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values

    def _one_count(self, what: str) -> int:
        """The number of trials, if it is the same for the whole batch."""
        most = int(self.total_count.max())
        if self.total_count.min() != most:
            raise NotImplementedError(f"Inhomogeneous total count not supported by `{what}`.")
        return most
