"""Putting elements to positions that tensors name."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.along_arrays import check_places, scatter_add_into, scatter_into
from ..core.batch_values import all_values, on_values, own_copy
from ..core.index_arrays import add_into
from ..core.inplace import write, write_part
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import select as s
from ..ops import shape as o
from .arguments import check_tensors, held, one_axis
from .batched_index import is_batched, put
from .gathering import check_gather, check_slices, scatter_source
from .public import public
from .reduced import reduced
from .sizes import as_number, wrap

Array = np.ndarray[Any, Any]


def _into_slices(
    name: str, input: Tensor, dim: int, index: Tensor, source: Any
) -> tuple[tuple[Any, ...], Tensor, Tensor]:
    """The index, the tensor with at least one dimension and the source of index_add and index_copy, checked."""
    axis = one_axis(name, input, dim)
    check_tensors(name, source)
    array = check_slices(name, input, axis, index, RuntimeError if name == "index_add" else IndexError)
    if name == "index_copy" and index.array.dtype != dtypes.I64:
        raise RuntimeError(f"index_copy_(): Expected a long tensor for index, but got {index.dtype}")
    if source.array.dtype != input.array.dtype:
        raise RuntimeError(f"{name}(): self ({input.dtype}) and source ({source.dtype}) must have the same dtype")
    n = source.array.shape[axis] if source.array.ndim else 1
    if array.shape[0] != n:
        raise (RuntimeError if name == "index_add" else IndexError)(
            f"{name}(): Number of indices ({array.shape[0]}) should be equal to source.size(dim): ({n}), for dim: {axis}"
        )
    want = list(input.array.shape)
    if want:
        want[axis] = n
    single = name == "index_copy" and not want and source.array.size == 1
    if source.array.ndim and list(source.array.shape) != want and not single:
        raise RuntimeError(
            f"{name}(): source of shape {source.array.shape} must have the shape {tuple(want)}: that of "
            f"self with {n} along "
            f"dimension {axis}"
        )
    return (*(slice(None),) * axis, array), input, source


@public(out=True)
def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """The tensor with alpha * source[k] added to its slice index[k], for every k.

    Args:
        input: any shape.
        dim: the dimension of the slices.
        index: int64 or int32, 1-d; positions may repeat.
        source: the shape of `input` with len(index) along `dim`.
        alpha: a factor. Default: 1.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: shapes or types don't fit.
        IndexError: a position is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).index_add(0, sg.tensor([0, 0]), sg.tensor([1.0, 2.0]))
        tensor([3., 0., 0.])
    """
    return index_add_(own_copy(input, index, source), dim, index, source, alpha=alpha)


def index_add_(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """`index_add` into the tensor itself."""
    where, _, value = _into_slices("index_add", self, dim, index, source)
    if alpha != 1:
        whole = bool if value.array.dtype == dtypes.BOOL else int
        value = value * (alpha if dtypes.differentiable(value.array.dtype) else whole(alpha))
    seen, where = _with_dimension(self, where)
    if is_batched(where):
        write(seen, put, where, value, add=True)
        return self
    write_part(seen, ix.add_at, (value,), {"index": where}, lambda out, v: add_into(out, where, v))
    return self


def _with_dimension(self: Tensor, where: tuple[Any, ...]) -> tuple[Tensor, tuple[Any, ...]]:
    """The tensor and the index of its slices; a 0-d tensor as a view with one dimension."""
    return (self, where) if self.array.ndim else (o.reshape.call(self, shape=(1,)), where[-1:])


@public(out=True)
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """The tensor with source[k] in the place of its slice index[k], for every k.

    Args:
        input: any shape.
        dim: the dimension of the slices.
        index: int64 or int32, 1-d.
        source: the shape of `input` with len(index) along `dim`.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: shapes or types don't fit.
        IndexError: a position is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).index_copy(0, sg.tensor([2, 0]), sg.tensor([1.0, 2.0]))
        tensor([2., 0., 1.])
    """
    return index_copy_(own_copy(input, index, source), dim, index, source)


def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`index_copy` into the tensor itself."""
    where, _, value = _into_slices("index_copy", self, dim, index, source)
    seen, where = _with_dimension(self, where)
    if is_batched(where):
        write(seen, put, where, value)
        return self

    def fill(out: Array, v: Array) -> None:
        out[where] = v

    write_part(seen, ix.setitem, (value,), {"index": where}, fill)
    return self


@public()
def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """The tensor with one value in the slices at the given positions.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).index_fill(0, sg.tensor([1]), 7.0)
        tensor([0., 7., 0.])
    """
    return index_fill_(own_copy(input, index, value), dim, index, value)


def index_fill_(self: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`index_fill` into the tensor itself."""
    axis = one_axis("index_fill", self, dim)
    check_tensors("index_fill", index)
    if index.array.dtype != dtypes.I64:
        raise IndexError(f"index_fill_(): Expected dtype int64 for index, got {index.dtype}")
    if index.array.ndim > 1:
        raise RuntimeError(f"index_fill_(): Index has to be a vector/scalar, got shape {index.array.shape}")
    n = self.array.shape[axis] if self.array.ndim else 1
    array = check_slices("index_fill", self, axis, on_values(lambda i: np.where(i < 0, i + n, i), index))
    if isinstance(value, Tensor) and value.array.ndim:
        raise RuntimeError(
            f"index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.array.ndim} dimension(s)."
        )
    kind = self.array.dtype
    given = (
        value if isinstance(value, Tensor) else wrap(held("index_fill", as_number("index_fill", "value", value), kind))
    )
    if given.array.dtype != kind:
        given = s.astype.call(given, kind=kind)
    seen, where = _with_dimension(self, (*(slice(None),) * axis, array))
    seen[where] = given
    return self


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
    return scatter_(own_copy(input, index, src, value), dim, index, src, value=value, reduce=reduce)


def scatter_(
    self: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`scatter` into the tensor itself."""
    if (src is None) == (value is None):
        raise TypeError("scatter() takes either src or value")
    if reduce == "add":
        what = src if src is not None else value
        if not isinstance(what, Tensor):
            what = wrap(np.full(index.array.shape, what, self.array.dtype))
        return scatter_add_(self, dim, index, what)
    if reduce not in (None, "multiply"):
        raise RuntimeError(f"scatter(): reduce argument must be either add or multiply, got {reduce!r}")
    axis = one_axis("scatter", self, dim)
    places = check_gather("scatter", self, axis, index)
    source = scatter_source("scatter", self, axis, places, src if src is not None else value)
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
    check_tensors("scatter_add", input, src)
    return scatter_add_(own_copy(input, index, src), dim, index, src)


def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`scatter_add` into the tensor itself."""
    check_tensors("scatter_add", self, src)
    axis = one_axis("scatter_add", self, dim)
    places = check_gather("scatter_add", self, axis, index)
    source = scatter_source("scatter_add", self, axis, places, src)
    if not places.size:
        return self
    return write_part(
        self, ix.scatter_add, (index, source), {"axis": axis}, lambda out, i, v: scatter_add_into(out, i, v, axis)
    )


for _form in (index_add_, index_copy_, index_fill_, scatter_, scatter_add_):
    setattr(Tensor, _form.__name__, _form)
