"""Taking elements of arrays by index, and putting them back: the part of `xp` that NumPy lacks or has only slowly."""

from __future__ import annotations

from typing import Any

import numpy as np

from .strided_arrays import lay_out, room, strides_of

Array = np.ndarray[Any, Any]
FULL = slice(None)


def getitem(x: Array, index: Any) -> Array:
    """x[index] for a basic index: a view, also of a single element."""
    if isinstance(index, tuple):
        return x[index] if any([e is ... for e in index]) else x[(*index, ...)]
    return x[index]


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
        _add_rows(moved.reshape(count, width), places, rows)
    else:
        sums = np.zeros((count, width), out.dtype)
        _add_rows(sums, places, rows)
        moved += sums.reshape(moved.shape)


def _add_rows(out: Array, places: Array, rows: Array) -> None:
    """out[places[i]] += rows[i] for every i."""
    if out.shape[1] == 1:
        np.add.at(out[:, 0], places, np.ascontiguousarray(rows[:, 0], out.dtype))
    elif len(places) == 1 or np.bincount(places, minlength=len(out)).max() == 1:
        out[places] += rows
    else:
        order = np.argsort(places, kind="stable")
        places = places[order]
        starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        out[places[starts]] += np.add.reduceat(rows[order], starts, axis=0, dtype=out.dtype)


def along(indices: Array, axis: int) -> tuple[Any, ...]:
    """The index by which x[i, j] along `axis` is reached for each element of `indices`."""
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    grid[axis] = indices
    return tuple(grid)


def take_along_axis(x: Array, indices: Array, axis: int = 0) -> Array:
    """out[i, j] = x[indices[i, j], j] for axis 0."""
    if not indices.ndim or not x.ndim:
        return np.broadcast_to(x, indices.shape).copy()
    return x[along(indices, axis)]


def scatter_add(x: Array, indices: Array, value: Array, axis: int = 0) -> Array:
    """A copy of x with value[i, j] added at [indices[i, j], j] for axis 0."""
    out = np.array(x)
    scatter_add_into(out, indices, value, axis)
    return out


def scatter_add_into(out: Array, indices: Array, value: Array, axis: int = 0) -> None:
    """Add value[i, j] at [indices[i, j], j] of out for axis 0."""
    value = value[tuple(slice(n) for n in indices.shape)]
    if not indices.ndim or not out.ndim:
        out += value.sum(dtype=out.dtype)  # of bools: whether one is true
    elif indices.size and out.flags.c_contiguous:
        np.add.at(out.reshape(-1), flat_places(out, indices, axis), np.ravel(value))
    elif indices.size:
        np.add.at(out, along(indices, axis), value)


def flat_places(x: Array, indices: Array, axis: int) -> Array:
    """The places [indices[i, j], j], for axis 0, as positions in the flattened x: ufunc.at is fast only for those."""
    steps = [n // x.itemsize for n in x.strides]
    found: Any = sum(where * step for where, step in zip(along(indices, axis), steps, strict=True))
    return np.ravel(found)


def scatter(x: Array, indices: Array, value: Array, axis: int = 0) -> Array:
    """A copy of x with value[i, j] at [indices[i, j], j] for axis 0."""
    out = np.array(x)
    scatter_into(out, indices, value, axis)
    return out


def scatter_into(out: Array, indices: Array, value: Array, axis: int = 0) -> None:
    """Put value[i, j] at [indices[i, j], j] of out for axis 0."""
    if isinstance(value, np.ndarray) and value.ndim:
        value = value[tuple(slice(n) for n in indices.shape)]
    if not indices.ndim or not out.ndim:
        out[...] = np.reshape(value, -1)[0] if indices.size else out
    else:
        out[along(indices, axis)] = value


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
