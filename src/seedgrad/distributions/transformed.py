"""Distributions of functions of a draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, sum_rightmost
from .independent import Independent
from .transform import ComposeTransform, Transform


class TransformedDistribution(Distribution):
    """The distribution of f(x), x from a base distribution: log p(y) = log p(x) - log |df/dx|.

    Args:
        base_distribution: the distribution of x.
        transforms: f, a transform or a list of those to apply one after another.
        validate_args: whether values are checked. Default: yes.

    Raises:
        ValueError: they are not transforms, or need more dimensions than the base has.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.TransformedDistribution(D.Normal(0.0, 1.0), D.ExpTransform()).log_prob(sg.tensor(1.0))
        tensor(-0.9189)
    """

    arg_constraints: ClassVar[Any] = {}
    base_dist: Any

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | list[Transform],
        validate_args: bool | None = None,
    ) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else transforms
        if not isinstance(self.transforms, list) or not all(isinstance(t, Transform) for t in self.transforms):
            raise ValueError(
                f"transforms must be a Transform or list, but was {transforms}: a list holds Transforms only"
            )
        self._steps = ComposeTransform(self.transforms)
        shape = base_distribution.batch_shape + base_distribution.event_shape
        need = self._steps.domain.event_dim
        if len(shape) < need:
            raise ValueError(f"base_distribution needs to have shape with size at least {need}, but got {shape}.")
        whole = self._steps.forward_shape(shape)
        # What the transforms give decides over the shape of x, and which of its batch dimensions become events.
        base_shape = self._steps.inverse_shape(whole)
        if shape != base_shape:
            kept = len(base_shape) - len(base_distribution.event_shape)
            base_distribution = base_distribution.expand(base_shape[:kept])
        more = need - len(base_distribution.event_shape)
        if more > 0:
            base_distribution = Independent(base_distribution, more)
        self.base_dist = base_distribution
        events = self._steps.codomain.event_dim + max(len(base_distribution.event_shape) - need, 0)
        cut = len(whole) - events
        super().__init__(whole[:cut], whole[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        new = self._get_checked_instance(TransformedDistribution, _instance)
        new.__dict__.update(self.__dict__)
        base_shape = self._steps.inverse_shape(sg.Size(batch_shape) + self._event_shape)
        new.base_dist = self.base_dist.expand(base_shape[: len(base_shape) - len(self.base_dist.event_shape)])
        Distribution.__init__(new, batch_shape, self._event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> constraints.Constraint:
        if not self.transforms:
            return self.base_dist.support
        found, events = self._steps.codomain, len(self._event_shape)
        more = events - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        return bool(self.base_dist.has_rsample)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        with sg.no_grad():
            return self._steps(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        return self._steps(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        total: Any = 0.0
        dims, y = len(self._event_shape), value
        for step in reversed(self.transforms):
            x = step.inv(y)
            dims += step.domain.event_dim - step.codomain.event_dim
            total = total - sum_rightmost(step.log_abs_det_jacobian(x, y), dims - step.domain.event_dim)
            y = x
        found: sg.Tensor = total + sum_rightmost(self.base_dist.log_prob(y), dims - len(self.base_dist.event_shape))
        return found

    def _turned(self, chance: sg.Tensor) -> sg.Tensor:
        """The probability, or 1 minus it where the transforms fall."""
        sign: Any = 1
        for step in self.transforms:
            sign = sign * step.sign
        if isinstance(sign, int) and sign == 1:
            return chance
        return sign * (chance - 0.5) + 0.5

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        for step in reversed(self.transforms):
            value = step.inv(value)
        if self._validate_args:
            self.base_dist._validate_sample(value)
        return self._turned(self.base_dist.cdf(value))

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        return self._steps(self.base_dist.icdf(self._turned(value)))
