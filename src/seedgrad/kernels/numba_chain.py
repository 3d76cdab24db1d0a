"""A chain of elementwise operations as data, and one compiled function that runs any of them.

A chain that were compiled by itself would take numba seconds; this is compiled once and kept on disk. The numbers of a row
of the program are: operation, address of the result, address and step of the first operand, the same of the second, and how
many elements there are. A step is 1, or 0 for a single number. Large arrays are run through the whole chain block by block,
so that what one operation writes is still in the cache when the next one reads it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from ..core.kernel import functions
from . import numba_math as fast
from .compile import Array, compiled

# Their places are the numbers of the operations.
OPERATIONS = (
    "add", "subtract", "multiply", "divide", "maximum", "minimum",
    "negative", "exp", "tanh", "sin", "cos", "sqrt", "reciprocal", "square", "absolute", "log", "copy",
)  # fmt: skip
COLUMNS = 7
_intrinsic: Any = intrinsic


@_intrinsic
def pointer(_: Any, address: Any) -> Any:
    """The float32 numbers at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

    return types.CPointer(types.float32)(address), generate


@compiled
def run_chain(program: Array, start: int, stop: int, block: int) -> None:
    """Run the elements start to stop of a program."""
    for low in range(start, stop, block):
        for k in range(program.shape[0]):
            n = min(min(low + block, stop), program[k, 6]) - low
            if n <= 0:
                continue
            op, sa, sb = program[k, 0], program[k, 3], program[k, 5]
            out = carray(pointer(program[k, 1] + 4 * low), n)
            a = carray(pointer(program[k, 2] + 4 * low * sa), n)
            b = carray(pointer(program[k, 4] + 4 * low * sb), n)
            if op == 0:
                if sa == 1 and sb == 1:
                    for i in range(n):
                        out[i] = a[i] + b[i]
                else:
                    for i in range(n):
                        out[i] = a[i * sa] + b[i * sb]
            elif op == 1:
                if sa == 1 and sb == 1:
                    for i in range(n):
                        out[i] = a[i] - b[i]
                else:
                    for i in range(n):
                        out[i] = a[i * sa] - b[i * sb]
            elif op == 2:
                if sa == 1 and sb == 1:
                    for i in range(n):
                        out[i] = a[i] * b[i]
                else:
                    for i in range(n):
                        out[i] = a[i * sa] * b[i * sb]
            elif op == 3:
                for i in range(n):
                    out[i] = a[i * sa] / b[i * sb]
            elif op == 4:
                for i in range(n):
                    x, y = a[i * sa], b[i * sb]
                    out[i] = fast.choose(x >= y or x != x, x, y)
            elif op == 5:
                for i in range(n):
                    x, y = a[i * sa], b[i * sb]
                    out[i] = fast.choose(x <= y or x != x, x, y)
            elif op == 6:
                for i in range(n):
                    out[i] = -a[i]
            elif op == 7:
                for i in range(n):
                    out[i] = fast.exp(a[i])
            elif op == 8:
                for i in range(n):
                    out[i] = fast.tanh(a[i])
            elif op == 9:
                for i in range(n):
                    out[i] = math.sin(a[i])
            elif op == 10:
                for i in range(n):
                    out[i] = math.cos(a[i])
            elif op == 11:
                for i in range(n):
                    out[i] = np.sqrt(a[i])
            elif op == 12:
                for i in range(n):
                    out[i] = np.float32(1) / a[i]
            elif op == 13:
                for i in range(n):
                    out[i] = a[i] * a[i]
            elif op == 14:
                for i in range(n):
                    out[i] = abs(a[i])
            elif op == 15:
                for i in range(n):
                    out[i] = fast.log(a[i])
            else:
                for i in range(n):
                    out[i] = a[i]


functions["chain"] = run_chain
