"""x[index] and x[index] = value."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.inplace import write, write_part
from ..core.memory import note_write
from ..core.mode import mode
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import select as s
from ..ops import shape as o
from .batched_index import is_batched, put, taken
from .index_parts import Advanced, Basic, array_error, index_error, is_plain, matters, parse


def getitem(self: Tensor, index: Any) -> Tensor:
    """The elements that an index names: a view for numbers, slices, None and `...`, else a copy."""
    kind = type(index)
    if kind is Tensor and not index.array.ndim and index.array.dtype is dtypes.I64:  # a number
        index, kind = int(index.array), int
    if kind is int or is_plain(index, kind):
        try:
            return (ix.index_one if kind is int else ix.getitem).call(self, index=index)
        except (IndexError, TypeError) as error:
            raise index_error(self, index, error) from None
    basic: Basic
    advanced: Advanced
    if kind is Tensor and index.array.dtype is dtypes.I64 and index.array.ndim:  # rows of a table: skip the parsing
        basic, advanced = (), (index.array.copy(),)
        if not self.array.ndim:
            raise index_error(self, index, IndexError())
    else:
        basic, advanced = parse(self, index)
    seen = self if not matters(basic) else ix.getitem.call(self, index=basic)
    if advanced is None:
        return seen if seen is not self else o.alias.call(self)
    try:
        return taken(seen, advanced)
    except IndexError as error:
        raise array_error(seen, advanced, error) from None


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write a value to the elements that an index names."""
    if not isinstance(value, (Tensor, np.ndarray)) and dtypes.scalar_category(value) < 0:
        raise TypeError(
            f"can't assign a {type(value).__name__} to a {self.dtype} tensor; assign a number, a tensor or an array"
        )
    kind = type(index)
    # What has no node and is no view has nothing to follow the write; a batched tensor always has.
    plain = type(self) is Tensor and self.node is None and self.origin is None
    if plain and type(value) in (int, float) and _fill(self, index, kind, value):
        return
    advanced: Advanced = None
    seen = self
    if kind is int or is_plain(index, kind):
        seen = getitem(self, index)
    else:
        basic, advanced = parse(self, index)
        if advanced is None or matters(basic):
            seen = ix.getitem.call(self, index=basic)
    if isinstance(value, Tensor) and _is_same_place(seen, value) and advanced is None:
        return  # x[i] += y: the view was written, and is now assigned to itself
    if advanced is None:
        if not isinstance(value, Tensor):
            value = Tensor(_constant(value, seen.array.dtype))
        write(seen, _assigned, value)
        return
    try:
        shape = result_shape(seen, advanced)
    except IndexError as error:
        raise array_error(seen, advanced, error) from None
    if isinstance(value, Tensor) and value.array.dtype != self.array.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {self.dtype} for the destination and "
            f"{value.dtype} for the source. Convert it first: value.to(x.dtype)"
        )
    if not isinstance(value, Tensor):
        value = Tensor(_constant(value, self.array.dtype))
    value = strip(
        value,
        shape,
        f"shape mismatch: value tensor of shape {list(value.array.shape)} cannot be broadcast "
        f"to indexing result of shape {list(shape)}",
    )

    if is_batched(advanced):
        write(seen, put, advanced, value)
        return

    def fill(array: Any, given: Any) -> None:
        array[advanced] = given

    write_part(seen, ix.setitem, (value,), {"index": advanced}, fill)


def _fill(self: Tensor, index: Any, kind: type, value: float) -> bool:
    """Write a number to a float tensor outside any graph, if that is as simple as it looks."""
    array = self.array
    if (array.dtype is not dtypes.F32 and array.dtype is not dtypes.F64) or not array.flags.writeable:
        return False
    if kind is Tensor and index.array.dtype is dtypes.BOOL and index.array.shape == array.shape:
        mode.now.run(np.putmask, array, index.array, value)
    elif (kind is int or is_plain(index, kind)) and 0 not in array.strides:
        try:
            mode.now.run(array.__setitem__, index, value)
        except (IndexError, TypeError) as error:
            raise index_error(self, index, error) from None
    else:
        return False
    note_write(array)
    return True


def result_shape(seen: Tensor, advanced: Basic) -> tuple[int, ...]:
    """The shape of what an advanced index names, found without reading it."""
    empty = np.broadcast_to(np.zeros((), np.bool_), seen.array.shape)
    parts = [np.zeros(e.array.shape, np.int64) if isinstance(e, Tensor) else e for e in advanced]
    return empty[tuple(parts)].shape


def _constant(value: Any, kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """A number or an array in the type of the tensor that it is written to."""
    if isinstance(value, np.ndarray):
        dtypes.from_numpy(value.dtype)
        return value.astype(kind, copy=False)
    try:
        if isinstance(value, complex) and kind.kind != "c":
            raise OverflowError
        if isinstance(value, float) and kind.kind in "iu":
            value = int(value)
        return np.array(value, kind)
    except (OverflowError, ValueError):
        raise RuntimeError(f"value cannot be converted to type {kind} without overflow: {value}") from None


def _assigned(target: Tensor, value: Tensor) -> Tensor:
    """The value in the shape and type of the target."""
    want = target.array.shape
    if value.array.dtype != target.array.dtype:
        value = s.astype.call(value, kind=target.array.dtype)
    if value.array.shape == want:
        return value
    value = strip(
        value,
        want,
        f"The expanded size of the tensor must match the existing size: a value of shape "
        f"{list(value.array.shape)} can't "
        f"be broadcast to the target of shape {list(want)}",
    )
    return value if value.array.shape == want else o.broadcast_to.call(value, shape=want)


def strip(value: Tensor, want: tuple[int, ...], message: str) -> Tensor:
    """Without leading dimensions of size 1 that the target does not have; raises if the value still does not fit."""
    have = value.array.shape
    extra = len(have) - len(want)
    if extra > 0 and have[:extra] == (1,) * extra:
        value = o.reshape.call(value, shape=have[extra:])
        have = have[extra:]
    back = len(want) - len(have)
    if back < 0 or any(a not in (1, b) for a, b in zip(have, want[back:], strict=True)):
        raise RuntimeError(message)
    return value


def _is_same_place(seen: Tensor, value: Tensor) -> bool:
    """Whether two tensors are the same view of the same memory."""
    a, b = seen.array, value.array
    return (
        seen.origin == "view"
        and value.origin == "view"
        and seen._viewed is value._viewed
        and (seen.node is None) == (value.node is None)
        and a.dtype == b.dtype
        and a.shape == b.shape
        and a.strides == b.strides
        and a.__array_interface__["data"] == b.__array_interface__["data"]
    )


Tensor.__getitem__ = getitem


Tensor.__setitem__ = setitem
