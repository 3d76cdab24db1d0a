"""Memory behind arrays: how it is laid out, and views of it by sizes and strides.

Strides and distances count elements here, as in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .memory import owner

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]


def strides_of(x: Array) -> Ints:
    """The step in memory between neighbours along each dimension."""
    size = x.itemsize
    return tuple([s // size for s in x.strides])


def order_in_memory(x: Array) -> list[int] | None:
    """x's axes from the widest stride to the narrowest, if x fills its memory without gaps and each place once."""
    order = sorted(range(x.ndim), key=lambda axis: -x.strides[axis])
    step = x.itemsize
    for axis in reversed(order):
        if x.shape[axis] != 1:
            if x.strides[axis] != step:
                return None
            step *= x.shape[axis]
    return order


def lies_like(g: Array, x: Array) -> bool:
    """Whether g, of x's shape, lies in memory as x's gradient has to: like x, or in row-major order if x has gaps."""
    if x.flags.c_contiguous:
        return g.flags.c_contiguous
    order = order_in_memory(x)
    return (g if order is None else g.transpose(order)).flags.c_contiguous


def copy_like(g: Array, x: Array) -> Array:
    """A copy of g that `lies_like` x."""
    order = order_in_memory(x)
    if order is None or order == sorted(order):
        return np.array(g, order="C")
    back = [order.index(axis) for axis in range(len(order))]
    return np.array(g.transpose(order), order="C").transpose(back)


def shown_strides(x: Array) -> Ints:
    """`strides_of`, where a dimension of length 1 that NumPy gives the step 0 has one that fits the next dimension."""
    if 1 not in x.shape:
        return strides_of(x)
    found = list(strides_of(x))
    for axis in range(x.ndim - 1, -1, -1):
        if x.shape[axis] == 1 and not found[axis]:
            found[axis] = found[axis + 1] * x.shape[axis + 1] if axis + 1 < x.ndim else 1
    return tuple(found)


def reach(shape: Ints, strides: Ints) -> tuple[int, int]:
    """The distances of the first and the last element in memory from the element at index 0."""
    ends = [(n - 1) * s for n, s in zip(shape, strides, strict=True) if n]
    return sum(e for e in ends if e < 0), sum(e for e in ends if e > 0)


def memory_bytes(x: Array) -> tuple[Array, int]:
    """All bytes of the memory that x lies in, as one array, and the position among them of x's first element."""
    own = owner(x)
    if own.flags.c_contiguous:
        flat = own.reshape(-1)
    else:
        first, last = reach(own.shape, own.strides)
        assert first == 0, "from_numpy refuses negative strides"
        flat = np.lib.stride_tricks.as_strided(own, ((last + own.itemsize) // own.itemsize,), (own.itemsize,))
    raw = flat.view(np.uint8)
    return raw, address(x) - address(own)


def address(x: Array) -> int:
    """Where the first element lies."""
    found: int = x.ctypes.data
    return found


def as_strided(x: Array, size: Ints, stride: Ints, start: int = 0, layout: Ints | None = None) -> Array:
    """The elements of x's memory at `start` + sum of index * stride from x's first element: a view.

    An x whose strides are not those of `layout` is put into such memory first: the result has the elements that
    it would have had in the array that the view was made for.
    """
    begin, end = 0, 0
    low, high = reach(size, stride)
    raw, first = memory_bytes(x)
    if 0 not in size:
        begin, end = first + (start + low) * x.itemsize, first + (start + high + 1) * x.itemsize
    if layout is not None and (strides_of(x) != layout or begin < 0 or end > len(raw)):
        return as_strided(lay_out(x, layout, *room(x.shape, layout, size, stride, start)), size, stride, start)
    part = raw[begin:end]
    return np.lib.stride_tricks.as_strided(part.view(x.dtype), size, tuple([s * x.itemsize for s in stride]))


def room(shape: Ints, layout: Ints, size: Ints, stride: Ints, start: int) -> tuple[int, int]:
    """How far memory must reach before and after the first element to hold both x and the view."""
    low, high = reach(shape, layout)
    first, last = reach(size, stride)
    return -min(low, start + first), max(high, start + last)


def lay_out(x: Array, layout: Ints, before: int = 0, after: int = 0) -> Array:
    """A copy of x in memory of the given strides, with at least so much room around the first element; zeros there.

    Where several elements would share one place (a stride of 0), the copy has the usual order.
    """
    if 0 in x.shape or any(s <= 0 and n > 1 for n, s in zip(x.shape, layout, strict=True)):
        return np.array(x, order="C")
    _, last = reach(x.shape, layout)
    room = np.zeros(before + max(last, after) + 1, x.dtype)
    strides = tuple([s * x.itemsize for s in layout])
    out = np.lib.stride_tricks.as_strided(room[before:], x.shape, strides)
    out[...] = x
    return out


def places(shape: Ints, strides: Ints, start: int = 0) -> Array:
    """The position in memory of each element, in one dimension."""
    found: Any = np.full((1,) * len(shape), start, np.int64)
    for axis, (n, s) in enumerate(zip(shape, strides, strict=True)):
        found = found + (np.arange(n, dtype=np.int64) * s).reshape((n,) + (1,) * (len(shape) - axis - 1))
    return np.ravel(found)


def windows(x: Array, axis: int, size: int, step: int) -> Array:
    """All stretches of `size` elements along an axis, `step` apart, with the elements of each in a new last axis."""
    n = x.shape[axis]
    s = x.strides[axis]
    shape = (*x.shape[:axis], (n - size) // step + 1, *x.shape[axis + 1 :], size)
    strides = (*x.strides[:axis], s * step, *x.strides[axis + 1 :], s)
    return np.lib.stride_tricks.as_strided(x, shape, strides)


def add_windows(g: Array, shape: Ints, axis: int, size: int, step: int) -> Array:
    """Zeros of `shape` with each window added where `windows` took it from."""
    out = np.zeros(shape, g.dtype)
    count = g.shape[axis]
    if not g.size:
        return out
    lead: tuple[Any, ...] = (slice(None),) * axis
    if step >= size:
        windows(out, axis, size, step)[...] = g
    elif size <= count:  # one addition for each place in a window
        for k in range(size):
            out[(*lead, slice(k, k + (count - 1) * step + 1, step))] += g[..., k]
    else:  # one for each window
        for i in range(count):
            out[(*lead, slice(i * step, i * step + size))] += np.moveaxis(g[(*lead, i)], -1, axis)
    return out
