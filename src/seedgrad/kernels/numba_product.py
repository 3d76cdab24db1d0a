"""Products of two matrices of float32 by tiles: on our threads, which are as fast as those of BLAS or faster.

They don't wait for a next product on cores that other kernels need.
"""

from __future__ import annotations

import numpy as np

from ..core.kernel import empty
from ..core.product_arrays import use_product
from .compile import Array
from .product import product_by_panels, product_by_rows
from .product_few import product_few
from .row_product import row_product, row_sums

# Rows up to which reading the other factor is all the work.
FEW = 4
# How much larger the right factor is where packing it takes more time than packing the left one and turning the result.
MOST = 4
# Numbers of a left factor that stay in the cache of a core while all panels of the right one go by.
NEAR = 1 << 18
NONE = np.empty(0, np.float32)


def _straight(x: Array) -> tuple[Array, bool]:
    """x in memory without gaps, or its transpose, and whether it is that."""
    if x.flags.c_contiguous:
        return x, False
    return (x.T, True) if x.flags.f_contiguous else (np.ascontiguousarray(x), False)


def product(a: Array, b: Array, c: Array | None = None, /, bias: Array | None = None) -> Array:
    """a b, plus a number for each column; written to c if it is given."""
    (rows, sums), places = a.shape, b.shape[1]
    if c is None:
        c = empty((rows, places), np.float32)
    if places <= FEW < rows:
        found = product(b.T, a.T, c.reshape(1, rows) if places == 1 else None)
        if places > 1:
            c[...] = found.T
        if bias is not None:
            c += bias
        return c
    start = NONE if bias is None else np.ascontiguousarray(bias)
    (a, down), (b, turned) = _straight(a), _straight(b)
    if rows <= FEW and down:
        a, down = np.ascontiguousarray(a.T), False
    if rows <= FEW:
        (row_product if turned else row_sums)(a, b, start, c)
    elif turned and not down and MOST * rows * (sums + places) <= b.size:
        product_few(a, b, start, c)
    elif a.size <= NEAR:
        product_by_panels(a, down, b, turned, start, c)
    else:
        product_by_rows(a, down, b, turned, start, c)
    return c


use_product(product)
