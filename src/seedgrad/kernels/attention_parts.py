"""What the two passes of compiled attention share: rows found by the table, panels of queries, and products of them."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types

from . import numba_math as m
from .compile import compiled, part, written
from .tile import LANES, WIDE, line
from .turn import square

F = np.float32
# The places in the table: first numbers, then arrays of 5 numbers each.
LINE, QUERIES, KEYS, WIDTH, DEPTH, CAUSAL, TILE, BLOCK, LEAD, ARRAYS = 0, 1, 2, 3, 4, 5, 6, 7, 8, 11
Q, K, V, OUT, G, DQ, DK, DV = (ARRAYS + 5 * i for i in range(8))


@written
def pointer(typing: Any, address: Any) -> Any:
    """The address of float32s as a pointer to them."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        return build.inttoptr(args[0], ir.FloatType().as_pointer())

    return types.CPointer(types.float32)(types.intp), emit


@compiled
def enter(x: Any, table: Any, place: int) -> None:
    """Enter an array at a place of the table, which holds zeros: its strides are those of the first four of five axes."""
    table[place] = x.ctypes.data
    for axis in range(x.ndim - 1):
        if x.shape[axis] > 1:
            table[place + 6 - x.ndim + axis] = x.strides[axis] // x.itemsize


@part
def offset(head: int, table: Any, strides: Any) -> Any:
    """How many elements of its memory come before a head."""
    c, rest = head % table[LEAD + 2], head // table[LEAD + 2]
    return rest // table[LEAD + 1] * strides[0] + rest % table[LEAD + 1] * strides[1] + c * strides[2]


@part
def row_of(table: Any, which: int, head: int, row: int) -> Any:
    """The address of a row of an array."""
    strides = table[which + 1 : which + 5]
    return table[which] + 4 * (offset(head, table, strides) + row * strides[3])


@part
def fetch(to: Any, table: Any, which: int, head: int, row: int, count: int, factor: Any) -> None:
    """Rows side by side, times a factor; zeros in what is left of `to`."""
    start, step, width = row_of(table, which, head, row), 4 * table[which + 4], table[WIDTH if which == Q else DEPTH]
    for r in range(count):
        here, there = numba.carray(pointer(start + r * step), (width,)), to[r]
        for i in range(width):
            there[i] = here[i] * factor
        there[width:] = 0
    to[count:] = 0


@part
def put(rows: Any, table: Any, which: int, head: int, row: int, width: int, factor: Any) -> None:
    """The way back."""
    start, step = row_of(table, which, head, row), 4 * table[which + 4]
    for r in range(rows.shape[0]):
        here, there = rows[r], numba.carray(pointer(start + r * step), (width,))
        for i in range(width):
            there[i] = here[i] * factor


@part
def multiply_rows(rows: Any, factors: Any) -> None:
    """Multiply each row by a factor of its own."""
    for r in range(rows.shape[0]):
        row, factor = rows[r], factors[r]
        for i in range(row.size):
            row[i] *= factor


@part
def turn(rows: Any, to: Any) -> None:
    """Panels of queries side by side: to[p, i, r] is number i of row r of panel p."""
    width = to.shape[1]
    whole = width - width % LANES
    for p in range(to.shape[0]):
        for r in range(0, WIDE, LANES):
            for i in range(0, whole, LANES):
                source = rows.ctypes.data + 4 * ((p * WIDE + r) * width + i)
                square(source, width, to.ctypes.data + 4 * ((p * width + i) * WIDE + r), WIDE)
        for i in range(whole, width):
            for r in range(WIDE):
                to[p, i, r] = rows[p * WIDE + r, i]


@part
def add_mask(scores: Any, count: int, head: int, table: Any, row: int, column: int, mask: Any) -> None:
    """Add the mask to the scores of a panel; of the two, floats to add and bools that say where to attend, one is empty."""
    bias, kept, strides = mask
    if bias.size + kept.size == 0:
        return
    queries = min(WIDE, table[QUERIES] - row)
    start = offset(head, table, strides) + row * strides[3] + column * strides[4]
    for j in range(count):
        here = scores[j]
        for i in range(queries):
            place = start + i * strides[3] + j * strides[4]
            if bias.size:
                here[i] += bias[place]
            else:
                here[i] = m.choose(kept[place] != 0, here[i], F(-np.inf))


@part
def divided(room: Any, a: int, b: int, c: int, d: int) -> Any:
    """Four pieces of these sizes, one after the other."""
    return room[:a], room[a : a + b], room[a + b : a + b + c], room[a + b + c : a + b + c + d]


@part
def times(
    address: int, table: Any, which: int, head: int, row: int, count: int, turned: Any, zero: Any, to: Any
) -> None:
    """to = rows turned: the products of so many keys, or values, with a panel of queries, or of gradients."""
    line(
        address,
        count,
        WIDE,
        row_of(table, which, head, row),
        table[which + 4],
        ((1, 0, 0), (1, 0, 0), (table[WIDTH if which == K else DEPTH], 1, WIDE)),
        0,
        turned.ctypes.data,
        zero.ctypes.data,
        0,
        to.ctypes.data,
        WIDE,
    )


@part
def spread(
    address: int, weights: Any, n: int, count: int, table: Any, which: int, head: int, row: int, to: Any, width: int
) -> None:
    """to += weightsᵀ rows: what n queries take from so many keys or values."""
    step = table[which + 4]
    start = row_of(table, which, head, row)
    for i in range(0, width, WIDE):
        line(
            address,
            n,
            min(WIDE, width - i),
            weights.ctypes.data,
            1,
            ((1, 0, 0), (1, 0, 0), (count, WIDE, step)),
            0,
            start + 4 * i,
            to.ctypes.data + 4 * i,
            to.shape[1],
            to.ctypes.data + 4 * i,
            to.shape[1],
        )


@part
def gather(address: int, weights: Any, panels: int, count: int, rows: Any, to: Any, width: int) -> None:
    """to += weights rows: what so many keys or values take from all panels of queries."""
    for i in range(0, width, WIDE):
        line(
            address,
            count,
            min(WIDE, width - i),
            weights.ctypes.data,
            WIDE,
            ((1, 0, 0), (panels, weights.shape[1] * WIDE, WIDE * rows.shape[1]), (WIDE, 1, rows.shape[1])),
            2,
            rows.ctypes.data + 4 * i,
            to.ctypes.data + 4 * i,
            to.shape[1],
            to.ctypes.data + 4 * i,
            to.shape[1],
        )
