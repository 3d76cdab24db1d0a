"""Functions of each element with a known slope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from . import constraints
from .distribution import Distribution, sum_rightmost, tensors_of
from .transform import Transform


class ExpTransform(Transform):
    """y = exp(x).

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.ExpTransform()(sg.tensor(0.0))
        tensor(1.)
    """

    domain, codomain = constraints.real, constraints.positive
    bijective, sign, _bare = True, 1, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.exp()

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.log()

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return x


class SigmoidTransform(Transform):
    """y = 1 / (1 + exp(-x)).

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.SigmoidTransform()(sg.tensor(0.0))
        tensor(0.5000)
    """

    domain, codomain = constraints.real, constraints.unit_interval
    bijective, sign, _bare = True, 1, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        limits = sg.finfo(x.dtype)
        return x.sigmoid().clamp(min=limits.tiny, max=1 - limits.eps)  # so that the inverse is finite

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        limits = sg.finfo(y.dtype)
        y = y.clamp(min=limits.tiny, max=1 - limits.eps)
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return -sg.nn.functional.softplus(-x) - sg.nn.functional.softplus(x)


class TanhTransform(Transform):
    """y = tanh(x).

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.TanhTransform()(sg.tensor(0.0))
        tensor(0.)
    """

    domain, codomain = constraints.real, constraints.interval(-1.0, 1.0)
    bijective, sign, _bare = True, 1, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.tanh()

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        # log(1 - tanh(x)^2), in a form that is exact for large x.
        return 2 * (math.log(2) - x - sg.nn.functional.softplus(-2 * x))


class SoftplusTransform(Transform):
    """y = log(1 + exp(x)).

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.SoftplusTransform()(sg.tensor(0.0))
        tensor(0.6931)
    """

    domain, codomain = constraints.real, constraints.positive
    bijective, sign, _bare = True, 1, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return sg.nn.functional.softplus(x)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return (-y).expm1().neg().log() + y

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return -sg.nn.functional.softplus(-x)


class AbsTransform(Transform):
    """y = |x|; what counts as its inverse gives y back.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.AbsTransform()(sg.tensor(-2.0))
        tensor(2.)
    """

    domain, codomain = constraints.real, constraints.positive
    _bare = True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.abs()

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y


class PowerTransform(Transform):
    """y = x^exponent, for positive x.

    Args:
        exponent: a tensor.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.PowerTransform(sg.tensor(2.0))(sg.tensor(3.0))
        tensor(9.)
    """

    domain = codomain = constraints.positive
    bijective = True

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        (self.exponent,) = tensors_of(exponent)

    @property
    def sign(self) -> sg.Tensor:
        return self.exponent.sign()

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return (self.exponent * y / x).abs().log()

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return sg.broadcast_shapes(shape, self.exponent.shape)

    inverse_shape = forward_shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PowerTransform) and bool(self.exponent.eq(other.exponent).all())

    __hash__ = Transform.__hash__


class AffineTransform(Transform):
    """y = loc + scale x.

    Args:
        loc: a tensor or a number.
        scale: a tensor or a number, not 0.
        event_dim: how many of the last dimensions make one event. Default: 0.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.AffineTransform(1.0, 2.0)(sg.tensor(3.0))
        tensor(7.)
    """

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def event_dim(self) -> int:
        return self._event_dim

    @property
    def domain(self) -> Any:
        return constraints.independent(constraints.real, self._event_dim) if self._event_dim else constraints.real

    @property
    def codomain(self) -> Any:
        return self.domain

    @property
    def sign(self) -> Any:
        return self.scale.sign() if isinstance(self.scale, sg.Tensor) else (self.scale > 0) - (self.scale < 0)

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        if isinstance(self.scale, sg.Tensor):
            slope = self.scale.abs().log()
        else:
            slope = sg.full_like(x, math.log(abs(self.scale)))
        slope = slope.expand(sg.broadcast_shapes(x.shape, slope.shape)) if self._event_dim else slope
        return sum_rightmost(slope, self._event_dim).expand(x.shape[: x.dim() - self._event_dim])

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return sg.broadcast_shapes(shape, getattr(self.loc, "shape", ()), getattr(self.scale, "shape", ()))

    inverse_shape = forward_shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AffineTransform):
            return False
        pairs = ((self.loc, other.loc), (self.scale, other.scale))
        return all(bool(sg.as_tensor(a).eq(sg.as_tensor(b)).all()) for a, b in pairs)

    __hash__ = Transform.__hash__


class CumulativeDistributionTransform(Transform):
    """y = F(x), the cumulative distribution function of a distribution.

    Args:
        distribution: the distribution whose function it is.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.CumulativeDistributionTransform(D.Normal(0.0, 1.0))(sg.tensor(0.0))
        tensor(0.5000)
    """

    bijective, sign, codomain = True, 1, constraints.unit_interval

    def __init__(self, distribution: Distribution, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Any:
        return self.distribution.support

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return self.distribution.cdf(x)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return self.distribution.log_prob(x)
