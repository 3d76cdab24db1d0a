"""Attention of float32, tile by tile as in ops/attention_tiles.py, but without Python between the products.

A product of two tiles takes some ten microseconds, about as long as it takes a thread to get Python's lock back; so threads
only scale if they do without it. Products inside compiled code go to SciPy's BLAS.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import numba_math as m
from .compile import compiled_sums, part
from .row_parts import largest

F = np.float32


@compiled_sums
def weigh(scores: Any, seen: int, top: Any, total: Any, shrink: Any) -> None:
    """Replace the first seen + r scores of row r by e^(score - top), the others by 0, and update top and total.

    What there was before must be multiplied by `shrink`.
    """
    for r in range(scores.shape[0]):
        row = scores[r]
        for i in range(max(0, seen + r), row.size):  # whole rows are whole vectors
            row[i] = -np.inf
        old = top[r, 0]
        new = largest(row)
        new = m.choose(new > old, new, old)
        base = F(0) if new == F(-np.inf) else new
        less = np.exp(old - base)
        added = F(0)
        for i in range(row.size):
            e = m.exp(row[i] - base)
            row[i] = e
            added += e
        top[r, 0], shrink[r, 0] = new, less
        total[r, 0] = total[r, 0] * less + added


@compiled_sums
def slopes(scores: Any, seen: int, size: Any, dp: Any, mean: Any) -> None:
    """Replace the first seen + r scores of row r by weights, dp by the gradients of the scores, and the others by 0."""
    for r in range(scores.shape[0]):
        row, to = scores[r], dp[r]
        hidden = max(0, seen + r)
        for i in range(hidden, row.size):
            row[i] = -np.inf
        less, middle = size[r, 0], mean[r, 0]
        for i in range(row.size):
            p = m.exp(row[i] - less)
            row[i] = p
            to[i] = p * (to[i] - middle)
        for i in range(hidden, row.size):
            to[i] = 0


@part
def _start(head: int, lead: Any, strides: Any) -> Any:
    """Where in its memory a head begins."""
    c, rest = head % lead[2], head // lead[2]
    return rest // lead[1] * strides[0] + rest % lead[1] * strides[1] + c * strides[2]


@part
def _fetch(to: Any, memory: Any, start: int, step: int, factor: Any) -> None:
    """Rows side by side, for BLAS."""
    for r in range(to.shape[0]):
        row, here = to[r], memory[start + r * step : start + r * step + to.shape[1]]
        for i in range(row.size):
            row[i] = here[i] * factor


@part
def _put(rows: Any, memory: Any, start: int, step: int, factor: Any) -> None:
    """The way back."""
    for r in range(rows.shape[0]):
        row, here = rows[r], memory[start + r * step : start + r * step + rows.shape[1]]
        for i in range(row.size):
            here[i] = row[i] * factor


@part
def _add(to: Any, more: Any) -> None:
    for r in range(more.shape[0]):
        here, row = to[r], more[r]
        for i in range(row.size):
            here[i] += row[i]


@part
def _mask(scores: Any, head: int, lead: Any, row: int, column: int, mask: Any) -> None:
    """Add the mask of a tile; of the two, floats to add and bools that say where to attend, one is empty."""
    bias, kept, strides = mask
    if bias.size + kept.size == 0:
        return
    step = strides[4]
    for r in range(scores.shape[0]):
        here = scores[r]
        start = _start(head, lead, strides) + (row + r) * strides[3] + column * step
        if bias.size and step == 1:
            values = bias[start : start + here.size]
            for i in range(here.size):
                here[i] += values[i]
        elif bias.size:
            for i in range(here.size):
                here[i] += bias[start + i * step]
        else:
            for i in range(here.size):
                here[i] = m.choose(kept[start + i * step] != 0, here[i], F(-np.inf))


@compiled_sums
def forward(
    lead: Any,
    q: Any,
    k: Any,
    v: Any,
    mask: Any,
    out: Any,
    sizes: Any,
    first: int,
    last: int,
    shape: Any,
    tile: Any,
    scale: Any,
    causal: bool,
) -> None:
    """Blocks first to last of queries. Each array is its memory and the strides of three leading axes and of rows."""
    queries, keys, width, depth = shape
    blocks = -(-queries // tile[0])
    all_k, all_v = np.empty((keys, width), F), np.empty((keys, depth), F)
    room, all_q = np.empty(tile[0] * tile[1], F), np.empty((tile[0], width), F)
    all_mean, more = np.empty((tile[0], depth), F), np.empty((tile[0], depth), F)
    all_top, all_total, shrink = np.empty((tile[0], 1), F), np.empty((tile[0], 1), F), np.empty((tile[0], 1), F)
    here = -1
    for unit in range(first, last):
        head, row = unit // blocks, (blocks - 1 - unit % blocks) * tile[0]
        n = min(tile[0], queries - row)
        limit = min(keys, row + n) if causal else keys
        if head != here:  # of a causal head the last queries come first, which see the most keys
            here = head
            _fetch(all_k[:limit], k[0], _start(head, lead, k[1]), k[1][3], F(1))
            _fetch(all_v[:limit], v[0], _start(head, lead, v[1]), v[1][3], F(1))
        y, mean, top, total = all_q[:n], all_mean[:n], all_top[:n], all_total[:n]
        _fetch(y, q[0], _start(head, lead, q[1]) + row * q[1][3], q[1][3], scale)
        top[:], total[:] = -np.inf, 0
        for column in range(0, limit, tile[1]):
            end = min(column + tile[1], limit)
            scores = room[: n * (end - column)].reshape(n, end - column)
            np.dot(y, all_k[column:end].T, scores)
            _mask(scores, head, lead, row, column, mask)
            weigh(scores, row + 1 - column if causal else keys, top, total, shrink)
            if column == 0:
                np.dot(scores, all_v[column:end], mean)
            else:
                np.dot(scores, all_v[column:end], more[:n])
                for r in range(n):
                    less, to, new = shrink[r, 0], mean[r], more[r]
                    for i in range(depth):
                        to[i] = to[i] * less + new[i]
        start = _start(head, lead, out[1]) + row * out[1][3]
        for r in range(n):
            nothing = total[r, 0] == 0
            share = F(1) if nothing else F(1) / total[r, 0]
            sizes[head, row + r] = F(0) if nothing else top[r, 0] + np.log(total[r, 0])
            _put(mean[r : r + 1], out[0], start + r * out[1][3], 0, share)


@compiled_sums
def backward(
    lead: Any,
    q: Any,
    k: Any,
    v: Any,
    mask: Any,
    g: Any,
    out: Any,
    sizes: Any,
    dq: Any,
    dk: Any,
    dv: Any,
    rest_k: Any,
    rest_v: Any,
    first: int,
    last: int,
    shape: Any,
    tile: Any,
    scale: Any,
    causal: bool,
) -> None:
    """The gradients of blocks first to last of queries.

    What they pass on to the keys and values of a head goes to dk and dv where all blocks of the head are among them, else
    to rest_k and rest_v: [0] for the first head, [1] for the last.
    """
    queries, keys, width, depth = shape
    blocks = -(-queries // tile[0])
    all_k, all_v = np.empty((keys, width), F), np.empty((keys, depth), F)
    sum_k, sum_v = np.empty((keys, width), F), np.empty((keys, depth), F)
    some_k, some_v = np.empty((tile[1], width), F), np.empty((tile[1], depth), F)
    room, other_room = np.empty(tile[0] * tile[1], F), np.empty(tile[0] * tile[1], F)
    all_q, sum_q, some_q = np.empty((tile[0], width), F), np.empty((tile[0], width), F), np.empty((tile[0], width), F)
    all_g, all_size, all_mean = np.empty((tile[0], depth), F), np.empty((tile[0], 1), F), np.empty((tile[0], 1), F)
    here = -1
    for unit in range(first, last):
        head, row = unit // blocks, (blocks - 1 - unit % blocks) * tile[0]
        n = min(tile[0], queries - row)
        limit = min(keys, row + n) if causal else keys
        if head != here:
            here = head
            _fetch(all_k[:limit], k[0], _start(head, lead, k[1]), k[1][3], F(1))
            _fetch(all_v[:limit], v[0], _start(head, lead, v[1]), v[1][3], F(1))
            sum_k[:] = 0
            sum_v[:] = 0
        y, x, size, mean = all_g[:n], all_q[:n], all_size[:n], all_mean[:n]
        _fetch(x, q[0], _start(head, lead, q[1]) + row * q[1][3], q[1][3], scale)
        _fetch(y, g[0], _start(head, lead, g[1]) + row * g[1][3], g[1][3], F(1))
        for r in range(n):
            start = _start(head, lead, out[1]) + (row + r) * out[1][3]
            result, gradient, total = out[0][start : start + depth], y[r], F(0)
            for i in range(depth):
                total += result[i] * gradient[i]
            mean[r, 0], size[r, 0] = total, sizes[head, row + r]
        for column in range(0, limit, tile[1]):
            end = min(column + tile[1], limit)
            count = end - column
            scores, ds = room[: n * count].reshape(n, count), other_room[: n * count].reshape(n, count)
            np.dot(x, all_k[column:end].T, scores)
            _mask(scores, head, lead, row, column, mask)
            np.dot(y, all_v[column:end].T, ds)
            slopes(scores, row + 1 - column if causal else keys, size, ds, mean)
            np.dot(scores.T, y, some_v[:count])
            _add(sum_v[column:end], some_v[:count])
            np.dot(ds.T, x, some_k[:count])
            _add(sum_k[column:end], some_k[:count])
            if column == 0:
                np.dot(ds, all_k[column:end], sum_q[:n])
            else:
                np.dot(ds, all_k[column:end], some_q[:n])
                _add(sum_q[:n], some_q[:n])
        _put(sum_q[:n], dq[0], _start(head, lead, dq[1]) + row * dq[1][3], dq[1][3], scale)
        begin, after = head * blocks, (head + 1) * blocks
        if unit + 1 == min(after, last):
            if begin >= first and after <= last:
                _put(sum_k, dk[0], _start(head, lead, dk[1]), dk[1][3], F(1))
                _put(sum_v, dv[0], _start(head, lead, dv[1]), dv[1][3], F(1))
            else:
                place = 0 if head == first // blocks else 1
                rest_k[place], rest_v[place] = sum_k, sum_v
