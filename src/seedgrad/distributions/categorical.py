"""Choices among several: categories as numbers and as unit vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .bernoulli import check_one
from .distribution import Distribution, lazy

CHANCES = {"probs": constraints.simplex, "logits": constraints.real_vector}


class Categorical(Distribution):
    """One of K categories, as a number from 0 to K - 1, with the given probabilities.

    Args:
        probs: weights along the last dimension, not negative; they are divided by their sum.
        logits: logarithms of weights; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, they have no dimension, or are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Categorical(sg.tensor([1.0, 3.0])).probs
        tensor([0.2500, 0.7500])
    """

    arg_constraints: ClassVar[Any] = CHANCES
    has_enumerate_support = True

    def __init__(
        self, probs: sg.Tensor | None = None, logits: sg.Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        check_one(probs, logits)
        if probs is not None:
            if probs.dim() < 1:
                raise ValueError("`probs` parameter must be at least one-dimensional.")
            self.probs = probs / probs.sum(-1, keepdim=True)
        elif logits is not None:
            if logits.dim() < 1:
                raise ValueError("`logits` parameter must be at least one-dimensional.")
            self.logits = logits - logits.logsumexp(-1, keepdim=True)
        super().__init__(self._param.shape[:-1], validate_args=validate_args)

    def _logits_of(self) -> sg.Tensor:
        """The logarithms of the probabilities, kept finite at 0."""
        eps = sg.finfo(self.probs.dtype).eps
        return self.probs.clamp(min=eps, max=1 - eps).log()

    logits: Any = lazy(_logits_of)

    def _probs_of(self) -> sg.Tensor:
        """The probabilities."""
        return self.logits.softmax(-1)

    probs: Any = lazy(_probs_of)

    @property
    def _param(self) -> sg.Tensor:
        found: sg.Tensor = self.__dict__["probs"] if "probs" in self.__dict__ else self.logits
        return found

    @property
    def _num_events(self) -> int:
        return int(self._param.shape[-1])

    @property
    def param_shape(self) -> sg.Size:
        """The shape of the parameter."""
        return self._param.size()

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> constraints.Constraint:
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def mean(self) -> sg.Tensor:
        return sg.full(self._batch_shape, math.nan, dtype=self.probs.dtype)

    @property
    def mode(self) -> sg.Tensor:
        found: sg.Tensor = self.probs.argmax(-1)
        return found

    @property
    def variance(self) -> sg.Tensor:
        return sg.full(self._batch_shape, math.nan, dtype=self.probs.dtype)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        size = sg.Size(tuple(sample_shape))
        with sg.no_grad():
            rows = self.probs.reshape(-1, self._num_events)
            return sg.multinomial(rows, size.numel(), True).T.reshape(self._extended_shape(size))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        index, logits = sg.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, index[..., :1]).squeeze(-1)

    def entropy(self) -> sg.Tensor:
        logits = self.logits.clamp(min=sg.finfo(self.logits.dtype).min)  # 0 times -inf is 0
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        values = sg.arange(self._num_events).view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values


class OneHotCategorical(Distribution):
    """One of K categories, as a unit vector.

    Args:
        probs: weights along the last dimension, not negative; they are divided by their sum.
        logits: logarithms of weights; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, they have no dimension, or are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.OneHotCategorical(sg.tensor([0.0, 1.0])).sample()
        tensor([0., 1.])
    """

    arg_constraints: ClassVar[Any] = CHANCES
    support = constraints.one_hot
    has_enumerate_support = True

    def __init__(
        self, probs: sg.Tensor | None = None, logits: sg.Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def probs(self) -> sg.Tensor:
        """The probabilities."""
        found: sg.Tensor = self._categorical.probs
        return found

    @property
    def logits(self) -> sg.Tensor:
        """Their logarithms."""
        found: sg.Tensor = self._categorical.logits
        return found

    @property
    def param_shape(self) -> sg.Size:
        """The shape of the parameter."""
        return self._categorical.param_shape

    @property
    def mean(self) -> sg.Tensor:
        return self.probs

    @property
    def mode(self) -> sg.Tensor:
        return self._vectors(self.probs.argmax(-1))

    @property
    def variance(self) -> sg.Tensor:
        return self.probs * (1 - self.probs)

    def _vectors(self, chosen: sg.Tensor) -> sg.Tensor:
        return sg.nn.functional.one_hot(chosen, self._categorical._num_events).to(self.probs.dtype)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self._vectors(self._categorical.sample(sample_shape))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        return self._categorical.log_prob(value.argmax(-1))

    def entropy(self) -> sg.Tensor:
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        n = self._event_shape[0]
        values = sg.eye(n, dtype=self.probs.dtype).view(n, *[1] * len(self._batch_shape), n)
        return values.expand(n, *self._batch_shape, n) if expand else values


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """One of K categories as a unit vector, whose gradient is that of the probabilities.

    Args:
        probs: weights along the last dimension, not negative; they are divided by their sum.
        logits: logarithms of weights; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, they have no dimension, or are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> p = sg.tensor([0.0, 1.0], requires_grad=True)
        >>> sg.distributions.OneHotCategoricalStraightThrough(p).rsample().requires_grad
        True

    Source: Bengio, Leonard, Courville, "Estimating or propagating gradients through stochastic neurons", 2013.
    """

    has_rsample = True

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
