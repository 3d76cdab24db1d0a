"""A chain of elementwise operations as data, and one compiled function that runs any of them.

A chain that were compiled by itself would take numba seconds. Here a row of a program is an operation (see loops), and says
where its numbers are. A result is a grid of rows of a certain width; an operand has a step from row to row and one from
number to number, so that it may be the same for all rows, or for all numbers of one. Large arrays are run through the whole
chain block by block, so that what one operation writes is still in the cache when the next one reads it.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..core.kernel import Loop, functions
from .compile import Array, compiled, flat, in_order_of
from .loops import SETTINGS, TWO, call_loop, loop_address
from .sharing import in_parts

COLUMNS = 11
FUNCTION, SIZE, WIDTH, OUT, A, A_ROW, A_STEP, B, B_ROW, B_STEP, NUMBERS = range(COLUMNS)
GRAIN = 1 << 13


@compiled
def _run(program: Array, block: int, start: int, stop: int) -> None:
    for low in range(start, stop, block):
        for row in program:
            at, end, width = low, min(min(low + block, stop), row[SIZE]), row[WIDTH]
            while at < end:
                line, place = at // width, at % width
                n = min(width - place, end - at)
                a = row[A] + 4 * (line * row[A_ROW] + place * row[A_STEP])
                b = row[B] + 4 * (line * row[B_ROW] + place * row[B_STEP])
                call_loop(row[FUNCTION], row[OUT] + 4 * at, a, row[A_STEP], b, row[B_STEP], n, row[NUMBERS])
                at += n


def chain_call(program: Array, n: int, block: int) -> tuple[Any, ...]:
    """What `in_parts` is to be called with for a program."""
    return _run, n, GRAIN, program, block


def run_chain(program: Array, n: int, block: int) -> None:
    """Run a program whose largest operation has n elements; if these are more than a block, all must have as many."""
    in_parts(*chain_call(program, n, block))


def _alone(loop: Loop, given: tuple[Array, ...]) -> Array:
    """Call one operation: operands of one shape, and perhaps where its result goes."""
    operands = given[: loop.inputs]
    out = given[loop.inputs] if len(given) > loop.inputs else np.empty_like(operands[-1])
    into = flat(out)
    if into is None:
        np.copyto(out, _alone(loop, tuple(map(np.ascontiguousarray, operands))))
        return out
    rows: Any = [flat(in_order_of(out, x)) for x in operands]
    program = np.zeros((1, COLUMNS), np.int64)
    program[0] = (
        loop.address(), out.size, max(out.size, 1), into.ctypes.data,
        rows[0].ctypes.data, 0, 1, rows[-1].ctypes.data, 0, 1, loop.numbers.ctypes.data,
    )  # fmt: skip
    run_chain(program, out.size, max(out.size, 1))
    return out


@functools.lru_cache(1_000)
def loop_of(name: str, settings: tuple[float, ...] = ()) -> Loop:
    """An operation by its name."""
    numbers = np.zeros(SETTINGS, np.float32)
    numbers[: len(settings)] = settings
    return Loop(name, 2 if name in TWO or name.endswith("_vjp") else 1, numbers, lambda: loop_address(name), _alone)


functions["chain"], functions["loop"] = chain_call, loop_of
