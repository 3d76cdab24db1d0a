"""What constraints have in common, and those made of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import seedgrad as sg


class Constraint:
    """A set of tensors: `check(value)` says, for each event, whether it lies in the set.

    Attributes:
        is_discrete: whether the set holds whole numbers only.
        event_dim: how many of the last dimensions make one element of the set.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.constraints.positive.check(sg.tensor([1.0, -1.0]))
        tensor([ True, False])
    """

    is_discrete = False
    event_dim = 0

    def check(self, value: sg.Tensor) -> sg.Tensor:
        """Whether each event lies in the set, in the shape of the value without its event dimensions."""
        raise NotImplementedError(f"{type(self).__name__} does not say what lies in it: define check(value)")

    def __repr__(self) -> str:
        name = type(self).__name__
        return name[1:] + "()" if name.startswith("_") else name + "()"


class Dependent(Constraint):
    """A set that depends on other parameters, so that it cannot be checked by itself.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.constraints.is_dependent(sg.distributions.constraints.dependent)
        True
    """

    def __init__(self, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def __call__(self, *, is_discrete: bool | None = None, event_dim: int | None = None) -> Dependent:
        return type(self)(
            is_discrete=self.is_discrete if is_discrete is None else is_discrete,
            event_dim=self.event_dim if event_dim is None else event_dim,
        )

    def check(self, value: sg.Tensor) -> sg.Tensor:
        raise ValueError("Cannot determine validity of dependent constraint: ask the distribution's own `support`")


class dependent_property(property, Dependent):
    """A property that gives a constraint; on the class, where there are no parameters, it is a dependent one.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.Binomial.support.is_discrete
        True
    """

    def __init__(self, fn: Callable[..., Any] | None = None, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        property.__init__(self, fn)
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def __call__(self, fn: Callable[..., Any]) -> dependent_property:  # type: ignore[override]
        return dependent_property(fn, is_discrete=self.is_discrete, event_dim=self.event_dim)


def is_dependent(constraint: Constraint) -> bool:
    """Whether the constraint depends on other parameters.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.constraints.is_dependent(sg.distributions.constraints.real)
        False
    """
    return isinstance(constraint, Dependent)


class IndependentConstraint(Constraint):
    """A constraint for each element, with some of the last dimensions taken together as one event.

    Args:
        base_constraint: the constraint of the elements.
        reinterpreted_batch_ndims: how many more dimensions make one event.

    Example:
        >>> import seedgrad as sg
        >>> c = sg.distributions.constraints
        >>> c.independent(c.positive, 1).check(sg.tensor([[1.0, 2.0], [1.0, -2.0]]))
        tensor([ True, False])
    """

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: sg.Tensor) -> sg.Tensor:
        result = self.base_constraint.check(value)
        if result.dim() < self.reinterpreted_batch_ndims:
            expected = self.base_constraint.event_dim + self.reinterpreted_batch_ndims
            raise ValueError(f"Expected value.dim() >= {expected} but got {value.dim()}, the shape {value.shape}")
        return result.flatten(result.dim() - self.reinterpreted_batch_ndims).all(-1) if self.event_dim else result

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamilyConstraint(Constraint):
    """The set of values of a mixture: what any of its components, along the last batch dimension, can give.

    Args:
        base_constraint: the support of the components.

    Example:
        >>> import seedgrad as sg
        >>> c = sg.distributions.constraints
        >>> c.MixtureSameFamilyConstraint(c.positive).check(sg.tensor([1.0, -1.0]))
        tensor([ True, False])
    """

    def __init__(self, base_constraint: Constraint) -> None:
        self.base_constraint = base_constraint
        self.is_discrete, self.event_dim = base_constraint.is_discrete, base_constraint.event_dim

    def check(self, value: sg.Tensor) -> sg.Tensor:
        # A dimension for the components, whose supports may differ, before the event.
        result = self.base_constraint.check(value.unsqueeze(-1 - self.event_dim))
        if value.dim() < self.event_dim:
            raise ValueError(f"Expected value.dim() >= {self.event_dim} but got {value.dim()}")
        return result.all(-1)

    def __repr__(self) -> str:
        return f"MixtureSameFamilyConstraint({self.base_constraint!r})"
