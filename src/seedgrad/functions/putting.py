"""Writing elements to positions of the flattened tensor, to an index, or where a mask holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batch_values import all_values, own_copy
from ..core.batching import Batched
from ..core.index_arrays import add_into
from ..core.inplace import write, write_part
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors
from .batched_index import is_batched
from .batched_index import put as put_rows
from .index_parts import array_error, matters, parse
from .indexing import result_shape, strip
from .public import public
from .repeating import broadcast_shapes, broadcast_to
from .shaping import reshape

Array = np.ndarray[Any, Any]


def _write_at(self: Tensor, where: tuple[Any, ...], value: Tensor, accumulate: bool) -> Tensor:
    """Put, or add, the value at an index of arrays."""
    if not self.array.ndim:
        self, where = o.reshape.call(self, shape=(1,)), (np.zeros(value.array.shape, np.int64),)

    if is_batched(where):
        return write(self, put_rows, where, value, add=accumulate)

    def fill(out: Array, v: Array) -> None:
        if accumulate:
            add_into(out, where, v)
        else:
            out[where] = v

    return write_part(self, ix.add_at if accumulate else ix.setitem, (value,), {"index": where}, fill)


@public()
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """The elements of `source`, in their order, in the places where a mask holds, in row-major order.

    Args:
        input: any shape.
        mask: bool, of a shape that can be broadcast with it.
        source: at least as many elements as the mask has True, of the type of `input`.

    Returns:
        A copy, in the broadcast shape.

    Raises:
        RuntimeError: the mask is not bool, the types differ, `source` is too short, or the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(4).masked_scatter(sg.tensor([True, False, True, False]), sg.tensor([5.0, 6.0, 7.0]))
        tensor([5., 0., 6., 0.])
    """
    check_tensors("masked_scatter", input, mask, source)
    shape = broadcast_shapes(input.array.shape, mask.array.shape)
    return masked_scatter_(own_copy(broadcast_to(input, shape), mask, source), mask, source)


def masked_scatter_(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`masked_scatter` into the tensor itself."""
    check_tensors("masked_scatter_", self, mask, source)
    if mask.array.dtype != dtypes.BOOL:
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.dtype}")
    if source.array.dtype != self.array.dtype:
        raise RuntimeError(
            f"masked_scatter: expected self and source to have same dtypes but got {self.dtype} and {source.dtype}"
        )
    holds = broadcast_to(mask, self.array.shape).array
    where = np.atleast_1d(holds).nonzero()
    count = len(where[0])
    if source.array.size < count:
        raise RuntimeError(
            f"masked_scatter: Number of elements of source < number of ones in mask: {source.array.size} < {count}"
        )
    _write_at(self, where, reshape(source, (source.array.size,))[:count], False)
    return self


@public()
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """The elements of `source` at positions of the flattened tensor.

    Args:
        input: any shape.
        index: int64, any shape; negative positions count from the end.
        source: as many elements as `index`, of the type of `input`.
        accumulate: add to what is there. Default: False.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: the index is not int64, or the types differ.
        IndexError: a position is out of range, or there are more or fewer elements than positions.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 2).put(sg.tensor([0, 3]), sg.tensor([5.0, 6.0]))
        tensor([[5., 0.],
                [0., 6.]])
    """
    check_tensors("put", input)
    return put_(own_copy(input, index, source), index, source, accumulate)


def put_(self: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`put` into the tensor itself."""
    check_tensors("put_", self, index, source)
    if index.array.dtype != dtypes.I64:
        raise RuntimeError(f"put_(): Expected a long tensor for index, but got {index.dtype}")
    if source.array.dtype != self.array.dtype:
        raise RuntimeError(
            f"put_(): self and source expected to have the same dtype, but got self.dtype = {self.dtype} and "
            f"source.dtype = {source.dtype}"
        )
    places, n = reshape(index, (index.array.size,)), self.array.size
    if source.array.size != index.array.size:
        raise IndexError(
            f"put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.array.size}, index.numel() = {index.array.size}"
        )
    if not n:
        if index.array.size:
            raise IndexError("put_(): Tried to put elements into an empty tensor")
        return self
    at = all_values(places)
    wrong = at[(at < -n) | (at >= n)]
    if wrong.size:
        raise IndexError(f"out of range: tried to access index {int(wrong.flat[0])} on a tensor of {n} elements.")
    if type(index) is Batched:
        return write(self, _put_flat, places, reshape(source, (index.array.size,)), accumulate)
    where = np.unravel_index(np.where(at < 0, at + n, at), self.array.shape) if self.array.ndim else ()
    _write_at(self, where, reshape(source, (index.array.size,)), accumulate)
    return self


def _put_flat(x: Tensor, places: Tensor, value: Tensor, accumulate: bool) -> Tensor:
    """A copy of x with values at positions of the flattened x."""
    flat = put_rows(reshape(x, (x.array.size,)), (places,), value, add=accumulate)
    return reshape(flat, x.array.shape)


@public()
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """Values at an index of tensors: a copy after `x[indices] = values`, or `+=` with every repetition counted.

    Args:
        input: any shape.
        indices: a tuple of int64, int32 or bool tensors, one for each of the first dimensions.
        values: what can be broadcast to `input[indices]`, of the type of `input`.
        accumulate: add to what is there. Default: False.

    Returns:
        A copy of the shape of `input`.

    Raises:
        TypeError: `indices` is not a tuple of tensors, or `values` not a tensor.
        RuntimeError: the types differ, or the values don't fit.
        IndexError: there are more indices than dimensions, or a position is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(3).index_put((sg.tensor([0, 0, 2]),), sg.tensor(1.0), accumulate=True)
        tensor([2., 0., 1.])
    """
    check_tensors("index_put", input)
    others = indices if isinstance(indices, (tuple, list)) else ()
    return index_put_(own_copy(input, *others, values), indices, values, accumulate)


def index_put_(self: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """`index_put` into the tensor itself."""
    if not isinstance(indices, (tuple, list)) or not all(isinstance(i, Tensor) for i in indices):
        raise TypeError(
            f"index_put_(): argument 'indices' must be tuple of Tensors, got {type(indices).__name__} of "
            f"{[type(i).__name__ for i in indices] if isinstance(indices, (tuple, list)) else 'no tuple'}"
        )
    if not isinstance(values, Tensor):
        raise TypeError(f"index_put_(): argument 'values' must be Tensor, not {type(values).__name__}")
    if not indices:
        raise RuntimeError("index_put_(): needs at least one index")
    if values.array.dtype != self.array.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {self.dtype} for the destination and "
            f"{values.dtype} for the source. Convert it first: values.to(x.dtype)"
        )
    # A position without dimensions would make a view; as a list of one position it does not.
    wide = [i.reshape(1) if not i.array.ndim and i.array.dtype != dtypes.BOOL else i for i in indices]
    basic, advanced = parse(self, tuple(wide))
    seen = ix.getitem.call(self, index=basic) if matters(basic) else self
    assert advanced is not None, "there is at least one index of dimensions"
    try:
        shape = result_shape(seen, advanced)
    except IndexError as error:
        raise array_error(seen, advanced, error) from None
    value = strip(
        values,
        shape,
        f"shape mismatch: value tensor of shape {list(values.array.shape)} cannot be broadcast to indexing result of "
        f"shape {list(shape)}",
    )
    _write_at(seen, advanced, value, accumulate)
    return self


for _form in (masked_scatter_, put_, index_put_):
    setattr(Tensor, _form.__name__, _form)
