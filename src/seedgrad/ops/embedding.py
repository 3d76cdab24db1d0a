"""Rows of a table by number, and the sum that is its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.op import op

NDArray = np.ndarray[Any, Any]


def _embedding(weight: NDArray, indices: NDArray, padding_idx: int = -1) -> NDArray:
    """weight[indices]."""
    return np.take(weight, indices, axis=0)


def _embedding_sum(g: NDArray, indices: NDArray, rows: int = 0, padding_idx: int = -1) -> NDArray:
    """A table of `rows` rows in which g[i] is added to row indices[i]; nothing to row `padding_idx`."""
    flat = indices.reshape(-1)
    out = np.zeros((rows, *g.shape[indices.ndim :]), g.dtype)
    if flat.size:
        values, ordered = g.reshape(flat.size, *out.shape[1:]), flat
        if (flat[1:] < flat[:-1]).any():
            order = np.argsort(flat, kind="stable")
            values, ordered = values.take(order, axis=0), flat[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        out[ordered[starts]] = _runs(values, starts, np.diff(starts, append=flat.size))
    if padding_idx >= 0:
        out[padding_idx] = 0
    return out


def _runs(values: NDArray, starts: NDArray, counts: NDArray) -> NDArray:
    """The sum of each run of `counts[k]` rows from `starts[k]` on.

    np.add.at and np.add.reduceat go element by element. Here all runs advance by a row at once; as soon as
    the runs that are left are long, each is summed on its own.
    """
    sums = values[starts]
    left = np.flatnonzero(counts > 1)
    done = 1
    while left.size:
        rest = counts[left] - done
        if rest.sum() >= 4 * left.size or left.size < 16:
            for k, start, n in zip(left.tolist(), (starts[left] + done).tolist(), rest.tolist(), strict=True):
                sums[k] += np.add.reduce(values[start : start + n], axis=0)
            break
        sums[left] += values[starts[left] + done]
        left = left[rest > 1]
        done += 1
    return sums


vars(namespace).update(embedding=_embedding, embedding_sum=_embedding_sum)


@op(cast=None, name="Embedding")
def embedding(xp: Any, weight: Any, indices: Any, /, padding_idx: int = -1) -> Any:
    """weight[indices]; row `padding_idx` (-1: none) gets no gradient."""
    return xp.embedding(weight, indices, padding_idx)


@op(cast=None, name="EmbeddingDenseBackward")
def embedding_sum(xp: Any, g: Any, indices: Any, /, rows: int = 0, padding_idx: int = -1) -> Any:
    """g[i] added to row indices[i] of a table of zeros, but nothing to row `padding_idx`."""
    return xp.embedding_sum(g, indices, rows, padding_idx)


@op(cast=None)
def scale_gradient(xp: Any, x: Any, factor: Any, /) -> Any:
    """x, whose gradient is multiplied by `factor`."""
    return x * 1


def _rows_of(g: Any, xp: Any, indices: Any, padding_idx: int) -> Any:
    picked = xp.embedding(g, indices, padding_idx)
    if padding_idx < 0:
        return picked
    real = xp.astype(indices != padding_idx, g.dtype)
    return picked * xp.reshape(real, indices.shape + (1,) * (g.ndim - 1))


embedding.defvjp(
    weight=lambda g, xp, indices, weight_shape, padding_idx: xp.embedding_sum(g, indices, weight_shape[0], padding_idx),
    indices=None,
)
embedding_sum.defvjp(g=_rows_of, indices=None)
scale_gradient.defvjp(x=lambda g, factor: g * factor, factor=None)
