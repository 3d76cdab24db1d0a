"""Sums and what is made of them, along axes of arrays."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from . import dtype as dtypes
from .product_arrays import dot

Array = np.ndarray[Any, Any]
Axis = int | tuple[int, ...] | None

# The methods of ufuncs, without the overloads that their type stubs know.
add_reduce: Any = np.add.reduce
multiply_reduce: Any = np.multiply.reduce
# From so many elements in so many rows a sum over rows is a product: below, BLAS's overhead is what counts.
MANY, FEW = 2048, 16
# Rows for which the ones of that product are kept.
KEPT = 4096


@functools.lru_cache(maxsize=64)
def ones(n: int, kind: np.dtype[Any]) -> Array:
    """Ones to sum with, which nobody may write."""
    made = np.ones(n, kind)
    made.flags.writeable = False
    return made


def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum; float16 and bfloat16 are added up in float32."""
    kind = x.dtype
    if kind is dtypes.F32 or kind is dtypes.F64:
        if axis is not None and x.size >= MANY and (total := _sum_of_rows(x, axis, keepdims)) is not None:
            return total
        return add_reduce(x, axis, None, None, keepdims)
    return add_reduce(x, axis, _accumulator(kind), None, keepdims).astype(kind, copy=False)


def _sum_of_rows(x: Array, axis: int | tuple[int, ...], keepdims: bool) -> Array | None:
    """The sum over the first axes as a product with ones; None if that is not what is asked for.

    NumPy adds row to row and writes all sums at each; BLAS keeps them in registers and uses all threads. It takes half
    to a quarter of the time, for short rows a tenth.
    """
    count = 1 if isinstance(axis, int) else len(axis)
    if not 0 < count < x.ndim or not (axis == 0 or axis == tuple(range(count))) or not x.flags.c_contiguous:
        return None
    kept = x.shape[count:]
    n = x.size // math.prod(kept)
    if n < FEW:
        return None
    row = ones(n, x.dtype) if n <= KEPT else np.ones(n, x.dtype)
    total = dot(row, x.reshape(n, -1))
    return total.reshape((1,) * count + kept) if keepdims else total.reshape(kept)


def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Product; float16 and bfloat16 are multiplied in float32."""
    kind = x.dtype
    return multiply_reduce(x, axis, _accumulator(kind), None, keepdims).astype(kind, copy=False)


def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Arithmetic mean; NaN where nothing is averaged."""
    kind = x.dtype
    if kind is dtypes.F32 or kind is dtypes.F64:
        total = sum(x, axis, keepdims)
    else:
        total = add_reduce(x, axis, _accumulator(kind), None, keepdims)
    count = x.size // total.size if total.size else 1
    return np.divide(total, total.dtype.type(count)).astype(kind, copy=False)


def var(x: Array, axis: Axis = None, correction: float = 1, keepdims: bool = False) -> Array:
    """The mean square distance from the mean, with n - correction in place of n."""
    wide = x.astype(_accumulator(x.dtype), copy=False)
    away = wide - mean(wide, axis, True)
    total = add_reduce(np.multiply(away, away, out=away if away.ndim else None), axis=axis, keepdims=keepdims)
    free = (away.size // total.size if total.size else 0) - correction
    return (total * total.dtype.type(1 / free if free > 0 else np.inf)).astype(x.dtype, copy=False)


def cumsum(x: Array, axis: int = 0) -> Array:
    """Running sum in the type of x."""
    return np.cumsum(x, axis=axis, dtype=_accumulator(x.dtype)).astype(x.dtype, copy=False)


def cumprod(x: Array, axis: int = 0) -> Array:
    """Running product in the type of x."""
    return np.cumprod(x, axis=axis, dtype=_accumulator(x.dtype)).astype(x.dtype, copy=False)


def _accumulator(kind: np.dtype[Any]) -> np.dtype[Any]:
    return dtypes.F32 if kind.itemsize == 2 and dtypes.category(kind) == dtypes.FLOAT else kind
