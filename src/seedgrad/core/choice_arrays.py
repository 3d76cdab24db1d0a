"""Choosing between arrays, element by element: the part of `xp` that NumPy has only slowly.

`np.where` follows the mask by branches, which a processor can't foresee: a million elements and a random mask take 3.1 ms.
Arithmetic on the bits of the elements has none and takes 0.5; it also leaves NaN and infinity as they are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .dtype import F32, F64

Array = np.ndarray[Any, Any]

_SAME_SIZE = {size: np.dtype(f"i{size}") for size in (1, 2, 4, 8)}
# From this many elements on several passes over the bits beat one with branches.
MANY = 4096


def bits_or_zero(g: Array, mask: Array) -> Array:
    """g where the mask is true, 0 elsewhere, also where g is NaN or infinite."""
    whole = _SAME_SIZE.get(g.dtype.itemsize)
    if whole is None:  # complex128
        return np.where(mask, g, g.dtype.type(0))
    return np.asarray(g.view(whole) * mask).view(g.dtype)


def where(condition: Any, x: Any, y: Any) -> Array:
    """x where the condition is true, y elsewhere; as in NumPy, Python numbers take the type of the array beside them."""
    if type(condition) is np.ndarray and condition.dtype.kind == "b":
        kind = x.dtype if isinstance(x, np.ndarray) else getattr(y, "dtype", None)
        if (kind is F32 or kind is F64) and _is(x, kind) and _is(y, kind):
            if _is_zero(x) and y.size >= MANY:
                return bits_or_zero(y, ~condition)
            if _is_zero(y) and x.size >= MANY:
                return bits_or_zero(x, condition)
            if max(np.size(x), np.size(y), condition.size) >= MANY:
                return _by_bits(condition, np.asarray(x, kind), np.asarray(y, kind))
    return np.where(condition, x, y)


def _is(x: Any, kind: np.dtype[Any]) -> bool:
    return x.dtype is kind if isinstance(x, np.ndarray) else type(x) is float or type(x) is int


def _is_zero(x: Any) -> bool:
    """Whether all bits of the number are zero: those of -0.0 are not."""
    return type(x) is float and x == 0 and math.copysign(1, x) > 0


def _by_bits(condition: Array, x: Array, y: Array) -> Array:
    """y ^ ((x ^ y) * condition) on the bits."""
    whole = _SAME_SIZE[x.dtype.itemsize]
    rest = y.view(whole)
    bits: Array = np.bitwise_xor(x.view(whole), rest)
    if bits.shape == np.broadcast_shapes(bits.shape, condition.shape):
        bits *= condition
    else:
        bits = bits * condition
    bits ^= rest
    return bits.view(x.dtype)
