"""Putting elements to positions that a tensor names for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.along_arrays import check_places, scatter_add_into, scatter_into
from ..core.batch_values import all_values, own_copy
from ..core.inplace import write, write_part
from ..core.tensor import Tensor
from ..ops import index as ix
from .arguments import check_tensors, one_axis
from .gathering import check_gather, scatter_source
from .public import public
from .reduced import reduced
from .sizes import wrap


@public(out=True)
def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """The tensor with src[i, j] at [index[i, j], j] for dim 0, and so on for other dimensions.

    Args:
        input: any shape.
        dim: the dimension along which places are chosen.
        index: int64 or int32 positions, of as many dimensions as `input`, no longer than it except along `dim`.
        src: a tensor no smaller than `index`, of the type of `input`, or a number (also `value=`).
        reduce: "add" adds to what is there, "multiply" multiplies it. Default: it is replaced.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: shapes or types don't fit, or a position is out of range.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).scatter(1, sg.tensor([[0], [2]]), 1.0)
        tensor([[1., 0., 0.],
                [0., 0., 1.]])
    """
    check_tensors("scatter", input)
    if reduce is not None:
        return scatter_(own_copy(input, index, src, value), dim, index, src, value=value, reduce=reduce)
    axis, source = _written(input, dim, index, src, value)
    if not index.array.size:
        return own_copy(input, index, source)
    return ix.scatter.call(input, index, source, axis=axis)


def _written(input: Tensor, dim: int, index: Tensor, src: Any, value: Any) -> tuple[int, Any]:
    """The axis and what is written by scatter, checked."""
    if (src is None) == (value is None):
        raise TypeError("scatter() takes either src or value")
    axis = one_axis("scatter", input, dim)
    places = check_gather("scatter", input, axis, index)
    return axis, scatter_source("scatter", input, axis, places, src if src is not None else value)


def scatter_(
    self: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`scatter` into the tensor itself."""
    if reduce == "add":
        if (src is None) == (value is None):
            raise TypeError("scatter() takes either src or value")
        what = src if src is not None else value
        if not isinstance(what, Tensor):
            what = wrap(np.full(index.array.shape, what, self.array.dtype))
        return scatter_add_(self, dim, index, what)
    if reduce not in (None, "multiply"):
        raise RuntimeError(f"scatter(): reduce argument must be either add or multiply, got {reduce!r}")
    axis, source = _written(self, dim, index, src, value)
    places = index.array
    if not places.size:
        return self
    if reduce == "multiply":
        check_places(all_values(index), axis, self.array.shape[axis] if self.array.ndim else 1)
        factors = source if isinstance(source, Tensor) else wrap(np.broadcast_to(source, places.shape))
        return write(self, lambda x: reduced(x, index, factors, axis, "prod", True))
    return write_part(
        self, ix.scatter, (index, source), {"axis": axis}, lambda out, i, v: scatter_into(out, i, v, axis)
    )


@public(out=True)
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """The tensor with src[i, j] added at [index[i, j], j] for dim 0, and so on for other dimensions.

    Args:
        input: any shape.
        dim: the dimension along which places are chosen.
        index: int64 or int32 positions, of as many dimensions as `input`, no longer than it except along `dim`;
            they may repeat.
        src: no smaller than `index`, of the type of `input`.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: shapes or types don't fit, or a position is out of range.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).scatter_add(0, sg.tensor([0, 0, 2]), sg.ones(3))
        tensor([2., 0., 1.])
    """
    axis, source = _added(input, dim, index, src)
    if not index.array.size:
        return own_copy(input, index, source)
    return ix.scatter_add.call(input, index, source, axis=axis)


def _added(input: Tensor, dim: int, index: Tensor, src: Any) -> tuple[int, Any]:
    """The axis and what is added by scatter_add, checked."""
    check_tensors("scatter_add", input, src)
    axis = one_axis("scatter_add", input, dim)
    return axis, scatter_source("scatter_add", input, axis, check_gather("scatter_add", input, axis, index), src)


def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`scatter_add` into the tensor itself."""
    axis, source = _added(self, dim, index, src)
    if not index.array.size:
        return self
    return write_part(
        self, ix.scatter_add, (index, source), {"axis": axis}, lambda out, i, v: scatter_add_into(out, i, v, axis)
    )


for _form in (scatter_, scatter_add_):
    setattr(Tensor, _form.__name__, _form)
