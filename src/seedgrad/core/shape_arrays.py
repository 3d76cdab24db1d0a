"""Shapes of arrays: NumPy's functions of these names, without their cost, and a few that NumPy lacks.

NumPy's own take 1 to 8 µs, most of it in Python; the array's methods take 0.1.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
EVERYTHING = slice(None)
WHOLE = (EVERYTHING,) * 64  # as many as an array can have axes
BACKWARDS = slice(None, None, -1)
# The indices that put a new axis of length 1 behind so many others.
NEW = [(*WHOLE[:n], None) for n in range(64)]


def reshape(x: Array, shape: Any) -> Array:
    """The elements in row-major order under another shape; a view where possible."""
    return x.reshape(shape)


def transpose(x: Array, axes: Any = None) -> Array:
    """The axes in another order; reversed if none is given."""
    return x.T if axes is None else x.transpose(axes)


def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Two axes exchanged."""
    return x.swapaxes(axis1, axis2)


def moveaxis(x: Array, source: Any, destination: Any) -> Array:
    """Some axes moved to other places; the rest keep their order."""
    ndim = x.ndim
    sources = [a % ndim for a in ((source,) if isinstance(source, int) else source)]
    places = [a % ndim for a in ((destination,) if isinstance(destination, int) else destination)]
    order = [a for a in range(ndim) if a not in sources]
    for place, a in sorted(zip(places, sources, strict=True)):
        order.insert(place, a)
    return x.transpose(order)


def squeeze(x: Array, axis: Any = None) -> Array:
    """Axes of length 1 left out: all of them, or those given."""
    return x.squeeze(axis)


def expand_dims(x: Array, axis: Any) -> Array:
    """New axes of length 1; `axis` counts them in the result."""
    if isinstance(axis, int):
        return x[NEW[axis if axis >= 0 else axis + x.ndim + 1]]
    shape = list(x.shape)
    for a in sorted([a % (x.ndim + len(axis)) for a in axis]):
        shape.insert(a, 1)
    return x.reshape(shape)


def flip(x: Array, axis: Any = None) -> Array:
    """The elements in reverse order along some axes, as a view."""
    if type(axis) is int and axis >= 0:
        return x[(*WHOLE[:axis], BACKWARDS)]
    ndim = x.ndim
    if axis is None:
        return x[(BACKWARDS,) * ndim]
    index: list[Any] = [EVERYTHING] * ndim
    for a in (axis,) if isinstance(axis, int) else axis:
        index[a] = BACKWARDS
    return x[(*index, ...)]


def zeros_like(x: Array) -> Array:
    """Zeros of x's shape and type."""
    return np.zeros(x.shape, x.dtype)


def zeros_of(x: Array, shape: tuple[int, ...]) -> Array:
    """Zeros of another shape, of x's type."""
    return np.zeros(shape, x.dtype)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    """x repeated along new axes and those of length 1, as a view; it may be written where x may."""
    if type(x) is np.ndarray and x.flags.c_contiguous and x.flags.writeable and x.dtype.kind in "fiu" and x.size:
        lead = len(shape) - x.ndim
        if lead >= 0:
            sizes = shape[lead:]
            if sizes == x.shape:
                return np.ndarray(shape, x.dtype, x, 0, (0,) * lead + x.strides)
            if all([n == 1 or n == m for n, m in zip(x.shape, sizes, strict=True)]):
                kept = [s if n == m else 0 for s, n, m in zip(x.strides, x.shape, sizes, strict=True)]
                return np.ndarray(shape, x.dtype, x, 0, (*(0,) * lead, *kept))
    view = np.broadcast_to(x, shape)
    if x.flags.writeable:
        view.flags.writeable = True
    return view


def concatenate(xs: Sequence[Array], axis: int = 0) -> Array:
    """Join along an existing axis."""
    return np.concatenate(xs, axis=axis)


def stack(xs: Sequence[Array], axis: int = 0) -> Array:
    """Join along a new axis."""
    first = xs[0].shape
    if axis == 0 and first and all([x.shape == first for x in xs]):
        return np.concatenate(xs).reshape(len(xs), *first)  # without a view of each with one more axis
    return np.stack(xs, axis=axis)


def contiguous(x: Array) -> Array:
    """A copy in row-major order."""
    return np.array(x, order="C")


def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonal of each matrix, last: a view that may be written."""
    view = np.diagonal(x, offset, axis1, axis2)
    view.flags.writeable = x.flags.writeable
    return view


def put_diagonal(x: Array, offset: int = 0) -> Array:
    """Zeros of shape (..., m, m) with x, of shape (..., n), on a diagonal."""
    n = x.shape[-1]
    side = n + abs(offset)
    out = np.zeros((*x.shape[:-1], side, side), x.dtype)
    diagonal(out, offset, -2, -1)[...] = x
    return out


def view_type(x: Array, kind: np.dtype[Any]) -> Array:
    """The same bytes read as another type."""
    return x.view(kind)


def pad_constant(x: Array, widths: tuple[tuple[int, int], ...], value: float = 0.0) -> Array:
    """Add (or, where negative, cut) elements before and after along each axis."""
    shape, inner = _padded(x.shape, widths)
    if shape is None:
        return _cut(x, widths, value)
    out = np.full(shape, value, x.dtype) if value else np.zeros(shape, x.dtype)
    out[inner] = x
    return out


@functools.lru_cache(1024)
def _padded(shape: tuple[int, ...], widths: tuple[tuple[int, int], ...]) -> tuple[tuple[int, ...] | None, Any]:
    """The shape of a padded array and the index of what is not padding; None where some widths are negative."""
    sides = list(zip(shape, widths, strict=True))
    if any([before < 0 or after < 0 for _, (before, after) in sides]):
        return None, ()
    inner = [slice(before, before + n) if before or after else EVERYTHING for n, (before, after) in sides]
    return tuple([before + n + after for n, (before, after) in sides]), tuple(inner)


def _cut(x: Array, widths: tuple[tuple[int, int], ...], value: float) -> Array:
    """`pad_constant` where some widths are negative: these elements are left out first."""
    kept = [slice(-min(0, before), n + min(0, after)) for n, (before, after) in zip(x.shape, widths, strict=True)]
    grown = tuple([(max(0, before), max(0, after)) for before, after in widths])
    return pad_constant(x[tuple(kept)], grown, value)
