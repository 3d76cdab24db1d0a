"""Attention tile by tile: of all scores only some hundred rows and columns are in memory at any time.

Forwards, each block of queries meets one block of keys after the other. It keeps the largest score so far, the sum of
exponentials and the weighted sum of values; when a larger score comes, what is there shrinks by e^(old - new). Backwards,
the scores of a tile are computed again: e^(score - l) is the weight itself, where l is the logarithm of the row's sum of
exponentials, which the forward pass kept. Threads share the blocks of queries of all heads.

Source: Milakov and Gimelshein, "Online normalizer calculation for softmax" (2018); Dao et al., "FlashAttention" (2022).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.parallel import parallel_for
from .attention import attention, seen_keys, wide
from .noise import noise_between

NDArray = np.ndarray[Any, Any]

# From this many scores in a head on tiles are faster than all weights at once, or cost little and save their memory.
SMALL = 128 * 128
# Queries and keys of a tile. Two tiles of float32 fit the second-level cache, and their products keep BLAS busy.
QUERIES, KEYS = 128, 512


class _Tiles:
    """The arrays and settings of one call, by heads: a head is an index of all leading axes."""

    def __init__(self, qkv: Sequence[NDArray], mask: Any, scale: float, causal: bool, dropout: Any) -> None:
        q, k, v = qkv
        self.lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
        self.q, self.k, self.v = (np.broadcast_to(x, self.lead + x.shape[-2:]) for x in map(_with_rows, (q, k, v)))
        self.queries, self.keys = q.shape[-2], k.shape[-2]
        self.mask = None if mask is None else np.broadcast_to(mask, (*self.lead, self.queries, self.keys))
        self.scale, self.causal = q.dtype.type(scale), causal
        self.dropout, self.seed = dropout
        self.heads = list(np.ndindex(*self.lead))
        self.blocks = -(-self.queries // QUERIES)
        self.size = len(self.heads) * self.queries * self.keys

    def parts(self, first: int, last: int) -> Iterator[tuple[int, list[slice]]]:
        """The heads that blocks first to last belong to, each with the queries of its blocks.

        The last queries come first: of a causal head they have the most keys, and threads end together if what is left
        for the end is short.
        """
        for head in range(first // self.blocks, -(-last // self.blocks)):
            start, stop = max(first - head * self.blocks, 0), min(last - head * self.blocks, self.blocks)
            ends = range(self.blocks - start, self.blocks - stop, -1)
            yield head, [slice((end - 1) * QUERIES, min(end * QUERIES, self.queries)) for end in ends]

    def columns(self, rows: slice) -> Iterator[slice]:
        """The blocks of keys that some of these queries may see."""
        stop = min(self.keys, rows.stop) if self.causal else self.keys
        for start in range(0, stop, KEYS):
            yield slice(start, min(start + KEYS, stop))

    def room(self, tiles: int) -> list[NDArray]:
        """Memory for tiles. A thread takes it once: memory that is given back is fetched from the system anew."""
        size = min(QUERIES, self.queries) * min(KEYS, self.keys)
        return [np.empty(size, self.q.dtype) for _ in range(tiles)]

    def scores(self, q: NDArray, head: int, rows: slice, columns: slice, room: NDArray) -> tuple[NDArray, int]:
        """The scores of a tile, and how many of its keys the first query sees; each further query sees one more."""
        index = self.heads[head]
        scores = _product(q, self.k[index][columns].T, room)
        if self.mask is not None:
            part = self.mask[index][rows, columns]
            part = part if self.mask.strides[-2] else part[:1]
            scores += np.where(part, np.float32(0), np.float32(-np.inf)) if part.dtype == dtypes.BOOL else part
        return scores, rows.start + 1 - columns.start if self.causal else self.keys

    def noise(self, head: int, rows: slice) -> NDArray | None:
        """The factors of dropout for all keys of these queries."""
        if not self.dropout:
            return None
        first, last = ((head * self.queries + row) * self.keys for row in (rows.start, rows.stop))
        noise = noise_between(self.size, first, last, self.dropout, self.seed, self.q.dtype)
        return noise.reshape(-1, self.keys)


def _product(x: NDArray, y: NDArray, room: NDArray) -> NDArray:
    """x @ y, in `room`."""
    return x.dot(y, room[: len(x) * y.shape[1]].reshape(len(x), y.shape[1]))


def _with_rows(x: NDArray) -> NDArray:
    """x with the numbers of a row side by side, so that BLAS reads its rows where they are."""
    return x if x.strides[-1] == x.itemsize else np.ascontiguousarray(x)


def _weigh(scores: NDArray, seen: int, top: NDArray, total: NDArray) -> NDArray:
    """Replace scores by e^(score - top) for the new `top`, and update `top` and `total`, of shape (rows, 1).

    Returns what the weights before must be multiplied by.
    """
    _hide(scores, seen)
    new = np.maximum(top, np.maximum.reduce(scores, axis=1, keepdims=True))
    base = np.where(new == -np.inf, 0, new)
    scores -= base
    np.exp(scores, out=scores)
    shrink = np.exp(top - base)
    total *= shrink
    total += np.add.reduce(scores, axis=1, keepdims=True)
    top[...] = new
    return shrink


def _slopes(scores: NDArray, seen: int, size: NDArray, dp: NDArray, mean: NDArray, noise: NDArray | None) -> None:
    """Replace scores by weights P, as dropout left them, and dp by the gradient of the scores, P (dp - mean)."""
    if noise is not None:
        dp *= noise
    _hide(scores, seen)
    scores -= size
    np.exp(scores, out=scores)
    dp -= mean
    dp *= scores
    if noise is not None:
        scores *= noise


def _hide(scores: NDArray, seen: int) -> None:
    """-inf for the keys that come after those the query sees."""
    if seen < scores.shape[1]:
        scores += seen_keys(len(scores), scores.shape[1], seen)


@attention.kernel("tiles")
def tiled_forward(
    query: NDArray,
    key: NDArray,
    value: NDArray,
    mask: NDArray | None = None,
    /,
    scale: float = 1.0,
    causal: bool = False,
    dropout: float = 0.0,
    seed: int = 0,
) -> Any:
    if query.shape[-2] * key.shape[-2] < SMALL:
        return NotImplemented
    tiles = _Tiles(wide(query, key, value), mask, scale, causal, (dropout, seed))
    shape = (*tiles.lead, tiles.queries, value.shape[-1])
    # In the memory order of the query, which often is a transposed view: transposed back, it needs no copy.
    out = np.empty_like(query, shape=shape)
    sizes = np.empty((*shape[:-1], 1), tiles.q.dtype)

    def work(first: int, last: int) -> None:
        (room,) = tiles.room(1)
        for head, blocks in tiles.parts(first, last):
            for rows in blocks:
                _forward_block(tiles, head, rows, out[tiles.heads[head]][rows], sizes[tiles.heads[head]][rows], room)

    parallel_for(work, len(tiles.heads) * tiles.blocks, blas=True)
    return out, (sizes, scale, causal, dropout, seed)


def _forward_block(tiles: _Tiles, head: int, rows: slice, out: NDArray, size: NDArray, room: NDArray) -> None:
    """The outputs of one block of queries, and the logarithms of their sums of exponentials."""
    index = tiles.heads[head]
    q = tiles.q[index][rows] * tiles.scale
    top, total = np.full((len(q), 1), -np.inf, q.dtype), np.zeros((len(q), 1), q.dtype)
    noise = tiles.noise(head, rows)
    mean: Any = None
    for columns in tiles.columns(rows):
        scores, seen = tiles.scores(q, head, rows, columns, room)
        shrink = _weigh(scores, seen, top, total)
        if noise is not None:
            scores *= noise[:, columns]
        some = scores.dot(tiles.v[index][columns])
        if mean is None:
            mean = some
        else:
            mean *= shrink
            mean += some
    nothing = total == 0
    total[nothing], top[nothing] = 1, 0
    np.divide(mean, total, out=out, casting="same_kind")
    np.add(top, np.log(total), out=size)


@attention.kernel_vjp("tiles", out=True)
def tiled_backward(g: NDArray, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """With P = softmax(S): dV = Pᵀ g, dP = g Vᵀ, dS = P (dP - sum(g out)), dQ = scale dS K, dK = scale dSᵀ Q."""
    sizes, scale, causal, dropout, seed = saved
    mask: Any = inputs[3] if len(inputs) > 3 else None
    g, out, *qkv = wide(g, out, *inputs[:3])
    tiles = _Tiles(qkv, mask, scale, causal, (dropout, seed))
    grads: list[Any] = [
        np.empty_like(x, shape=tiles.lead + x.shape[-2:]) if need else None
        for x, need in zip(qkv, needs[:3], strict=True)
    ]
    dmask: Any = None
    if needs[3:] == (True,):
        dmask = np.zeros((1,) * (len(tiles.lead) + 2 - mask.ndim) + mask.shape, g.dtype)

    def work(first: int, last: int) -> list[tuple[int, list[NDArray | None]]]:
        unfinished, room = [], tiles.room(2)
        for head, blocks in tiles.parts(first, last):
            sums = [None if x is None else np.zeros(x.shape[-2:], x.dtype) for x in grads[1:]]
            for rows in blocks:
                _backward_block(tiles, head, rows, g, out, sizes, grads[0], sums, dmask, room)
            unfinished.append((head, sums))
        return unfinished

    count = len(tiles.heads) * tiles.blocks
    # Heads share the gradient of the mask, so one thread adds it up; BLAS uses the others.
    parts = [work(0, count)] if dmask is not None else parallel_for(work, count, blas=True)
    begun: set[int] = set()
    for head, sums in [pair for part in parts for pair in part]:
        for whole, some in zip(grads[1:], sums, strict=True):
            if whole is not None:
                here = whole[tiles.heads[head]]
                np.add(here if head in begun else 0, some, out=here)
        begun.add(head)
    return *grads, None if dmask is None else dmask.reshape(mask.shape)


def _backward_block(
    tiles: _Tiles,
    head: int,
    rows: slice,
    g: NDArray,
    out: NDArray,
    sizes: NDArray,
    dq: NDArray | None,
    sums: list[Any],
    dmask: NDArray | None,
    room: list[NDArray],
) -> None:
    """Write the gradient of a block of queries, and add what it passes on to keys, values and mask."""
    index = tiles.heads[head]
    k, v = tiles.k[index], tiles.v[index]
    q, size = tiles.q[index][rows] * tiles.scale, sizes[index][rows]
    y = np.ascontiguousarray(g[index][rows])
    mean = np.vecdot(y, out[index][rows])[:, None]
    noise = tiles.noise(head, rows)
    dk, dv = sums
    total: Any = None
    for columns in tiles.columns(rows):
        scores, seen = tiles.scores(q, head, rows, columns, room[0])
        ds = _product(y, v[columns].T, room[1])
        _slopes(scores, seen, size, ds, mean, None if noise is None else noise[:, columns])
        if dv is not None:
            dv[columns] += scores.T.dot(y)
        if dk is not None:
            dk[columns] += ds.T.dot(q)
        if dq is not None:
            some = ds.dot(k[columns])
            total = some if total is None else np.add(total, some, out=total)
        if dmask is not None:
            _add_to_mask(dmask, index, rows, columns, ds)
    if dq is not None:
        np.multiply(total, tiles.scale, out=dq[index][rows])


def _add_to_mask(dmask: NDArray, index: tuple[int, ...], rows: slice, columns: slice, ds: NDArray) -> None:
    """Add the gradient of a tile's scores to that of the mask, summed over what was broadcast."""
    here = dmask[tuple(min(i, n - 1) for i, n in zip(index, dmask.shape, strict=False))]
    for axis, n in enumerate(here.shape):
        if n == 1:
            ds = np.add.reduce(ds, axis=axis, keepdims=True)
    here[rows if len(here) > 1 else ..., columns if here.shape[1] > 1 else slice(None)] += ds
