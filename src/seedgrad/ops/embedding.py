"""Rows of a table by number, and the sum that is its gradient."""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_rules import fold, unfold
from ..core.batching import aligned, everywhere, sample_ndim
from ..core.dtype import F32
from ..core.index_arrays import FEW, add_rows
from ..core.kernel import LARGE, find, known
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op

NDArray = np.ndarray[Any, Any]


def _embedding(weight: NDArray, indices: NDArray, padding_idx: int = -1) -> NDArray:
    """weight[indices]."""
    return np.take(weight, indices, axis=0)


@functools.cache
def _sparse() -> types.ModuleType:
    import scipy.sparse

    return scipy.sparse


def _embedding_sum(g: NDArray, indices: NDArray, rows: int = 0, padding_idx: int = -1) -> NDArray:
    """A table of `rows` rows in which g[i] is added to row indices[i]; nothing to row `padding_idx`.

    Without the compiled form it is the product of g and a sparse matrix with a 1 at (indices[i], i): one pass over the
    rows of g, in order, where np.add.at goes element by element, and sorting costs several passes.
    """
    if g.dtype.itemsize == 2:
        return _embedding_sum(g.astype(np.float32), indices, rows, padding_idx).astype(g.dtype)
    shape, n = (rows, *g.shape[indices.ndim :]), indices.size
    if not g.size:
        return np.zeros(shape, g.dtype)
    compiled = (known if g.dtype is F32 else find)("add_rows", g.size)
    if compiled is not None:
        table = np.zeros((rows, g.size // n), g.dtype)
        if not compiled(g.reshape(n, -1), indices.reshape(-1), table):
            raise IndexError(f"index out of range in self: indices must lie in 0 to {rows - 1}")
        return _without_padding(table.reshape(shape), padding_idx)
    if g.size <= FEW:
        table = np.zeros(shape, g.dtype)
        add_rows(table.reshape(rows, -1), indices.reshape(-1), g.reshape(n, -1))
        return _without_padding(table, padding_idx)
    ones = np.ones(n, g.dtype)
    places = _sparse().csc_matrix((ones, indices.reshape(-1), np.arange(n + 1)), shape=(rows, n))
    out: NDArray = (places @ g.reshape(n, -1)).reshape(shape)
    return _without_padding(out, padding_idx)


def _without_padding(table: NDArray, padding_idx: int) -> NDArray:
    if padding_idx >= 0:
        table[padding_idx] = 0
    return table


vars(namespace).update(embedding=_embedding, embedding_sum=_embedding_sum)


@op(ufunc=True, cast=None, name="Embedding")
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
embedding.large = LARGE  # a kernel copies many rows: compiled code is loaded for a table of so many elements
embedding_sum.defvjp(g=_rows_of, indices=None)
scale_gradient.defvjp(x=lambda g, factor: g * factor, factor=None)


# How they are computed for many samples at once (core/batching.py): the tables of all samples are one table.


def _rows_in_all(indices: Any, batched: bool, size: int, rows: int) -> Any:
    """The numbers of the rows in the table of all samples, one number for each sample and index."""
    ndim = sample_ndim(indices, batched)
    return indices + (np.arange(size) * rows).reshape((size,) + (1,) * ndim)


def _without(x: Any, indices: Any, has: list[bool], padding_idx: int) -> Any:
    """x, or its gradient, is that of rows; 1 for those that count, 0 for those of `padding_idx`, in x's shape or so."""
    real = tensors.astype(indices != padding_idx, x.dtype)
    missing = sample_ndim(x, has[0]) - sample_ndim(indices, has[1])
    return tensors.reshape(real, shape=(*real.shape, *(1,) * missing))


def _looked_up(op: Any, xs: list[Any], has: list[bool], size: int, padding_idx: int) -> Any:
    weight, indices = xs
    if not has[0]:
        return op.call(weight, indices, padding_idx=padding_idx)
    out = op.call(fold(weight), _rows_in_all(indices, has[1], size, weight.shape[1]))
    if padding_idx < 0:
        return out
    factor = _without(out, indices, [True, has[1]], padding_idx)
    return scale_gradient.call(out, factor)


def _summed(op: Any, xs: list[Any], has: list[bool], size: int, rows: int, padding_idx: int) -> Any:
    g, indices = xs
    if padding_idx >= 0:
        g, factor = aligned([g, _without(g, indices, has, padding_idx)], has)
        g, has = g * factor, [True, has[1]]
    (g,) = everywhere([g], has[:1], size)
    return unfold(op.call(g, _rows_in_all(indices, has[1], size, rows), rows=size * rows), size)


def _scaled(op: Any, xs: list[Any], has: list[bool], size: int) -> Any:
    x, factor = aligned(xs, has)
    (x,) = everywhere([x], has[:1], size)
    return op.call(x, factor)


embedding.defbatch(_looked_up)
embedding_sum.defbatch(_summed)
scale_gradient.defbatch(_scaled)
