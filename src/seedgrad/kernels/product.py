"""Products of matrices by tiles, on our own threads.

A *panel* is up to `WIDE` columns of the right factor. A factor that is used again and again, or whose rows are no
numbers side by side, is packed: its panels one after the other, each row after row (see `tile`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, compiled
from .sharing import in_parts
from .tile import LANES, WIDE, line, line_address, padded
from .turn import square

# What is summed over at a time: what a tile reads of a panel stays in the nearest caches.
DEEP, DEEPER = 256, 512
# Rows of the result that a thread computes at a time.
ROWS = 36
# Numbers to be packed that are worth a thread.
GRAIN = 1 << 15
ZEROS = np.zeros(WIDE, np.float32)


@compiled
def _copy_panels(w: Any, panels: Any, first: int, last: int) -> None:
    sums, places = w.shape
    for begin in range(first * WIDE, min(last * WIDE, places), WIDE):
        real = min(WIDE, places - begin)
        width, at = padded(real), sums * begin
        for k in range(sums):
            row, to = w[k, begin : begin + real], panels[at : at + width]
            for i in range(real):
                to[i] = row[i]
            to[real:] = 0
            at += width


@compiled
def _turn_panels(w: Any, panels: Any, first: int, last: int) -> None:
    """The same of w's transpose."""
    places, sums = w.shape
    for begin in range(first * WIDE, min(last * WIDE, places), WIDE):
        real = min(WIDE, places - begin)
        width, at = padded(real), sums * begin
        for i in range(0, width, LANES):
            for k in range(0, sums, LANES):
                if i + LANES <= real and k + LANES <= sums:
                    source = w.ctypes.data + 4 * ((begin + i) * sums + k)
                    square(source, sums, panels.ctypes.data + 4 * (at + k * width + i), width)
                else:
                    for j in range(i, min(i + LANES, width)):
                        for n in range(k, min(k + LANES, sums)):
                            panels[at + n * width + j] = w[begin + j, n] if j < real else 0


def panels_of(w: Array, turned: bool = False) -> Array:
    """The panels of w, or of its transpose, one after the other."""
    w = np.ascontiguousarray(w)
    sums, places = w.shape[::-1] if turned else w.shape
    out = np.empty(sums * padded(places), np.float32)
    in_parts(
        _turn_panels if turned else _copy_panels, -(-places // WIDE), max(1, GRAIN // (WIDE * max(1, sums))), w, out
    )
    return out


@compiled
def multiply(address: int, a: int, a_row: int, a_step: int, sums: int, b: Any, packed: bool, init: Any, c: Any) -> None:
    """c = init + a b. `a` is an address, with the steps to the next row and the next number.

    b is an array of panels, or the matrix itself where c has whole panels. `init` is one number for each column and
    whatever behind them to the end of a panel, or ZEROS. Of c, only what is there is read or written.
    """
    rows, places = c.shape
    row, deep = c.strides[0] // 4, DEEP if packed else DEEPER
    aside = np.empty((rows, WIDE if padded(places) > places and sums > deep else 0), np.float32)
    for k in range(0, max(1, sums), deep):
        for begin in range(0, places, WIDE):
            real = min(WIDE, places - begin)
            width, to, across, write = padded(real), c.ctypes.data + 4 * begin, row, real
            if real < width and aside.size:
                to, across, write = aside.ctypes.data, WIDE, width
            here, step = b.ctypes.data + 4 * (begin * sums if packed else begin), width if packed else places
            loops = ((1, 0, 0), (1, 0, 0), (min(deep, sums - k), a_step, step))
            old, old_row = init.ctypes.data + (4 * begin if init.size > WIDE else 0), 0
            if k:
                old, old_row = to, across
            line(
                address, rows, write, a + 4 * k * a_step, a_row, loops, 0, here + 4 * k * step, old, old_row, to, across
            )
    if aside.size:
        begin = places // WIDE * WIDE
        for r in range(rows):
            source, target = aside[r], c[r, begin:]
            for i in range(target.size):
                target[i] = source[i]


@compiled
def _multiply_rows(
    address: int, a: Any, across: int, b: Any, packed: bool, init: Any, c: Any, first: int, last: int
) -> None:
    """c = init + a b, or aᵀ b where the rows are not copied first (`across` is 0)."""
    sums = a.shape[1] if across else a.shape[0]
    copy = np.empty((ROWS, across), np.float32)
    for begin in range(first * ROWS, min(last * ROWS, len(c)), ROWS):
        part = c[begin : min(begin + ROWS, len(c))]
        if across:
            for r in range(len(part)):
                source, target = a[begin + r], copy[r]
                for k in range(sums):
                    target[k] = source[k]
            multiply(address, copy.ctypes.data, across, 1, sums, b, packed, init, part)
        else:
            multiply(address, a.ctypes.data + 4 * begin, 1, a.shape[1], sums, b, packed, init, part)


def _product(a: Array, across: int, b: Array, packed: bool, init: Array, c: Array) -> Array:
    in_parts(_multiply_rows, -(-len(c) // ROWS), 1, line_address(), a, across, b, packed, init, c)
    return c


def product(a: Array, b: Array, turned: bool = False, bias: Array | None = None) -> Array:
    """a b, or a bᵀ, plus a number for each column; a is contiguous.

    Some rows of a are copied at a time: where they are a power of two long, they would fall into the same few places
    of the cache.
    """
    places, (rows, sums) = len(b) if turned else b.shape[1], a.shape
    init, across = ZEROS, LANES * (-(-sums // LANES) | 1)
    if bias is not None:
        init = np.zeros(places + WIDE, np.float32)
        init[:places] = bias
    return _product(a, across, panels_of(b, turned), True, init, np.empty((rows, places), np.float32))


def product_of_columns(a: Array, b: Array) -> Array:
    """aᵀ b; both are contiguous."""
    packed = b.shape[1] % WIDE > 0
    panels = panels_of(b) if packed else b.reshape(-1)
    return _product(a, 0, panels, packed, ZEROS, np.empty((a.shape[1], b.shape[1]), np.float32))
