"""Scaled dot-product attention: softmax(scale q kᵀ + mask) v.

One op, so that a kernel is free to compute it piece by piece without ever holding all scores: what it needs (the mask,
whether it is causal, the seed of the dropout) are inputs and settings. The definition is the specification; the NumPy
kernel keeps the attention weights for its derivative.

A query that may attend to nothing gets zeros, and passes no gradient on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core import namespace
from ..core.batching import aligned, levels
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from .noise import seeded_noise
from .softmax import BLOCK

NDArray = np.ndarray[Any, Any]


def _seeded_dropout(x: NDArray, p: float = 0.0, seed: int = 0) -> NDArray:
    """x times the noise of a seed."""
    return x * seeded_noise(x.shape, p, seed, x.dtype)


vars(namespace).update(seeded_dropout=_seeded_dropout)


@op(cast=None, name="NativeDropout")
def seeded_dropout(xp: Any, x: Any, /, p: float = 0.0, seed: int = 0) -> Any:
    """Each element 0 with probability p, else divided by 1 - p; the seed decides which."""
    return xp.seeded_dropout(x, p, seed)


seeded_dropout.defvjp(x=lambda g, xp, p, seed: xp.seeded_dropout(g, p=p, seed=seed))


def seen_keys(queries: int, keys: int, seen: int = 1) -> NDArray:
    """0 for the keys that a query sees, else -inf: the first one sees `seen`, and each further one sees one more."""
    return np.triu(np.full((queries, keys), -np.inf, np.float32), seen)


@op(raw=("mask",), name="ScaledDotProductAttention")
def attention(
    xp: Any,
    query: Any,
    key: Any,
    value: Any,
    mask: Any = None,
    /,
    scale: float = 1.0,
    causal: bool = False,
    dropout: float = 0.0,
    seed: int = 0,
) -> Any:
    """softmax(scale q kᵀ + mask) v over the last two axes; a mask of bools says where to attend."""
    scores = xp.matmul(query * scale, xp.swapaxes(key, -1, -2))
    if causal:
        scores = scores + xp.astype(seen_keys(*scores.shape[-2:]), scores.dtype)
    if mask is not None:
        if dtypes.to_numpy(mask.dtype) == dtypes.BOOL:
            mask = xp.astype(xp.where(mask, 0.0, -np.inf), scores.dtype)
        scores = scores + mask
        nothing = xp.all(scores == -np.inf, axis=-1, keepdims=True)
        weights = xp.where(nothing, 0.0, xp.softmax(xp.where(nothing, 0.0, scores), axis=-1))
    else:
        weights = xp.softmax(scores, axis=-1)
    if dropout:
        weights = xp.seeded_dropout(weights, dropout, seed)
    return xp.matmul(weights, value)


def _softmax_rows(scores: NDArray) -> None:
    """The softmax of the last axis, in place; zeros where all of a row is -inf."""
    if not scores.size:
        return
    rows = scores.reshape(-1, scores.shape[-1])
    step = max(1, BLOCK // rows.shape[1])
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        top = np.maximum.reduce(part, axis=1, keepdims=True)
        nothing = top == -np.inf
        top[nothing] = 0
        part -= top
        np.exp(part, out=part)
        total = np.add.reduce(part, axis=1, keepdims=True)
        total[nothing] = 1
        part /= total


def wide(*arrays: NDArray) -> tuple[NDArray, ...]:
    """What has 16 bits, in 32."""
    return tuple([a.astype(np.float32) if a.dtype.itemsize == 2 else a for a in arrays])


@attention.kernel("numpy")
def attention_forward(
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
    kind = query.dtype
    q, k, v = wide(query, key, value)
    weights = namespace.matmul(q * q.dtype.type(scale), k.swapaxes(-1, -2))
    if causal:
        weights += seen_keys(*weights.shape[-2:])
    if mask is not None:
        weights += np.where(mask, np.float32(0), np.float32(-np.inf)) if mask.dtype == dtypes.BOOL else mask
    _softmax_rows(weights)
    kept = weights * seeded_noise(weights.shape, dropout, seed, weights.dtype) if dropout else weights
    return namespace.matmul(kept, v).astype(kind, copy=False), (weights, scale, dropout, seed)


@attention.kernel_vjp("numpy")
def attention_backward(g: NDArray, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """With P = softmax(S): dV = Pᵀ g, dP = g Vᵀ, dS = P (dP - sum(dP P)), dQ = scale dS K, dK = scale dSᵀ Q."""
    g, q, k, v = wide(g, *inputs[:3])
    weights, scale, dropout, seed = saved
    noise = seeded_noise(weights.shape, dropout, seed, weights.dtype) if dropout else None
    kept = weights if noise is None else weights * noise
    dv = namespace.matmul(kept.swapaxes(-1, -2), g) if needs[2] else None
    if not (needs[0] or needs[1] or needs[3]):
        return None, None, dv, None
    ds = namespace.matmul(g, v.swapaxes(-1, -2))
    if noise is not None:
        ds *= noise
    ds -= np.vecdot(ds, weights)[..., None]
    ds *= weights
    dq = namespace.matmul(ds, k) if needs[0] else None
    dk = namespace.matmul(ds.swapaxes(-1, -2), q) if needs[1] else None
    for scaled in (dq, dk):
        if scaled is not None:
            scaled *= scale
    return dq, dk, dv, ds if needs[3] else None


# How they are computed for many samples at once (core/batching.py).


def _dropped(op: Any, xs: list[Any], has: list[bool], size: int, p: float, seed: int) -> Any:
    """Noise of its own for each sample, or the same for all, as the vmap was told."""
    (x,) = xs
    if levels.random[levels.number - 1] != "same":
        return op.call(x, p=p, seed=seed)
    return x * op.call(tensors.ones_like(x[0]), p=p, seed=seed)


def _attended(op: Any, xs: list[Any], has: list[bool], size: int, dropout: float, **settings: Any) -> Any:
    if dropout:
        return NotImplemented  # the definition, whose noise is that of `seeded_dropout`
    return op.call(*aligned(xs, has), dropout=dropout, **settings)


seeded_dropout.defbatch(_dropped)
attention.defbatch(_attended)
