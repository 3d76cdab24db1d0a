"""Taking elements of arrays at places along one axis, and putting them there: the arrays behind `gather` and `scatter`.

Every function checks the places, so that what calls it need not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import kernel

Array = np.ndarray[Any, Any]


def check_places(places: Array, axis: int, n: int, error: type[Exception] = RuntimeError) -> None:
    """Raise if a place along the axis, of length n, is not in 0 to n - 1."""
    # Seen without their sign, negative places are the largest.
    if places.size and places.view(f"u{places.itemsize}").max() >= n:
        wrong = places[(places < 0) | (places >= n)].flat[0]
        raise error(f"index {int(wrong)} is out of bounds for dimension {axis} with size {n}")


def along(indices: Array, axis: int) -> tuple[Any, ...]:
    """The index by which x[i, j] along `axis` is reached for each element of `indices`."""
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    grid[axis] = indices
    return tuple(grid)


def flat_places(x: Array, indices: Array, axis: int) -> Array:
    """The places [indices[i, j], j], for axis 0, in the flattened x: NumPy takes and adds three times as fast there."""
    steps = [n // x.itemsize for n in x.strides]
    found = indices.astype(np.int64, copy=False)
    if steps[axis] != 1:
        found = found * steps[axis]
    for other, n in enumerate(indices.shape):
        if other != axis % x.ndim and n > 1:
            lead = np.arange(0, n * steps[other], steps[other])
            found = found + lead.reshape((n,) + (1,) * (indices.ndim - 1 - other))
    return found


def take_along_axis(x: Array, indices: Array, axis: int = 0) -> Array:
    """out[i, j] = x[indices[i, j], j] for axis 0."""
    if not indices.ndim or not x.ndim:
        return np.broadcast_to(x, indices.shape).copy()
    compiled = kernel.known("take_along", indices.size)
    if compiled is not None and (found := compiled(x, indices, axis)) is not None:
        return found
    check_places(indices, axis, x.shape[axis])
    if x.flags.c_contiguous and x.size:
        return x.reshape(-1).take(flat_places(x, indices, axis))
    return x[along(indices, axis)]


def scatter_add(x: Array, indices: Array, value: Array, axis: int = 0) -> Array:
    """A copy of x with value[i, j] added at [indices[i, j], j] for axis 0."""
    out = np.array(x)
    scatter_add_into(out, indices, value, axis)
    return out


def scatter_add_into(out: Array, indices: Array, value: Array, axis: int = 0) -> None:
    """Add value[i, j] at [indices[i, j], j] of out for axis 0."""
    if value.shape != indices.shape:
        value = value[tuple([slice(n) for n in indices.shape])]
    if not indices.ndim or not out.ndim:
        out += value.sum(dtype=out.dtype)  # of bools: whether one is true
        return
    compiled = kernel.known("give_along", indices.size)
    if compiled is not None and compiled(out, indices, value, axis, True):
        return
    check_places(indices, axis, out.shape[axis])
    if indices.size and out.flags.c_contiguous:
        np.add.at(out.reshape(-1), flat_places(out, indices, axis).reshape(-1), value.reshape(-1))
    elif indices.size:
        np.add.at(out, along(indices, axis), value)


def scatter(x: Array, indices: Array, value: Array, axis: int = 0) -> Array:
    """A copy of x with value[i, j] at [indices[i, j], j] for axis 0."""
    out = np.array(x)
    scatter_into(out, indices, value, axis)
    return out


def scatter_into(out: Array, indices: Array, value: Array, axis: int = 0) -> None:
    """Put value[i, j] at [indices[i, j], j] of out for axis 0."""
    if isinstance(value, np.ndarray) and value.ndim and value.shape != indices.shape:
        value = value[tuple([slice(n) for n in indices.shape])]
    if not indices.ndim or not out.ndim:
        out[...] = np.reshape(value, -1)[0] if indices.size else out
        return
    compiled = kernel.known("give_along", indices.size)
    if compiled is not None and compiled(out, indices, value, axis, False):
        return
    check_places(indices, axis, out.shape[axis])
    if out.flags.c_contiguous and out.size:
        out.reshape(-1)[flat_places(out, indices, axis)] = value
    else:
        out[along(indices, axis)] = value
