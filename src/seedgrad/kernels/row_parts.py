"""The larger of two numbers, the largest of one row, and the sum of exponentials: parts of reductions and of softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types

from . import numba_math as m
from .compile import part, part_sums, written

F, I = np.float32, np.int32


def _extreme(name: str) -> Any:
    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.FloatType(), [ir.FloatType()] * 2)
        # The order of 0 and -0 is left open, which would cost most of the time.
        return build.call(cgutils.get_or_insert_function(build.module, kind, name), args, fastmath=("nsz",))

    def declare(typing: Any, x: Any, y: Any) -> Any:
        return types.float32(types.float32, types.float32), emit

    return written(declare)


# The larger and the smaller of two numbers; NaN if one of them is. A loop over them has vector instructions, where one
# that compares and chooses has not, because the order of what is compared would matter to NaN.
larger, smaller = _extreme("llvm.maximum.f32"), _extreme("llvm.minimum.f32")


@part
def _ordered(i: Any) -> Any:
    """The bits of a float as a whole number of the same order, and back."""
    return I(i ^ ((i >> I(31)) & I(0x7FFFFFFF)))


@part
def largest(row: Any) -> Any:
    """The maximum of a row, -inf if it is empty.

    Compared as whole numbers, which for short rows takes less time. NaN comes out, or is lost: the exponentials of the row
    hold it still.
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
