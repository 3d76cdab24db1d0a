"""Taking elements by tensors of positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.along_arrays import check_places
from ..core.batch_values import all_values
from ..core.batching import Batched
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import select
from ..ops import shape as o
from .arguments import check_tensors, held, one_axis
from .batched_index import taken
from .public import public
from .repeating import broadcast_shapes
from .sizes import as_number, wrap

Array = np.ndarray[Any, Any]


def _check_index(name: str, index: Any) -> Array:
    check_tensors(name, index)
    array: Array = index.array
    kind = array.dtype
    if kind is not dtypes.I64 and kind not in (dtypes.I64, np.dtype(np.int32)):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index, got {index.dtype}")
    return array


def check_gather(name: str, input: Tensor, axis: int, index: Any) -> Array:
    """The positions, of as many dimensions as `input`, no longer than it except along the axis.

    Whether they lie in it is looked at by what takes or puts elements there; here for an input of one number.
    """
    array = _check_index(name, index)
    have, want = array.shape, input.array.shape
    if array.size:
        if len(have) != len(want) and len(have or (1,)) != len(want or (1,)):
            raise RuntimeError(
                f"{name}(): Index tensor must have the same number of dimensions as input tensor, got {have} for an "
                f"input of shape {want}"
            )
        if have != want and any([a > b and d != axis for d, (a, b) in enumerate(zip(have, want, strict=False))]):
            raise RuntimeError(
                f"{name}(): Size does not match: expected index {list(have)} to be no larger than self "
                f"{list(want)} apart "
                f"from dimension {axis}"
            )
        if not want:
            check_places(all_values(index), axis, 1)
    return array


def scatter_source(name: str, input: Tensor, axis: int, index: Array, src: Any) -> Any:
    """What scatter writes: a tensor no smaller than the index, or a number as a 0-d array."""
    if not isinstance(src, Tensor):
        return held(name, as_number(name, "value", src), input.array.dtype)
    if src.array.dtype != input.array.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype, got {input.dtype} and {src.dtype}")
    have, need = src.array.shape, index.shape
    if have == need:
        return src
    if len(have or (1,)) != len(need or (1,)) or any(a < b for a, b in zip(have, need, strict=False)):
        raise RuntimeError(
            f"{name}(): Expected index {list(need)} to be no larger than self {list(input.array.shape)} apart from "
            f"dimension {axis} and to be no larger size than src {list(have)}"
        )
    return src


@public(out=True)
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """out[i, j] = input[index[i, j], j] for dim 0, and so on for other dimensions.

    Args:
        input: any shape.
        dim: the dimension along which elements are chosen.
        index: int64 or int32 positions, of as many dimensions as `input`, no longer than it except along `dim`.
        sparse_grad: must be False (default): gradients are dense.

    Returns:
        A copy of the shape of `index`.

    Raises:
        RuntimeError: the shapes don't fit, a position is out of range, or `index` has another type.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).gather(1, sg.tensor([[0], [1]]))
        tensor([[1],
                [4]])
    """
    if sparse_grad:
        raise NotImplementedError("gather(): sparse gradients are not supported, use sparse_grad=False")
    axis = one_axis("gather", input, dim)
    array = check_gather("gather", input, axis, index)
    if not array.size:
        return o.reshape.call(input, shape=(-1,))[:0].reshape(array.shape)
    if not input.array.ndim:
        return o.broadcast_to.call(input, shape=array.shape)
    if not array.ndim:
        return o.reshape.call(ix.take_along_axis.call(input, index.reshape(1), axis=axis), shape=())
    return ix.take_along_axis.call(input, index, axis=axis)


@public(out=True)
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather`, where `input` and `indices` are broadcast together along the other dimensions.

    Args:
        input: any shape.
        indices: int64 or int32 positions. Along a given `dim` they go round: -1 is the last one.
        dim: the dimension. Default: both are flattened.

    Returns:
        A copy.

    Raises:
        RuntimeError: the shapes don't fit, a position is out of range, or `indices` has another type.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[3, 1], [2, 5]])
        >>> sg.take_along_dim(x, x.argsort(dim=1), dim=1)
        tensor([[1, 3],
                [2, 5]])
    """
    check_tensors("take_along_dim", input, indices)
    if dim is None:
        return gather(o.reshape.call(input, shape=(input.array.size,)), 0, indices.reshape(-1))
    if input.array.ndim != indices.array.ndim:
        raise RuntimeError(
            f"take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{input.array.ndim} and {indices.array.ndim}"
        )
    if not input.array.ndim:
        raise IndexError(f"take_along_dim(): Dimension specified as {dim} but tensor has no dimensions")
    axis = one_axis("take_along_dim", input, dim)
    _check_index("take_along_dim", indices)
    a, b = list(input.array.shape), list(indices.array.shape)
    n, k, a[axis], b[axis] = a[axis], b[axis], 1, 1
    shape = list(broadcast_shapes(a, b))
    whole = o.broadcast_to.call(input, shape=(*shape[:axis], n, *shape[axis + 1 :]))
    places = o.broadcast_to.call(indices, shape=(*shape[:axis], k, *shape[axis + 1 :]))
    # As in PyTorch, positions go round at both ends.
    return gather(whole, axis, places.remainder(n) if n else places)


@public(out=True)
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along a dimension at the given positions.

    Args:
        input: any shape.
        dim: the dimension.
        index: int64 or int32, 1-d or 0-d.

    Returns:
        A copy with len(index) slices along `dim`.

    Raises:
        IndexError: `index` has two or more dimensions, a position is out of range, or there is no such dimension.
        RuntimeError: `index` has another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).index_select(0, sg.tensor([1, 1]))
        tensor([[3, 4],
                [3, 4]])
    """
    axis = one_axis("index_select", input, dim)
    array = check_slices("index_select", input, axis, index)
    if not input.array.ndim:
        if index.array.size != 1:
            raise RuntimeError(
                f"index_select(): Index to scalar can have only 1 value, got {index.array.size} value(s)"
            )
        return select.copy.call(input)
    return taken(input, (slice(None),) * axis + (array,))


def check_slices(name: str, input: Tensor, axis: int, index: Any, error: type[Exception] = IndexError) -> Array:
    """The positions of slices, as a 1-d array that nobody else can write."""
    array = _check_index(name, index)
    if array.ndim > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, got shape {array.shape}")
    check_places(all_values(index), axis, input.array.shape[axis] if input.array.ndim else 1, error)
    return o.reshape.call(index, shape=(array.size,)) if type(index) is Batched else array.reshape(-1).copy()


@public(out=True)
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where a mask is true, in one dimension; both are broadcast together.

    Args:
        input: any shape.
        mask: bool, of a shape that can be broadcast with it.

    Returns:
        A 1-d copy.

    Raises:
        RuntimeError: the mask is not bool, or the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1, 2, 3])
        >>> x.masked_select(x > 1)
        tensor([2, 3])
    """
    check_tensors("masked_select", input, mask)
    if mask.array.dtype != dtypes.BOOL:
        raise RuntimeError(f"masked_select: expected BoolTensor for mask, got {mask.dtype}")
    shape = tuple(broadcast_shapes(input.array.shape, mask.array.shape))
    if not shape:
        return o.reshape.call(input, shape=(1,))[: int(mask.array)]
    where = np.broadcast_to(mask.array, shape).nonzero()
    return ix.take.call(o.broadcast_to.call(input, shape=shape), index=where)


@public(out=True)
def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements at positions in the flattened tensor.

    Args:
        input: any shape.
        index: int64, any shape; negative positions count from the end.

    Returns:
        A copy of the shape of `index`.

    Raises:
        RuntimeError: the index is not int64.
        IndexError: a position is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[4, 3], [2, 1]]).take(sg.tensor([0, 3]))
        tensor([4, 1])
    """
    check_tensors("take", input, index)
    if index.array.dtype != dtypes.I64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {index.dtype}")
    n, places = input.array.size, all_values(index)
    wrong = places[(places < -n) | (places >= n)]
    if wrong.size:
        raise IndexError(f"out of range: tried to access index {int(wrong.flat[0])} on a tensor of {n} elements.")
    flat = o.reshape.call(input, shape=(n,))
    if type(index) is Batched:
        return taken(flat, (index,))
    return o.reshape.call(ix.take.call(flat, index=(index.array.reshape(-1).copy(),)), shape=index.array.shape)


@public(out=True)
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The positions of the elements that are not 0.

    Args:
        input: any shape.
        as_tuple: give a tuple that can be used as an index. Default: False.

    Returns:
        An int64 tensor of shape (n, input.ndim), or a tuple with a tensor of shape (n,) for each dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[0, 5], [6, 0]]).nonzero()
        tensor([[0, 1],
                [1, 0]])
    """
    check_tensors("nonzero", input)
    if as_tuple:
        array = input.array if input.array.ndim else input.array.reshape(1)
        return tuple(wrap(a) for a in array.nonzero())
    if not input.array.ndim:
        return wrap(np.zeros((int(bool(input.array)), 0), np.int64))
    return wrap(np.stack(input.array.nonzero(), axis=1))


@public()
def argwhere(input: Tensor) -> Tensor:
    """The positions of the elements that are not 0, as rows: `nonzero`.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([0, 3, 4]).argwhere()
        tensor([[1],
                [2]])
    """
    found: Tensor = nonzero(input)
    return found
