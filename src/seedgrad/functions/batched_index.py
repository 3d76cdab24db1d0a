"""Indices that differ between the samples of a `vmap`: x[i] where i is batched.

The dimensions that are indexed become one, whose elements are numbered; then it is a table whose rows are looked up, or
written. Where no index is batched, NumPy's own indexing does it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.batch_values import all_values
from ..core.batching import Batched
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops.embedding import embedding

Advanced = tuple[Any, ...]


def is_batched(advanced: Advanced) -> bool:
    """Whether a part of an index is batched."""
    return any([type(e) is Batched for e in advanced])


def taken(x: Tensor, advanced: Advanced) -> Tensor:
    """x[advanced], for full slices and arrays or tensors of positions."""
    if not is_batched(advanced):
        return ix.take.call(x, index=advanced)
    parts = _Parts(x, advanced)
    rows = embedding.call(xp.reshape(xp.transpose(x, parts.order), shape=(parts.count, *parts.rest)), parts.places)
    return parts.home(rows)


def put(x: Tensor, advanced: Advanced, value: Tensor, add: bool = False) -> Tensor:
    """A copy of x in which x[advanced] is `value`, or has it added."""
    if not is_batched(advanced):
        return (ix.add_at if add else ix.setitem).call(x, value, index=advanced)
    parts = _Parts(x, advanced)
    n, width = math.prod(parts.places.shape), math.prod(parts.rest)
    table = xp.reshape(xp.transpose(x, parts.order), shape=(parts.count, width))
    places = xp.broadcast_to(xp.reshape(parts.places, shape=(n, 1)), shape=(n, width))
    rows = xp.reshape(parts.away(xp.broadcast_to(value, shape=parts.shape)), shape=(n, width))
    new = (ix.scatter_add if add else ix.scatter).call(table, places, rows, axis=0)
    moved = xp.reshape(new, shape=tuple(x.shape[a] for a in parts.order))
    return xp.transpose(moved, tuple(int(a) for a in np.argsort(parts.order)))


class _Parts:
    """What an index names.

    Attributes:
        order: the dimensions of x, those that are indexed first; they have `count` elements, the others the shape `rest`.
        places: the numbers of the elements, a tensor.
        shape: that of x[index].
    """

    def __init__(self, x: Tensor, advanced: Advanced) -> None:
        axes = [i for i, e in enumerate(advanced) if not isinstance(e, slice)]
        others = [a for a in range(x.ndim) if a not in axes]
        lengths = [x.shape[a] for a in axes]
        self.order, self.count = (*axes, *others), math.prod(lengths)
        self.rest = tuple(x.shape[a] for a in others)
        places: Any = 0
        for axis, n in zip(axes, lengths, strict=True):
            e = advanced[axis] if isinstance(advanced[axis], Tensor) else Tensor(advanced[axis])
            self._check(all_values(e), axis, n)
            places = places * n + xp.where(e < 0, e + n, e)
        self.places = xp.astype(places, kind=np.dtype(np.int64))
        together = axes == list(range(axes[0], axes[-1] + 1))
        self.first, self.ndim = axes[0] if together else 0, self.places.ndim
        self.shape = (*self.rest[: self.first], *self.places.shape, *self.rest[self.first :])

    @staticmethod
    def _check(values: Any, axis: int, n: int) -> None:
        wrong = values[(values < -n) | (values >= n)]
        if wrong.size:
            raise IndexError(f"index {int(wrong.flat[0])} is out of bounds for dimension {axis} with size {n}")

    def home(self, rows: Tensor) -> Tensor:
        """Rows, one for each place, with the dimensions of the index where they belong."""
        first = tuple(range(self.ndim))
        return xp.moveaxis(rows, first, tuple(range(self.first, self.first + self.ndim))) if self.first else rows

    def away(self, value: Tensor) -> Tensor:
        """What `home` moved."""
        first = tuple(range(self.ndim))
        return xp.moveaxis(value, tuple(range(self.first, self.first + self.ndim)), first) if self.first else value
