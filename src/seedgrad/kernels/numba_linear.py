"""Products of a linear layer by tiles: on our threads, which are as fast as those of BLAS or faster.

They don't wait for a next product on cores that other kernels need.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import HEAVY
from ..ops.linalg import linear
from .compile import Array
from .numba_channel_sum import channel_sum
from .product import product, product_of_columns
from .product_few import product_few
from .row_product import row_product

# Multiplications from which on a product is not left to BLAS, whose threads wait 25 ms or longer for the next one, at
# the expense of ours.
LARGE = 1 << 19
# Rows up to which reading the weight is all the work.
FEW = 4


def _rows(x: Array) -> Array:
    return np.ascontiguousarray(x).reshape(-1, x.shape[-1])


@linear.kernel("numba")
def linear_forward(x: Array, weight: Array, bias: Array | None = None, /) -> Any:
    """Declines what is small, and what is not of float32."""
    if not x.ndim or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        return NotImplemented  # the definition says what must hold
    rows, (places, sums) = math.prod(x.shape[:-1]), weight.shape
    few = rows <= FEW and weight.flags.c_contiguous
    if not rows or (weight.size < HEAVY if few else rows * weight.size < LARGE):
        return NotImplemented
    if not all([a is None or a.dtype is F32 for a in (x, weight, bias)]):
        return NotImplemented
    if few:
        y = row_product(_rows(x), weight, bias)
    elif rows * (sums + places) <= weight.size:  # what is packed and turned around: x and y, or the weight
        y = product_few(_rows(x), weight, bias)
    else:
        y = product(_rows(x), weight, True, bias)
    return y.reshape(*x.shape[:-1], places), None if few else x.shape


@linear.kernel_vjp("numba")
def linear_backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    if saved is None:  # few rows: the rules have no better way
        return NotImplemented
    x, weight, _ = (*inputs, None)[:3]
    rows = _rows(g)
    return (
        product(rows, weight).reshape(saved) if needs[0] else None,
        product_of_columns(rows, _rows(x)) if needs[1] else None,
        channel_sum(rows) if len(needs) > 2 and needs[2] else None,
    )
