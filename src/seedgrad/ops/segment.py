"""Ops that reduce segments of an axis; `labels` holds the number of the segment that each element belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import namespace
from ..core.op import op
from .order import moved_on

Array = np.ndarray[Any, Any]
_UFUNCS = {"max": np.maximum, "min": np.minimum, "prod": np.multiply}


def segment_array(x: Array, labels: Array, segments: int, how: str, axis: int, initial: float) -> Array:
    """The largest, smallest or product of the elements with each label, and of `initial`."""
    out = np.full((*x.shape[:axis], segments, *x.shape[axis + 1 :]), initial, x.dtype)
    index: list[Any] = list(np.ix_(*(np.arange(n) for n in x.shape)))
    index[axis] = labels
    _UFUNCS[how].at(out, tuple(index), x)
    return out


vars(namespace).update(segment_extreme=segment_array, segment_prod=segment_array)


@op(cast=None, name="SegmentReduce")
def segment_extreme(
    xp: Any, x: Any, labels: Any, /, segments: int = 0, how: str = "max", axis: int = 0, initial: float = 0.0
) -> Any:
    return xp.segment_extreme(x, labels, segments, how, axis, initial)


def _share(g: Any, xp: Any, x: Any, labels: Any, out: Any, axis: int) -> Any:
    """Elements that tie for the result of their segment share its gradient equally."""
    hit = xp.astype(xp.where(xp.isnan(x), True, x == xp.take_along_axis(out, labels, axis=axis)), g.dtype)
    count = xp.scatter_add(xp.zeros_like(g), labels, hit, axis=axis)
    return hit * xp.take_along_axis(g / xp.where(count == 0, 1.0, count), labels, axis=axis)


segment_extreme.defvjp(x=_share, labels=None)


@op(cast=None, name="SegmentReduce")
def segment_prod(
    xp: Any, x: Any, labels: Any, /, segments: int = 0, how: str = "prod", axis: int = 0, initial: float = 1.0
) -> Any:
    return xp.segment_prod(x, labels, segments, how, axis, initial)


def _prod_vjp(g: Any, xp: Any, x: Any, labels: Any, axis: int, initial: float) -> Any:
    """g times what was multiplied up before and after each element in its segment: right with zeros too."""
    first = labels != moved_on(xp, labels, axis, 1, -1)
    last = labels != moved_on(xp, labels, axis, -1, -1)
    before = xp.affine_scan(
        xp.where(first, initial, xp.zeros_like(x)), xp.where(first, 0.0, moved_on(xp, x, axis, 1)), axis, False
    )
    after = xp.affine_scan(
        xp.where(last, 1.0, xp.zeros_like(x)), xp.where(last, 0.0, moved_on(xp, x, axis, -1)), axis, True
    )
    return xp.take_along_axis(g, labels, axis=axis) * before * after


segment_prod.defvjp(x=_prod_vjp, labels=None)
