"""What all distributions have in common: shapes, checks, expansion, and how they are shown."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import seedgrad as sg

from .constraints import Constraint, is_dependent


class lazy:
    """A property that is computed when it is first asked for, with its gradient, and then kept in the instance."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self.compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        with sg.enable_grad():
            value = self.compute(instance)
        setattr(instance, self.name, value)
        return value


def tensors_of(*values: Any) -> tuple[sg.Tensor, ...]:
    """The values as tensors of one shape; numbers take the type of the first tensor, or the default one.

    Raises:
        ValueError: a value is neither a tensor nor a number.
    """
    for value in values:
        if not isinstance(value, (sg.Tensor, int, float)):
            raise ValueError(
                f"Input arguments must all be instances of Number or Tensor, got {type(value).__name__}. "
                "Make it a tensor: seedgrad.tensor(value)"
            )
    kind = next((v.dtype for v in values if isinstance(v, sg.Tensor)), sg.get_default_dtype())
    tensors = [v if isinstance(v, sg.Tensor) else sg.tensor(v, dtype=kind) for v in values]
    return tuple(sg.broadcast_tensors(*tensors))


def sum_rightmost(value: sg.Tensor, dims: int) -> sg.Tensor:
    """The sum over the last `dims` dimensions."""
    return value.flatten(value.dim() - dims).sum(-1) if dims and value.dim() else value


class Distribution:
    """A probability distribution, or a batch of them: the base class.

    A sample has the shape sample_shape + batch_shape + event_shape: `event_shape` is that of one draw, `batch_shape`
    counts distributions with parameters of their own.

    Args:
        batch_shape: the shape of the batch. Default: one distribution.
        event_shape: the shape of one draw. Default: a number.
        validate_args: whether parameters and values are checked. Default: what `set_default_validate_args` said.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> normal = sg.distributions.Normal(sg.zeros(3), 1.0)
        >>> normal.batch_shape, normal.event_shape, normal.sample((2,)).shape
        (seedgrad.Size([3]), seedgrad.Size([]), seedgrad.Size([2, 3]))
    """

    has_rsample = False
    has_enumerate_support = False
    _validate_args: bool = __debug__

    def __init__(
        self, batch_shape: Sequence[int] = (), event_shape: Sequence[int] = (), validate_args: bool | None = None
    ) -> None:
        self._batch_shape, self._event_shape = sg.Size(batch_shape), sg.Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if not self._validate_args:
            return
        try:
            constraints = self.arg_constraints
        except NotImplementedError:
            warnings.warn(
                f"{type(self)} does not define `arg_constraints`: its parameters are not checked. Set "
                "validate_args=False to turn off this warning",
                stacklevel=2,
            )
            return
        for name, constraint in constraints.items():
            if is_dependent(constraint) or (
                name not in self.__dict__ and isinstance(getattr(type(self), name, None), lazy)
            ):
                continue
            value = getattr(self, name)
            if not constraint.check(value).all():
                raise ValueError(
                    f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                    f"{self!r} to satisfy the constraint {constraint!r}, but found invalid values:\n{value}"
                )

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Say whether distributions check their parameters and values unless told otherwise.

        Raises:
            ValueError: it is neither True nor False.
        """
        if value not in (True, False):
            raise ValueError(f"set_default_validate_args takes True or False, got {value!r}")
        Distribution._validate_args = value

    @property
    def batch_shape(self) -> sg.Size:
        """The shape over which parameters vary."""
        return self._batch_shape

    @property
    def event_shape(self) -> sg.Size:
        """The shape of one draw."""
        return self._event_shape

    # On the class: a dict of constraints by parameter name. Where they depend on each other, a property.
    arg_constraints: ClassVar[Any]
    support: ClassVar[Any]

    @property
    def mean(self) -> sg.Tensor:
        """The mean."""
        raise NotImplementedError(f"{type(self)} has no mean")

    @property
    def mode(self) -> sg.Tensor:
        """The value of the largest density."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> sg.Tensor:
        """The variance."""
        raise NotImplementedError(f"{type(self)} has no variance")

    @property
    def stddev(self) -> sg.Tensor:
        """The standard deviation: the square root of the variance."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        """Draw values of shape sample_shape + batch_shape + event_shape, without gradient."""
        with sg.no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        """Draw values that have a gradient with respect to the parameters.

        Raises:
            NotImplementedError: draws from this distribution have none.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rsample: its draws have no gradient. Use sample()")

    def sample_n(self, n: int) -> sg.Tensor:
        """Draw n values, in the old spelling of `sample((n,))`."""
        warnings.warn("sample_n will be deprecated. Use .sample((n,)) instead", UserWarning, stacklevel=2)
        return self.sample((n,))

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        """The logarithm of the density, or of the probability, at a value.

        Raises:
            ValueError: the value has the wrong shape or is outside the support.
        """
        raise NotImplementedError(f"{type(self).__name__} has no log_prob")

    def cdf(self, value: sg.Tensor) -> sg.Tensor:
        """The probability of a draw of at most `value`."""
        raise NotImplementedError(f"{type(self).__name__} has no cdf")

    def icdf(self, value: sg.Tensor) -> sg.Tensor:
        """The inverse of `cdf`: the quantile of a probability."""
        raise NotImplementedError(f"{type(self).__name__} has no icdf")

    def enumerate_support(self, expand: bool = True) -> sg.Tensor:
        """All values that a draw can have, along a new first dimension.

        Args:
            expand: repeat them over the batch. Default: True.
        """
        raise NotImplementedError(f"{type(self).__name__} has no enumerate_support")

    def entropy(self) -> sg.Tensor:
        """The entropy, in nats."""
        raise NotImplementedError(f"{type(self).__name__} has no entropy")

    def perplexity(self) -> sg.Tensor:
        """exp(entropy)."""
        return self.entropy().exp()

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Any:
        """The same distribution for a larger batch, its parameters expanded without a copy.

        Args:
            batch_shape: the new batch shape.
        """
        new = self._get_checked_instance(Distribution, _instance)
        shape = sg.Size(batch_shape)
        for name, value in self.__dict__.items():
            new.__dict__[name] = self._expanded(name, value, shape)
        Distribution.__init__(new, shape, self.event_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    def _expanded(self, name: str, value: Any, shape: sg.Size) -> Any:
        """One attribute of the instance for a larger batch."""
        if isinstance(value, Distribution):
            return value.expand(shape)
        if not isinstance(value, sg.Tensor):
            return value
        own = value.dim() - self._event_dims(name)
        return value.expand(shape + value.shape[own:])

    def _event_dims(self, name: str) -> int:
        """How many of an attribute's last dimensions belong to one distribution of the batch."""
        constraint = self.arg_constraints.get(name)
        return 0 if constraint is None else constraint.event_dim

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        """An instance without attributes, or the one given by a subclass: for `expand` methods of users' classes."""
        return object.__new__(type(self)) if _instance is None else _instance

    def _extended_shape(self, sample_shape: Sequence[int] = ()) -> sg.Size:
        """sample_shape + batch_shape + event_shape."""
        return sg.Size(tuple(sample_shape)) + self._batch_shape + self._event_shape

    def _validate_sample(self, value: Any) -> None:
        if not isinstance(value, sg.Tensor):
            raise ValueError("The value argument to log_prob must be a Tensor")
        event = len(self._event_shape)
        if value.shape[value.dim() - event :] != self._event_shape:
            raise ValueError(
                "The right-most size of value must match event_shape: "
                f"{value.shape} vs {self._event_shape}, the shape of one draw"
            )
        expected = self._batch_shape + self._event_shape
        for i, j in zip(reversed(value.shape), reversed(expected), strict=False):
            if 1 not in (i, j) and i != j:
                raise ValueError(
                    f"Value is not broadcastable with batch_shape+event_shape: {value.shape} vs {expected}."
                )
        try:
            support: Constraint = self.support
        except (NotImplementedError, AttributeError):
            warnings.warn(
                f"{type(self)} does not define `support`: values are not checked. Set validate_args=False to turn off "
                "this warning",
                stacklevel=3,
            )
            return
        if not support.check(value).all():
            raise ValueError(
                f"Expected value argument ({type(value).__name__} of shape {tuple(value.shape)}) to be within the "
                f"support ({support!r}) of the distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        names = [name for name in self.arg_constraints if name in self.__dict__]
        parts = []
        for name in names:
            value = self.__dict__[name]
            parts.append(f"{name}: {value if value.numel() == 1 else value.size()}")
        return f"{type(self).__name__}({', '.join(parts)})"


def _no_constraints(self: Distribution) -> Any:
    raise NotImplementedError(f"{type(self).__name__} does not define this: a subclass of Distribution should")


Distribution.arg_constraints = property(_no_constraints)
Distribution.support = property(_no_constraints)
