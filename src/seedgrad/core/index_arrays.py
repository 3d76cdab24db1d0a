"""Taking elements of arrays by index, and putting them back: the part of `xp` that NumPy lacks or has only slowly."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import kernel
from .dtype import F32
from .strided_arrays import lay_out, room, strides_of

Array = np.ndarray[Any, Any]
FULL = slice(None)
# Up to so many elements rows are added element by element, which takes the fewest steps.
FEW = 4096


def getitem(x: Array, index: Any) -> Array:
    """x[index] for a basic index: a view, also of a single element."""
    found = x[index]
    # NumPy makes a number of a single element, unless the index says that there may be more dimensions.
    if isinstance(found, np.generic):
        return x[(*index, ...)] if isinstance(index, tuple) else x[index, ...]
    return found


def index_one(x: Array, index: int) -> Array:
    """x[index] for one number: a view, also of a single element."""
    return x[index] if x.ndim > 1 else x[index, ...]


def take(x: Array, index: Any) -> Array:
    """x[index] for an index that holds arrays (and full slices): a copy."""
    if x.size and isinstance(index[-1], np.ndarray) and not any([isinstance(e, np.ndarray) for e in index[:-1]]):
        return x.take(index[-1], axis=len(index) - 1)  # twice as fast as x[index], but it does not check empty arrays
    return x[index]


def scatter_slice(value: Array, shape: tuple[int, ...], index: Any) -> Array:
    """Zeros of `shape` with value at a basic index."""
    out = np.zeros(shape, value.dtype)
    out[index] = value
    return out


def scatter_index(value: Array, shape: tuple[int, ...], index: Any) -> Array:
    """Zeros of `shape` with value added at an index of arrays; places named twice receive the sum."""
    out = np.zeros(shape, value.dtype)
    add_into(out, index, value)
    return out


def setitem(x: Array, value: Array, index: Any) -> Array:
    """A copy of x in which x[index] is value."""
    out = np.array(x)
    out[index] = value
    return out


def add_at(x: Array, value: Array, index: Any) -> Array:
    """A copy of x with value added at an index of arrays; places named twice receive both."""
    out = np.array(x)
    add_into(out, index, value)
    return out


def add_into(out: Array, index: Any, value: Array) -> None:
    """out[index] += value, where places that the index names several times receive the sum.

    `np.add.at` is fast for numbers but slow for rows, so rows are sorted by their place and added up in runs.
    """
    if not isinstance(index, tuple):
        index = (index,)
    if len(index) == 1 and out.flags.c_contiguous and index[0].size and out.size:
        _add_at_rows(out, index[0], value)
        return
    axes = [i for i, e in enumerate(index) if not isinstance(e, slice)]
    arrays = np.broadcast_arrays(*[index[a] for a in axes])
    shape, ndim = arrays[0].shape, arrays[0].ndim
    # The dimensions of the index stand at the first array if the arrays are neighbours, else in front.
    first = axes[0] if axes == list(range(axes[0], axes[-1] + 1)) else 0
    rest = [i for i in range(out.ndim) if i not in axes]
    value = np.broadcast_to(
        value, (*[out.shape[i] for i in rest[:first]], *shape, *[out.shape[i] for i in rest[first:]])
    )
    value = np.moveaxis(value, range(first, first + ndim), range(ndim))
    lengths = [out.shape[a] for a in axes]
    places: Any = np.zeros((), np.int64)
    for a, n in zip(arrays, lengths, strict=True):
        places = places * n + np.where(a < 0, a + n, a)
    places = places.reshape(-1)
    if not places.size or not value.size:
        return
    moved = out.transpose(*axes, *rest)
    width = value.size // places.size
    count = int(np.prod(lengths))
    rows = value.reshape(places.size, width)
    if moved.flags.c_contiguous:
        add_rows(moved.reshape(count, width), places, rows)
    else:
        sums = np.zeros((count, width), out.dtype)
        add_rows(sums, places, rows)
        moved += sums.reshape(moved.shape)


def _add_at_rows(out: Array, index: Array, value: Array) -> None:
    """The same for one array of row numbers, the usual case."""
    shape = index.shape + out.shape[1:]
    if value.shape != shape:
        value = np.broadcast_to(value, shape)
    places = index.reshape(-1)
    if places.min() < 0:
        places = np.where(places < 0, places + len(out), places)
    add_rows(out.reshape(len(out), -1), places, value.reshape(len(places), -1))


def add_rows(out: Array, places: Array, rows: Array) -> None:
    """out[places[i]] += rows[i] for every i, with places in 0 to len(out) - 1."""
    width = out.shape[1]
    if width == 1:
        np.add.at(out[:, 0], places, np.ascontiguousarray(rows[:, 0], out.dtype))
    elif out.dtype is F32 and (compiled := kernel.known("add_rows", rows.size)) is not None:
        if not compiled(rows, places, out):
            raise IndexError(f"index out of range: the numbers of rows must lie in 0 to {len(out) - 1}")
    elif rows.size <= FEW:
        elements = (places.reshape(-1, 1) * width + np.arange(width)).reshape(-1)
        np.add.at(out.reshape(-1), elements, rows.astype(out.dtype, copy=False).reshape(-1))
    elif len(places) == 1 or np.bincount(places, minlength=len(out)).max() == 1:
        out[places] += rows
    else:
        order = np.argsort(places, kind="stable")
        places = places[order]
        starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        out[places[starts]] += np.add.reduceat(rows[order], starts, axis=0, dtype=out.dtype)


def assign_view(base: Array, value: Array, steps: Any, layout: Any = None) -> Array:
    """A copy of base in which the view that `steps` lead to is value.

    Some steps give views only in memory of the strides that the first base had (`layout`): the copy has them too.
    """
    base = np.asarray(base)
    first = steps[0][1]
    if layout is not None and "stride" in first:  # as_strided, which may reach beyond the base
        out = lay_out(base, layout, *room(base.shape, layout, first["size"], first["stride"], first["start"]))
    elif layout is None or strides_of(base) == layout:
        out = np.array(base)  # copy() would leave a NumPy scalar one
    else:
        out = lay_out(base, layout)
    view_of(out, steps)[...] = value
    return out


def view_of(x: Array, steps: Any, layout: Any = None) -> Array:
    """The NumPy view that the steps (op, settings, which output) lead to.

    Given `layout`, x may have other strides than the array that the steps were made for.
    """
    if layout is not None and strides_of(x) != layout:
        x = lay_out(x, layout)
    for op, settings, slot in steps:
        x = op.forward(x, **settings)
        if slot is not None:
            x = x[slot]
    return x


def split(x: Array, sizes: tuple[int, ...], axis: int = 0) -> tuple[Array, ...]:
    """Consecutive views of the given lengths."""
    lead, start, pieces = (FULL,) * (axis % x.ndim), 0, []
    for n in sizes:
        pieces.append(x[(*lead, slice(start, start + n))])
        start += n
    return tuple(pieces)


def unbind(x: Array, axis: int = 0) -> tuple[Array, ...]:
    """The slices along an axis, as views."""
    if axis:
        x = np.moveaxis(x, axis, 0)
    return tuple(x) if x.ndim > 1 else tuple([x[i, ...] for i in range(len(x))])
