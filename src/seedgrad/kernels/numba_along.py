"""Elements chosen along an axis by whole numbers, and put or added back: `gather` and `scatter` of float32.

Arrays are seen as (outer, n, inner), with the axis in the middle. Threads share the outer part, or the inner one where
that is wider, so that no two of them write to one place.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import functions
from ..core.parallel import parallel_for
from .compile import Array, compiled

# Elements that are worth a thread.
GRAIN = 1 << 16


@compiled
def _take(x: Any, places: Any, out: Any, first: int, last: int) -> int:
    """out[l, j, t] = x[l, places[l, j, t], t] for the pairs l, j from first to last; returns how many are missing."""
    bad = 0
    n, m = x.shape[1], places.shape[1]
    for pair in range(first, last):
        outer, j = pair // m, pair % m
        source, where, target = x[outer], places[outer, j], out[outer, j]
        for t in range(where.size):
            place = where[t]
            if place < 0 or place >= n:
                bad += 1
            else:
                target[t] = source[place, t]
    return bad


@compiled
def _take_last(x: Any, places: Any, out: Any, first: int, last: int) -> int:
    """The same without an inner part: x (outer, n), places and out (outer, m); the rows first to last."""
    bad = 0
    n = x.shape[1]
    for outer in range(first, last):
        source, where, target = x[outer], places[outer], out[outer]
        for j in range(where.size):
            place = where[j]
            if place < 0 or place >= n:
                bad += 1
            else:
                target[j] = source[place]
    return bad


@compiled
def _give(value: Any, places: Any, out: Any, add: bool, first: int, last: int, start: int, stop: int) -> int:
    """Put value[l, j, t] at out[l, places[l, j, t], t], or add it there; returns how many places are missing."""
    bad = 0
    n = out.shape[1]
    for outer in range(first, last):
        for j in range(places.shape[1]):
            source, where, target = value[outer, j], places[outer, j], out[outer]
            for t in range(start, stop):
                place = where[t]
                if place < 0 or place >= n:
                    bad += 1
                elif add:
                    target[place, t] += source[t]
                else:
                    target[place, t] = source[t]
    return bad


@compiled
def _give_last(value: Any, places: Any, out: Any, add: bool, first: int, last: int) -> int:
    """The same without an inner part: out (outer, n), places and value (outer, m)."""
    bad = 0
    n = out.shape[1]
    for outer in range(first, last):
        source, where, target = value[outer], places[outer], out[outer]
        for j in range(where.size):
            place = where[j]
            if place < 0 or place >= n:
                bad += 1
            elif add:
                target[place] += source[j]
            else:
                target[place] = source[j]
    return bad


def _shared(x: Array, places: Array, axis: int) -> tuple[int, int, int, int] | None:
    """(outer, n, m, inner) if x and the places are contiguous and differ along the axis alone, else None."""
    if not (x.dtype is F32 and places.dtype == np.int64 and x.flags.c_contiguous and places.flags.c_contiguous):
        return None
    axis %= x.ndim
    lead, trail = x.shape[:axis], x.shape[axis + 1 :]
    if places.shape[:axis] != lead or places.shape[axis + 1 :] != trail:
        return None
    return math.prod(lead), x.shape[axis], places.shape[axis], math.prod(trail)


def _check(bad: list[int]) -> None:
    if any(bad):
        raise IndexError("index out of range: places must lie in 0 to the length of the dimension - 1")


def take_along(x: Array, places: Array, axis: int) -> Array | None:
    """x at the places along the axis; None where the arrays are of another kind."""
    sizes = _shared(x, places, axis)
    if sizes is None:
        return None
    outer, n, m, inner = sizes
    out: Array = np.empty(places.shape, np.float32)
    source: Array
    where: Array
    target: Array
    if inner == 1:
        source, where, target = x.reshape(outer, n), places.reshape(outer, m), out.reshape(outer, m)
        _check(parallel_for(lambda a, b: _take_last(source, where, target, a, b), outer, max(1, GRAIN // max(1, m))))
    else:
        source, where, target = (y.reshape(outer, -1, inner) for y in (x, places, out))
        _check(parallel_for(lambda a, b: _take(source, where, target, a, b), outer * m, max(1, GRAIN // inner)))
    return out


def give_along(out: Array, places: Array, value: Array, axis: int, add: bool) -> bool:
    """Put the value into `out`, or add it; False where the arrays are of another kind."""
    sizes = _shared(out, places, axis)
    if sizes is None:
        return False
    outer, n, m, inner = sizes
    value = np.ascontiguousarray(np.broadcast_to(value, places.shape), np.float32)
    source: Array
    where: Array
    target: Array
    grain = max(1, GRAIN // max(1, m * inner))
    if inner == 1:
        source, where, target = value.reshape(outer, m), places.reshape(outer, m), out.reshape(outer, n)
        _check(parallel_for(lambda a, b: _give_last(source, where, target, add, a, b), outer, grain))
        return True
    source, where, target = (y.reshape(outer, -1, inner) for y in (value, places, out))
    if outer >= inner:
        _check(parallel_for(lambda a, b: _give(source, where, target, add, a, b, 0, inner), outer, grain))
    else:
        # At least a line of the cache each.
        grain = max(16, GRAIN // max(1, m * outer))
        _check(parallel_for(lambda a, b: _give(source, where, target, add, 0, outer, a, b), inner, grain))
    return True


functions.update(take_along=take_along, give_along=give_along)
