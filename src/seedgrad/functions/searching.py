"""Where values belong among sorted ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values, on_values
from ..core.tensor import Tensor
from ..ops import order as o
from .arguments import check_tensors
from .public import public
from .sizes import as_number

Array = np.ndarray[Any, Any]


@public(method=False, out=True)
def searchsorted(
    sorted_sequence: Tensor,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
) -> Tensor:
    """The places at which values can be inserted into sorted rows so that these stay sorted: for a value v the i with
    `row[i - 1] < v <= row[i]`, or `row[i - 1] <= v < row[i]` on the right side.

    Args:
        sorted_sequence: rows that rise along the last dimension. A 1-d one serves all values.
        input: the values, of any shape for a 1-d sequence; else the first dimensions must be those of the sequence.
            A number for a 1-d sequence.
        out_int32: give int32. Default: False, int64.
        right: the place after equal elements, not before. Default: False.
        side: "left" or "right", the same as a word. Default: None.
        sorter: the order in which the sequence rises (int64, of its shape): `argsort` of it. Default: None.

    Returns:
        The places, from 0 to the length of a row, in the shape of `input`. NaN belongs at the end.

    Raises:
        RuntimeError: the shapes don't fit; `side` and `right` contradict each other; a wrong sorter.
        NotImplementedError: bools or complex numbers.
        TypeError: the sequence is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.searchsorted(sg.tensor([1, 3, 5]), sg.tensor([3, 4, 9]))
        tensor([1, 2, 3])
    """
    check_tensors("searchsorted", sorted_sequence)
    if side not in (None, "left", "right"):
        raise RuntimeError(f"searchsorted(): side can only be 'left' or 'right' but got {side!r}")
    if side == "left" and right:
        raise RuntimeError("searchsorted(): side and right can't be set to opposites, got side 'left' and right=True")
    rows = sorted_sequence.array
    if not isinstance(input, Tensor):
        input = Tensor(np.asarray(as_number("searchsorted", "input", input)))
    values = input.array
    if rows.ndim != 1 and (not values.ndim or not rows.ndim or rows.shape[:-1] != values.shape[:-1]):
        raise RuntimeError(
            f"searchsorted(): boundaries tensor should be 1 dimension or its first dimensions must be those of the "
            f"values, got boundaries of shape {rows.shape} and values of shape {values.shape}"
        )
    if sorter is not None:
        sorted_sequence = _sorted_by(sorted_sequence, sorter)
    kind = dtypes.result_type([rows, values])
    if kind.kind in "bc":
        raise NotImplementedError(f"searchsorted is not implemented for {kind} tensors")
    ndim, above = rows.ndim, right or side == "right"

    def found(rows: Array, values: Array) -> Array:
        own, wanted = (o.comparable(x.astype(kind, copy=False)) for x in (rows, values))
        if ndim == 1:  # one row for all values, or one for those of each sample of a vmap
            wanted = wanted.reshape(*own.shape[:-1], -1) if own.ndim > 1 and own.size else wanted
        places = _places(own, wanted, above, kind).reshape(values.shape)
        return places.astype(np.int32 if out_int32 else np.int64)

    return on_values(found, sorted_sequence, input)


@public(method=False, out=True)
def bucketize(input: Any, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The bucket that each value falls into: the i with `boundaries[i - 1] < v <= boundaries[i]`, or
    `boundaries[i - 1] <= v < boundaries[i]` on the right side.

    Args:
        input: the values, of any shape, or a number.
        boundaries: 1-d, rising.
        out_int32: give int32. Default: False, int64.
        right: equal values go above the boundary, not below. Default: False.

    Returns:
        The buckets, from 0 to the number of boundaries, in the shape of `input`.

    Raises:
        RuntimeError: the boundaries are not 1-d.
        NotImplementedError: bools or complex numbers.

    Example:
        >>> import seedgrad as sg
        >>> sg.bucketize(sg.tensor([0.5, 3.0, 7.0]), sg.tensor([1.0, 3.0, 5.0]))
        tensor([0, 1, 3])
    """
    check_tensors("bucketize", boundaries)
    if boundaries.array.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got the shape {boundaries.array.shape}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def _sorted_by(sequence: Tensor, sorter: Any) -> Tensor:
    check_tensors("searchsorted", sorter)
    order, rows, values = sorter.array, sequence.array, all_values(sorter)
    if order.shape != rows.shape:
        raise RuntimeError(
            f"searchsorted(): boundary and sorter must have the same size, got {rows.shape} and {order.shape}"
        )
    if order.dtype != dtypes.I64:
        raise RuntimeError(f"searchsorted(): sorter must be a tensor of long dtype but got dtype {sorter.dtype}")
    if values.size and not (values.min() >= 0 and values.max() < rows.shape[-1]):
        raise RuntimeError(f"searchsorted(): sorter index out of range: the rows have {rows.shape[-1]} elements")
    return on_values(lambda rows, order: np.take_along_axis(rows, order, -1), sequence, sorter)


def _places(rows: Array, values: Array, right: bool, kind: np.dtype[Any]) -> Array:
    if rows.ndim > 1:
        return _search_rows(rows, values, right)
    found = np.asarray(np.searchsorted(rows, values, side="right" if right else "left"))
    return found if kind.kind in "iu" else np.where(values == values, found, rows.shape[-1])


def _search_rows(rows: Array, values: Array, right: bool) -> Array:
    """Binary search of all values in their rows at once: each step halves the part that is left of every row."""
    low = np.zeros(values.shape, np.int64)
    high = np.full(values.shape, rows.shape[-1], np.int64)
    for _ in range(rows.shape[-1].bit_length()):
        middle = (low + high) // 2
        # Places that are found already (low == high) may lie behind the row's end; they stay as they are.
        there = np.take_along_axis(rows, np.minimum(middle, rows.shape[-1] - 1), -1)
        above = (there > values) if right else (there >= values)
        above |= (there != there) & (values == values)  # NaN is the largest
        active = low < high
        low = np.where(active & ~above, middle + 1, low)
        high = np.where(active & above, middle, high)
    return low
