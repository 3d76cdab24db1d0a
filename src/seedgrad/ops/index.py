"""Ops that take elements by index and put them back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import as_samples
from ..core.batching import everywhere, shifted
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from ..core.tensor import Tensor


@op(ufunc=True, cast=None, view=True, complex=True, name="Slice")
def getitem(xp: Any, x: Any, /, index: Any = ()) -> Any:
    """x[index] for numbers, slices, None and Ellipsis: a view."""
    return xp.getitem(x, index)


@op(ufunc=True, cast=None, view=True, complex=True, name="Select")
def index_one(xp: Any, x: Any, /, index: int = 0) -> Any:
    """x[index] for one number: a view."""
    return xp.index_one(x, index)


@op(ufunc=True, cast=None, complex=True, name="Index")
def take(xp: Any, x: Any, /, index: Any = ()) -> Any:
    """x[index] where the index holds arrays: a copy."""
    return xp.take(x, index)


getitem.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_slice(g, x_shape, index))
index_one.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_slice(g, x_shape, index))
take.defvjp(x=lambda g, xp, x_shape, index: xp.scatter_index(g, x_shape, index))


@op(ufunc=True, cast=None, complex=True, name="SliceBackward")
def scatter_slice(xp: Any, value: Any, /, shape: tuple[int, ...] = (), index: Any = ()) -> Any:
    """Zeros of `shape` with value at a basic index."""
    return xp.scatter_slice(value, shape, index)


@op(ufunc=True, cast=None, complex=True, name="IndexBackward")
def scatter_index(xp: Any, value: Any, /, shape: tuple[int, ...] = (), index: Any = ()) -> Any:
    """Zeros of `shape` with value added at an index of arrays; places named twice receive the sum."""
    return xp.scatter_index(value, shape, index)


scatter_slice.defvjp(value=lambda g, xp, index: xp.getitem(g, index))
scatter_index.defvjp(value=lambda g, xp, index: xp.take(g, index))


@op(ufunc=True, cast=None, complex=True, name="IndexPut")
def setitem(xp: Any, x: Any, value: Any, /, index: Any = ()) -> Any:
    """A copy of x in which x[index] is value."""
    return xp.setitem(x, value, index)


def _read(g: Any, xp: Any, index: Any) -> Any:
    """g[index], for an index that holds arrays or none."""
    arrays = any([hasattr(e, "dtype") for e in (index if isinstance(index, tuple) else (index,))])
    return xp.take(g, index) if arrays else xp.getitem(g, index)


setitem.defvjp(x=lambda g, xp, index: xp.setitem(g, 0.0, index), value=_read)


@op(ufunc=True, cast=None, complex=True, name="IndexPut")
def add_at(xp: Any, x: Any, value: Any, /, index: Any = ()) -> Any:
    """A copy of x with value added at an index of arrays; places named twice receive both."""
    return xp.add_at(x, value, index)


add_at.defvjp(x=lambda g: g, value=lambda g, xp, index: xp.take(g, index))


@op(ufunc=True, cast=None, complex=True, name="Gather")
def take_along_axis(xp: Any, x: Any, indices: Any, /, axis: int = 0) -> Any:
    """out[i, j] = x[indices[i, j], j] for axis 0; indices may be shorter than x along the other axes."""
    return xp.take_along_axis(x, indices, axis)


take_along_axis.defvjp(
    x=lambda g, xp, indices, x_shape, axis: xp.scatter_add(xp.zeros_of(g, x_shape), indices, g, axis=axis),
    indices=None,
)


@op(ufunc=True, cast=None, complex=True)
def scatter_add(xp: Any, x: Any, indices: Any, value: Any, /, axis: int = 0) -> Any:
    """A copy of x with value[i, j] added at [indices[i, j], j] for axis 0; value may be larger than indices."""
    return xp.scatter_add(x, indices, value, axis)


scatter_add.defvjp(
    x=lambda g: g,
    indices=None,
    value=lambda g, xp, indices, value_shape, axis: _grown(xp, xp.take_along_axis(g, indices, axis=axis), value_shape),
)


@op(ufunc=True, cast=None, complex=True)
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


# How they are computed for many samples at once (core/batching.py): the batch axis is taken whole, in front.


def _behind(index: Any) -> tuple[Any, ...]:
    return (slice(None), *(index if isinstance(index, tuple) else (index,)))


def _front(index: Any) -> int:
    """How many dimensions NumPy puts before the batch axis: those of index arrays that are no neighbours."""
    places = [i for i, e in enumerate(index) if not isinstance(e, slice)]
    if places == list(range(places[0], places[-1] + 1)):
        return 0
    return int(max(np.ndim(index[i]) for i in places))


def _sliced(op: Any, xs: list[Any], has: list[bool], size: int, index: Any) -> Any:
    return getitem.call(xs[0], index=_behind(index))


def _unsliced(op: Any, xs: list[Any], has: list[bool], size: int, shape: Any, index: Any) -> Any:
    return scatter_slice.call(xs[0], shape=(size, *shape), index=_behind(index))


def _taken(op: Any, xs: list[Any], has: list[bool], size: int, index: Any) -> Any:
    out = take.call(xs[0], index=_behind(index))
    front = _front(index)
    return tensors.moveaxis(out, source=front, destination=0) if front else out


def _in_place_of_front(value: Any, index: Any) -> Any:
    front = _front(index)
    return tensors.moveaxis(value, source=0, destination=front) if front else value


def _untaken(op: Any, xs: list[Any], has: list[bool], size: int, shape: Any, index: Any) -> Any:
    value = _in_place_of_front(xs[0], index)
    return scatter_index.call(value, shape=(size, *shape), index=_behind(index))


def _put(op: Any, xs: list[Any], has: list[bool], size: int, index: Any) -> Any:
    x, value = everywhere(xs, has, size)
    if isinstance(value, Tensor):
        target = getitem if not any(hasattr(e, "dtype") for e in _behind(index)) else take
        shape = tuple(target.call(x, index=_behind(index)).shape)
        front = 0 if target is not take else _front(index)
        value = as_samples(value, shape[1:] if not front else (*shape[:front], *shape[front + 1 :]))
        value = tensors.moveaxis(value, source=0, destination=front) if front else value
    return op.call(x, value, index=_behind(index))


def along_axis(op: Any, xs: list[Any], has: list[bool], size: int, axis: int, **settings: Any) -> Any:
    """For ops that take, or put, elements along an axis where positions say. A 0-d sample is a row of one."""
    x, indices, *value = everywhere(xs, has, size)
    wide = [tensors.expand_dims(t, axis=1) if t.ndim == 1 else t for t in (x, indices)]
    axis = shifted(axis, wide[0].ndim - 1)
    if value and isinstance(value[0], Tensor) and value[0].ndim == 1:
        value = [as_samples(value[0], wide[1].shape[1:])]
    out = op.call(*wide, *value, axis=axis, **settings)
    return tensors.reshape(out, shape=(indices if op is take_along_axis else x).shape)


for each in (getitem, index_one):
    each.defbatch(_sliced)
scatter_slice.defbatch(_unsliced)
take.defbatch(_taken)
scatter_index.defbatch(_untaken)
for each in (setitem, add_at):
    each.defbatch(_put)
for each in (take_along_axis, scatter_add, scatter):
    each.defbatch(along_axis)
