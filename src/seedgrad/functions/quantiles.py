"""Quantiles, with and without NaN."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values, on_values
from ..core.tensor import Tensor
from ..ops import select as s
from ..ops import shape as o
from ..ops.index import take_along_axis
from .arguments import check_tensors, one_axis
from .blend import lerp
from .public import public
from .sorting import order_of

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


@public(out=True)
def quantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The value below which the fraction q of the elements lies; NaN where an element is NaN.

    It is the element at the place q (n - 1) of the n sorted ones. Between two elements a and b, at the fraction f of
    the way, it is a + f (b - a), or what `interpolation` says.

    Args:
        input: any shape; float32 or float64.
        q: a number in [0, 1], or a tensor of them (0-d or 1-d, of the input's type).
        dim: the dimension to reduce. Default: None, all elements.
        keepdim: leave it with length 1. Default: False.
        interpolation: "linear" (default), "lower" (a), "higher" (b), "midpoint" ((a + b) / 2), or "nearest".

    Returns:
        The quantiles, in the shape of the other dimensions; a 1-d q adds a first dimension of its length.

    Raises:
        RuntimeError: the input is empty or has another type; q is out of range, has another type or two dimensions;
            there is no such interpolation.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.quantile(sg.tensor([1.0, 2.0, 3.0, 4.0]), sg.tensor([0.5, 0.9]))
        tensor([2.5000, 3.7000])
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@public(out=True)
def nanquantile(
    input: Tensor, q: Any, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The quantile of the elements that are not NaN; NaN where there are none. See `quantile`.

    Args:
        input: any shape; float32 or float64.
        q: a number in [0, 1], or a tensor of them (0-d or 1-d, of the input's type).
        dim: the dimension to reduce. Default: None, all elements.
        keepdim: leave it with length 1. Default: False.
        interpolation: "linear" (default), "lower", "higher", "midpoint", or "nearest".

    Returns:
        The quantiles, in the shape of the other dimensions; a 1-d q adds a first dimension of its length.

    Raises:
        RuntimeError: as `quantile`.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.nanquantile(sg.tensor([1.0, float("nan"), 3.0]), 0.5)
        tensor(2.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _fractions(name: str, input: Tensor, q: Any) -> Tensor:
    """q as a tensor of the input's type."""
    if not isinstance(q, Tensor):
        if not isinstance(q, (int, float)):
            raise TypeError(f"{name}(): q must be a number or a Tensor, not {type(q).__name__}")
        if not 0 <= q <= 1:
            raise RuntimeError(f"{name}() q must be in the range [0, 1] but got {q}")
        return Tensor(np.asarray(q, input.array.dtype))
    if q.array.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor, got the shape {q.array.shape}")
    if q.array.dtype != input.array.dtype:
        raise RuntimeError(
            f"{name}() q tensor must be same dtype as the input tensor, got {q.dtype} and {input.dtype}. "
            f"Convert it: q.to(input)"
        )
    values = all_values(q)
    if not ((values >= 0) & (values <= 1)).all():
        raise RuntimeError(f"{name}() q values must be in the range [0, 1], got {values.tolist()}")
    return q


def _quantile(name: str, input: Tensor, q: Any, dim: int | None, keepdim: bool, interpolation: str) -> Tensor:
    check_tensors(name, input)
    if input.array.dtype not in (dtypes.F32, dtypes.F64):
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype, got {input.dtype}")
    if not input.array.size:
        raise RuntimeError(f"{name}() input tensor must be non-empty, got the shape {input.array.shape}")
    if interpolation not in INTERPOLATIONS:
        raise RuntimeError(f"{name}() interpolation must be one of {INTERPOLATIONS}, but got {interpolation!r}")
    axis = None if dim is None else one_axis(name, input, dim)
    fractions = _fractions(name, input, q)
    ndim = input.array.ndim
    rows = input
    if axis is None or not ndim:
        rows = o.reshape.call(input, shape=(-1,))
    elif axis != ndim - 1:
        rows = o.moveaxis.call(input, source=axis, destination=ndim - 1)
    out = _of_rows(rows, o.reshape.call(fractions, shape=(-1,)), interpolation, skip=name == "nanquantile")
    # The quantiles are the last axis of `out`; they become the first, or none.
    out = o.moveaxis.call(out, source=out.array.ndim - 1, destination=0)
    if keepdim and ndim:
        kept = [1] * ndim if axis is None else [*input.array.shape]
        if axis is not None:
            kept[axis] = 1
        out = o.reshape.call(out, shape=(out.array.shape[0], *kept))
    return out if fractions.array.ndim else o.reshape.call(out, shape=out.array.shape[1:])


def _of_rows(x: Tensor, q: Tensor, interpolation: str, skip: bool) -> Tensor:
    """The quantiles q, 1-d, of each row along the last axis; without NaN if `skip`."""
    n = x.array.shape[-1]
    kind, axis = x.array.dtype, x.array.ndim - 1
    order = on_values(lambda x: order_of(x, -1, descending=False), x)
    if skip:
        last = on_values(lambda x: n - 1 - np.count_nonzero(np.isnan(x), axis=-1, keepdims=True), x)
        rank = s.where.call(last < 0, 0.0, q * s.astype.call(last, kind=kind))
    else:
        # A NaN is the last of its row: every quantile there is that element.
        missing = on_values(lambda x: np.isnan(x).any(axis=-1, keepdims=True), x)
        rank = s.where.call(missing, float(n - 1), q * (n - 1))
    round_to = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}.get(interpolation)

    def element(rounded: Any) -> Tensor:
        """The elements whose ranks are the rounded ones."""
        places = on_values(lambda o, r: np.take_along_axis(o, rounded(r).astype(np.int64), -1), order, rank)
        return take_along_axis.call(x, places, axis=axis)

    below = element(round_to or np.floor)
    if round_to is not None:
        return below
    above = element(np.ceil)
    low = on_values(lambda r: np.floor(r).astype(np.int64).astype(kind), rank)
    return lerp(below, above, rank - low if interpolation == "linear" else 0.5)
