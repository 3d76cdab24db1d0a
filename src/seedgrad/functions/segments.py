"""Reductions of the segments into which an axis is cut."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import segment as g
from ..ops.index import scatter_add
from .arguments import check_tensors, one_axis
from .public import public
from .splitting import narrow

Array = np.ndarray[Any, Any]
NAMES = {"sum": "sum", "mean": "mean", "prod": "prod", "max": "max", "min": "min", "amax": "max", "amin": "min"}


@public(method=False, out=True)
def segment_reduce(
    data: Tensor,
    reduce: str,
    *,
    lengths: Tensor | None = None,
    indices: Tensor | None = None,
    offsets: Tensor | None = None,
    axis: int = 0,
    unsafe: bool = False,
    initial: float | None = None,
) -> Tensor:
    """Reduce each of the segments that follow each other along an axis.

    Args:
        data: any shape; floating-point.
        reduce: "sum", "mean", "prod", "max" or "min".
        lengths: the lengths of the segments, whole numbers; the dimensions before `axis` are those of `data`.
        indices: must be None, as in PyTorch.
        offsets: where the segments start, and where the last one ends, instead of lengths.
        axis: the axis that is cut. Default: 0.
        unsafe: leave out the check that the lengths fit, where what is behind the last segment is left out. Default:
            False.
        initial: where each reduction starts. Default: None: 0, 1, -inf or inf; the mean of nothing is NaN.

    Returns:
        The shape of `data`, with an element for each segment along the axis.

    Raises:
        RuntimeError: the lengths are negative or don't add up to that of the axis, or their shape does not fit; neither
            lengths nor offsets are given; there is no such reduction.
        NotImplementedError: `data` is not floating-point, or the lengths are not whole numbers.

    Example:
        >>> import seedgrad as sg
        >>> sg.segment_reduce(sg.tensor([1.0, 2.0, 3.0, 4.0]), "max", lengths=sg.tensor([1, 3]))
        tensor([1., 4.])
    """
    check_tensors("segment_reduce", data)
    if reduce not in NAMES:
        raise RuntimeError(f"segment_reduce(): reduce argument must be one of {tuple(NAMES)}, got {reduce!r}")
    along = one_axis("segment_reduce", data, axis)
    if indices is not None:
        raise RuntimeError("segment_reduce(): indices based reduction is not supported yet; use lengths or offsets")
    if not dtypes.differentiable(data.array.dtype) or not data.array.ndim:
        raise NotImplementedError(f"segment_reduce is not implemented for {data.dtype} of shape {data.array.shape}")
    ends = _ends(data.array, along, lengths, offsets, unsafe)
    return _reduced(data, ends, NAMES[reduce], along, initial)


def _reduced(x: Tensor, ends: Array, how: str, axis: int, initial: float | None) -> Tensor:
    segments, shape = ends.shape[-1] - 1, x.array.shape
    # What lies outside of all segments belongs to one more, which is left out in the end.
    place = np.arange(shape[axis]).reshape(*[1] * axis, -1, 1)
    labels = (place >= ends[..., None, :]).sum(-1) - 1
    labels = np.where((labels < 0) | (labels >= segments), segments, labels)
    labels = np.broadcast_to(labels.reshape(*labels.shape, *[1] * (len(shape) - axis - 1)), shape)
    if how in ("max", "min", "prod"):
        first = {"max": -math.inf, "min": math.inf, "prod": 1.0}[how] if initial is None else float(initial)
        made = g.segment_prod if how == "prod" else g.segment_extreme
        out = made.call(x, labels, segments=segments + 1, how=how, axis=axis, initial=first)
        return narrow(out, axis, 0, segments)
    start = np.full((*shape[:axis], segments + 1, *shape[axis + 1 :]), initial or 0, x.array.dtype)
    out = narrow(scatter_add.call(Tensor(start), labels, x, axis=axis), axis, 0, segments)
    if how == "sum":
        return out
    counts = np.diff(ends, axis=-1).reshape(*ends.shape[:-1], -1, *[1] * (len(shape) - axis - 1))
    # The mean of nothing is `initial`, or NaN if there is none.
    return out / Tensor(np.where(counts == 0, 0 if initial is None else 1, counts).astype(x.array.dtype))


def _ends(data: Array, axis: int, lengths: Any, offsets: Any, unsafe: bool) -> Array:
    """Where the segments of each row start, and where the last one ends."""
    given = lengths if offsets is None else offsets
    if given is None:
        raise RuntimeError("segment_reduce(): Either lengths or offsets must be defined.")
    check_tensors("segment_reduce", given)
    x = given.array
    if x.dtype.kind not in "iu":
        raise NotImplementedError(f"segment_reduce is not implemented for lengths of type {given.dtype}")
    if x.ndim != axis + 1 or x.shape[:-1] != data.shape[:axis]:
        raise RuntimeError(
            f"segment_reduce(): Expected axis to be the last dimension of lengths, after those of data before it, "
            f"got lengths of shape {x.shape} for data of shape {data.shape} and axis {axis}"
        )
    if offsets is not None:
        return np.asarray(x, np.int64)
    if x.size and x.min() < 0:
        raise RuntimeError(f"segment_reduce(): lengths contains negative value! got {x.min()}")
    ends = np.concatenate([np.zeros((*x.shape[:-1], 1), np.int64), np.cumsum(x, -1, dtype=np.int64)], -1)
    if not unsafe and np.any(ends[..., -1] != data.shape[axis]):
        raise RuntimeError(
            f"segment_reduce(): Expected all rows of lengths along axis to sum to {data.shape[axis]}, the length of "
            f"dimension {axis}, when !unsafe"
        )
    return ends
