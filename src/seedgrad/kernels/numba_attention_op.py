"""What hands the arrays of an attention to its compiled tiles, and puts together what threads found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ..core.dtype import BOOL, F32
from ..core.kernel import empty, open_kernel
from ..core.parallel import get_num_threads
from ..ops import attention_tiles as tiles
from ..ops.attention import attention
from . import numba_attention as compiled
from . import numba_attention_few
from .attention_parts import ARRAYS, enter
from .compile import Array
from .sharing import Table, in_parts
from .tile import WIDE, line_address, padded

# Queries below which whole vectors of them are a waste.
FEW = 5
# Scores below which a call takes less time in NumPy.
SMALL = 256
# Multiplications of one product that are worth a thread.
GRAIN = 1 << 17
# Parts of a backward pass for each thread beyond the first.
SHARES = 6
# Queries of which the backward pass handles a block at a time, and keys of a tile.
BLOCK, TILE = 64, 256


def _in_rows(x: Array) -> Array:
    """x, copied unless the numbers of a row lie side by side."""
    return x if x.strides[-1] == x.itemsize else np.ascontiguousarray(x)


def _readable(x: Array) -> Array:
    """The same; and each row can be read as far as the panels that cover it."""
    width = x.shape[-1]
    if padded(width) == width:
        return _in_rows(x)
    wide = empty((*x.shape[:-1], padded(width)), x.dtype)
    wide[..., :width] = x
    wide[..., width:] = 0
    return wide


def _like(x: Array, shape: tuple[int, ...]) -> Array:
    """Memory in the order of x, which often is a transposed view: transposed back, it needs no copy."""
    made = np.empty_like(x, shape=shape)
    return made if made.strides[-1] == made.itemsize else empty(shape, x.dtype)


def _strides(x: Array) -> list[int]:
    """The strides, in elements, of five axes; those that x lacks, and those of one element, have 0."""
    steps = [stride // x.itemsize if n > 1 else 0 for n, stride in zip(x.shape, x.strides, strict=True)]
    return [0] * (5 - x.ndim) + steps


_NO_BIAS, _NO_BOOLS = np.empty(0, np.float32), np.empty(0, np.bool_)


def _seen_mask(mask: Array | None) -> Any:
    """(floats, bools, strides): the memory of the mask from its first element on, one of the two empty."""
    if mask is None:
        return _NO_BIAS, _NO_BOOLS, (0,) * 5
    mask = mask if mask.ndim > 1 and min(mask.strides) >= 0 else np.ascontiguousarray(mask)
    mask = mask.reshape((1,) * (2 - mask.ndim) + mask.shape)
    strides = tuple(_strides(mask))
    extent = 1 + sum((n - 1) * step for n, step in zip((1,) * (5 - mask.ndim) + mask.shape, strides, strict=True))
    memory = as_strided(mask, (extent if mask.size else 0,), (mask.itemsize,))
    return (_NO_BIAS, memory, strides) if mask.dtype == BOOL else (memory, _NO_BOOLS, strides)


def _entries(numbers: Sequence[int], arrays: Sequence[Array]) -> Array:
    table = np.zeros(ARRAYS + 5 * len(arrays), np.int64)
    table[:ARRAYS] = numbers
    for n, x in enumerate(arrays):
        enter(x, table, ARRAYS + 5 * n)
    return table


class _Call:
    """The numbers that both passes need, and the table that compiled code reads."""

    def __init__(
        self, q: Array, k: Array, v: Array, lead: tuple[int, ...], causal: bool, others: Sequence[Array]
    ) -> None:
        self.heads = math.prod(lead)
        self.queries, self.keys = q.shape[-2], k.shape[-2]
        self.width, self.depth = q.shape[-1], v.shape[-1]
        self.tile = min(TILE, self.keys)
        self.block = min(BLOCK, -(-self.queries // WIDE) * WIDE)
        numbers = (
            line_address(),
            self.queries,
            self.keys,
            self.width,
            self.depth,
            causal,
            self.tile,
            self.block,
            *(1,) * (3 - len(lead)),
            *lead,
        )
        self.table = Table(_entries, numbers, (_in_rows(q), _readable(k), _readable(v), *others))

    def cut(self, size: int, grain: int) -> tuple[int, int]:
        """The number of blocks of so many queries, and how many of them do `grain` multiplications."""
        blocks = -(-self.queries // size)
        each = max(1, self.queries * self.keys * self.width // blocks)
        return self.heads * blocks, max(1, grain // each)


@attention.kernel("numba")
@open_kernel
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
    lead = query.shape[:-2]
    if key.shape[:-2] != lead or value.shape[:-2] != lead:
        lead = np.broadcast_shapes(lead, key.shape[:-2], value.shape[:-2])
    queries = query.shape[-2]
    if len(lead) > 3 or math.prod(lead) * queries * key.shape[-2] < SMALL:
        return NotImplemented
    out = _like(query, (*lead, queries, value.shape[-1]))
    logs = empty((math.prod(lead), queries), F32)
    call, seen = _Call(query, key, value, lead, causal, [out]), _seen_mask(mask)
    forward = compiled.forward if queries >= FEW else numba_attention_few.forward
    in_parts(
        forward, *call.cut(WIDE if queries >= FEW else max(1, queries), GRAIN), call.table, seen, logs, F32.type(scale)
    )
    return out, (logs.reshape(*lead, queries, 1), scale, causal, dropout, seed)


@attention.kernel_vjp("numba", out=True)
@open_kernel
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Array, saved: Any, last: int) -> Any:
    if needs[3:] == (True,):  # the gradient of the mask
        return tiles.tiled_backward(g, needs, inputs, out, saved, last)
    logs, scale, causal, _, _ = saved
    query, key, value = inputs[:3]
    lead = out.shape[:-2]
    grads = [_like(x, lead + x.shape[-2:]) for x in (query, key, value)]
    call, seen = _Call(query, key, value, lead, causal, [out, _in_rows(g), *grads]), _seen_mask(*inputs[3:])
    logs = logs.reshape(call.heads, call.queries)
    # Few heads are cut, so that all threads have some; what these pass on to the same keys is added up.
    shares = max(1, min(-(-call.queries // call.block), SHARES * (get_num_threads() - 1) // call.heads))
    rest = [empty((shares if shares > 1 else 0, call.heads, *x.shape[-2:]), F32) for x in grads[1:]]
    grain = max(1, GRAIN * shares // max(1, 4 * call.queries * call.keys * call.width))
    in_parts(compiled.backward, call.heads * shares, grain, call.table, seen, logs, F32.type(scale), shares, *rest)
    if shares > 1:
        for whole, parts in zip(grads[1:], rest, strict=True):
            whole[...] = np.add.reduce(parts, axis=0).reshape(whole.shape)
    return tuple([x if need else None for x, need in zip((*grads, None), needs, strict=False)])
