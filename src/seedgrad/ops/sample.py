"""Weighted sums of elements of an image at given places: what sampling at a grid of points comes down to.

    sample_places(x, w, places)[n, c, p] = sum over k of w[n, k, p] x[n, c, places[n, k, p]]

The sum is linear in x and in w, and so are its gradients, so that each of the three ops is differentiated by the other
two, as convolution is. Elements of the space are numbered; the number -1 stands for a zero outside of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_rules import folded
from ..core.batching import elementwise
from ..core.index_arrays import add_into
from ..core.op import op

Array = np.ndarray[Any, Any]


def _rows(x: Array) -> Array:
    """(N * elements + 1, C): the elements of x (N, C, elements) with all of their channels, and a row of zeros."""
    images, channels, count = x.shape
    rows = np.zeros((images * count + 1, channels), x.dtype)
    rows[:-1].reshape(images, count, channels)[...] = np.moveaxis(x, 1, -1)
    return rows


def _numbers(places: Array, count: int) -> Array:
    """(K, N * P): the rows that the places are."""
    images = len(places)
    first = np.arange(images).reshape(-1, 1, 1) * count
    numbers = np.where(places < 0, images * count, places + first)
    return numbers.swapaxes(0, 1).reshape(places.shape[1], images * places.shape[2])


def _sample_places(x: Array, w: Array, places: Array) -> Array:
    """(N, C, P)."""
    rows, numbers = _rows(x), _numbers(places, x.shape[2])
    weights = w.swapaxes(0, 1).reshape(*numbers.shape, 1)
    out: Any = np.zeros((numbers.shape[1], x.shape[1]), x.dtype)
    for number, weight in zip(numbers, weights, strict=True):
        part = rows.take(number, axis=0)
        part *= weight
        out += part
    return np.moveaxis(out.reshape(len(x), places.shape[2], x.shape[1]), -1, 1)


def _spread_places(y: Array, w: Array, places: Array, count: int) -> Array:
    """(N, C, count): the gradient for x, where y (N, C, P) is that of the sums."""
    images, channels, points = y.shape
    rows = np.ascontiguousarray(np.moveaxis(y, 1, -1)).reshape(images * points, channels)
    weights = w.swapaxes(0, 1).reshape(w.shape[1], images * points, 1)
    out = np.zeros((images * count + 1, channels), y.dtype)
    for number, weight in zip(_numbers(places, count), weights, strict=True):
        add_into(out, number, rows * weight)
    return np.moveaxis(out[:-1].reshape(images, count, channels), -1, 1)


def _weigh_places(y: Array, x: Array, places: Array) -> Array:
    """(N, K, P): the gradient for w, where y (N, C, P) is that of the sums."""
    rows = _rows(x)
    mine = np.ascontiguousarray(np.moveaxis(y, 1, -1)).reshape(len(y) * y.shape[2], y.shape[1])
    found = [np.einsum("pc,pc->p", rows.take(number, axis=0), mine) for number in _numbers(places, x.shape[2])]
    return np.stack(found).reshape(len(found), len(y), y.shape[2]).swapaxes(0, 1)


vars(namespace).update(sample_places=_sample_places, spread_places=_spread_places, weigh_places=_weigh_places)


@op(raw=("places",), name="GridSampler")
def sample_places(xp: Any, x: Any, w: Any, places: Any, /) -> Any:
    """Weighted sums of the elements of x at the places."""
    return xp.sample_places(x, w, places)


@op(raw=("places",))
def spread_places(xp: Any, y: Any, w: Any, places: Any, /, count: int = 0) -> Any:
    """Weighted y added at the places of `count` elements."""
    return xp.spread_places(y, w, places, count)


@op(raw=("places",))
def weigh_places(xp: Any, y: Any, x: Any, places: Any, /) -> Any:
    """The product, over the channels, of y and the elements of x at the places."""
    return xp.weigh_places(y, x, places)


sample_places.defvjp(
    x=lambda g, xp, w, places, x_shape: xp.spread_places(g, w, places, x_shape[2]),
    w=lambda g, xp, x, places: xp.weigh_places(g, x, places),
    places=None,
)
spread_places.defvjp(
    y=lambda g, xp, w, places: xp.sample_places(g, w, places),
    w=lambda g, xp, y, places: xp.weigh_places(y, g, places),
    places=None,
)
weigh_places.defvjp(
    y=lambda g, xp, x, places: xp.sample_places(x, g, places),
    x=lambda g, xp, y, places, x_shape: xp.spread_places(y, g, places, x_shape[2]),
    places=None,
)


@op(raw=("value", "slope"))
def piecewise(xp: Any, x: Any, value: Any, slope: Any, /) -> Any:
    """`value`, a piecewise linear function of x with the derivative `slope`."""
    return value


piecewise.defvjp(x=lambda g, slope: g * slope, value=None, slope=None)


for each in (sample_places, spread_places, weigh_places):
    each.defbatch(folded)
piecewise.defbatch(elementwise)
