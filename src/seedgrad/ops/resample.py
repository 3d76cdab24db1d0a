"""Resampling along spatial axes: each new element is a weighted sum of a few old ones, along one axis after the other.

    resample(x)[n, c, i, j] = sum over k, l of share[i, k] share'[j, l] x[n, c, place[i, k], place'[j, l]]

The sum is linear; `resample_adjoint` goes the other way, and each is the other's gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import namespace
from ..core.op import op

Array = np.ndarray[Any, Any]

# From so many summands on, a product with the whole matrix is faster than a pass for each of them.
MANY = 12


class Taps:
    """The weighted sums along one axis.

    Attributes:
        size: the length of the axis before.
        places: (m, k), the elements that each of the m sums takes; along each column they never go back.
        shares: (m, k), their weights, or None for plain copies (k is 1).
    """

    __slots__ = ("places", "shares", "size")

    def __init__(self, size: int, places: Array, shares: Array | None) -> None:
        self.size, self.places, self.shares = size, places, shares

    def matrix(self, kind: np.dtype[Any]) -> Array:
        """The (m, size) matrix of all shares."""
        assert self.shares is not None
        full = np.zeros((len(self.places), self.size), kind)
        rows = np.arange(len(full))
        for place, share in zip(self.places.T, self.shares.T, strict=True):
            full[rows, place] += share
        return full


def _gather(x: Array, taps: Taps) -> Array:
    """x (outer, size, inner) as (outer, m, inner)."""
    if taps.shares is None:
        return x.take(taps.places[:, 0], axis=1)
    if taps.places.shape[1] >= MANY:
        return _product(taps.matrix(x.dtype), x)
    out: Any = None
    for place, share in zip(taps.places.T, taps.shares.T, strict=True):
        part = x.take(place, axis=1)
        part *= share.astype(x.dtype)[:, None]
        out = part if out is None else np.add(out, part, out=out)
    return out


def _spread(y: Array, taps: Taps) -> Array:
    """y (outer, m, inner) as (outer, size, inner), each element added to those that its sum took."""
    if taps.shares is not None and taps.places.shape[1] >= MANY:
        return _product(taps.matrix(y.dtype).T, y)
    out = np.zeros((len(y), taps.size, y.shape[2]), y.dtype)
    if not y.size:
        return out
    for k, place in enumerate(taps.places.T):
        part = y if taps.shares is None else y * taps.shares[:, k].astype(y.dtype)[:, None]
        starts = np.flatnonzero(np.concatenate(([True], place[1:] != place[:-1])))
        out[:, place[starts]] += part if len(starts) == len(place) else np.add.reduceat(part, starts, axis=1)
    return out


def _product(matrix: Array, x: Array) -> Array:
    if x.shape[2] == 1:
        return (x[:, :, 0] @ matrix.T)[:, :, None]
    return np.matmul(matrix, x)


def _along_axes(x: Array, taps: tuple[Taps | None, ...], adjoint: bool) -> Array:
    if x.dtype.itemsize == 2:
        return _along_axes(x.astype(np.float32), taps, adjoint).astype(x.dtype)
    step: Callable[[Array, Taps], Array] = _spread if adjoint else _gather
    last = np.moveaxis(x, 1, -1)
    rows = last.flags.c_contiguous and not x.flags.c_contiguous  # channels last, as convolutions leave them
    out = last if rows else np.ascontiguousarray(x)
    first = 1 if rows else 2
    growth = [0.0 if t is None else len(t.places) / t.size for t in taps]
    for i in sorted(range(len(taps)), key=lambda i: growth[i], reverse=adjoint):  # the smallest first
        axis, tap = first + i, taps[i]
        if tap is not None:
            shape = out.shape
            inner = int(np.prod(shape[axis + 1 :]))
            found = step(out.reshape(int(np.prod(shape[:axis])), shape[axis], inner), tap)
            out = found.reshape(*shape[:axis], found.shape[1], *shape[axis + 1 :])
    out = np.moveaxis(out, -1, 1) if rows else out
    return out.copy() if out.base is not None and np.may_share_memory(out, x) else out


def _resample(x: Array, taps: tuple[Taps | None, ...]) -> Array:
    """x (N, C, *space) resampled; an axis whose taps are None stays."""
    return _along_axes(x, taps, adjoint=False)


def _resample_adjoint(y: Array, taps: tuple[Taps | None, ...]) -> Array:
    """The gradient of `resample` where y is that of its output."""
    return _along_axes(y, taps, adjoint=True)


vars(namespace).update(resample=_resample, resample_adjoint=_resample_adjoint)


@op(cast=None, name="Upsample")
def resample(xp: Any, x: Any, /, taps: Any = ()) -> Any:
    """Weighted sums along the spatial axes."""
    return xp.resample(x, taps)


@op(cast=None, name="UpsampleBackward")
def resample_adjoint(xp: Any, y: Any, /, taps: Any = ()) -> Any:
    """Each element added to those that its sum took."""
    return xp.resample_adjoint(y, taps)


resample.defvjp(x=lambda g, xp, taps: xp.resample_adjoint(g, taps))
resample_adjoint.defvjp(y=lambda g, xp, taps: xp.resample(g, taps))
