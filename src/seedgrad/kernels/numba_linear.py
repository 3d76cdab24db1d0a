"""Linear layers: the bias is where the sums of the product begin, and its gradient is a sum along the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import open_kernel
from ..core.product_arrays import by_tiles
from ..ops.linalg import linear
from .compile import Array
from .numba_product import product
from .numba_reduce import channel_sum


def _rows(x: Array) -> Array:
    return np.ascontiguousarray(x).reshape(-1, x.shape[-1])


@linear.kernel("numba")
@open_kernel
def linear_forward(x: Array, weight: Array, bias: Array | None = None, /) -> Any:
    """Declines what is small, and what is not of float32."""
    if not x.ndim or weight.ndim != 2 or x.shape[-1] != weight.shape[1]:
        return NotImplemented  # the definition says what must hold
    places, sums = weight.shape
    if not by_tiles(x.size // sums if sums else 0, sums, places):
        return NotImplemented
    if x.dtype is not F32 or weight.dtype is not F32 or not (bias is None or bias.dtype is F32):
        return NotImplemented
    return product(_rows(x), weight.T, bias=bias).reshape(*x.shape[:-1], places), x.shape


@linear.kernel_vjp("numba")
@open_kernel
def linear_backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    x, weight, _ = (*inputs, None)[:3]
    rows = _rows(g)
    return (
        product(rows, weight).reshape(saved) if needs[0] else None,
        product(rows.T, _rows(x)) if needs[1] else None,
        channel_sum(rows) if len(needs) > 2 and needs[2] else None,
    )
