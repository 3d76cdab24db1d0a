"""Student's t distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import seedgrad as sg

from . import constraints
from .distribution import Distribution, tensors_of
from .gamma import Chi2
from .normal import standard_normal


class StudentT(Distribution):
    """Student's t distribution: that of loc + scale z / sqrt(chi^2 / df), z normal.

    Args:
        df: the degrees of freedom, positive.
        loc: the mode. Default: 0.
        scale: the width, positive. Default: 1.
        validate_args: whether parameters and values are checked. Default: yes.

    Raises:
        ValueError: a parameter is outside its constraint.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.StudentT(4.0).variance
        tensor(2.)
    """

    arg_constraints: ClassVar[Any] = {
        "df": constraints.positive,
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real
    has_rsample = True

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None) -> None:
        self.df, self.loc, self.scale = tensors_of(df, loc, scale)
        self._chi2 = Chi2(self.df)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> sg.Tensor:
        return sg.where(self.df <= 1, math.nan, self.loc)

    @property
    def mode(self) -> sg.Tensor:
        return self.loc

    @property
    def variance(self) -> sg.Tensor:
        df = self.df
        wide = sg.where(df > 1, math.inf, math.nan).to(df.dtype)
        return sg.where(df > 2, self.scale**2 * df / sg.where(df > 2, df - 2, 1), wide)

    def rsample(self, sample_shape: Sequence[int] = ()) -> sg.Tensor:
        normal = standard_normal(self._extended_shape(sample_shape), self.df.dtype)
        return self.loc + self.scale * normal * (self._chi2.rsample(sample_shape) / self.df).rsqrt()

    def log_prob(self, value: sg.Tensor) -> sg.Tensor:
        if self._validate_args:
            self._validate_sample(value)
        y, half = (value - self.loc) / self.scale, self.df / 2
        area = self.scale.log() + 0.5 * (self.df * math.pi).log() + half.lgamma() - (half + 0.5).lgamma()
        return -(half + 0.5) * (y**2 / self.df).log1p() - area

    def entropy(self) -> sg.Tensor:
        half = self.df / 2
        beta = half.lgamma() + 0.5 * math.log(math.pi) - (half + 0.5).lgamma()
        slope = (half + 0.5).digamma() - half.digamma()
        return self.scale.log() + (half + 0.5) * slope + 0.5 * self.df.log() + beta
