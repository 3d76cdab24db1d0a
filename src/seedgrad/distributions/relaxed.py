"""Draws near 0 and 1, or near unit vectors, that have a gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .bernoulli import _Trials, logits_of
from .categorical import Categorical
from .distribution import Distribution, tensors_of
from .elementwise_transforms import ExpTransform, SigmoidTransform
from .normal import Normal
from .transformed import TransformedDistribution
from .vector_transforms import StickBreakingTransform


class LogitRelaxedBernoulli(_Trials):
    """The log-odds of a relaxed Bernoulli draw: (logits + logistic noise) / temperature.

    Args:
        temperature: how soft the draws are, positive.
        probs: the probability of 1.
        logits: its log-odds; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of probs and logits are given, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.distributions.relaxed import LogitRelaxedBernoulli
        >>> LogitRelaxedBernoulli(sg.tensor(1.0), logits=0.0).log_prob(sg.tensor(0.0))
        tensor(-1.3863)
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.real

    def __init__(
        self, temperature: sg.Tensor, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self.temperature = temperature
        self._take(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return value if name == "temperature" else super()._expanded(name, value, shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        noise = logits_of(sg.rand(shape, dtype=self._param.dtype))
        return (noise + logits_of(self.probs.expand(shape))) / self.temperature

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logits, value = tensors_of(self.logits, value)
        difference = logits - value * self.temperature
        return self.temperature.log() + difference - 2 * difference.exp().log1p()


class RelaxedBernoulli(TransformedDistribution):
    """Numbers in (0, 1), near 0 or 1 when the temperature is low, with a gradient.

    Args:
        temperature: how soft the draws are, positive.
        probs: the probability of 1.
        logits: its log-odds; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of probs and logits are given, or a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.RelaxedBernoulli(sg.tensor(0.1), sg.tensor([0.2, 0.9])).rsample().shape
        seedgrad.Size([2])

    Source: Maddison, Mnih, Teh, "The concrete distribution", 2017.
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, temperature: sg.Tensor, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        base = LogitRelaxedBernoulli(temperature, probs, logits)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)

    @property
    def temperature(self) -> sg.Tensor:
        """How soft the draws are."""
        found: sg.Tensor = self.base_dist.temperature
        return found

    @property
    def logits(self) -> sg.Tensor:
        """The log-odds."""
        found: sg.Tensor = self.base_dist.logits
        return found

    @property
    def probs(self) -> sg.Tensor:
        """The probability of 1."""
        found: sg.Tensor = self.base_dist.probs
        return found


class ExpRelaxedCategorical(Distribution):
    """The logarithms of a relaxed choice: log softmax((logits + Gumbel noise) / temperature).

    Args:
        temperature: how soft the draws are, positive.
        probs: weights along the last dimension.
        logits: their logarithms; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of probs and logits are given, or they are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.distributions.relaxed import ExpRelaxedCategorical
        >>> round(ExpRelaxedCategorical(sg.tensor(1.0), logits=sg.zeros(3)).rsample().exp().sum().item(), 4)
        1.0
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        temperature: sg.Tensor,
        probs: sg.Tensor | None = None,
        logits: sg.Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        self._categorical = Categorical(probs, logits)
        self.temperature = temperature
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return value if name == "temperature" else super()._expanded(name, value, shape)

    @property
    def logits(self) -> sg.Tensor:
        """The logarithms of the probabilities."""
        found: sg.Tensor = self._categorical.logits
        return found

    @property
    def probs(self) -> sg.Tensor:
        """The probabilities."""
        found: sg.Tensor = self._categorical.probs
        return found

    @property
    def param_shape(self) -> sg.Size:
        """The shape of the parameter."""
        return self._categorical.param_shape

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        shape = self._extended_shape(sample_shape)
        kind = self.logits.dtype
        limits = sg.finfo(kind)
        noise = -(-sg.rand(shape, dtype=kind).clamp_(min=limits.tiny, max=1 - limits.eps).log()).log()
        scores = (self.logits + noise) / self.temperature
        return scores - scores.logsumexp(-1, keepdim=True)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        count = self._event_shape[0]
        logits, value = tensors_of(self.logits, value)
        scale = math.lgamma(count) + (count - 1) * self.temperature.log()
        return (logits - value * self.temperature).log_softmax(-1).sum(-1) + scale


class RelaxedOneHotCategorical(TransformedDistribution):
    """Vectors of probabilities, near unit vectors when the temperature is low, with a gradient.

    Args:
        temperature: how soft the draws are, positive.
        probs: weights along the last dimension.
        logits: their logarithms; exactly one of the two is given.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: both or neither of probs and logits are given, or they are outside their constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.RelaxedOneHotCategorical(sg.tensor(0.5), logits=sg.zeros(2, 3)).rsample().shape
        seedgrad.Size([2, 3])

    Source: Jang, Gu, Poole, "Categorical reparameterization with Gumbel-softmax", 2017.
    """

    arg_constraints: ClassVar[Any] = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex
    has_rsample = True

    def __init__(
        self,
        temperature: sg.Tensor,
        probs: sg.Tensor | None = None,
        logits: sg.Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits)
        super().__init__(base, ExpTransform(), validate_args=validate_args)

    @property
    def temperature(self) -> sg.Tensor:
        """How soft the draws are."""
        found: sg.Tensor = self.base_dist.temperature
        return found

    @property
    def logits(self) -> sg.Tensor:
        """The logarithms of the probabilities."""
        found: sg.Tensor = self.base_dist.logits
        return found

    @property
    def probs(self) -> sg.Tensor:
        """The probabilities."""
        found: sg.Tensor = self.base_dist.probs
        return found


class LogisticNormal(TransformedDistribution):
    """Vectors of probabilities, one longer than the normal vector that a stick is broken by.

    Args:
        loc: the means of the normal vector, along the last dimension.
        scale: its standard deviations, positive.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.LogisticNormal(sg.zeros(3), sg.ones(3)).sample().shape
        seedgrad.Size([4])

    Source: Aitchison, Shen, "Logistic-normal distributions: some properties and uses", 1980.
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand((1,))
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    @property
    def loc(self) -> sg.Tensor:
        """The means of the normal vector."""
        found: sg.Tensor = self.base_dist.base_dist.loc
        return found

    @property
    def scale(self) -> sg.Tensor:
        """Its standard deviations."""
        found: sg.Tensor = self.base_dist.base_dist.scale
        return found
