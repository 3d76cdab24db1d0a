"""The inner loop of products: a tile of sums that stays in the registers of the processor.

    c[i, j] = init[i, j] + sum over k of a[i, k] b[k, j]

for a few rows i and one to two vectors of places j, where k runs over three nested loops with steps of their own.
Convolutions and products of matrices are this tile with other steps. It is written in the language of LLVM, since
a loop in Python does not say which sums must stay in registers: this is what decides between a quarter of the
processor's peak and nearly all of it.
"""

from __future__ import annotations

import functools
from typing import Any

import llvmlite.binding
import numba
from llvmlite import ir
from numba.core import cgutils, types

from .compile import address_of, compiled, written

F32, I32, I64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
NUMBER = types.intp
LOOPS = types.UniTuple(types.UniTuple(NUMBER, 3), 3)


def _registers() -> tuple[int, int]:
    """(numbers in a vector, rows in the highest tile): two vectors a row, so that all sums and one b fit.

    AVX-512 has 32 registers of 16 numbers, AVX2 16 of 8; NEON has 32 of 4, which do for vectors of 8.
    """
    settings: Any = numba.config
    chosen = settings.CPU_FEATURES  # of NUMBA_CPU_FEATURES, else None
    features = llvmlite.binding.get_host_cpu_features().flatten() if chosen is None else chosen
    return (16, 12) if "+avx512f" in features.split(",") else (8, 6)


LANES, TALL = _registers()


def _tile(rows: int, vectors: int, lanes: int) -> Any:
    """The tile as a function of numba: (a, a_row, loops, apart, b, init, init_row, c, c_row, tail).

    a, b, init and c are addresses of float32, the other arguments count elements. `loops` holds (times, step in a,
    step in b) for the three loops over k, the innermost last. The error of a long sum grows with the number of its
    terms, so it is taken in partial sums: `apart` loops are outside of these. Of the last vector of c, `tail` places
    are written.
    """
    vector = ir.VectorType(F32, lanes)

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        a, a_row, loops, apart, b, init, init_row, c, c_row, tail = args
        times, a_steps, b_steps = ([build.extract_value(loops, (n, i)) for n in range(3)] for i in range(3))

        def along(address: Any, step: Any, number: Any) -> Any:
            return build.add(address, build.shl(build.mul(step, number), I64(2)))

        def at(address: Any, kind: Any) -> Any:
            return build.inttoptr(address, kind.as_pointer())

        def load(address: Any, kind: Any) -> Any:
            value = build.load(at(address, kind))
            value.align = 4
            return value

        def place(address: Any, step: Any, row: int, number: int) -> Any:
            return build.add(along(address, step, I64(row)), I64(4 * lanes * number))

        def everywhere(value: Any, kind: Any) -> Any:
            start = ir.Constant(ir.VectorType(kind, lanes), ir.Undefined)
            first = ir.Constant(ir.VectorType(I32, lanes), [0] * lanes)
            return build.shuffle_vector(build.insert_element(start, value, I32(0)), start, first)

        # LLVM keeps the sums in registers, and the totals in memory while the sums are needed.
        sums, totals = (
            [[cgutils.alloca_once(build, vector) for _ in range(vectors)] for _ in range(rows)] for _ in "ab"
        )
        for i in range(rows):
            for j in range(vectors):
                build.store(load(place(init, init_row, i, j), vector), totals[i][j])
                build.store(ir.Constant(vector, None), sums[i][j])

        def add_up() -> None:
            for i in range(rows):
                for j in range(vectors):
                    build.store(build.fadd(build.load(totals[i][j]), build.load(sums[i][j])), totals[i][j])
                    build.store(ir.Constant(vector, None), sums[i][j])

        fused = cgutils.get_or_insert_function(
            build.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fmuladd.v{lanes}f32"
        )

        def nested(a: Any, b: Any, level: int) -> None:
            with cgutils.for_range(build, times[level]) as loop:
                here, there = along(a, a_steps[level], loop.index), along(b, b_steps[level], loop.index)
                if level < 2:
                    nested(here, there, level + 1)
                    with build.if_then(build.icmp_signed("==", apart, I64(level + 1))):
                        add_up()
                    return
                others = [load(build.add(there, I64(4 * lanes * j)), vector) for j in range(vectors)]
                for i in range(rows):
                    one = everywhere(load(along(here, a_row, I64(i)), F32), F32)
                    for j in range(vectors):
                        build.store(build.call(fused, [one, others[j], build.load(sums[i][j])]), sums[i][j])

        ahead = cgutils.get_or_insert_function(
            build.module,
            ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), I32, I32, I32]),
            "llvm.prefetch.p0",
        )
        for i in range(rows):
            for j in range(vectors):
                build.call(ahead, [at(place(c, c_row, i, j), ir.IntType(8)), I32(1), I32(3), I32(1)])
        nested(a, b, 0)
        add_up()
        flags = ir.VectorType(ir.IntType(1), lanes)
        masked = cgutils.get_or_insert_function(
            build.module,
            ir.FunctionType(ir.VoidType(), [vector, vector.as_pointer(), I32, flags]),
            f"llvm.masked.store.v{lanes}f32.p0",
        )

        def write(whole: bool) -> None:
            numbers = ir.Constant(ir.VectorType(I64, lanes), list(range(lanes)))
            for i in range(rows):
                for j in range(vectors):
                    target, value = at(place(c, c_row, i, j), vector), build.load(totals[i][j])
                    if whole or j < vectors - 1:
                        build.store(value, target).align = 4
                    else:
                        inside = build.icmp_signed("<", numbers, everywhere(tail, I64))
                        build.call(masked, [value, target, I32(4), inside])

        with build.if_else(build.icmp_signed("==", tail, I64(lanes))) as (whole, part):
            with whole:
                write(True)
            with part:
                write(False)
        return context.get_dummy_value()

    # numba wants the arguments by name, with its own in front.
    def declare(
        typing: Any,
        a: Any,
        a_row: Any,
        loops: Any,
        apart: Any,
        b: Any,
        init: Any,
        init_row: Any,
        c: Any,
        c_row: Any,
        tail: Any,
    ) -> Any:
        return types.void(NUMBER, NUMBER, LOOPS, *(NUMBER,) * 7), emit

    return written(declare)


_EIGHT = 8 if TALL > 8 else 5
_wide_tall, _wide_8, _wide_4, _wide_3, _wide_2, _wide_1 = (_tile(n, 2, LANES) for n in (TALL, _EIGHT, 4, 3, 2, 1))
_one_tall, _one_4, _one_1 = (_tile(n, 1, LANES) for n in (TALL, 4, 1))
# (a line of a 5x5 kernel over one channel is 5 rows, over three channels of a 3x3 one 9)
_half_tall, _half_5, _half_3, _half_1 = (_tile(n, 1, LANES // 2) for n in (TALL, 5, 3, 1))
WIDE = 2 * LANES


@compiled
def panel(places: int) -> int:
    """How many places wide the panel is that begins with `places` of them left."""
    if places > LANES:
        return WIDE
    return LANES if places > LANES // 2 else LANES // 2


@compiled
def padded(places: int) -> int:
    """The width of all panels together."""
    rest = places % WIDE
    return places - rest + (panel(rest) if rest else 0)


def steps(count: int, places: int) -> float:
    """About how many cycles `line` takes for each term of so many rows: a sum waits 4 cycles for the one before."""
    vectors = 2 if places > LANES else 1 if places > LANES // 2 else 0.5
    heights = (TALL, _EIGHT, 4, 3, 2, 1) if vectors == 2 else (TALL, 4, 1) if vectors == 1 else (TALL, 5, 3, 1)
    cycles = 0.0
    while count > 0:
        rows = next(n for n in heights if n <= count)
        cycles += max(4, rows * vectors)
        count -= rows
    return cycles


def _line(count, places, a, a_row, n2, a2, b2, n1, a1, b1, n0, a0, b0, apart, b, init, init_row, c, c_row):
    loops = ((n2, a2, b2), (n1, a1, b1), (n0, a0, b0))
    wide = places > LANES
    one = not wide and places > LANES // 2
    tail = places - LANES if wide else places
    while count > 0:
        if wide:
            if count >= TALL and count != TALL + 4:  # (two of middle height are faster than a high and a low one)
                done = TALL
                _wide_tall(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            elif count >= _EIGHT:
                done = _EIGHT
                _wide_8(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            elif count >= 4:
                done = 4
                _wide_4(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            elif count >= 3:
                done = 3
                _wide_3(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            elif count >= 2:
                done = 2
                _wide_2(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            else:
                done = 1
                _wide_1(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        elif one:
            if count >= TALL:
                done = TALL
                _one_tall(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            elif count >= 4:
                done = 4
                _one_4(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
            else:
                done = 1
                _one_1(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        elif count >= TALL:
            done = TALL
            _half_tall(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        elif count >= 5:
            done = 5
            _half_5(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        elif count >= 3:
            done = 3
            _half_3(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        else:
            done = 1
            _half_1(a, a_row, loops, apart, b, init, init_row, c, c_row, tail)
        count -= done
        a += 4 * done * a_row
        init += 4 * done * init_row
        c += 4 * done * c_row


_LINE = types.void(*(NUMBER,) * 19)


@functools.cache
def line_address() -> int:
    """The address of the machine code of `line`: compiled once, and called by all kernels that multiply.

    Were it part of each of them, they would take three times as long to compile.
    """
    return address_of(_line, _LINE)


@written
def line(
    typing: Any,
    address: Any,
    count: Any,
    places: Any,
    a: Any,
    a_row: Any,
    loops: Any,
    apart: Any,
    b: Any,
    init: Any,
    init_row: Any,
    c: Any,
    c_row: Any,
) -> Any:
    """The rows i < count of the tile's product, of the first `places` (at most a panel) of c; see `_tile`."""

    def emit(context: Any, build: Any, signature: Any, args: Any) -> Any:
        address, *before = args[:5]
        steps = [build.extract_value(args[5], (n, i)) for n in range(3) for i in range(3)]
        kind = ir.FunctionType(ir.VoidType(), [I64] * 19)
        build.call(build.inttoptr(address, kind.as_pointer()), [*before, *steps, *args[6:]])
        return context.get_dummy_value()

    return types.void(*(NUMBER,) * 5, LOOPS, *(NUMBER,) * 6), emit
