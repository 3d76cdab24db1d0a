"""Products of matrices by tiles, on our own threads.

A *panel* is up to `WIDE` columns of the right factor. A factor that is used again and again, or whose rows are no
numbers side by side, is packed: its panels one after the other, each row after row (see `tile`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .compile import Array, compiled
from .sharing import in_parts
from .tile import LANES, TALL, WIDE, line, line_address, padded
from .turn import copy_run, copy_vector, square

# What is summed over at a time: what a tile reads of a panel stays in the nearest caches.
DEEP, DEEPER = 256, 512
# Rows of the result that a thread computes at a time, and where what they are made of is copied in parts.
ROWS, HIGH = 36, 64
# Numbers so many places apart fall into the same places of the nearest cache.
SAME_PLACE = 1024
# Numbers to be packed that are worth a thread.
GRAIN = 1 << 15
# Multiplications that are worth a thread. Where there are fewer panels than PARTS, each is split, into LOW rows or more.
WORTH, PARTS, LOW = 1 << 19, 8, 2 * TALL
ZEROS, NOWHERE = np.zeros(WIDE, np.float32), np.empty(0, np.float32)


@compiled
def _copy_panel(w: Any, begin: int, panel: Any) -> None:
    sums, places = w.shape
    real = min(WIDE, places - begin)
    width = padded(real)
    for k in range(sums):
        row, to = w[k, begin : begin + real], panel[k * width : (k + 1) * width]
        if real == WIDE:
            for i in range(0, WIDE, LANES):
                copy_vector(row.ctypes.data + 4 * i, to.ctypes.data + 4 * i)
        else:
            for i in range(real):
                to[i] = row[i]
            to[real:] = 0


@compiled
def _turn_panel(w: Any, begin: int, panel: Any) -> None:
    """The same of w's transpose."""
    places, sums = w.shape
    real = min(WIDE, places - begin)
    width = padded(real)
    for i in range(0, width, LANES):
        for k in range(0, sums, LANES):
            if i + LANES <= real and k + LANES <= sums:
                source = w.ctypes.data + 4 * ((begin + i) * sums + k)
                square(source, sums, panel.ctypes.data + 4 * (k * width + i), width)
            else:
                for j in range(i, min(i + LANES, width)):
                    for n in range(k, min(k + LANES, sums)):
                        panel[n * width + j] = w[begin + j, n] if j < real else 0


@compiled
def _pack(w: Any, turned: bool, panels: Any, first: int, last: int) -> None:
    """The panels from first to last of w, or of its transpose."""
    sums = w.shape[1] if turned else w.shape[0]
    for n in range(first, last):
        panel = panels[sums * (n - first) * WIDE :]
        if turned:
            _turn_panel(w, n * WIDE, panel)
        else:
            _copy_panel(w, n * WIDE, panel)


@compiled
def _pack_all(w: Any, turned: bool, panels: Any, first: int, last: int) -> None:
    sums = w.shape[1] if turned else w.shape[0]
    _pack(w, turned, panels[sums * first * WIDE :], first, last)


def panels_of(w: Array, turned: bool = False) -> Array:
    """The panels of w, or of its transpose, one after the other."""
    w = np.ascontiguousarray(w)
    sums, places = w.shape[::-1] if turned else w.shape
    out = np.empty(sums * padded(places), np.float32)
    in_parts(_pack_all, -(-places // WIDE), max(1, GRAIN // (WIDE * max(1, sums))), w, turned, out)
    return out


@compiled
def multiply(
    address: int, a: int, a_row: int, a_step: int, sums: int, b: int, b_row: int, init: Any, c: Any, room: Any
) -> None:
    """c = init + a b. `a` and `b` are addresses, a's with the steps to the next row and the next number.

    b has panels, or rows `b_row` numbers apart where that is not 0 and c has whole panels. `init` is one number for
    each column and whatever behind them to the end of a panel, or ZEROS. Of c, only what is there is read or written.
    What is read of a, whose columns then have numbers side by side, is first copied to `room`, if that has any.
    """
    rows, places = c.shape
    row, deep = c.strides[0] // 4, DEEPER if b_row else DEEP
    aside = np.empty((rows, WIDE if padded(places) > places and sums > deep else 0), np.float32)
    for k in range(0, max(1, sums), deep):
        terms, left, left_step = min(deep, sums - k), a + 4 * k * a_step, a_step
        if room.size:
            left, left_step = room.ctypes.data, rows
            for i in range(terms):
                copy_run(a + 4 * (k + i) * a_step, left + 4 * i * rows, rows)
        for begin in range(0, places, WIDE):
            real = min(WIDE, places - begin)
            width, to, across, write = padded(real), c.ctypes.data + 4 * begin, row, real
            if real < width and aside.size:
                to, across, write = aside.ctypes.data, WIDE, width
            here, step = (b + 4 * begin, b_row) if b_row else (b + 4 * begin * sums, width)
            loops = ((1, 0, 0), (1, 0, 0), (terms, left_step, step))
            old, old_row = init.ctypes.data + (4 * begin if init.size > WIDE else 0), 0
            if k:
                old, old_row = to, across
            line(address, rows, write, left, a_row, loops, 0, here + 4 * k * step, old, old_row, to, across)
    if aside.size:
        begin = places // WIDE * WIDE
        for r in range(rows):
            source, target = aside[r], c[r, begin:]
            for i in range(target.size):
                target[i] = source[i]


@compiled
def _rows(address: int, a: Any, across: int, b: Any, b_row: int, init: Any, c: Any, first: int, last: int) -> None:
    """Blocks of ROWS rows of c = init + a b; some rows of a are copied at a time, to rows of length `across`."""
    sums, copy = a.shape[1], np.empty((ROWS, across), np.float32)
    for begin in range(first * ROWS, min(last * ROWS, len(c)), ROWS):
        part = c[begin : min(begin + ROWS, len(c))]
        for r in range(len(part)):
            copy_run(a.ctypes.data + 4 * (begin + r) * sums, copy.ctypes.data + 4 * r * across, sums)
        multiply(address, copy.ctypes.data, across, 1, sums, b.ctypes.data, b_row, init, part, NOWHERE)


@compiled
def _columns(
    address: int, a: Any, high: int, copied: bool, b: Any, b_row: int, init: Any, c: Any, first: int, last: int
) -> None:
    """Blocks of `high` rows of c = init + aᵀ b; what is read of a at a time is copied first, if asked."""
    (sums, rows), room = a.shape, np.empty(high * DEEPER if copied else 0, np.float32)
    for begin in range(first * high, min(last * high, rows), high):
        part = c[begin : min(begin + high, rows)]
        multiply(address, a.ctypes.data + 4 * begin, 1, rows, sums, b.ctypes.data, b_row, init, part, room)


def product_by_rows(a: Array, down: bool, b: Array, turned: bool, bias: Array, c: Array) -> None:
    """c = a b, plus a number for each column if there are any; the transposes of a, of b if `down`, `turned`.

    Where a's rows are a power of two long, numbers that are read at once would fall into the same few places of the
    cache; they are copied a part at a time.
    """
    sums, places = a.shape[0] if down else a.shape[1], c.shape[1]
    init = ZEROS
    if bias.size:
        init = np.zeros(places + WIDE, np.float32)
        init[:places] = bias
    packed = turned or not down or places % WIDE > 0
    panels, row = (panels_of(b, turned), 0) if packed else (b.reshape(-1), places)
    if down:
        copied = len(c) % SAME_PLACE == 0
        high = HIGH if copied else ROWS
        in_parts(_columns, -(-len(c) // high), 1, line_address(), a, high, copied, panels, row, init, c)
    else:
        across = LANES * (-(-sums // LANES) | 1)
        in_parts(_rows, -(-len(c) // ROWS), 1, line_address(), a, across, panels, row, init, c)


@compiled
def _blocks(
    address: int,
    a: Any,
    down: bool,
    b: Any,
    turned: bool,
    bias: Any,
    c: Any,
    high: int,
    first: int,
    last: int,
) -> None:
    """Blocks of `high` rows and one panel of columns, numbered row by row."""
    sums = a.shape[0] if down else a.shape[1]
    rows, places = c.shape
    strips = (places + WIDE - 1) // WIDE
    panel, init = np.empty(sums * WIDE, np.float32), np.zeros(WIDE, np.float32)
    a_row, a_step = (1, rows) if down else (sums, 1)
    for block in range(first, last):
        top, strip = block // strips * high, block % strips
        begin = strip * WIDE
        for i in range(min(WIDE, bias.size - begin)):
            init[i] = bias[begin + i]
        to, source, b_row = c[top : top + high, begin : begin + WIDE], panel.ctypes.data, 0
        if turned or places - begin < WIDE:
            _pack(b, turned, panel, strip, strip + 1)
        else:
            source, b_row = b.ctypes.data + 4 * begin, places
        multiply(address, a.ctypes.data + 4 * top * a_row, a_row, a_step, sums, source, b_row, init, to, NOWHERE)


def product_by_panels(a: Array, down: bool, b: Array, turned: bool, bias: Array, c: Array) -> None:
    """The same for a left factor that fits into the cache: a panel is packed where it is used, if it must be."""
    rows, places = c.shape
    strips = -(-places // WIDE)
    wanted = min(PARTS // max(1, strips), rows // LOW)
    high = max(1, -(-rows // max(1, wanted)))
    grain = max(1, WORTH // max(1, a.size // max(1, rows) * high * WIDE))
    in_parts(_blocks, -(-rows // high) * strips, grain, line_address(), a, down, b, turned, bias, c, high)
