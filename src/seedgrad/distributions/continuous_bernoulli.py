"""A Bernoulli distribution for all numbers between 0 and 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .bernoulli import _Trials
from .distribution import tensors_of
from .exponential_family import ExponentialFamily


class ContinuousBernoulli(_Trials, ExponentialFamily):
    """Numbers in [0, 1] with density C p^x (1 - p)^(1 - x), such as grey values; C = log((1 - p) / p) / (1 - 2p).

    Args:
        probs: p, in (0, 1); not the mean.
        logits: log(p / (1 - p)); exactly one of the two is given.
        lims: between these p the formulas divide 0 by 0, so that their series around 1/2 is used. Default: 0.499, 0.501.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of the two are given, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.ContinuousBernoulli(sg.tensor(0.5)).variance
        tensor(0.0833)

    Source: Loaiza-Ganem, Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders",
        2019.
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        self._take(probs, logits)
        self._lims = lims
        super().__init__(self._param.shape, validate_args=validate_args)
        if probs is not None:  # the ends have no density
            eps = sg.finfo(self.probs.dtype).eps
            self.probs = self.probs.clamp(min=eps, max=1 - eps)

    def _apart(self) -> sg.Tensor:
        """Where p is far enough from 1/2 for the formulas."""
        return (self.probs <= self._lims[0]) | (self.probs > self._lims[1])

    def _far(self) -> sg.Tensor:
        """p, where it is far enough from 1/2; elsewhere some number that is."""
        return sg.where(self._apart(), self.probs, self._lims[0])

    def _log_normalization(self) -> sg.Tensor:
        """log C."""
        p, x = self._far(), self.probs - 0.5
        return sg.where(
            self._apart(),
            (p.log() - (-p).log1p()).abs().log() - (1 - 2 * p).abs().log(),
            math.log(2) + (4 / 3 + 104 / 45 * x**2) * x**2,
        )

    @property
    def mean(self) -> sg.Tensor:
        p, x = self._far(), self.probs - 0.5
        far = p / (2 * p - 1) + 1 / ((-p).log1p() - p.log())
        return sg.where(self._apart(), far, 0.5 + (1 / 3 + 16 / 45 * x**2) * x)

    @property
    def stddev(self) -> sg.Tensor:
        return self.variance.sqrt()

    @property
    def variance(self) -> sg.Tensor:
        p, square = self._far(), (self.probs - 0.5) ** 2
        far = p * (p - 1) / (1 - 2 * p) ** 2 + 1 / ((-p).log1p() - p.log()) ** 2
        return sg.where(self._apart(), far, 1 / 12 - (1 / 15 - 128 / 945 * square) * square)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.icdf(sg.rand(self._extended_shape(sample_shape), dtype=self.probs.dtype))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = tensors_of(self.logits, value)
        entropy = sg.nn.functional.binary_cross_entropy_with_logits(logits, value, reduction="none")
        return self._log_normalization() - entropy

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        p = self._far()
        far = (p**value * (1 - p) ** (1 - value) + p - 1) / (2 * p - 1)
        chance = sg.where(self._apart(), far, value)
        return sg.where(value <= 0, 0.0, sg.where(value >= 1, 1.0, chance))

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        p = self._far()
        far = ((-p + value * (2 * p - 1)).log1p() - (-p).log1p()) / (p.log() - (-p).log1p())
        return sg.where(self._apart(), far, value)

    def entropy(self) -> sg.Tensor:
        fails = (-self.probs).log1p()
        return self.mean * (fails - self.probs.log()) - self._log_normalization() - fails
