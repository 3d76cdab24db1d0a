"""Functions of draws with an inverse and a Jacobian: what they have in common, inverses, and chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from . import constraints
from .distribution import sum_rightmost


class Transform:
    """A function with an inverse and the logarithm of its Jacobian's determinant: the base class.

    Attributes:
        domain, codomain: the constraints on what goes in and on what comes out.
        bijective: whether it has a true inverse.
        sign: 1 if it rises, -1 if it falls, for functions of numbers.

    Args:
        cache_size: 1 keeps the last input and output, so that the inverse of what was just computed is exact.
            Default: 0.

    Raises:
        ValueError: the cache size is neither 0 nor 1.

    Example:
        >>> import seedgrad as sg
        >>> exp = sg.distributions.ExpTransform()
        >>> exp.inv(exp(sg.tensor(2.0)))
        tensor(2.)
    """

    bijective = False
    _bare = False  # without parameters, so that any two are equal
    domain: Any
    codomain: Any

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError(f"cache_size must be 0 or 1, got {cache_size}")
        self._cache_size = cache_size
        self._last: tuple[Any, Any] = (None, None)

    @property
    def event_dim(self) -> int:
        """How many dimensions make one input, if that is also so for outputs."""
        if self.domain.event_dim == self.codomain.event_dim:
            return int(self.domain.event_dim)
        raise ValueError("Please use either .domain.event_dim or .codomain.event_dim")

    @property
    def inv(self) -> Transform:
        """The inverse, a transform."""
        return _InverseTransform(self)

    @property
    def sign(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no sign: it neither rises nor falls everywhere")

    def with_cache(self, cache_size: int = 1) -> Transform:
        """The same transform with another cache."""
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new._cache_size, new._last = cache_size, (None, None)
        return new

    def __call__(self, x: sg.Tensor) -> sg.Tensor:
        kept_x, kept_y = self._last
        if self._cache_size and x is kept_x:
            found: sg.Tensor = kept_y
            return found
        y = self._call(x)
        self._keep(x, y)
        return y

    def _inverted(self, y: sg.Tensor) -> sg.Tensor:
        kept_x, kept_y = self._last
        if self._cache_size and y is kept_y:
            found: sg.Tensor = kept_x
            return found
        x = self._inverse(y)
        self._keep(x, y)
        return x

    def _keep(self, x: sg.Tensor, y: sg.Tensor) -> None:
        if self._cache_size:
            self._last = x, y

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not define _call")

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no inverse")

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        """log |det dy/dx| at x, given y = f(x)."""
        raise NotImplementedError(f"{type(self).__name__} has no Jacobian determinant")

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        """The shape that comes out for the shape that goes in."""
        return sg.Size(shape)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        """The shape that goes in for the shape that comes out."""
        return sg.Size(shape)

    def __eq__(self, other: object) -> bool:
        return self is other or (self._bare and type(self) is type(other))

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _InverseTransform(Transform):
    def __init__(self, transform: Transform) -> None:
        super().__init__(transform._cache_size)
        self._inv = transform

    @property
    def domain(self) -> Any:
        return self._inv.codomain

    @property
    def codomain(self) -> Any:
        return self._inv.domain

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return self._inv.bijective

    @property
    def sign(self) -> Any:
        return self._inv.sign

    @property
    def inv(self) -> Transform:
        return self._inv

    def with_cache(self, cache_size: int = 1) -> Transform:
        return self._inv.with_cache(cache_size).inv

    def __call__(self, x: sg.Tensor) -> sg.Tensor:
        return self._inv._inverted(x)

    def _inverted(self, y: sg.Tensor) -> sg.Tensor:
        return self._inv(y)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return -self._inv.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return self._inv.inverse_shape(shape)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        return self._inv.forward_shape(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _InverseTransform) and self._inv == other._inv

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        return f"_InverseTransform({self._inv!r})"


class ComposeTransform(Transform):
    """Transforms one after another.

    Args:
        parts: the transforms, first to last.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.ComposeTransform([D.ExpTransform(), D.AffineTransform(1.0, 2.0)])(sg.tensor(0.0))
        tensor(3.)
    """

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = [part.with_cache(cache_size) for part in parts] if cache_size else list(parts)

    def _need(self, forward: bool) -> int:
        """How many dimensions one input (or output, when not forward) has for all parts together."""
        need = 0
        for part in reversed(self.parts) if forward else self.parts:
            here, there = (part.domain, part.codomain) if forward else (part.codomain, part.domain)
            need = max(here.event_dim, need + here.event_dim - there.event_dim)
        return need

    @property
    def domain(self) -> Any:
        if not self.parts:
            return constraints.real
        found = self.parts[0].domain
        more = self._need(True) - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    @property
    def codomain(self) -> Any:
        if not self.parts:
            return constraints.real
        found = self.parts[-1].codomain
        more = self._need(False) - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return all(part.bijective for part in self.parts)

    @property
    def sign(self) -> Any:
        sign: Any = 1
        for part in self.parts:
            sign = sign * part.sign
        return sign

    @property
    def inv(self) -> Transform:
        return ComposeTransform([part.inv for part in reversed(self.parts)])

    def with_cache(self, cache_size: int = 1) -> Transform:
        return ComposeTransform(self.parts, cache_size)

    def __call__(self, x: sg.Tensor) -> sg.Tensor:
        for part in self.parts:
            x = part(x)
        return x

    def _inverted(self, y: sg.Tensor) -> sg.Tensor:
        return self.inv(y)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        if not self.parts:
            return sg.zeros_like(x)
        dims, total = self.domain.event_dim, sg.zeros((), dtype=x.dtype)
        for part in self.parts:
            after = part(x)
            total = total + sum_rightmost(part.log_abs_det_jacobian(x, after), dims - part.domain.event_dim)
            dims += part.codomain.event_dim - part.domain.event_dim
            x = after
        return total

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        for part in self.parts:
            shape = part.forward_shape(shape)
        return sg.Size(shape)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return sg.Size(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ComposeTransform) and self.parts == other.parts

    __hash__ = Transform.__hash__

    def __repr__(self) -> str:
        return "ComposeTransform(\n    " + ",\n    ".join(repr(part) for part in self.parts) + "\n)"


identity_transform = ComposeTransform([])
