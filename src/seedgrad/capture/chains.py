"""Chains of elementwise operations on float32, fused into one call of a compiled function (kernels/numba_chain.py).

An operation belongs to a chain if its result and its operands lie in known memory, side by side in one order. An operand may
also be a single number, or be repeated for all rows of the result, or have one number for each. Small arrays may have
different lengths in one chain: it runs operation by operation. Larger ones must have one length, and go through the chain
block by block; so whatever two operations of the chain share must be the same elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.kernel import LARGE, Loop, functions, load
from .layout import fills
from .plan import Plan, form_of
from .program import Instruction, Value

UFUNCS = frozenset([
    np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum,
    np.negative, np.exp, np.tanh, np.sin, np.cos, np.sqrt, np.reciprocal, np.square, np.absolute, np.log,
])  # fmt: skip
# Elements that go through a chain together, if there are more: a few arrays of them fit the nearest caches.
BLOCK = 4_096
SHORT = 3  # a chain of fewer small operations gains nothing
NARROW = 4  # rows of fewer numbers are not worth a call each
# So many small operations are worth loading the compiler for, where nothing has loaded it before.
MANY = 64


class Row:
    """An operation of a chain.

    Attributes:
        function: a ufunc, a `Loop`, or "copy".
        out: the result, of `size` elements.
        operands: values and numbers.
        width: the elements of a row of the result.
        steps: for each operand the steps from row to row and from number to number.
    """

    __slots__ = ("function", "operands", "out", "size", "steps", "width")

    def __init__(self, function: Any, out: Value, operands: tuple[Any, ...], width: int, steps: list[Any]) -> None:
        self.function, self.out, self.operands, self.width, self.steps = function, out, operands, width, steps
        self.size = math.prod(out.shape)

    def loop(self) -> Loop:
        """The compiled operation."""
        if isinstance(self.function, Loop):
            return self.function
        found: Loop = functions["loop"](self.function if self.function == "copy" else self.function.__name__)
        return found


def row_of(i: Instruction, plan: Plan) -> Row | None:
    """The operation, if the instruction can be a part of a chain."""
    form = form_of(i)
    if form not in ("ufunc", "copy") or i.kind != "call":
        return None
    out = i.kwargs.get("out")
    out = i.outs if out is None else out[0] if isinstance(out, tuple) else out
    if not (form == "copy" or isinstance(i.function, Loop) or i.function in UFUNCS) or not _plain(out, plan):
        return None
    operands = i.args[:1] if form == "copy" else i.args
    width = math.prod(out.shape)
    steps: list[str | None] = []
    for x in operands:
        if type(x) in (int, float) or (type(x) is Value and x.shape == () and _plain(x, plan)):
            steps.append(None)
            continue
        if type(x) is not Value or not _plain(x, plan):
            return None
        if (x.shape, x.strides) == (out.shape, out.strides):
            steps.append("full")
            continue
        repeated = _repeated(x, out)
        if repeated is None or (width != repeated[0] and width != math.prod(out.shape)):
            return None
        width = repeated[0]
        steps.append(repeated[1])
    found = {None: (0, 0), "full": (width, 1), "rows": (0, 1), "columns": (1, 0)}
    return Row("copy" if form == "copy" else i.function, out, operands, width, [found[s] for s in steps])


def _plain(v: Any, plan: Plan) -> bool:
    return (
        type(v) is Value
        and v.storage is not None
        and v.dtype is F32
        and plan.is_planned(v)
        and fills(v)
        and bool(math.prod(v.shape))
    )


def _repeated(x: Value, out: Value) -> tuple[int, str] | None:
    """The width of the rows of `out` if x is the same for all ("rows") or has a number for each ("columns"); else None."""
    shape = (1,) * (len(out.shape) - len(x.shape)) + x.shape
    size, n = math.prod(out.shape), math.prod(x.shape)
    if len(shape) > len(out.shape) or not _in_order(x) or not _in_order(out):
        return None
    inner = next((k for k in range(len(shape)) if shape[k:] == out.shape[k:] and set(shape[:k]) <= {1}), None)
    if inner is not None and n >= NARROW:
        return n, "rows"
    outer = next((k for k in range(len(shape), -1, -1) if shape[:k] == out.shape[:k] and set(shape[k:]) <= {1}), None)
    return (size // n, "columns") if outer is not None and size // n >= NARROW else None


def _in_order(v: Value) -> bool:
    """Whether the elements lie in the order of their indices."""
    wide = [(n, stride) for n, stride in zip(v.shape, v.strides, strict=True) if n > 1]
    return all(a[1] == b[0] * b[1] for a, b in pairwise(wide)) and (not wide or wide[-1][1] == 4)


def groups(instructions: list[Instruction], plan: Plan) -> list[list[tuple[Instruction, Row | None]]]:
    """The instructions in order, those that make up a chain together."""
    found: list[list[tuple[Instruction, Row | None]]] = []
    last: Row | None = None
    for i in instructions:
        row = row_of(i, plan)
        if row is not None and last is not None and (row.size == last.size or max(row.size, last.size) <= BLOCK):
            found[-1].append((i, row))
        else:
            found.append([(i, row)])
        last = row
    return found


def worth(rows: list[Row]) -> bool:
    """Whether there is something to fuse, and a compiler to do it with."""
    if "chain" not in functions and (len(rows) >= MANY or any([row.size >= LARGE for row in rows])):
        load()
    return "chain" in functions and bool(rows)


def is_chain(rows: list[Row]) -> bool:
    """Whether these operations gain by one call for all of them."""
    if not rows:
        return False
    repeated = any([row.width != row.size for row in rows])
    few = 1 if isinstance(rows[0].function, Loop) or repeated else 2 if rows[0].size > BLOCK else SHORT
    return len(rows) >= few


def call_of(group: list[Row], array: Callable[[Value], Any]) -> tuple[tuple[Any, ...], list[Any]] | None:
    """What `in_parts` is to be called with to run the chain, and what it keeps alive; None if blocks would get in the way."""
    n = max(row.size for row in group)
    program: list[list[int]] = []
    kept: list[Any] = []
    reads: list[tuple[int, int]] = []
    writes: list[tuple[int, int]] = []
    for row in group:
        loop = row.loop()
        line = [loop.address(), row.size, row.width, _address(array(row.out))]
        writes.append((line[-1], row.size))
        mine = []
        for x, steps in zip(row.operands, row.steps, strict=True):
            held = array(x) if type(x) is Value else np.array(x, np.float32)
            kept.append(held)
            mine.append([_address(held), *steps])
            reads.append((mine[-1][0], held.size))
        if not _apart(writes[-1:], reads[-len(mine) :]):
            return None
        program.append([*line, *mine[0], *mine[-1], _address(loop.numbers)])
        kept.append(loop)
    if n > BLOCK and not _apart(writes, [*reads, *writes]):
        return None
    return functions["chain"](np.array(program, np.int64), n, BLOCK), kept


def _apart(writes: list[tuple[int, int]], others: list[tuple[int, int]]) -> bool:
    """Whether what is written is either the same elements as what else is used, or has none in common with it."""
    return all((x == y and n == m) or x + 4 * n <= y or y + 4 * m <= x for x, n in set(writes) for y, m in set(others))


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])
