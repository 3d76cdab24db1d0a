"""A distribution of angles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, tensors_of


class VonMises(Distribution):
    """The distribution of von Mises of angles in [-pi, pi): density exp(k cos(x - loc)) / (2 pi I0(k)).

    Args:
        loc: the mean angle, in radians.
        concentration: k, positive: how narrow it is.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: the concentration is not positive.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.VonMises(0.0, 1.0).log_prob(sg.tensor(0.0))
        tensor(-1.0738)

    Source: Best, Fisher, "Efficient simulation of the von Mises distribution", 1979.
    """

    arg_constraints: ClassVar[Any] = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real
    has_rsample = False

    def __init__(self, loc: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = tensors_of(loc, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        k = self.concentration
        # I0(k) = i0e(k) exp(k), without overflow.
        return k * ((value - self.loc).cos() - 1) - sg.special.i0e(k).log() - math.log(2 * math.pi)

    def sample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        """Draw angles, without gradient: proposals of a wrapped Cauchy distribution, until all are accepted."""
        shape = self._extended_shape(sample_shape)
        with sg.no_grad():
            k = self.concentration.double().expand(shape)
            tau = 1 + (1 + 4 * k**2).sqrt()
            rho = (tau - (2 * tau).sqrt()) / (2 * k)
            r = sg.where(k < 1e-5, 1 / k + k, (1 + rho**2) / (2 * rho))  # the quotient loses all digits near 0
            angle, waiting = sg.zeros(shape, dtype=sg.float64), sg.ones(shape, dtype=sg.bool)
            while waiting.any():
                rw, kw = r[waiting], k[waiting]
                u = sg.rand(3, rw.numel(), dtype=sg.float64)
                z = (math.pi * u[0]).cos()
                f = (1 + rw * z) / (rw + z)
                c = kw * (rw - f)
                good = (c * (2 - c) - u[1] > 0) | ((c / u[1]).log() + 1 - c >= 0)
                drawn = (u[2] - 0.5).sign() * f.clamp(-1, 1).acos()
                angle[waiting] = sg.where(good, drawn, angle[waiting])
                waiting[waiting.clone()] = ~good
            found = (angle + math.pi + self.loc.double()) % (2 * math.pi) - math.pi
            return found.to(self.loc.dtype)

    @property
    def mean(self) -> sg.Tensor:
        """The mean angle."""
        return self.loc

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def variance(self) -> sg.Tensor:
        """The circular variance, 1 - I1(k) / I0(k)."""
        return 1 - sg.special.i1e(self.concentration) / sg.special.i0e(self.concentration)
