"""Chains of elementwise operations on float32, fused into one call of a compiled function (kernels/numba_chain.py).

An operation belongs to a chain if its result and its operands lie in known memory, side by side in one order, or are single
numbers. Small arrays may have different lengths in one chain: it runs operation by operation. Larger ones must have one
length, and go through the chain block by block; so whatever two operations of the chain share must be the same elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE, functions, load
from ..core.parallel import parallel_for
from .layout import fills
from .plan import Plan, form_of
from .program import Instruction, Value

# The operations in the order of the compiled function's numbers.
CODES: dict[Any, int] = {
    f: n
    for n, f in enumerate(
        (
            np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum,
            np.negative, np.exp, np.tanh, np.sin, np.cos, np.sqrt, np.reciprocal, np.square, np.absolute, np.log,
        )
    )
}  # fmt: skip
COPY = len(CODES)
BLOCK = 4_096  # elements: a few arrays of them fit the first and second level of the cache
SHORT = 3  # a chain of fewer small operations gains nothing
# So many small operations are worth loading the compiler for, where nothing has loaded it before.
MANY = 64
GRAIN = 1 << 16

Row = tuple[int, Value, Any, Any, int]


def row_of(i: Instruction, plan: Plan) -> Row | None:
    """(operation, result, operands, elements) if the instruction can be a part of a chain."""
    form = form_of(i)
    if form not in ("ufunc", "copy") or i.kind != "call":
        return None
    code = COPY if form == "copy" else CODES.get(i.function)
    out = i.kwargs.get("out")
    out = i.outs if out is None else out[0] if isinstance(out, tuple) else out
    if code is None or not _plain(out, plan):
        return None
    operands = i.args[:1] if form == "copy" else i.args
    for x in operands:
        if type(x) is Value:
            if not _plain(x, plan) or not (x.shape == () or (x.shape, x.strides) == (out.shape, out.strides)):
                return None
        elif type(x) not in (int, float):
            return None
    return code, out, operands[0], operands[1] if len(operands) > 1 else operands[0], math.prod(out.shape)


def _plain(v: Any, plan: Plan) -> bool:
    return (
        type(v) is Value
        and v.storage is not None
        and v.dtype is F32
        and plan.is_planned(v)
        and fills(v)
        and bool(math.prod(v.shape))
    )


def groups(instructions: list[Instruction], plan: Plan) -> list[list[tuple[Instruction, Row | None]]]:
    """The instructions in order, those that make up a chain together."""
    found: list[list[tuple[Instruction, Row | None]]] = []
    last: Row | None = None
    for i in instructions:
        row = row_of(i, plan)
        if row is not None and last is not None and (row[4] == last[4] or max(row[4], last[4]) <= BLOCK):
            found[-1].append((i, row))
        else:
            found.append([(i, row)])
        last = row
    return found


def worth(found: list[list[tuple[Instruction, Row | None]]]) -> bool:
    """Whether there is enough to fuse, and a compiler to do it with."""
    rows = [row for group in found if len(group) >= SHORT for _, row in group if row is not None]
    if "chain" not in functions and (len(rows) >= MANY or any([row[4] >= LARGE for row in rows])):
        load()
    return "chain" in functions and bool(rows)


def call_of(group: list[Row], array: Callable[[Value], Any]) -> tuple[Callable[[], None], list[Any]] | None:
    """A function without arguments that runs the chain, and what it keeps alive; None if blocks would get in the way."""
    n = max(row[4] for row in group)
    program = np.zeros((len(group), 7), np.int64)
    kept: list[Any] = [program]
    reads: list[tuple[int, int]] = []
    writes: list[tuple[int, int]] = []
    for line, (code, out, a, b, size) in zip(program, group, strict=True):
        line[0], line[6] = code, size
        line[1] = _address(array(out))
        writes.append((int(line[1]), size))
        for column, x in ((2, a), (4, b)):
            if type(x) is Value:
                held = array(x)
                line[column + 1] = 1 if x.shape != () or size == 1 else 0
            else:
                held = np.array(x, np.float32)
            kept.append(held)
            line[column] = _address(held)
            reads.append((int(line[column]), held.size))
        if not _apart(writes[-1:], reads[-2:]):
            return None
    if n > BLOCK and not _apart(writes, [*reads, *writes]):
        return None
    run: Any = functions["chain"]
    if n <= BLOCK:
        return (lambda: run(program, 0, n, BLOCK)), kept
    return (lambda: _parallel(run, program, n)), kept


def _parallel(run: Any, program: Any, n: int) -> None:
    parallel_for(lambda start, stop: run(program, start, stop, BLOCK), n, GRAIN)


def _apart(writes: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    """Whether what is written is either the same elements as what else is used, or has none in common with it."""
    return all((x == y and n == m) or x + 4 * n <= y or y + 4 * m <= x for x, n in set(writes) for y, m in set(others))


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])
