"""Whole numbers: common divisors and multiples, and bits moved sideways."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op

Array = np.ndarray[Any, Any]


def common_multiple(x: Array, y: Array) -> Array:
    """The smallest number that both divide; not negative, and 0 if one is 0."""
    divisor = np.gcd(x, y)
    return np.abs(x // np.maximum(divisor, 1) * y)


vars(namespace).update(gcd=np.gcd, lcm=common_multiple)


@op(ufunc=True, differentiable=False)
def gcd(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.gcd(x, y)


@op(ufunc=True, differentiable=False)
def lcm(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.lcm(x, y)


lcm.defbatch(elementwise)
