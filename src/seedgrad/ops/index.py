"""Ops that take elements by index and put them back."""

from __future__ import annotations

from typing import Any

from ..core.op import op


@op(ufunc=True, cast=None, view=True, complex=True, name="Slice")
def getitem(xp: Any, x: Any, /, index: Any = ()) -> Any:
    """x[index] for numbers, slices, None and Ellipsis: a view."""
    return xp.getitem(x, index)


@op(cast=None, view=True, complex=True, name="Select")
def index_one(xp: Any, x: Any, /, index: int = 0) -> Any:
    """x[index] for one number: a view."""
    return xp.index_one(x, index)


@op(cast=None, complex=True, name="Index")
def take(xp: Any, x: Any, /, index: Any = ()) -> Any:
    """x[index] where the index holds arrays: a copy."""
    return xp.take(x, index)


getitem.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_slice(g, x_shape, index))
index_one.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_slice(g, x_shape, index))
take.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_index(g, x_shape, index))


@op(cast=None, complex=True, name="SliceBackward")
def scatter_slice(xp: Any, value: Any, /, shape: tuple[int, ...] = (), index: Any = ()) -> Any:
    """Zeros of `shape` with value at a basic index."""
    return xp.scatter_slice(value, shape, index)


@op(cast=None, complex=True, name="IndexBackward")
def scatter_index(xp: Any, value: Any, /, shape: tuple[int, ...] = (), index: Any = ()) -> Any:
    """Zeros of `shape` with value added at an index of arrays; places named twice receive the sum."""
    return xp.scatter_index(value, shape, index)


scatter_slice.defvjp(value=lambda g, xp, index: xp.getitem(g, index))
scatter_index.defvjp(value=lambda g, xp, index: xp.take(g, index))


@op(cast=None, complex=True, name="IndexPut")
def setitem(xp: Any, x: Any, value: Any, /, index: Any = ()) -> Any:
    """A copy of x in which x[index] is value."""
    return xp.setitem(x, value, index)


setitem.defvjp(
    x=lambda g, xp, index: xp.setitem(g, 0.0, index),
    value=lambda g, xp, index: xp.take(g, index),
)


@op(cast=None, complex=True, name="IndexPut")
def add_at(xp: Any, x: Any, value: Any, /, index: Any = ()) -> Any:
    """A copy of x with value added at an index of arrays; places named twice receive both."""
    return xp.add_at(x, value, index)


add_at.defvjp(x=lambda g: g, value=lambda g, xp, index: xp.take(g, index))


@op(cast=None, complex=True, name="Gather")
def take_along_axis(xp: Any, x: Any, indices: Any, /, axis: int = 0) -> Any:
    """out[i, j] = x[indices[i, j], j] for axis 0; indices may be shorter than x along the other axes."""
    return xp.take_along_axis(x, indices, axis)


take_along_axis.defvjp(
    x=lambda g, xp, indices, x_shape, axis: xp.scatter_add(xp.zeros_of(g, x_shape), indices, g, axis=axis),
    indices=None,
)


@op(cast=None, complex=True)
def scatter_add(xp: Any, x: Any, indices: Any, value: Any, /, axis: int = 0) -> Any:
    """A copy of x with value[i, j] added at [indices[i, j], j] for axis 0; value may be larger than indices."""
    return xp.scatter_add(x, indices, value, axis)


scatter_add.defvjp(
    x=lambda g: g,
    indices=None,
    value=lambda g, xp, indices, value_shape, axis: _grown(xp, xp.take_along_axis(g, indices, axis=axis), value_shape),
)


@op(cast=None, complex=True)
def scatter(xp: Any, x: Any, indices: Any, value: Any, /, axis: int = 0) -> Any:
    """A copy of x with value[i, j] at [indices[i, j], j] for axis 0; value may be larger than indices, or 0-d."""
    return xp.scatter(x, indices, value, axis)


scatter.defvjp(
    x=lambda g, xp, indices, axis: xp.scatter(g, indices, 0.0, axis=axis),
    indices=None,
    value=lambda g, xp, indices, value_shape, axis: _grown(xp, xp.take_along_axis(g, indices, axis=axis), value_shape),
)


def _grown(xp: Any, g: Any, shape: tuple[int, ...]) -> Any:
    """Zeros after g along each axis, up to a shape."""
    if len(shape) != len(g.shape) or tuple(g.shape) == tuple(shape):
        return g
    return xp.pad_constant(g, tuple((0, n - k) for n, k in zip(shape, g.shape, strict=True)))
