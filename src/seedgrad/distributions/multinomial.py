"""How often each of several categories comes up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .bernoulli import Binomial
from .categorical import CHANCES, Categorical
from .distribution import Distribution, tensors_of


class Multinomial(Distribution):
    """How often each of K categories comes up in `total_count` draws.

    Args:
        total_count: the number of draws, one for the whole batch. Default: 1.
        probs: weights along the last dimension, not negative; they are divided by their sum.
        logits: logarithms of weights; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        NotImplementedError: total_count is not one number.
        ValueError: both or neither of probs and logits are given, or they are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Multinomial(10, sg.tensor([1.0, 4.0])).mean
        tensor([2., 8.])
    """

    arg_constraints: ClassVar[Any] = CHANCES
    total_count: int

    def __init__(
        self,
        total_count: int = 1,
        probs: sg.Tensor | None = None,
        logits: sg.Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError(
                f"inhomogeneous total_count is not supported: expected an int, got {total_count!r}"
            )
        self.total_count = total_count
        self._categorical = Categorical(probs, logits)
        self._binomial = Binomial(total_count, probs=self.probs)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        # Its batch has the categories as last dimension.
        return value.expand(shape + self._event_shape) if name == "_binomial" else super()._expanded(name, value, shape)

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

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> constraints.Constraint:
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> sg.Tensor:
        return self.probs * self.total_count

    @property
    def variance(self) -> sg.Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        counts = sg.zeros(self._extended_shape(sample_shape), dtype=self.probs.dtype)
        places = drawn.movedim(0, -1)
        return counts.scatter_add_(-1, places, sg.ones(places.shape, dtype=counts.dtype))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = tensors_of(self.logits, value)
        powers = logits.masked_fill((value == 0) & (logits == -math.inf), 0) * value
        return (value.sum(-1) + 1).lgamma() - (value + 1).lgamma().sum(-1) + powers.sum(-1)

    def entropy(self) -> sg.Tensor:
        n = float(self.total_count)
        counts = self._binomial.enumerate_support(expand=False)[1:]
        chances = self._binomial.log_prob(counts).exp()
        return n * self._categorical.entropy() - math.lgamma(n + 1) + (chances * (counts + 1).lgamma()).sum((0, -1))
