"""What hands the arrays of an attention to its compiled tiles, and puts together what threads found."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..core.dtype import BOOL, F32
from ..core.kernel import functions
from ..core.parallel import parallel_for
from ..ops import attention_tiles as tiles
from ..ops.attention import attention
from ..ops.linalg_arrays import scipy_linalg
from . import numba_attention as compiled
from .compile import Array

# Scores below which a call takes less time in NumPy.
SMALL = 4096
# Multiplications that are worth a thread.
GRAIN = 1 << 21


def _seen(x: Array, axes: int = 4) -> tuple[Array, tuple[int, ...]]:
    """The memory of x from its first element on, and the strides, in elements, of its first `axes` of five axes.

    There are up to three leading axes; those it lacks, and those of one element, have a stride of 0. All arrays look the
    same in this way, so the kernel is compiled once.
    """
    extent, strides = 1 if x.size else 0, [0] * (5 - x.ndim)
    for n, stride in zip(x.shape, x.strides, strict=True):
        step = stride // x.itemsize if n > 1 else 0
        extent += (n - 1) * step
        strides.append(step)
    return as_strided(x, (max(extent, 0),), (x.itemsize,)), tuple(strides[:axes])


def _in_rows(x: Array) -> Array:
    """x, copied unless its rows are whole and lie forwards in memory."""
    return x if x.strides[-1] == x.itemsize and min(x.strides) >= 0 else np.ascontiguousarray(x)


def _like(x: Array, shape: tuple[int, ...]) -> Array:
    """Memory in the order of x, which often is a transposed view: transposed back, it needs no copy."""
    made = np.empty_like(x, shape=shape)
    return made if made.strides[-1] == made.itemsize else np.empty(shape, x.dtype)


_NO_BIAS, _NO_BOOLS = np.empty(0, np.float32), np.empty(0, np.bool_)


def _seen_mask(mask: Array | None) -> Any:
    if mask is None:
        return _NO_BIAS, _NO_BOOLS, (0,) * 5
    mask = mask if mask.ndim > 1 and min(mask.strides) >= 0 else np.ascontiguousarray(mask)
    memory, strides = _seen(mask.reshape((1,) * (2 - mask.ndim) + mask.shape), 5)
    return (_NO_BIAS, memory, strides) if mask.dtype == BOOL else (memory, _NO_BOOLS, strides)


class _Sizes:
    """The numbers that both passes need."""

    def __init__(self, q: Array, k: Array, v: Array) -> None:
        self.lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
        self.heads = math.prod(self.lead)
        self.queries = q.shape[-2]
        self.shape = (self.queries, k.shape[-2], q.shape[-1], v.shape[-1])
        self.tile = (tiles.QUERIES, tiles.KEYS)
        self.blocks = -(-self.queries // tiles.QUERIES)
        self.axes = (1,) * (3 - len(self.lead)) + self.lead

    def grain(self) -> int:
        """Blocks that are worth a thread."""
        return max(1, GRAIN * self.blocks // max(1, math.prod(self.shape[:3])))


@attention.kernel("numba")
def _forward(
    query: Array,
    key: Array,
    value: Array,
    mask: Array | None = None,
    /,
    scale: float = 1.0,
    causal: bool = False,
    dropout: float = 0.0,
    seed: int = 0,
) -> Any:
    if query.dtype is not F32 or dropout or (mask is not None and mask.dtype not in (F32, BOOL)):
        return NotImplemented
    sizes = _Sizes(query, key, value)
    if len(sizes.lead) > 3 or sizes.heads * query.shape[-2] * key.shape[-2] < SMALL:
        return NotImplemented
    scipy_linalg()  # what compiled code multiplies with; the pool of threads must know of it
    out = _like(query, (*sizes.lead, query.shape[-2], value.shape[-1]))
    logs = np.empty((sizes.heads, sizes.queries), np.float32)
    arrays = [_seen(_in_rows(x)) for x in (query, key, value)]
    seen, to = _seen_mask(mask), _seen(out)

    def work(first: int, last: int) -> None:
        compiled.forward(
            sizes.axes, *arrays, seen, to, logs, first, last, sizes.shape, sizes.tile, F32.type(scale), causal
        )

    parallel_for(work, sizes.heads * sizes.blocks, sizes.grain(), blas=True)
    return out, (logs.reshape(*sizes.lead, sizes.queries, 1), scale, causal, dropout, seed)


@attention.kernel_vjp("numba", out=True)
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Array, saved: Any, last: bool) -> Any:
    if needs[3:] == (True,):  # the gradient of the mask
        return tiles.tiled_backward(g, needs, inputs, out, saved, last)
    logs, scale, causal, _, _ = saved
    query, key, value = inputs[:3]
    mask = inputs[3] if len(inputs) > 3 else None
    sizes = _Sizes(query, key, value)
    grads = [_like(x, sizes.lead + x.shape[-2:]) for x in (query, key, value)]
    arrays = [_seen(_in_rows(x)) for x in (query, key, value)]
    seen, ends, to = _seen_mask(mask), [_seen(_in_rows(x)) for x in (g, out)], [_seen(x) for x in grads]
    logs = logs.reshape(sizes.heads, sizes.queries)

    def work(first: int, last: int) -> Any:
        whole = first % sizes.blocks == 0 and last % sizes.blocks == 0
        rest = [np.empty((0 if whole else 2, *x.shape[-2:]), np.float32) for x in grads[1:]]
        compiled.backward(
            sizes.axes,
            *arrays,
            seen,
            *ends,
            logs,
            *to,
            *rest,
            first,
            last,
            sizes.shape,
            sizes.tile,
            F32.type(scale),
            causal,
        )
        return first, last, rest

    _put_together(sizes, grads, parallel_for(work, sizes.heads * sizes.blocks, sizes.grain(), blas=True))
    return tuple([x if need else None for x, need in zip((*grads, None), needs, strict=False)])


def _put_together(sizes: _Sizes, grads: list[Array], parts: list[Any]) -> None:
    """Add up the gradients of the heads that threads shared."""
    begun: set[int] = set()
    index = list(np.ndindex(*sizes.lead)) if any([part[2][0].size for part in parts]) else []
    for first, last, rest in parts:
        for place, head in enumerate(sorted({first // sizes.blocks, (last - 1) // sizes.blocks})):
            if first <= head * sizes.blocks and (head + 1) * sizes.blocks <= last:
                continue
            for whole, some in zip(grads[1:], rest, strict=True):
                here = whole[index[head]]
                np.add(here if head in begun else 0, some[place], out=here)
            begun.add(head)


def weigh(scores: Array, seen: int, top: Array, total: Array) -> Array:
    shrink = np.empty_like(top)
    compiled.weigh(scores, seen, top, total, shrink)
    return shrink


functions.update(attention_weigh=weigh, attention_slopes=compiled.slopes)
