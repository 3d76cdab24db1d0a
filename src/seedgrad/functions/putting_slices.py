"""Putting slices to positions that a tensor names."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import on_values, own_copy
from ..core.index_arrays import add_into
from ..core.inplace import write, write_part
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import select as s
from ..ops import shape as o
from .arguments import check_tensors, held, one_axis
from .batched_index import is_batched, put
from .gathering import check_slices
from .public import public
from .sizes import as_number, wrap

Array = np.ndarray[Any, Any]


def _into_slices(name: str, input: Tensor, dim: int, index: Tensor, source: Any) -> tuple[tuple[Any, ...], Tensor]:
    """The index and the source of index_add and index_copy, checked."""
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
    return (*(slice(None),) * axis, array), source


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
    where, value = _scaled_slices(input, dim, index, source, alpha)
    return _put(input, where, value, add=True)


def _scaled_slices(
    input: Tensor, dim: int, index: Tensor, source: Tensor, alpha: Any
) -> tuple[tuple[Any, ...], Tensor]:
    """The index and the value of index_add, checked."""
    where, value = _into_slices("index_add", input, dim, index, source)
    if alpha != 1:
        whole = bool if value.array.dtype == dtypes.BOOL else int
        value = value * (alpha if dtypes.differentiable(value.array.dtype) else whole(alpha))
    return where, value


def _put(input: Tensor, where: tuple[Any, ...], value: Tensor, add: bool = False) -> Tensor:
    """A copy with the value at the slices, or added there."""
    seen, where = _with_dimension(input, where)
    made = put(seen, where, value, add)
    return made if seen is input else o.reshape.call(made, shape=())


def index_add_(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """`index_add` into the tensor itself."""
    where, value = _scaled_slices(self, dim, index, source, alpha)
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
    return _put(input, *_into_slices("index_copy", input, dim, index, source))


def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`index_copy` into the tensor itself."""
    where, value = _into_slices("index_copy", self, dim, index, source)
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


for _form in (index_add_, index_copy_, index_fill_):
    setattr(Tensor, _form.__name__, _form)
