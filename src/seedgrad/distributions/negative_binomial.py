"""Counts of successes before a given number of failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .bernoulli import _Trials, check_one
from .distribution import lazy, tensors_of
from .gamma import Gamma


class NegativeBinomial(_Trials):
    """The number of successes before r failures: P(k) = C(k + r - 1, k) (1 - p)^r p^k.

    Args:
        total_count: r, not negative; it may be a fraction.
        probs: the probability p of success, in [0, 1).
        logits: its log-odds; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.NegativeBinomial(3.0, sg.tensor(0.5)).mean
        tensor(3.)
    """

    arg_constraints: ClassVar[Any] = {
        "total_count": constraints.greater_than_eq(0),
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    support = constraints.nonnegative_integer

    def __init__(
        self, total_count: Any, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        check_one(probs, logits)
        if probs is None:
            self.total_count, self.logits = tensors_of(total_count, logits)
        else:
            self.total_count, self.probs = tensors_of(total_count, probs)
        self.total_count = self.total_count.to(self._param.dtype)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        odds: sg.Tensor = self.logits.exp()
        return self.total_count * odds

    @property
    def mode(self) -> sg.Tensor:
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0)

    @property
    def variance(self) -> sg.Tensor:
        return self.mean / (-self.logits).sigmoid()

    def _rate_of(self) -> Gamma:
        """The distribution of the rate at which the counts are Poisson."""
        return Gamma(self.total_count, (-self.logits).exp(), validate_args=False)

    _gamma: Any = lazy(_rate_of)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            return sg.poisson(self._gamma.sample(sample_shape))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logsigmoid = sg.nn.functional.logsigmoid
        r = self.total_count
        ways = (r + value).lgamma() - (1 + value).lgamma() - r.lgamma()
        ways = ways.masked_fill(r + value == 0, 0)
        return r * logsigmoid(-self.logits) + value * logsigmoid(self.logits) + ways
