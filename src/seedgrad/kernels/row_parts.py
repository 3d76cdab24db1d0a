"""The largest and the smallest element of one row, and the sum of exponentials: parts of reductions and of softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numba_math as m
from .compile import part, part_sums

F, I = np.float32, np.int32
# The bits of infinity; those of NaN without its sign are larger.
INFINITY = I(0x7F800000)


@part
def _ordered(i: Any) -> Any:
    """The bits of a float as a whole number of the same order, and back."""
    return I(i ^ ((i >> I(31)) & I(0x7FFFFFFF)))


@part
def largest(row: Any) -> Any:
    """The maximum of a row, -inf if it is empty.

    Compared as whole numbers, because a maximum of floats is no vector instruction unless NaN is left out of account.
    NaN comes out, or is lost: the exponentials of the row hold it still.
    """
    top = I(-2147483648)
    for i in range(row.size):
        here = _ordered(m.bits(row[i]))
        top = I(max(top, here))
    return m.bits(_ordered(top)) if row.size else F(-np.inf)


@part
def largest_or_nan(row: Any) -> Any:
    """The maximum of a row that is not empty; NaN if there is one."""
    top, size = I(-2147483648), I(0)
    for i in range(row.size):
        here = m.bits(row[i])
        top, size = I(max(top, _ordered(here))), I(max(size, here & I(0x7FFFFFFF)))
    return F(np.nan) if size > INFINITY else m.bits(_ordered(top))


@part
def smallest_or_nan(row: Any) -> Any:
    """The minimum."""
    low, size = I(2147483647), I(0)
    for i in range(row.size):
        here = m.bits(row[i])
        low, size = I(min(low, _ordered(here))), I(max(size, here & I(0x7FFFFFFF)))
    return F(np.nan) if size > INFINITY else m.bits(_ordered(low))


@part_sums
def sum_of_exps(row: Any, top: Any) -> Any:
    """The sum of exp(x - top)."""
    total = F(0)
    for i in range(row.size):
        total += m.exp(row[i] - top)
    return total
