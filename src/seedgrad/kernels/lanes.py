"""The inner loops of depthwise convolution: as many channels as a vector has lanes, sums that stay in registers."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from .compile import written
from .tile import F32, I64, LANES

NUMBER = types.intp
VECTOR = ir.VectorType(F32, LANES)


def _at(build: Any, address: Any, step: Any, number: Any) -> Any:
    """The address `number` steps of so many float32 further."""
    return build.add(address, build.shl(build.mul(step, number), I64(2)))


def _load(build: Any, address: Any) -> Any:
    value = build.load(build.inttoptr(address, VECTOR.as_pointer()))
    value.align = 4
    return value


def _store(build: Any, value: Any, address: Any) -> None:
    build.store(value, build.inttoptr(address, VECTOR.as_pointer())).align = 4


def _fused(build: Any) -> Any:
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    return cgutils.get_or_insert_function(build.module, kind, f"llvm.fmuladd.v{LANES}f32")


def outputs(many: int) -> Any:
    """A function for `many` outputs in a line: sums over the kernel, begun with the bias.

    Addresses of the input, the kernel, the bias and the outputs; steps in elements: of the input from one output to the
    next, from tap to tap down and across, of the kernel from tap to tap, of the outputs.
    """

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        x, column, down, across, taps, tap, high, wide, bias, out, step = args
        fused, first = _fused(build), _load(build, bias)
        sums = [cgutils.alloca_once_value(build, first) for _ in range(many)]
        with cgutils.for_range(build, high) as i, cgutils.for_range(build, wide) as j:
            weight = _load(build, _at(build, taps, tap, build.add(build.mul(i.index, wide), j.index)))
            seen = _at(build, _at(build, x, down, i.index), across, j.index)
            for n, total in enumerate(sums):
                value = _load(build, _at(build, seen, column, I64(n)))
                build.store(build.call(fused, [value, weight, build.load(total)]), total)
        for n, total in enumerate(sums):
            _store(build, build.load(total), _at(build, out, step, I64(n)))
        return context.get_dummy_value()

    def declare(
        typing: Any,
        x: Any,
        column: Any,
        down: Any,
        across: Any,
        taps: Any,
        tap: Any,
        high: Any,
        wide: Any,
        bias: Any,
        out: Any,
        step: Any,
    ) -> Any:
        return types.void(*(NUMBER,) * 11), emit

    return written(declare)


def products(many: int) -> Any:
    """A function for `many` taps in a line: adds to each the sum of products of what it saw and the outputs' gradient.

    Addresses of the input and the gradient, the numbers of rows and columns of outputs, steps from row to row and from
    column to column of both, from tap to tap in the input and in the sums, whose address is the last.
    """

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        x, y, rows, columns, x_row, x_column, y_row, y_column, across, tap, found = args
        fused = _fused(build)
        places = [_at(build, found, tap, I64(n)) for n in range(many)]
        sums = [cgutils.alloca_once_value(build, _load(build, place)) for place in places]
        with cgutils.for_range(build, rows) as i, cgutils.for_range(build, columns) as j:
            seen = _at(build, _at(build, x, x_row, i.index), x_column, j.index)
            g = _load(build, _at(build, _at(build, y, y_row, i.index), y_column, j.index))
            for n, total in enumerate(sums):
                value = _load(build, _at(build, seen, across, I64(n)))
                build.store(build.call(fused, [value, g, build.load(total)]), total)
        for place, total in zip(places, sums, strict=True):
            _store(build, build.load(total), place)
        return context.get_dummy_value()

    def declare(
        typing: Any,
        x: Any,
        y: Any,
        rows: Any,
        columns: Any,
        x_row: Any,
        x_column: Any,
        y_row: Any,
        y_column: Any,
        across: Any,
        tap: Any,
        found: Any,
    ) -> Any:
        return types.void(*(NUMBER,) * 11), emit

    return written(declare)
