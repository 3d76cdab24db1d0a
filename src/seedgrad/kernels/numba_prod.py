"""Products along axes of float32, and their gradient: for each element the product of the others, without division.

It is made on the way forwards of those before, on the way back of those after.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops.reduce import prod
from .compile import Array, compiled
from .numba_reduce import PRODUCTS
from .reduction import GRAIN, Layout, folded, layout
from .sharing import in_parts

# Columns that a thread works on together.
WIDTH = 256
# Elements of a row from which on it is taken in pieces, and rows that are enough for all threads and instructions.
LONG, MANY = 2048, 64


@compiled
def _row_others(x: Any, g: Any, dx: Any, first: int, last: int) -> None:
    """The products of the others in the rows of x, times g. Four rows at once: each waits for its own last product only."""
    n, one = x.shape[1], np.float32(1)
    for o in range(first, last - 3, 4):
        a, b, c, d = one, one, one, one
        for i in range(n):
            dx[o, i], dx[o + 1, i], dx[o + 2, i], dx[o + 3, i] = a, b, c, d
            a, b, c, d = a * x[o, i], b * x[o + 1, i], c * x[o + 2, i], d * x[o + 3, i]
        a, b, c, d = g[o], g[o + 1], g[o + 2], g[o + 3]
        for k in range(n):
            i = n - 1 - k
            dx[o, i] *= a
            dx[o + 1, i] *= b
            dx[o + 2, i] *= c
            dx[o + 3, i] *= d
            a, b, c, d = a * x[o, i], b * x[o + 1, i], c * x[o + 2, i], d * x[o + 3, i]
    for o in range(last - (last - first) % 4, last):
        a = one
        for i in range(n):
            dx[o, i] = a
            a *= x[o, i]
        a = g[o]
        for k in range(n):
            i = n - 1 - k
            dx[o, i] *= a
            a *= x[o, i]


@compiled
def _column_others(x: Any, g: Any, strips: int, dx: Any, first: int, last: int) -> None:
    """The same in the columns of x (matrices, lines, columns), so many strips of these in each."""
    n, products = x.shape[1], np.empty(WIDTH, np.float32)
    for unit in range(first, last):
        matrix, begin = unit // strips, unit % strips * WIDTH
        given = g[matrix, begin : begin + WIDTH]
        product = products[: given.size]
        product[:] = 1
        for i in range(n):
            here, to = x[matrix, i, begin : begin + WIDTH], dx[matrix, i, begin : begin + WIDTH]
            for c in range(product.size):
                to[c] = product[c]
                product[c] *= here[c]
        product[:] = given
        for k in range(n):
            here, to = x[matrix, n - 1 - k, begin : begin + WIDTH], dx[matrix, n - 1 - k, begin : begin + WIDTH]
            for c in range(product.size):
                to[c] *= product[c]
                product[c] *= here[c]


def _others(x: Array, g: Array) -> Array:
    """The gradient of x (rows, n), whose products have the gradients g (rows,).

    Few long rows are seen as products of the products of their pieces.
    """
    rows, n = x.shape
    pieces = 1
    while rows * pieces < MANY and n % (2 * pieces) == 0 and n // pieces >= LONG:
        pieces *= 2
    if pieces > 1:
        short = x.reshape(rows * pieces, -1)
        found = folded(PRODUCTS, PRODUCTS, short[:, :, None])
        return _others(short, _others(found.reshape(rows, pieces), g).reshape(-1)).reshape(rows, n)
    dx = np.empty_like(x)
    in_parts(_row_others, rows, max(4, GRAIN // n), x, g, dx)
    return dx


@prod.kernel("numba")
def _forward(x: Array, axis: Any = None, keepdims: bool = False) -> Any:
    seen = layout(x, axis)
    if seen is None:
        return NotImplemented
    return seen.result(folded(PRODUCTS, PRODUCTS, seen.view(x)), np.multiply, keepdims), seen


@prod.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: Any, seen: Layout, last: int) -> Any:
    if seen.further:
        return NotImplemented
    x, given = seen.view(inputs[0]), seen.lines(g)
    outer, _, inner = x.shape
    if inner == 1:
        return (seen.restored(_others(x[:, :, 0], given[:, 0])),)
    strips = -(-inner // WIDTH)
    dx = np.empty_like(x)
    in_parts(_column_others, outer * strips, max(1, GRAIN * outer * strips // x.size), x, given, strips, dx)
    return (seen.restored(dx),)
