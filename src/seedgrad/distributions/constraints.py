"""The sets in which parameters and values of distributions lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from .constraint import Constraint as Constraint
from .constraint import Dependent, IndependentConstraint
from .constraint import MixtureSameFamilyConstraint as MixtureSameFamilyConstraint
from .constraint import dependent_property as dependent_property
from .constraint import is_dependent as is_dependent


class _Bounded(Constraint):
    """Numbers between bounds; which bounds count as inside is a matter of the subclass."""

    names: tuple[str, ...] = ()

    def __init__(self, *bounds: Any) -> None:
        for name, bound in zip(self.names, bounds, strict=True):
            setattr(self, name, bound)

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={getattr(self, name)}" for name in self.names)
        return f"{type(self).__name__.removeprefix('_')}({inside})"


class _GreaterThan(_Bounded):
    names = ("lower_bound",)
    lower_bound: Any

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return self.lower_bound < value


class _GreaterThanEq(_GreaterThan):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        return self.lower_bound <= value


class _LessThan(_Bounded):
    names = ("upper_bound",)
    upper_bound: Any

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return value < self.upper_bound


class _Interval(_Bounded):
    names = ("lower_bound", "upper_bound")
    lower_bound: Any
    upper_bound: Any

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (self.lower_bound <= value) & (value <= self.upper_bound)


class _HalfOpenInterval(_Interval):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (self.lower_bound <= value) & (value < self.upper_bound)


class _IntegerInterval(_Interval):
    is_discrete = True

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value % 1 == 0) & super().check(value)


class _IntegerGreaterThan(_GreaterThan):
    is_discrete = True

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value % 1 == 0) & (value >= self.lower_bound)


class _Boolean(Constraint):
    is_discrete = True

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value == 0) | (value == 1)


class _Real(Constraint):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        return value == value  # false for NaN only


class _OneHot(Constraint):
    is_discrete, event_dim = True, 1

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1)


class _Simplex(Constraint):
    event_dim = 1

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6)


class _Multinomial(Constraint):
    is_discrete, event_dim = True, 1

    def __init__(self, upper_bound: Any) -> None:
        self.upper_bound = upper_bound

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value >= 0).all(-1) & (value.sum(-1) <= self.upper_bound)


class _LowerTriangular(Constraint):
    event_dim = 2

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return (value.tril() == value).flatten(-2).all(-1)


class _LowerCholesky(_LowerTriangular):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        return super().check(value) & (value.diagonal(dim1=-2, dim2=-1) > 0).all(-1)


class _CorrCholesky(_LowerCholesky):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        rows = value.detach().square().sum(-1).sqrt()
        tolerance = sg.finfo(value.dtype).eps * value.shape[-1] * 10
        return super().check(value) & ((rows - 1).abs() <= tolerance).all(-1)


class _Square(Constraint):
    event_dim = 2

    def check(self, value: sg.Tensor) -> sg.Tensor:
        return sg.full(value.shape[:-2], value.shape[-2] == value.shape[-1], dtype=sg.bool)


class _Symmetric(_Square):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        square = super().check(value)
        if not square.all():
            return square
        return sg.isclose(value, value.mT, atol=1e-6).flatten(-2).all(-1)


class _PositiveSemidefinite(_Symmetric):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        symmetric = super().check(value)
        return (sg.linalg.eigvalsh(value) >= 0).all(-1) if symmetric.all() else symmetric


class _PositiveDefinite(_Symmetric):
    def check(self, value: sg.Tensor) -> sg.Tensor:
        symmetric = super().check(value)
        return sg.linalg.cholesky_ex(value)[1] == 0 if symmetric.all() else symmetric


class _Joined(Constraint):
    """Constraints of the parts of a tensor, side by side along a dimension."""

    def __init__(self, cseq: Sequence[Constraint], dim: int) -> None:
        if not all(isinstance(c, Constraint) for c in cseq):
            raise TypeError(f"expected a sequence of constraints, got {cseq!r}")
        self.cseq, self.dim = list(cseq), dim
        self.is_discrete = any(c.is_discrete for c in self.cseq)


class _Cat(_Joined):
    def __init__(self, cseq: Sequence[Constraint], dim: int = 0, lengths: Sequence[int] | None = None) -> None:
        super().__init__(cseq, dim)
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)
        self.event_dim = max(c.event_dim for c in self.cseq)

    def check(self, value: sg.Tensor) -> sg.Tensor:
        parts = value.split(self.lengths, self.dim)
        return sg.cat([c.check(part) for c, part in zip(self.cseq, parts, strict=True)], self.dim)


class _Stack(_Joined):
    def __init__(self, cseq: Sequence[Constraint], dim: int = 0) -> None:
        super().__init__(cseq, dim)
        deepest = max(c.event_dim for c in self.cseq)
        self.event_dim = deepest + 1 if self.dim + deepest < 0 else deepest

    def check(self, value: sg.Tensor) -> sg.Tensor:
        parts = value.unbind(self.dim)
        return sg.stack([c.check(part) for c, part in zip(self.cseq, parts, strict=True)], self.dim)


dependent = Dependent()
independent = IndependentConstraint
boolean, one_hot, real, simplex = _Boolean(), _OneHot(), _Real(), _Simplex()
nonnegative_integer, positive_integer = _IntegerGreaterThan(0), _IntegerGreaterThan(1)
positive, nonnegative, unit_interval = _GreaterThan(0.0), _GreaterThanEq(0.0), _Interval(0.0, 1.0)
integer_interval, interval, half_open_interval = _IntegerInterval, _Interval, _HalfOpenInterval
greater_than, greater_than_eq, less_than = _GreaterThan, _GreaterThanEq, _LessThan
real_vector = independent(real, 1)
lower_triangular, lower_cholesky, corr_cholesky = _LowerTriangular(), _LowerCholesky(), _CorrCholesky()
square, symmetric = _Square(), _Symmetric()
positive_semidefinite, positive_definite = _PositiveSemidefinite(), _PositiveDefinite()
multinomial, cat, stack = _Multinomial, _Cat, _Stack
