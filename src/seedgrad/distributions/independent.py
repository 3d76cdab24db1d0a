"""Independent draws taken together as one, and mixtures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .categorical import Categorical
from .distribution import Distribution, sum_rightmost


class Independent(Distribution):
    """A distribution whose last batch dimensions are part of the event: one probability for all of them together.

    Args:
        base_distribution: the distribution of the parts.
        reinterpreted_batch_ndims: how many of its last batch dimensions to take.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the base has fewer batch dimensions.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.Independent(D.Normal(sg.zeros(2, 3), 1.0), 1).log_prob(sg.zeros(2, 3))
        tensor([-2.7568, -2.7568])
    """

    arg_constraints: ClassVar[Any] = {}

    def __init__(
        self, base_distribution: Distribution, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        batch = base_distribution.batch_shape
        if reinterpreted_batch_ndims > len(batch):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                f"{reinterpreted_batch_ndims} vs {len(batch)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        kept = len(batch) - reinterpreted_batch_ndims
        super().__init__(batch[:kept], batch[kept:] + base_distribution.event_shape, validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        return (
            value.expand(shape + self._event_shape[: self.reinterpreted_batch_ndims]) if name == "base_dist" else value
        )

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return self.base_dist.has_rsample

    @property
    def has_enumerate_support(self) -> bool:  # type: ignore[override]
        return self.reinterpreted_batch_ndims == 0 and self.base_dist.has_enumerate_support

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        found: constraints.Constraint = self.base_dist.support
        dims = self.reinterpreted_batch_ndims
        return constraints.independent(found, dims) if dims else found

    @property
    def mean(self) -> sg.Tensor:
        return self.base_dist.mean

    @property
    def mode(self) -> sg.Tensor:
        return self.base_dist.mode

    @property
    def variance(self) -> sg.Tensor:
        return self.base_dist.variance

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> sg.Tensor:
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        if self.reinterpreted_batch_ndims > 0:
            raise NotImplementedError("Enumeration over cartesian product is not implemented")
        return self.base_dist.enumerate_support(expand=expand)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamily(Distribution):
    """A mixture: first one of K components is chosen, then a value is drawn from it.

    Args:
        mixture_distribution: a Categorical, the chances of the components.
        component_distribution: the components, along its last batch dimension.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the first is not a Categorical, the second not a distribution, or their shapes do not fit.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> pair = D.MixtureSameFamily(D.Categorical(sg.ones(2)), D.Normal(sg.tensor([-1.0, 1.0]), 1.0))
        >>> pair.mean, pair.variance
        (tensor(0.), tensor(2.))
    """

    arg_constraints: ClassVar[Any] = {}

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                "The Mixture distribution needs to be an instance of distributions.Categorical, "
                f"got {type(mixture_distribution).__name__}"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                f"The Component distribution needs to be a distribution, got {type(component_distribution).__name__}"
            )
        chances, batch = mixture_distribution.batch_shape, component_distribution.batch_shape
        for a, b in zip(reversed(chances), reversed(batch[:-1]), strict=False):
            if 1 not in (a, b) and a != b:
                raise ValueError(
                    f"`mixture_distribution.batch_shape` ({chances}) is not compatible with "
                    f"`component_distribution.batch_shape` ({batch}), whose last dimension counts the components"
                )
        count = mixture_distribution.logits.shape[-1]
        if count != batch[-1]:
            raise ValueError(
                f"`mixture_distribution` has {count} categories, but the last dimension of "
                f"`component_distribution.batch_shape` {batch} is {batch[-1]}: they must be equal"
            )
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        self._num_component = count
        super().__init__(batch[:-1], component_distribution.event_shape, validate_args=validate_args)

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        if name == "_component_distribution":
            return value.expand((*shape, self._num_component))
        return super()._expanded(name, value, shape)

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        return constraints.MixtureSameFamilyConstraint(self._component_distribution.support)

    @property
    def mixture_distribution(self) -> Categorical:
        """The chances of the components."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The components."""
        return self._component_distribution

    def _weights(self) -> sg.Tensor:
        """The chances, with a dimension of size 1 for each of the event."""
        probs = self.mixture_distribution.probs
        return probs.reshape(probs.shape + (1,) * len(self._event_shape))

    @property
    def _axis(self) -> int:
        """The dimension of the components."""
        return -1 - len(self._event_shape)

    @property
    def mean(self) -> sg.Tensor:
        return (self._weights() * self.component_distribution.mean).sum(self._axis)

    @property
    def variance(self) -> sg.Tensor:
        weights, parts = self._weights(), self.component_distribution
        within = (weights * parts.variance).sum(self._axis)
        return within + (weights * (parts.mean - self.mean.unsqueeze(self._axis)) ** 2).sum(self._axis)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            values = self.component_distribution.sample(sample_shape)
            chosen = self.mixture_distribution.expand(self._batch_shape).sample(sample_shape)
            index = chosen.reshape(chosen.shape + (1,) * (1 + len(self._event_shape)))
            index = index.expand((*chosen.shape, 1, *self._event_shape))
            return values.gather(self._axis, index).squeeze(self._axis)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        logs = self.component_distribution.log_prob(value.unsqueeze(self._axis))
        return (logs + self.mixture_distribution.logits.log_softmax(-1)).logsumexp(-1)

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        parts = self.component_distribution.cdf(value.unsqueeze(self._axis))
        return (parts * self.mixture_distribution.probs).sum(-1)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
