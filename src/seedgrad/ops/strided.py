"""Views by sizes and strides, and windows along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.op import op
from ..core.strided_arrays import places, reach


@op(cast=None, view=True, complex=True)
def as_strided(
    xp: Any,
    x: Any,
    /,
    size: tuple[int, ...] = (),
    stride: tuple[int, ...] = (),
    start: int = 0,
    layout: Any = None,
) -> Any:
    """The elements of x's memory at `start` + sum of index * stride, counted from its first element: a view.

    `layout` has the strides of x.
    """
    return xp.as_strided(x, size, stride, start, layout)


def _as_strided_back(
    g: Any,
    xp: Any,
    x_shape: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    start: int,
    layout: tuple[int, ...],
) -> Any:
    """The gradient is added up in a picture of the memory and read where x has its elements.

    Where several elements of x share one place, they share its gradient.
    """
    if 0 in x_shape or 0 in size:
        return xp.zeros_of(g, x_shape)
    (a, b), (c, d) = reach(x_shape, layout), reach(size, stride)
    low, high = min(a, c + start), max(b, d + start)
    inner, outer = places(x_shape, layout, -low), places(size, stride, start - low)
    count = high - low + 1
    memory = xp.scatter_index(xp.reshape(g, (-1,)), (count,), (outer,))
    sharing = np.bincount(inner, minlength=count)
    if sharing.max() > 1:
        memory = memory / np.maximum(sharing, 1).astype(g.dtype)
    return xp.reshape(xp.take(memory, (inner,)), x_shape)


as_strided.defvjp(x=_as_strided_back)


@op(cast=None, view=True, complex=True, name="Unfold")
def windows(xp: Any, x: Any, /, axis: int = 0, size: int = 1, step: int = 1) -> Any:
    """All stretches of `size` elements along an axis, `step` apart, each in a new last axis."""
    return xp.windows(x, axis, size, step)


windows.defvjp(x=lambda g, xp, x_shape, axis, size, step: xp.add_windows(g, x_shape, axis, size, step))


@op(cast=None, complex=True, name="UnfoldBackward")
def add_windows(xp: Any, g: Any, /, shape: tuple[int, ...] = (), axis: int = 0, size: int = 1, step: int = 1) -> Any:
    """Zeros of `shape` with each window added where `windows` took it from."""
    return xp.add_windows(g, shape, axis, size, step)


add_windows.defvjp(g=lambda g, xp, axis, size, step: xp.windows(g, axis, size, step))


@op(ufunc=True, cast=None, complex=True, name="Clone")
def lay_out(xp: Any, x: Any, /, layout: tuple[int, ...] = ()) -> Any:
    """A copy in memory of these strides."""
    return xp.lay_out(x, layout)


lay_out.defvjp(x=lambda g: g)


# How they are computed for many samples at once (core/batching.py).


def _added(op: Any, xs: list[Any], has: list[bool], n: int, shape: Any, axis: int, size: int, step: int) -> Any:
    return add_windows.call(*xs, shape=(n, *shape), axis=axis + 1, size=size, step=step)


def _laid(op: Any, xs: list[Any], has: list[bool], n: int, layout: Any) -> Any:
    (x,) = xs
    return lay_out.call(x, layout=(reach(x.shape[1:], layout)[1] + 1, *layout))


def _windowed(op: Any, xs: list[Any], has: list[bool], n: int, axis: int, size: int, step: int) -> Any:
    return windows.call(*xs, axis=axis + 1, size=size, step=step)


windows.defbatch(_windowed)
add_windows.defbatch(_added)
lay_out.defbatch(_laid)
