"""The largest element and the sum of exponentials of one row: what softmax and cross-entropy are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numba_math as m
from .compile import part, part_sums

F, I = np.float32, np.int32


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


@part_sums
def sum_of_exps(row: Any, top: Any) -> Any:
    """The sum of exp(x - top)."""
    total = F(0)
    for i in range(row.size):
        total += m.exp(row[i] - top)
    return total
