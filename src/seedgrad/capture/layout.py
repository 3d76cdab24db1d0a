"""Memory as a plan lays it out: arrays in the order of a storage, and views of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .program import Storage, Value


def alike(s: Storage) -> Any:
    """New memory of its own in the order of the storage."""
    return (
        np.ndarray(s.shape, s.dtype, np.empty(max(s.nbytes, 1), np.uint8), 0, s.strides)
        if not _in_order(s)
        else np.empty(s.shape, s.dtype)
    )


def _in_order(s: Storage) -> bool:
    size = s.dtype.itemsize
    for stride, n in zip(reversed(s.strides), reversed(s.shape), strict=True):
        if n != 1 and stride != size:
            return False
        size *= n
    return True


class _Memory:
    """The bytes of an array, whatever the order of its elements, as an array can be made of them."""

    def __init__(self, base: Any, low: int, high: int) -> None:
        self.base = base
        self.__array_interface__ = {"data": (low, False), "shape": (high - low,), "typestr": "|u1", "version": 3}


def view_at(base: Any, v: Value) -> Any:
    """The array of a value in the memory of `base`."""
    first = base.__array_interface__["data"][0]
    low, high = np.lib.array_utils.byte_bounds(base) if base.size else (first, first)
    if not math.prod(v.shape):
        return np.empty(v.shape, v.dtype)
    memory = np.asarray(_Memory(base, low, high))
    return np.ndarray(v.shape, v.dtype, memory, first - low + v.offset, v.strides)


def fills(s: Storage | Value) -> bool:
    """Whether the array fills its memory without gaps, forwards."""
    size = s.dtype.itemsize
    for stride, n in sorted(zip(s.strides, s.shape, strict=True)):
        if n == 1:
            continue
        if stride != size:
            return not math.prod(s.shape)
        size *= n
    return True
