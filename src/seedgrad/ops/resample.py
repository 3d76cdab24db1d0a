"""Resampling along spatial axes: each new element is a weighted sum of a few old ones, along one axis after the other.

    resample(x)[n, c, i, j] = sum over k, l of share[i, k] share'[j, l] x[n, c, place[i, k], place'[j, l]]

The sum is linear; `resample_adjoint` goes the other way, and each is the other's gradient.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_rules import folded
from ..core.op import op

Array = np.ndarray[Any, Any]

# A product with the whole matrix of weights takes a step for each element of the axis, but a small one: about a
# sixteenth of the step that a pass over the elements takes for each summand.
DENSE = 16


class Taps:
    """The weighted sums along one axis.

    Attributes:
        size: the length of the axis before.
        places: (m, k), the elements that each of the m sums takes.
        shares: (m, k), their weights, or None for plain copies (k is 1).
    """

    __slots__ = ("__dict__", "places", "shares", "size")

    def __init__(self, size: int, places: Array, shares: Array | None) -> None:
        self.size, self.places, self.shares = size, places, shares

    def weights(self) -> Array:
        """The shares, also of copies."""
        return np.ones(self.places.shape, np.float32) if self.shares is None else self.shares

    @functools.cached_property
    def matrix(self) -> Array:
        """The (m, size) matrix of all shares."""
        weights = self.weights()
        full = np.zeros((len(self.places), self.size), weights.dtype)
        rows = np.arange(len(full))
        for place, share in zip(self.places.T, weights.T, strict=True):
            full[rows, place] += share
        return full

    @functools.cached_property
    def transposed(self) -> Taps:
        """The sums that add each new element to the old ones it was made of."""
        sums, summands = self.places.shape
        if not sums:
            raise RuntimeError(
                "a gradient needs an output with elements, but the output size is 0: pool to sizes of 1 or more"
            )
        weights = self.weights().reshape(-1)
        used = np.flatnonzero(weights)
        order = used[np.argsort(self.places.reshape(-1)[used], kind="stable")]
        target = self.places.reshape(-1)[order]
        counts = np.bincount(target, minlength=self.size)
        first = np.cumsum(counts) - counts
        # Old element j takes the entries first[j] to first[j] + counts[j] of the list.
        entry, part = filled(first, first + counts)
        entry = np.minimum(entry, max(0, len(order) - 1))
        return Taps(sums, order[entry] // summands, weights[order][entry] * part)


def filled(first: Array, end: Array) -> tuple[Array, Array]:
    """The numbers from `first` to `end`, a row each, of one length: shorter rows repeat their last number.

    Returns:
        The numbers (m, k), and the part of its weight that each stands for: the copies of a number share it, for with
        a weight of 0 an inf would become NaN. A row without numbers has parts of 0.
    """
    count = end - first
    longest = max(1, int(count.max(initial=0)))
    step = np.arange(longest)
    last = np.maximum(count - 1, 0)[:, None]
    part = np.where(step < last, 1.0, 1.0 / (longest - last)) * (count > 0)[:, None]
    return first[:, None] + np.minimum(step, last), part


def _weigh(x: Array, taps: Taps) -> Array:
    """x (outer, size, inner) as (outer, m, inner)."""
    if taps.shares is None:
        return x.take(taps.places[:, 0], axis=1)
    summands = taps.places.shape[1]
    if taps.size <= DENSE * summands:
        out = _product(taps.matrix.astype(x.dtype, copy=False), x)
        if np.isfinite(out).all():  # else an inf or NaN, times a weight of 0, may be where it does not belong
            return out
    out = x.take(taps.places[:, 0], axis=1)
    out *= taps.shares[:, 0].astype(x.dtype)[:, None]
    for k in range(1, summands):
        part = x.take(taps.places[:, k], axis=1)
        part *= taps.shares[:, k].astype(x.dtype)[:, None]
        out += part
    return out


def _product(matrix: Array, x: Array) -> Array:
    if x.shape[2] == 1:
        return (x[:, :, 0] @ matrix.T)[:, :, None]
    return np.matmul(matrix, x)


def _along_axes(x: Array, taps: tuple[Taps | None, ...], adjoint: bool) -> Array:
    if x.dtype.itemsize == 2:
        return _along_axes(x.astype(np.float32), taps, adjoint).astype(x.dtype)
    last = np.moveaxis(x, 1, -1)
    rows = last.flags.c_contiguous and not x.flags.c_contiguous  # channels last, as convolutions leave them
    out = last if rows else np.ascontiguousarray(x)
    first = 1 if rows else 2
    used = [(first + i, t.transposed if adjoint else t) for i, t in enumerate(taps) if t is not None]
    for axis, tap in sorted(used, key=lambda pair: len(pair[1].places) / pair[1].size):  # what shrinks first
        shape = out.shape
        flat = out.reshape(math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :]))
        out = _weigh(flat, tap).reshape(*shape[:axis], len(tap.places), *shape[axis + 1 :])
    out = np.moveaxis(out, -1, 1) if rows else out
    return out.copy() if np.may_share_memory(out, x) else out


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


for each in (resample, resample_adjoint):
    each.defbatch(folded)
