"""The inner loops of depthwise convolution: as many channels as a vector has lanes, sums that stay in registers.

Nothing is padded: where a column lies outside of the image, a vector of zeros is read in its place. Where the number of
taps and the stride are known beforehand, what neighbours see together is read once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from .compile import written
from .tile import F32, I32, I64, LANES

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


def _fused(build: Any) -> Callable[..., None]:
    """What adds a product to a sum."""
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    function = cgutils.get_or_insert_function(build.module, kind, f"llvm.fmuladd.v{LANES}f32")

    def add(total: Any, a: Any, b: Any) -> None:
        build.store(build.call(function, [a, b, build.load(total)]), total)

    return add


def _inside(build: Any, place: Any, size: Any) -> Any:
    return build.icmp_unsigned("<", place, size)  # (a negative number is large)


@written
def fetch(typing: Any, address: Any) -> Any:
    """Have the line of the cache at an address brought from memory meanwhile."""
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), I32, I32, I32])

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        ahead = cgutils.get_or_insert_function(build.module, kind, "llvm.prefetch.p0")
        build.call(ahead, [build.inttoptr(args[0], ir.IntType(8).as_pointer()), I32(0), I32(3), I32(1)])
        return context.get_dummy_value()

    return types.void(NUMBER), emit


def outputs(many: int, taps: int = 0, stride: int = 0) -> Any:
    """A function for `many` outputs in a line: sums over the kernel, begun with the bias.

    Addresses of the line of the input and of zeros; the first column that is seen, columns of the image, columns from one
    output to the next and from one tap to the next; elements from column to column and from line to line of taps.
    Addresses of the kernel, with its steps down and across, and its lines and columns; of the bias; of the outputs, with
    their step. `taps` that are neighbours across, and the `stride`, may be known beforehand.
    """

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        x, nothing, first, width, stride_, apart, pixel, down, kernel, line, tap, high, wide, bias, out, step = args
        add, begin = _fused(build), _load(build, bias)
        sums = [cgutils.alloca_once_value(build, begin) for _ in range(many)]

        def seen(start: Any, column: Any) -> Any:
            address = _at(build, start, pixel, column)
            return _load(build, build.select(_inside(build, column, width), address, nothing))

        with cgutils.for_range(build, high) as i:
            start, weights = _at(build, x, down, i.index), _at(build, kernel, line, i.index)
            if taps:
                values: dict[int, Any] = {}
                for j in range(taps):
                    weight = _load(build, _at(build, weights, tap, I64(j)))
                    for n, total in enumerate(sums):
                        k = n * stride + j
                        if k not in values:
                            values[k] = seen(start, build.add(first, I64(k)))
                        add(total, values[k], weight)
            else:
                with cgutils.for_range(build, wide) as j:
                    weight, column = _load(build, _at(build, weights, tap, j.index)), build.mul(apart, j.index)
                    for n, total in enumerate(sums):
                        place = build.add(build.add(first, build.mul(stride_, I64(n))), column)
                        add(total, seen(start, place), weight)
        for n, total in enumerate(sums):
            _store(build, build.load(total), _at(build, out, step, I64(n)))
        return context.get_dummy_value()

    def declare(
        typing: Any,
        x: Any,
        nothing: Any,
        first: Any,
        width: Any,
        stride_: Any,
        apart: Any,
        pixel: Any,
        down: Any,
        kernel: Any,
        line: Any,
        tap: Any,
        high: Any,
        wide: Any,
        bias: Any,
        out: Any,
        step: Any,
    ) -> Any:
        return types.void(*(NUMBER,) * 16), emit

    return written(declare)


def products(columns: int, high: int, wide: int, stride: int = 0) -> Any:
    """A function for high by wide taps: adds to each the sum of products of what it saw and the outputs' gradient.

    The outputs are so many columns of some rows. Addresses of the image and of zeros; the row and the column that the
    first tap of the first output sees, rows and columns of the image, rows from one row of outputs to the next and
    columns from one tap to the next; elements from row to row and from column to column. Addresses of the gradient, with
    its steps, and how many rows it has; of the sums, with the steps from tap to tap down and across. Of taps in several
    rows these are neighbours, and so are columns if the `stride` between outputs is 1.
    """

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        x, nothing, top, left, height, width, along, apart, row, pixel, y, y_row, y_pixel, rows, found, line, tap = args
        add = _fused(build)
        places = [[_at(build, _at(build, found, line, I64(i)), tap, I64(j)) for j in range(wide)] for i in range(high)]
        sums = [[cgutils.alloca_once_value(build, _load(build, place)) for place in line] for line in places]
        with cgutils.for_range(build, rows) as r:
            given = _at(build, y, y_row, r.index)
            gradient = [_load(build, _at(build, given, y_pixel, I64(n))) for n in range(columns)]
            for i in range(high):
                here = build.add(build.add(top, build.mul(along, r.index)), I64(i))
                start, there = _at(build, x, row, here), _inside(build, here, height)
                values: dict[int, Any] = {}
                for n in range(columns):
                    for j in range(wide):
                        k = n * stride + j
                        if k not in values:
                            column = build.add(left, build.mul(apart, I64(k)))
                            known = build.and_(there, _inside(build, column, width))
                            address = build.select(known, _at(build, start, pixel, column), nothing)
                            values[k] = _load(build, address)
                        add(sums[i][j], values[k], gradient[n])
        for i in range(high):
            for total, place in zip(sums[i], places[i], strict=True):
                _store(build, build.load(total), place)
        return context.get_dummy_value()

    def declare(
        typing: Any,
        x: Any,
        nothing: Any,
        top: Any,
        left: Any,
        height: Any,
        width: Any,
        along: Any,
        apart: Any,
        row: Any,
        pixel: Any,
        y: Any,
        y_row: Any,
        y_pixel: Any,
        rows: Any,
        found: Any,
        line: Any,
        tap: Any,
    ) -> Any:
        return types.void(*(NUMBER,) * 17), emit

    return written(declare)
