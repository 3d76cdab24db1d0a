"""Batching rules of families of ops, beside those in batching.py: images, reduced losses, and what copies the batch axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .batching import elementwise, everywhere
from .index_arrays import view_of
from .namespace import tensor_namespace as xp
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op


def folded(op: Op, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """Ops on (N, C, ...) that treat every N alike: N of them for each sample are N * size of them."""
    flat = [fold(x) for x in everywhere(xs, has, size)]
    return unfold(op.call(*flat, **settings), size)


def fold(x: Any) -> Any:
    """The samples joined with the axis behind them."""
    return xp.reshape(x, shape=(x.shape[0] * x.shape[1], *x.shape[2:]))


def unfold(x: Any, size: int) -> Any:
    """What `fold` joined."""
    return xp.reshape(x, shape=(size, x.shape[0] // size if size else 0, *x.shape[1:]))


def beside(x: Any, axis: int) -> Any:
    """The samples joined with a later axis (counted in the sample), which repeats them: channels of all, one after another."""
    moved = xp.moveaxis(x, source=0, destination=axis)
    shape = tuple(moved.shape)
    return xp.reshape(moved, shape=(*shape[:axis], shape[axis] * shape[axis + 1], *shape[axis + 2 :]))


def apart(x: Any, axis: int, size: int) -> Any:
    """What `beside` joined."""
    shape = tuple(x.shape)
    split = xp.reshape(x, shape=(*shape[:axis], size, shape[axis] // size if size else 0, *shape[axis + 1 :]))
    return xp.moveaxis(split, source=axis, destination=0)


def reduced(op: Op, xs: list[Any], has: list[bool], size: int, reduction: str, **settings: Any) -> Any:
    """Elementwise losses, with a mean or a sum for each sample."""
    return reduce_samples(elementwise(op, xs, has, size, reduction="none", **settings), reduction)


def reduce_samples(loss: Any, reduction: str) -> Any:
    """The mean or the sum of each sample, or all as they are."""
    if reduction == "none" or loss.ndim == 1:
        return loss
    return (xp.mean if reduction == "mean" else xp.sum)(loss, axis=tuple(range(1, loss.ndim)))


# A view that was written: its elements are found by their numbers, which its steps lead to.


def _places(x: Any, steps: Any, layout: Any) -> tuple[Any, bool]:
    """The numbers of the elements of a sample that a view shows, and whether they count parts of complex numbers."""
    if any(op.name == "view_type" for op, _, _ in steps):
        raise NotImplementedError("vmap: the gradient of a write through view(dtype) has no batching rule")
    if any(op.name == "as_strided" for op, _, _ in steps):
        raise NotImplementedError("vmap: the gradient of a write through as_strided has no batching rule")
    shape = x.shape[1:]
    numbers: Any = np.arange(math.prod(shape)).reshape(shape)
    if x.array.dtype.kind != "c":
        return view_of(numbers, steps, layout), False
    seen = view_of(2 * numbers + 1j * (2 * numbers + 1), steps, layout)
    if seen.dtype.kind == "c":
        return seen.real.astype(np.int64) // 2, False
    return seen.astype(np.int64), True


def _in_a_row(x: Any, parts: bool) -> Any:
    x = xp.view_as_real(x) if parts else x
    return xp.reshape(x, shape=(x.shape[0], math.prod(x.shape[1:])))


def seen_through(op: Op, xs: list[Any], has: list[bool], size: int, steps: Any, layout: Any) -> Any:
    """The view of each sample that the steps lead to."""
    places, parts = _places(xs[0], steps, layout)
    out = xp.take(_in_a_row(xs[0], parts), index=(slice(None), places.reshape(-1)))
    return xp.reshape(out, shape=(size, *places.shape))


def written_through(op: Op, xs: list[Any], has: list[bool], size: int, steps: Any, layout: Any) -> Any:
    """Each sample, with the view that the steps lead to replaced."""
    base, value = everywhere(xs, has, size)
    places, parts = _places(base, steps, layout)
    if isinstance(value, Tensor):
        value = xp.reshape(as_samples(value, places.shape), shape=(size, places.size))
    out = xp.setitem(_in_a_row(base, parts), value, index=(slice(None), places.reshape(-1)))
    return xp.view_as_complex(xp.reshape(out, shape=(*base.shape, 2))) if parts else xp.reshape(out, shape=base.shape)


def as_samples(x: Any, shape: tuple[int, ...]) -> Any:
    """Samples broadcast to a shape."""
    row = xp.reshape(x, shape=(x.shape[0], *(1,) * (len(shape) - x.ndim + 1), *x.shape[1:]))
    return xp.broadcast_to(row, shape=(x.shape[0], *shape))


def replaced(op: Op, xs: list[Any], has: list[bool], size: int) -> Any:
    """The value, in the shape and the type of what it replaces."""
    old, value = everywhere(xs, has, size)
    return op.call(old, as_samples(value, tuple(old.shape[1:])) if isinstance(value, Tensor) else value)
