"""Elements chosen along an axis by whole numbers, and put or added back: `gather` and `scatter` of float32.

Arrays are seen as (outer, n, inner), with the axis in the middle. Threads share the outer part and, where elements are
put, the inner one, so that no two of them write to one place.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.along_arrays import check_places
from ..core.dtype import F32, I64
from ..core.kernel import functions
from .compile import Array, compiled, part
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13
# Elements of the inner part that a thread puts at a time.
WIDTH = 256


@part
def _check(places: Any, n: int) -> None:
    """Raise if a place is not among n. Seen without their sign, negative places are the largest.

    They are used without their sign, too: looking whether one counts from the end takes as long as all else.
    """
    top = np.uint64(0)
    for i in range(places.size):
        top = max(top, np.uint64(places[i]))
    if places.size and top >= np.uint64(n):
        raise IndexError("index out of range")


@compiled
def _take(x: Any, places: Any, out: Any, first: int, last: int) -> None:
    """out[l, j, t] = x[l, places[l, j, t], t] for the pairs l, j from first to last."""
    m = places.shape[1]
    for pair in range(first, last):
        outer, j = pair // m, pair % m
        source, where, target = x[outer], places[outer, j], out[outer, j]
        _check(where, x.shape[1])
        for t in range(where.size):
            target[t] = source[np.uint64(where[t]), t]


@compiled
def _take_last(x: Any, places: Any, out: Any, first: int, last: int) -> None:
    """The same without an inner part: x (outer, n), places and out (outer, m); the rows first to last."""
    for outer in range(first, last):
        source, where, target = x[outer], places[outer], out[outer]
        _check(where, x.shape[1])
        for j in range(where.size):
            target[j] = source[np.uint64(where[j])]


@compiled
def _give(value: Any, places: Any, out: Any, add: bool, first: int, last: int) -> None:
    """Put value[l, j, t] at out[l, places[l, j, t], t], or add it there; a unit is some of the inner part, of one l."""
    inner = out.shape[2]
    strips = -(-inner // WIDTH)
    for unit in range(first, last):
        outer, start = unit // strips, unit % strips * WIDTH
        stop = min(start + WIDTH, inner)
        for j in range(places.shape[1]):
            source, where = value[outer, j, start:stop], places[outer, j, start:stop]
            target = out[outer, :, start:stop]
            _check(where, out.shape[1])
            for t in range(where.size):
                if add:
                    target[np.uint64(where[t]), t] += source[t]
                else:
                    target[np.uint64(where[t]), t] = source[t]


@compiled
def _give_last(value: Any, places: Any, out: Any, add: bool, first: int, last: int) -> None:
    """The same without an inner part: out (outer, n), places and value (outer, m)."""
    for outer in range(first, last):
        source, where, target = value[outer], places[outer], out[outer]
        _check(where, out.shape[1])
        for j in range(where.size):
            if add:
                target[np.uint64(where[j])] += source[j]
            else:
                target[np.uint64(where[j])] = source[j]


def _shared(x: Array, places: Array, axis: int) -> tuple[int, int, int, int] | None:
    """(outer, n, m, inner) if x and the places are contiguous and differ along the axis alone, else None."""
    if not (x.dtype is F32 and places.dtype == I64 and x.flags.c_contiguous and places.flags.c_contiguous):
        return None
    size, many = x.shape, places.shape
    axis %= len(size)
    lead, trail = size[:axis], size[axis + 1 :]
    if many[:axis] != lead or many[axis + 1 :] != trail:
        return None
    return math.prod(lead), size[axis], many[axis], math.prod(trail)


def take_along(x: Array, places: Array, axis: int) -> Array | None:
    """x at the places along the axis; None where the arrays are of another kind."""
    sizes = _shared(x, places, axis)
    if sizes is None:
        return None
    outer, n, m, inner = sizes
    out: Array = np.empty(places.shape, np.float32)
    views: tuple[Array, ...]
    try:
        if inner == 1:
            views = x, places, out
            if x.ndim != 2:
                views = x.reshape(outer, n), places.reshape(outer, m), out.reshape(outer, m)
            in_parts(_take_last, outer, GRAIN // max(1, m), *views)
        else:
            views = x.reshape(outer, n, inner), places.reshape(outer, m, inner), out.reshape(outer, m, inner)
            in_parts(_take, outer * m, GRAIN // max(1, inner), *views)
    except IndexError:
        check_places(places, axis, n)
    return out


def give_along(out: Array, places: Array, value: Array, axis: int, add: bool) -> bool:
    """Put the value into `out`, or add it; False where the arrays are of another kind."""
    sizes = _shared(out, places, axis)
    if sizes is None:
        return False
    outer, n, m, inner = sizes
    if np.shape(value) != places.shape:
        value = np.broadcast_to(value, places.shape)
    value = np.ascontiguousarray(value, np.float32)
    views: tuple[Array, ...]
    try:
        if inner == 1:
            views = value, places, out
            if out.ndim != 2:
                views = value.reshape(outer, m), places.reshape(outer, m), out.reshape(outer, n)
            in_parts(_give_last, outer, GRAIN // max(1, m), *views, add)
        else:
            views = value.reshape(outer, m, inner), places.reshape(outer, m, inner), out.reshape(outer, n, inner)
            in_parts(_give, outer * -(-inner // WIDTH), GRAIN // max(1, m * min(inner, WIDTH)), *views, add)
    except IndexError:
        check_places(places, axis, n)
    return True


functions.update(take_along=take_along, give_along=give_along)
