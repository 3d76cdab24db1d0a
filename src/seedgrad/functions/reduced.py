"""What the scatter functions that reduce have in common: the choice of the op."""

from __future__ import annotations

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import scatter_reduce as sr
from ..ops import select as s
from ..ops import shape as o


def reduced(x: Tensor, index: Tensor, src: Tensor, axis: int, reduce: str, include_self: bool) -> Tensor:
    """x with what `reduce` makes of it and of the elements of src, no smaller than index, that go to each place.

    What has no dimension is taken to have one.
    """
    index, src = (o.reshape.call(t, shape=(1,)) if not t.array.ndim else t for t in (index, src))
    if index.array.shape != src.array.shape:
        src = ix.getitem.call(src, index=tuple(slice(n) for n in index.array.shape))
    # The graph keeps indices without watching their versions: it must own them.
    index = index if type(index) is Batched else Tensor(index.array.copy())
    if x.array.ndim:
        return _reduced(x, index, src, axis, reduce, include_self)
    found = _reduced(o.reshape.call(x, shape=(1,)), index, src, axis, reduce, include_self)
    return o.reshape.call(found, shape=())


def _reduced(x: Tensor, index: Tensor, src: Tensor, axis: int, reduce: str, include_self: bool) -> Tensor:
    """x with what `reduce` makes of it and the elements of src, of the shape of index, that go to each place."""
    if reduce == "prod":
        return sr.scatter_prod.call(x, index, src, axis=axis, include_self=include_self)
    if reduce in ("amax", "amin"):
        return sr.scatter_extreme.call(x, index, src, axis=axis, include_self=include_self, largest=reduce == "amax")
    kept = x if include_self else ix.scatter.call(x, index, np.zeros((), x.array.dtype), axis=axis)
    total: Tensor = ix.scatter_add.call(kept, index, src, axis=axis)
    if reduce == "sum":
        return total
    kind = x.array.dtype
    none = Tensor(np.full(x.array.shape, int(include_self), np.int64))
    count = ix.scatter_add.call(none, index, Tensor(np.ones(index.array.shape, np.int64)), axis=axis)
    share = s.astype.call(s.maximum.call(count, 1), kind=kind)
    return total / share if dtypes.differentiable(kind) else total.floor_divide(share)
