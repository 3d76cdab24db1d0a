"""Products of a linear layer with many rows, by tiles, and with very few.

For many rows packing the weight is worth it. Then our threads are as fast as those of BLAS or faster, and don't wait
for a next product on cores that other kernels need. For very few, reading the weight is all the work.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import HEAVY
from ..ops.linalg import linear
from .compile import Array
from .product import product, product_of_columns
from .row_product import row_product

# Rows, and multiplications, from which on a product is not left to BLAS. In a network with many rows even its small
# products should not be: the threads of BLAS wait 25 ms for the next one, at the expense of ours.
MANY, LARGE = 512, 1 << 24
# Rows up to which it is not, if the weight is heavy.
FEW = 4


def _rows(x: Array) -> Array:
    return np.ascontiguousarray(x).reshape(-1, x.shape[-1])


@linear.kernel("numba")
def linear_forward(x: Array, weight: Array, bias: Array | None = None, /) -> Any:
    """Declines what is small, and what is not of float32."""
    if not x.ndim or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        return NotImplemented  # the definition says what must hold
    rows = math.prod(x.shape[:-1])
    few = 0 < rows <= FEW and weight.size >= HEAVY and weight.flags.c_contiguous
    many = rows >= MANY and rows * weight.size >= LARGE
    if not (few or many) or not all([a is None or a.dtype is F32 for a in (x, weight, bias)]):
        return NotImplemented
    if few:
        bias = None if bias is None else np.ascontiguousarray(bias)
        return row_product(_rows(x), weight, bias).reshape(*x.shape[:-1], len(weight)), None
    return product(_rows(x), weight, True, bias).reshape(*x.shape[:-1], len(weight)), x.shape


@linear.kernel_vjp("numba")
def linear_backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    if saved is None:  # few rows: the rules have no better way
        return NotImplemented
    x, weight, _ = (*inputs, None)[:3]
    rows = _rows(g)
    return (
        product(rows, weight).reshape(saved) if needs[0] else None,
        product_of_columns(rows, _rows(x)) if needs[1] else None,
        np.add.reduce(rows, axis=0) if len(needs) > 2 and needs[2] else None,
    )
