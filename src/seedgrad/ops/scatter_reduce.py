"""Products and extremes of the elements that an index sends to one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.along_arrays import flat_places, scatter_into
from ..core.op import op
from .index import along_axis

Array = np.ndarray[Any, Any]


def _reduce_at(x: Array, indices: Array, value: Array, axis: int, include_self: bool, how: Any, neutral: Any) -> Array:
    """A copy of x in which how(old, value[i, j]) stands at [indices[i, j], j], for axis 0, of all that go there."""
    out = np.array(x, order="C")
    if not indices.size:
        return out
    if not include_self:
        scatter_into(out, indices, np.asarray(neutral, x.dtype), axis)
    how.at(out.reshape(-1), flat_places(out, indices, axis).reshape(-1), value.reshape(-1))
    return out


def _scatter_prod(x: Array, indices: Array, value: Array, axis: int = 0, include_self: bool = True) -> Array:
    """A copy of x in which the products with value[i, j] stand at [indices[i, j], j], for axis 0."""
    return _reduce_at(x, indices, value, axis, include_self, np.multiply, 1)


def _scatter_extreme(
    x: Array, indices: Array, value: Array, axis: int = 0, include_self: bool = True, largest: bool = True
) -> Array:
    """A copy of x in which the largest (or smallest) of it and value[i, j] stands at [indices[i, j], j], for axis 0."""
    kind = x.dtype
    if kind.kind == "b":
        neutral: Any = not largest
    elif kind.kind in "iu":
        neutral = np.iinfo(kind).min if largest else np.iinfo(kind).max
    else:
        neutral = -np.inf if largest else np.inf
    how = np.maximum if largest else np.minimum
    return _reduce_at(x, indices, value, axis, include_self, how, neutral)


vars(namespace).update(scatter_prod=_scatter_prod, scatter_extreme=_scatter_extreme)


@op(raw=("indices",), complex=True, name="ScatterReduce")
def scatter_prod(xp: Any, x: Any, indices: Any, value: Any, /, axis: int = 0, include_self: bool = True) -> Any:
    """x times the product of the elements of value, of the shape of indices, that go to each place."""
    return xp.scatter_prod(x, indices, value, axis, include_self)


def _prod_x(g: Any, xp: Any, x_shape: Any, indices: Any, value: Any, axis: int, include_self: bool) -> Any:
    if not include_self:
        return xp.scatter(g, indices, 0.0, axis=axis)
    return g * xp.scatter_prod(xp.zeros_of(g, x_shape) + 1.0, indices, value, axis=axis)


def _prod_value(g: Any, xp: Any, x: Any, indices: Any, value: Any, out: Any, axis: int, include_self: bool) -> Any:
    """The product of all others: out / value, or where value is the only 0, the product without it."""
    zero = value == 0
    safe = xp.where(zero, 1.0, value)
    rest = xp.scatter_prod(x, indices, safe, axis=axis, include_self=include_self)
    zeros = xp.scatter_add(xp.zeros_of(g, x.shape), indices, xp.astype(zero, g.dtype), axis=axis)
    rest = xp.where(zeros == 1, rest, 0.0)
    return xp.where(
        zero,
        xp.take_along_axis(g * rest, indices, axis=axis),
        xp.take_along_axis(g * out, indices, axis=axis) / safe,
    )


scatter_prod.defvjp(x=_prod_x, indices=None, value=_prod_value)


@op(raw=("indices",), name="ScatterReduce")
def scatter_extreme(
    xp: Any, x: Any, indices: Any, value: Any, /, axis: int = 0, include_self: bool = True, largest: bool = True
) -> Any:
    """The largest (or smallest) of x and of the elements of value, of the shape of indices, that go to each place."""
    return xp.scatter_extreme(x, indices, value, axis, include_self, largest)


def _shares(g: Any, xp: Any, x: Any, indices: Any, value: Any, out: Any, axis: int) -> tuple[Any, Any, Any]:
    """g divided evenly among all that are the extreme, and which those are, in x and in value."""
    in_x = xp.astype(x == out, g.dtype)
    in_value = xp.astype(value == xp.take_along_axis(out, indices, axis=axis), g.dtype)
    return g / xp.scatter_add(in_x, indices, in_value, axis=axis), in_x, in_value


def _extreme_x(g: Any, xp: Any, x: Any, indices: Any, value: Any, out: Any, axis: int, include_self: bool) -> Any:
    share, in_x, _ = _shares(g, xp, x, indices, value, out, axis)
    return share * in_x if include_self else xp.scatter(share * in_x, indices, 0.0, axis=axis)


def _extreme_value(g: Any, xp: Any, x: Any, indices: Any, value: Any, out: Any, axis: int) -> Any:
    share, _, in_value = _shares(g, xp, x, indices, value, out, axis)
    return xp.take_along_axis(share, indices, axis=axis) * in_value


scatter_extreme.defvjp(x=_extreme_x, indices=None, value=_extreme_value)


for each in (scatter_prod, scatter_extreme):
    each.defbatch(along_axis)
