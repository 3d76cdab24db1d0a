"""Ops along one axis: running sums and products, and elements taken from distinct places."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.op import op

Array = np.ndarray[Any, Any]


def median_array(x: Array) -> Array:
    """The middle element, the lower of two; NaN if there is one or if there is nothing."""
    flat = x.reshape(-1)
    if not flat.size:
        return np.full((), np.nan if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min, x.dtype)
    middle = (flat.size - 1) // 2
    parts = np.partition(flat, [middle, flat.size - 1])
    return parts[-1] if parts[-1] != parts[-1] else parts[middle]


def _places(indices: Array, axis: int) -> tuple[Array, ...]:
    """The index by which the element at `indices` along `axis` is reached, for each element of `indices`."""
    grid = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    grid[axis] = indices
    return tuple(grid)


def pick_array(x: Array, indices: Array, axis: int, drop: bool = False) -> Array:
    """out[i, j] = x[indices[i, j], j] for axis 0."""
    if not x.ndim:
        return np.array(x)
    out = x[_places(indices, axis)]
    return out[(slice(None),) * axis + (0,)] if drop else out


def place_array(value: Array, indices: Array, length: int, axis: int, drop: bool = False) -> Array:
    """Zeros with value[i, j] at [indices[i, j], j] for axis 0, of the given length along the axis."""
    if not indices.ndim:
        return np.array(value)
    shape = list(indices.shape)
    shape[axis] = length
    out = np.zeros(shape, value.dtype)
    out[_places(indices, axis)] = np.expand_dims(value, axis) if drop else value
    return out


vars(namespace).update(median=median_array, pick=pick_array, place=place_array)


@op(complex=True)
def cumsum(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumsum(x, axis=axis)


cumsum.defvjp(x=lambda g, xp, axis: xp.flip(xp.cumsum(xp.flip(g, axis), axis=axis), axis))


@op
def cumprod(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumprod(x, axis=axis)


def _cumprod_vjp(g: Any, xp: Any, x: Any, out: Any, axis: int) -> Any:
    """The sum over later products, each without its factor x: by division, except at the first zero."""

    def sum_from_here(y: Any) -> Any:
        return xp.flip(xp.cumsum(xp.flip(y, axis), axis=axis), axis)

    zero = x == 0
    first = zero & (xp.cumsum(xp.astype(zero, "int64"), axis=axis) == 1)
    divided = sum_from_here(g * out) / xp.where(zero, 1.0, x)
    without = sum_from_here(g * xp.cumprod(xp.where(first, 1.0, x), axis=axis))
    return xp.where(first, without, xp.where(zero, 0.0, divided))


cumprod.defvjp(x=_cumprod_vjp)


@op(cast=None, complex=True, name="Gather")
def pick(xp: Any, x: Any, indices: Any, /, axis: int = 0, drop: bool = False) -> Any:
    """Elements from distinct places along an axis, which sorting and extremes name; `drop` the axis if it has one."""
    return xp.pick(x, indices, axis, drop)


@op(cast=None, complex=True, name="Scatter")
def place(xp: Any, value: Any, indices: Any, /, length: int = 1, axis: int = 0, drop: bool = False) -> Any:
    """Zeros with value at distinct places along an axis."""
    return xp.place(value, indices, length, axis, drop)


pick.defvjp(
    x=lambda g, xp, indices, x_shape, axis, drop: xp.place(g, indices, x_shape[axis] if x_shape else 1, axis, drop),
    indices=None,
)
place.defvjp(value=lambda g, xp, indices, axis, drop: xp.pick(g, indices, axis, drop), indices=None)


@op(cast=None, differentiable=False)
def argsort(xp: Any, x: Any, /, axis: int = -1) -> Any:
    return xp.argsort(x, axis=axis, kind="stable")
