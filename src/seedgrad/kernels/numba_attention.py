"""Attention of float32, tile by tile as in ops/attention_tiles.py, but without Python between the products.

The scores of a tile lie with the queries side by side, one row for each key: largest scores and sums of exponentials are
then those of many queries at once, with vector instructions and without a step across a vector. Products are made of the
tiles of `tile.py`, which read keys and values where they are.

Arrays come as a table of whole numbers: for each its address, then the strides, in elements, of three leading axes and of
rows, whose numbers lie side by side. Rows of keys and values may be read up to the width of the panels that cover them.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from . import numba_math as m
from .attention_parts import (
    BLOCK,
    CAUSAL,
    DEPTH,
    DK,
    DQ,
    DV,
    KEYS,
    LINE,
    OUT,
    QUERIES,
    TILE,
    WIDTH,
    F,
    G,
    K,
    Q,
    V,
    add_mask,
    divided,
    fetch,
    gather,
    multiply_rows,
    pointer,
    put,
    row_of,
    spread,
    times,
    turn,
)
from .compile import compiled_sums
from .tile import WIDE, padded


@compiled_sums
def weigh(scores: Any, count: int, seen: int, top: Any, total: Any, shrink: Any) -> None:
    """Replace `count` rows of scores by e^(score - top), and update top and total of the queries, the columns.

    Query i sees the first seen + i keys; the others get 0. What there was before must be multiplied by `shrink`.
    """
    new, base, added = np.empty(WIDE, F), np.empty(WIDE, F), np.zeros(WIDE, F)
    new[:] = top
    for j in range(count):
        row = scores[j]
        for i in range(WIDE):
            x = m.choose(j < seen + i, row[i], F(-np.inf))
            row[i] = x
            new[i] = m.choose(x > new[i], x, new[i])
    for i in range(WIDE):
        base[i] = m.choose(new[i] == F(-np.inf), F(0), new[i])
        shrink[i] = m.exp(top[i] - base[i])
        top[i] = new[i]
    for j in range(count):
        row = scores[j]
        for i in range(WIDE):
            e = m.exp(row[i] - base[i])
            row[i] = e
            added[i] += e
    for i in range(WIDE):
        total[i] = total[i] * shrink[i] + added[i]


@compiled_sums
def slopes(scores: Any, ds: Any, count: int, seen: int, size: Any, mean: Any) -> None:
    """Replace `count` rows of scores by weights, and ds, the gradients of the weights, by those of the scores."""
    for j in range(count):
        row, to = scores[j], ds[j]
        for i in range(WIDE):
            sees = j < seen + i
            p = m.choose(sees, m.exp(row[i] - size[i]), F(0))
            row[i] = p
            to[i] = m.choose(sees, p * (to[i] - mean[i]), F(0))


@compiled_sums
def forward(table: Any, mask: Any, sizes: Any, scale: Any, first: int, last: int) -> None:
    """Panels first to last of queries, of all heads. `sizes` gets the logarithms of the sums of exponentials."""
    queries, keys, width, depth, tile = table[QUERIES], table[KEYS], table[WIDTH], table[DEPTH], table[TILE]
    address, panels, wide, deep = table[LINE], -(-queries // WIDE), padded(width), padded(depth)
    room = np.empty(WIDE * (4 + 2 * wide + deep + tile), np.float32)
    few = room[: 4 * WIDE].reshape(4, WIDE)
    zero, top, total, shrink = few[0], few[1], few[2], few[3]
    rows, turned, mean, scores = divided(room[4 * WIDE :], WIDE * wide, WIDE * wide, WIDE * deep, tile * WIDE)
    x, turned = rows.reshape(WIDE, wide), turned.reshape(1, wide, WIDE)
    mean, scores = mean.reshape(WIDE, deep), scores.reshape(tile, WIDE)
    zero[:] = 0
    for unit in range(first, last):  # of a causal head the last queries come first, which see the most keys
        head, row = unit // panels, (panels - 1 - unit % panels) * WIDE
        n = min(WIDE, queries - row)
        limit = min(keys, row + n) if table[CAUSAL] else keys
        fetch(x, table, Q, head, row, n, scale)
        turn(x, turned)
        top[:], total[:] = -np.inf, 0
        mean[:] = 0
        for column in range(0, limit, tile):
            count = min(tile, limit - column)
            times(address, table, K, head, column, count, turned[0], zero, scores)
            add_mask(scores, count, head, table, row, column, mask)
            weigh(scores, count, row + 1 - column if table[CAUSAL] else keys, top, total, shrink)
            if column:
                multiply_rows(mean[:n], shrink)
            spread(address, scores, n, count, table, V, head, column, mean, depth)
        for i in range(WIDE):
            nothing = total[i] == 0
            shrink[i] = F(1) / m.choose(nothing, F(1), total[i])
            top[i] = m.choose(nothing, F(0), top[i] + m.log(total[i]))
        for r in range(n):
            sizes[head, row + r] = top[r]
        multiply_rows(mean[:n], shrink)
        put(mean[:n], table, OUT, head, row, depth, F(1))


@compiled_sums
def backward(
    table: Any, mask: Any, sizes: Any, scale: Any, shares: int, rest_k: Any, rest_v: Any, first: int, last: int
) -> None:
    """The gradients of shares first to last of the heads, each of which is cut into so many `shares` of its queries.

    What they pass on to the keys and values goes to dk and dv where a head is one share, else to rest_k and rest_v.
    """
    queries, keys, width, depth, tile = table[QUERIES], table[KEYS], table[WIDTH], table[DEPTH], table[TILE]
    address, size, wide, deep = table[LINE], table[BLOCK], padded(width), padded(depth)
    blocks, most = -(-queries // size), size // WIDE
    room = np.empty(WIDE + size * (2 + 3 * wide + 2 * deep + 2 * tile) + keys * (wide + deep), np.float32)
    zero, log, mean, room = divided(room, WIDE, size, size, room.size - WIDE - 2 * size)
    a, b, c, room = divided(room, size * wide, size * wide, size * wide, room.size - 3 * size * wide)
    x, turned_x, sum_q = a.reshape(size, wide), b.reshape(most, wide, WIDE), c.reshape(size, wide)
    a, b, c, room = divided(room, size * deep, size * deep, keys * wide, room.size - 2 * size * deep - keys * wide)
    y, turned_y, sum_k = a.reshape(size, deep), b.reshape(most, deep, WIDE), c.reshape(keys, wide)
    a, b, c, room = divided(room, keys * deep, size * tile, size * tile, 0)
    sum_v, scores, ds = a.reshape(keys, deep), b.reshape(most, tile, WIDE), c.reshape(most, tile, WIDE)
    zero[:] = 0
    for unit in range(first, last):
        head, share = unit // shares, unit % shares
        sum_k[:] = 0
        sum_v[:] = 0
        for block in range(blocks * (share + 1) // shares - 1, blocks * share // shares - 1, -1):
            row = block * size
            n = min(size, queries - row)
            panels = -(-n // WIDE)
            limit = min(keys, row + n) if table[CAUSAL] else keys
            fetch(x[: panels * WIDE], table, Q, head, row, n, scale)
            fetch(y[: panels * WIDE], table, G, head, row, n, F(1))
            turn(x, turned_x[:panels])
            turn(y, turned_y[:panels])
            log[:], mean[:], sum_q[:] = np.inf, 0, 0
            result, step = row_of(table, OUT, head, row), 4 * table[OUT + 4]
            for r in range(n):
                here, other, total = numba.carray(pointer(result + r * step), (depth,)), y[r], F(0)
                for i in range(depth):
                    total += here[i] * other[i]
                mean[r], log[r] = total, sizes[head, row + r]
            for column in range(0, limit, tile):
                count = min(tile, limit - column)
                for p in range(panels):
                    begin, own, slope = p * WIDE, scores[p], ds[p]
                    times(address, table, K, head, column, count, turned_x[p], zero, own)
                    times(address, table, V, head, column, count, turned_y[p], zero, slope)
                    add_mask(own, count, head, table, row + begin, column, mask)
                    seen = row + begin + 1 - column if table[CAUSAL] else keys
                    slopes(own, slope, count, seen, log[begin : begin + WIDE], mean[begin : begin + WIDE])
                    some = sum_q[begin : begin + WIDE]
                    spread(address, slope, min(WIDE, n - begin), count, table, K, head, column, some, width)
                gather(address, scores, panels, count, y, sum_v[column:], depth)
                gather(address, ds, panels, count, x, sum_k[column:], width)
            put(sum_q[:n], table, DQ, head, row, width, scale)
        if shares == 1:
            put(sum_k, table, DK, head, 0, width, F(1))
            put(sum_v, table, DV, head, 0, depth, F(1))
        else:
            rest_k[share, head], rest_v[share, head] = sum_k[:, :width], sum_v[:, :depth]
