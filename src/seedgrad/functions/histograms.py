"""Counting elements: histograms in one and several dimensions, and counts of whole numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.errors import complex_error
from ..core.tensor import Tensor
from . import return_types as types
from .arguments import check_floats, check_tensors
from .public import public

Array = np.ndarray[Any, Any]


@public(out=True)
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each whole number occurs: `out_i = sum of the weights where x = i`.

    Args:
        input: 1-d, whole numbers >= 0; not bool.
        weights: what an element counts for, in the input's shape. Default: None, 1.
        minlength: the least length of the result. Default: 0.

    Returns:
        1-d, of length max(x) + 1 or minlength: int64, or with weights their type (float64 unless they are float32).

    Raises:
        RuntimeError: the input is not 1-d or has a number below 0; the weights have another shape; minlength < 0.
        NotImplementedError: the input is not of an integer type.

    Example:
        >>> import seedgrad as sg
        >>> sg.bincount(sg.tensor([1, 3, 1]), weights=sg.tensor([0.5, 1.0, 2.0]))
        tensor([0.0000, 2.5000, 0.0000, 1.0000])
    """
    check_tensors("bincount", input)
    x = input.array
    if dtypes.category(x.dtype) != dtypes.INTEGER:
        raise NotImplementedError(f"bincount is not implemented for {x.dtype} tensors. Convert it first: x.long()")
    if minlength < 0:
        raise RuntimeError(f"bincount: minlength should be >= 0, got {minlength}")
    if x.ndim != 1 or (x.size and x.min() < 0):
        what = f"the shape {x.shape}" if x.ndim != 1 else f"the number {x.min()}"
        raise RuntimeError(f"bincount only supports 1-d non-negative integral inputs, got {what}")
    if weights is not None:
        check_tensors("bincount", weights)
        if weights.array.shape != x.shape:
            raise RuntimeError(
                f"bincount: weights should be 1-d and have the same length as input, got {weights.array.shape} "
                f"for {x.shape}"
            )
    if weights is None or not x.size:
        return Tensor(np.bincount(x, minlength=minlength).astype(np.int64, copy=False))
    w = weights.array
    counts = np.bincount(x, w.astype(np.float64), minlength)
    return Tensor(counts.astype(dtypes.F32) if w.dtype == dtypes.F32 else counts)


@public(out=True)
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements fall into each of `bins` intervals of equal width between min and max, without a gradient.

    Args:
        input: any shape; floating-point. Elements outside, and NaN, are not counted.
        bins: how many intervals. Default: 100.
        min: the lower end. Default: 0.
        max: the upper end, which belongs to the last interval. Default: 0; where both are equal, the smallest and the
            largest element take their place.

    Returns:
        The counts, (bins,), in the input's type.

    Raises:
        RuntimeError: bins is not positive, max < min, or an end is not finite.
        NotImplementedError: the input is not floating-point.

    Example:
        >>> import seedgrad as sg
        >>> sg.histc(sg.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
        tensor([0., 2., 1., 0.])
    """
    check_tensors("histc", input)
    check_floats("histc", input)
    if input.is_complex():
        raise complex_error("histc", NotImplementedError)
    if bins <= 0:
        raise RuntimeError(f"histc(): bins must be > 0, but got {bins}")
    x = input.array.reshape(-1)
    if min == max and x.size:
        min, max = float(x.min()), float(x.max())
    if not (math.isfinite(min) and math.isfinite(max)):
        raise RuntimeError(f"histc: range of [{min}, {max}] is not finite")
    if min > max:
        raise RuntimeError(f"histc: max must be larger than min, got {min} and {max}")
    if min == max:
        min, max = min - 1, max + 1
    x = x.astype(dtypes.F32) if x.dtype.itemsize == 2 else x
    low, high = x.dtype.type(min), x.dtype.type(max)
    x = x[(x >= low) & (x <= high)]
    place = ((x - low) * bins / (high - low)).astype(np.int64)
    counts = np.bincount(np.minimum(place, bins - 1), minlength=bins)
    return Tensor(counts.astype(input.array.dtype))


@public(out=True)
def histogram(
    input: Tensor, bins: Any, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> types.Histogram:
    """How many elements fall into each bin, without a gradient; a bin has its lower edge, the last one both.

    Args:
        input: any shape; float32 or float64.
        bins: how many bins of equal width; or a 1-d tensor of the rising edges, of the input's type.
        range: the lower and the upper end. Default: None, the smallest and the largest element.
        weight: what each element counts for, in the shape and type of `input`. Default: None, 1.
        density: divide by the total and by the widths, so that the integral is 1. Default: False.

    Returns:
        A named tuple (hist, bin_edges) of 1-d tensors in the input's type; there is one edge more than bins.

    Raises:
        RuntimeError: bins or range or weight don't fit; an end is not finite.
        NotImplementedError: the input has another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.histogram(sg.tensor([1.0, 2.0, 1.0]), 2, range=(0.0, 3.0)).hist
        tensor([2., 1.])
    """
    check_tensors("histogram", input)
    if weight is not None and weight.array.shape != input.array.shape:
        raise RuntimeError(
            f"histogram: a weight tensor should have the same shape as the input tensor, got {weight.array.shape} "
            f"and {input.array.shape}"
        )
    points = input.array.reshape(-1, 1)
    counts, edges = _histogram("histogram", points, [bins], range, weight, density)
    return types.histogram(counts, edges[0])


@public(method=False)
def histogramdd(
    input: Tensor, bins: Any, *, range: Any = None, weight: Tensor | None = None, density: bool = False
) -> types.Histogram:
    """How many points fall into each cell of a grid, without a gradient. See `histogram`.

    Args:
        input: the points, (..., dimensions); float32 or float64.
        bins: for each dimension the number of bins, or a 1-d tensor of rising edges; one number for all.
        range: the lower and the upper end of each dimension in turn. Default: None, the extremes of the points.
        weight: what each point counts for, (...), in the type of `input`. Default: None, 1.
        density: divide by the total and by the volumes, so that the integral is 1. Default: False.

    Returns:
        A named tuple (hist, bin_edges): the counts, with an axis for each dimension, and a tuple of 1-d edges.

    Raises:
        RuntimeError: bins or range or weight don't fit; an end is not finite; the input is not at least 2-d.
        NotImplementedError: the input has another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.histogramdd(sg.tensor([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]), bins=[2, 2]).hist
        tensor([[0., 1.],
                [1., 1.]])
    """
    check_tensors("histogramdd", input)
    if input.array.ndim < 2:
        raise RuntimeError(f"histogramdd: input tensor should have at least 2 dimensions, got {input.array.shape}")
    n = input.array.shape[-1]
    each = list(bins) if isinstance(bins, Sequence) else [bins] * n
    if len(each) != n or not n:
        raise RuntimeError(
            f"histogramdd: The size of bins must be equal to the innermost dimension of the input, got {len(each)} "
            f"for a dimension of length {n}"
        )
    if weight is not None and weight.array.shape != input.array.shape[:-1]:
        raise RuntimeError(
            f"histogramdd: a weight tensor should have the same shape as the input tensor excluding its innermost "
            f"dimension, got {weight.array.shape} and {input.array.shape}"
        )
    counts, edges = _histogram("histogramdd", input.array.reshape(-1, n), each, range, weight, density)
    return types.histogramdd(counts, tuple(edges))


def _histogram(
    name: str, points: Array, bins: list[Any], limits: Any, weight: Tensor | None, density: bool
) -> tuple[Tensor, list[Tensor]]:
    """The counts of points, (n, dimensions), and the edges of each dimension."""
    kind = points.dtype
    if kind not in (dtypes.F32, dtypes.F64):
        raise NotImplementedError(f"{name} is not implemented for {kind} tensors; use float32 or float64")
    if weight is not None and weight.array.dtype != kind:
        raise RuntimeError(f"{name}: input and weight should have the same dtype, got {kind} and {weight.dtype}")
    if limits is not None and len(limits) != 2 * len(bins):
        raise RuntimeError(
            f"{name}: for a {len(bins)}-dimensional histogram range should have {2 * len(bins)} elements, "
            f"but got {len(limits)}"
        )
    edges = [
        _edges(name, axis, points[:, axis], one, None if limits is None else limits[2 * axis : 2 * axis + 2])
        for axis, one in enumerate(bins)
    ]
    shape = tuple(len(e) - 1 for e in edges)
    place, inside = np.zeros(len(points), np.int64), np.ones(len(points), np.bool_)
    for x, e, n in zip(points.T, edges, shape, strict=True):
        inside &= (x >= e[0]) & (x <= e[-1])
        place = place * n + np.clip(np.searchsorted(e, x, side="right") - 1, 0, n - 1)
    weights = None if weight is None else weight.array.reshape(-1)[inside].astype(np.float64)
    hist = np.bincount(place[inside], weights, math.prod(shape)).reshape(shape).astype(kind)
    if density:
        with np.errstate(divide="ignore", invalid="ignore"):
            hist = hist / hist.sum()
            for axis, e in enumerate(edges):
                hist = hist / np.diff(e).reshape([-1 if a == axis else 1 for a in range(len(shape))])
    return Tensor(hist), [Tensor(e) for e in edges]


def _edges(name: str, axis: int, x: Array, bins: Any, limits: Any) -> Array:
    """The edges along one dimension."""
    if isinstance(bins, Tensor):
        edges = bins.array
        if edges.dtype != x.dtype:
            raise RuntimeError(f"{name}: input and bins should have the same dtype, got {x.dtype} and {bins.dtype}")
        if edges.ndim != 1:
            raise RuntimeError(f"{name}: a bins tensor should have one dimension, but got the shape {edges.shape}")
        if edges.size < 2:
            raise RuntimeError(f"{name}(): bins must be > 0, but got {edges.size} edges for dimension {axis}")
        return edges.copy()
    if isinstance(bins, bool) or not isinstance(bins, int):
        raise TypeError(f"{name}(): bins must be an int or a Tensor of edges, not {type(bins).__name__}")
    if bins <= 0:
        raise RuntimeError(f"{name}(): bins must be > 0, but got {bins} for dimension {axis}")
    low, high = limits if limits is not None else (x.min(), x.max()) if x.size else (0.0, 1.0)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise RuntimeError(f"{name}: dimension {axis}'s range [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError(f"{name}: min should not exceed max, but got min {low} max {high} for dimension {axis}")
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1, dtype=x.dtype)
