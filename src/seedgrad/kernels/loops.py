"""Elementwise functions as machine code with one signature, so that a chain of them is data (see numba_chain).

Each is a loop over n numbers, out[i] = f(a[i], b[i], s) or f(a[i], s), that is compiled when it is first asked for and
kept on disk. Arrays are given by their addresses, with a step of 1, or of 0 for a single number. `s` are three settings.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, types

from . import activation_parts, numba_math
from .compile import address_of, part, written

CHUNK = 1024
SETTINGS = 3
NUMBER = types.intp
_LOOP = types.void(*(NUMBER,) * 7)


@written
def pointer(_: Any, address: Any) -> Any:
    """The float32 numbers at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.float32)(address), generate


@written
def _room(_: Any, which: Any) -> Any:
    """The address of room for CHUNK numbers in the function's own memory."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        with builder.goto_entry_block():
            room = builder.alloca(ir.ArrayType(ir.FloatType(), CHUNK))
        return builder.ptrtoint(room, ir.IntType(64))

    return NUMBER(which), generate


@written
def call_loop(_: Any, address: Any, out: Any, a: Any, a_step: Any, b: Any, b_step: Any, n: Any, s: Any) -> Any:
    """Call the machine code at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)] * 7)
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])
        return context.get_dummy_value()

    return types.void(*(NUMBER,) * 8), generate


@part
def _near(address: Any, step: Any, low: Any, n: Any, out: Any, room: Any) -> Any:
    """Where to read the n numbers from `low` on: a copy, if they are one number or lie where the results go.

    Vector instructions need operands apart from the results.
    """
    if step == 1 and address != out:
        return address + 4 * low
    numbers, copy = carray(pointer(address + 4 * low * step), n), carray(pointer(room), n)
    if step == 1:
        for i in range(n):
            copy[i] = numbers[i]
    else:
        one = numbers[0]
        for i in range(n):
            copy[i] = one
    return room


def _of_one(f: Any) -> Callable[..., None]:
    def run(out, a, a_step, b, b_step, n, s):
        given, room = pointer(s), _room(0)
        settings = given[0], given[1], given[2]
        for low in range(0, n, CHUNK):
            m = min(CHUNK, n - low)
            y = carray(pointer(out + 4 * low), m)
            if a == out:
                for i in range(m):
                    y[i] = f(y[i], settings)
            else:
                x = carray(pointer(_near(a, a_step, low, m, out, room)), m)
                for i in range(m):
                    y[i] = f(x[i], settings)

    return run


def _of_two(f: Any) -> Callable[..., None]:
    def run(out, a, a_step, b, b_step, n, s):
        given, first, second = pointer(s), _room(0), _room(1)
        settings = given[0], given[1], given[2]
        for low in range(0, n, CHUNK):
            m = min(CHUNK, n - low)
            y = carray(pointer(out + 4 * low), m)
            z = carray(pointer(_near(b, b_step, low, m, out, second)), m)
            if a == out:
                for i in range(m):
                    y[i] = f(y[i], z[i], settings)
            else:
                x = carray(pointer(_near(a, a_step, low, m, out, first)), m)
                for i in range(m):
                    y[i] = f(x[i], z[i], settings)

    return run


def _larger(x: Any, y: Any, s: Any) -> Any:
    return numba_math.choose((x >= y) | (x != x), x, y)


def _smaller(x: Any, y: Any, s: Any) -> Any:
    return numba_math.choose((x <= y) | (x != x), x, y)


# By the names of NumPy's functions; what is not here stands in activation_parts.
TWO: dict[str, Callable[..., Any]] = {
    "add": lambda x, y, s: x + y,
    "subtract": lambda x, y, s: x - y,
    "multiply": lambda x, y, s: x * y,
    "divide": lambda x, y, s: x / y,
    "maximum": _larger,
    "minimum": _smaller,
}
ONE: dict[str, Callable[..., Any]] = {
    "copy": lambda x, s: x,
    "negative": lambda x, s: -x,
    "absolute": lambda x, s: abs(x),
    "square": lambda x, s: x * x,
    "reciprocal": lambda x, s: np.float32(1) / x,
    "sqrt": lambda x, s: np.sqrt(x),
    "sin": lambda x, s: math.sin(x),
    "cos": lambda x, s: math.cos(x),
}


@functools.cache
def loop_address(name: str) -> int:
    """The address of the loop of that name."""
    if name in TWO or name in ONE:
        f = part(TWO.get(name) or ONE[name])
    else:
        f = getattr(activation_parts, name)
    return address_of((_of_two if name in TWO or name.endswith("_vjp") else _of_one)(f), _LOOP)
