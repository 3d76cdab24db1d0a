"""x[index] and x[index] = value.

An index is taken apart into a basic part - numbers, slices, None, `...` - which gives a view, and an advanced part -
masks and arrays of positions - which copies. PyTorch applies the basic part first; NumPy treats numbers beside arrays as
arrays, so x[0, :, [1, 2]] has shape (n, 2) here and (2, n) there.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.inplace import write, write_part
from ..core.tensor import Tensor
from ..core.views import View
from ..ops import index as ix
from ..ops import select as s
from ..ops import shape as o
from .creation import new_array

_FULL = slice(None)
_PLAIN = (int, type(None), type(...), slice)

Basic = tuple[Any, ...]
Advanced = tuple[Any, ...] | None


def getitem(self: Tensor, index: Any) -> Tensor:
    """The elements that an index names: a view for numbers, slices, None and `...`, else a copy."""
    kind = type(index)
    if kind is int or _is_plain(index, kind):
        try:
            return (ix.index_one if kind is int else ix.getitem).call(self, index=index)
        except (IndexError, TypeError) as error:
            raise _index_error(self, index, error) from None
    basic, advanced = parse(self, index)
    seen = self if not _matters(basic) else ix.getitem.call(self, index=basic)
    if advanced is None:
        return seen if seen is not self else o.alias.call(self)
    try:
        return ix.take.call(seen, index=advanced)
    except IndexError as error:
        raise _array_error(seen, advanced, error) from None


def _is_plain(index: Any, kind: type) -> bool:
    """Whether an index is basic, with nothing that needs a second look."""
    if kind is tuple:
        dots = False
        for e in index:
            k = type(e)
            if k is slice:
                if e.step is not None:
                    return False
            elif k not in _PLAIN or (e is ... and dots):
                return False
            elif e is ...:
                dots = True
        return True
    return (kind is slice and index.step is None) or index is None or index is ...


def _matters(basic: Basic) -> bool:
    return any(type(e) is not slice or e != _FULL for e in basic)


def parse(x: Tensor, index: Any) -> tuple[Basic, Advanced]:
    """The basic part of an index, and the advanced part for what the basic part leaves.

    Raises:
        IndexError: there are more indices than dimensions, one is out of range, of a wrong type or shape.
        ValueError: a slice goes backwards.
    """
    if _is_tuple(index):
        index = tuple(index)
    elif not isinstance(index, tuple):
        index = (index,)
    parts = [_normal(e) for e in index]
    shape = x.array.shape
    used = sum(e.ndim if isinstance(e, np.ndarray) and e.dtype == dtypes.BOOL else 1 for e in parts if _takes(e))
    if used > len(shape):
        raise IndexError(_too_many(x, used))
    basic: list[Any] = []
    advanced: list[Any] = []
    axis = 0
    for e in parts:
        if e is ...:
            n = len(shape) - used if axis < len(shape) else 0
            used = len(shape)  # a second `...` stands for no dimension
            basic += [_FULL] * n
            advanced += [_FULL] * n
            axis += n
        elif e is None:
            basic.append(None)
            advanced.append(_FULL)
        elif isinstance(e, bool):  # a new dimension, of size 1 or 0
            basic.append(None)
            advanced.append(np.zeros(int(e), np.int64))
        elif isinstance(e, int):
            if not -shape[axis] <= e < shape[axis]:
                raise IndexError(_out_of_range(e, axis, shape))
            basic.append(e)
            axis += 1
        elif isinstance(e, slice):
            basic.append(e)
            advanced.append(_FULL)
            axis += 1
        elif e.dtype == dtypes.BOOL:
            if e.shape != shape[axis : axis + e.ndim]:
                raise IndexError(
                    f"The shape of the mask {list(e.shape)} at index {axis} does not match the shape of the indexed tensor "
                    f"{list(shape)} at index {axis}"
                )
            basic += [_FULL] * e.ndim
            advanced += e.nonzero()
            axis += e.ndim
        else:
            basic.append(_FULL)
            advanced.append(e)
            axis += 1
    arrays = [i for i, e in enumerate(advanced) if isinstance(e, np.ndarray)]
    return tuple(basic), tuple(advanced[: arrays[-1] + 1]) if arrays else None


def _takes(e: Any) -> bool:
    """Whether this part of an index stands for dimensions of the tensor."""
    return e is not None and e is not ... and not isinstance(e, bool)


def _is_tuple(index: Any) -> bool:
    """Whether a list stands for a tuple, as in PyTorch: it is short and does not just hold numbers."""
    return (
        isinstance(index, list)
        and len(index) < 32
        and any(e is None or e is ... or isinstance(e, (slice, list, tuple, Tensor, np.ndarray)) for e in index)
    )


def _normal(e: Any) -> Any:
    """One part of an index as None, `...`, bool, int, slice, or an array of bools or integers."""
    if e is None or e is ... or isinstance(e, (bool, slice)):
        if isinstance(e, slice) and e.step is not None and int(e.step) <= 0:
            raise ValueError(f"step must be greater than zero, got {e}: use flip() to reverse a dimension")
        return e
    if isinstance(e, (int, np.integer)):
        return int(e)
    if isinstance(e, np.bool_):
        return bool(e)
    if isinstance(e, Tensor):
        array = e.array
    elif isinstance(e, np.ndarray):
        array = e
    elif isinstance(e, (list, tuple, range)):
        array = new_array(e)
        if not array.size:
            array = array.astype(np.int64)
    else:
        raise (TypeError if isinstance(e, str) else IndexError)(
            f"only integers, slices (`:`), ellipsis (`...`), None, masks and tensors or lists of integers are valid "
            f"indices, got {type(e).__name__}"
        )
    kind = array.dtype
    if kind == np.uint8:
        warnings.warn(
            "indexing with dtype uint8 is deprecated, it is taken as a mask: use dtype bool", UserWarning, stacklevel=4
        )
        array, kind = array != 0, dtypes.BOOL
    if kind != dtypes.BOOL and kind.name not in ("int64", "int32"):
        raise IndexError(
            f"tensors used as indices must be of type int64, int32 or bool, got {kind}. Convert it: index.long()"
        )
    if not array.ndim:
        return bool(array) if kind == dtypes.BOOL else int(array)
    # The graph keeps indices without watching their versions: it must own them.
    return array.copy() if isinstance(e, (Tensor, np.ndarray)) and kind != dtypes.BOOL else array


def _out_of_range(i: int, axis: int, shape: tuple[int, ...]) -> str:
    return f"index {i} is out of bounds for dimension {axis} with size {shape[axis]} (the shape is {shape})"


def _too_many(x: Tensor, used: int) -> str:
    if not x.array.ndim:
        return "invalid index of a 0-dim tensor. Use `tensor.item()` to convert it to a Python number"
    return f"too many indices for tensor of dimension {x.array.ndim}: got {used} for shape {x.array.shape}"


def _index_error(x: Tensor, index: Any, error: Exception) -> Exception:
    """NumPy refused a plain index: what is wrong with it, in our words."""
    try:
        parse(x, index)
    except (IndexError, ValueError) as clear:
        return clear
    return error


def _array_error(x: Tensor, advanced: Basic, error: IndexError) -> IndexError:
    """NumPy refused an index of arrays: which position is out of range, or which shapes don't fit together."""
    for axis, e in enumerate(advanced):
        if isinstance(e, np.ndarray):
            n = x.array.shape[axis]
            wrong = e[(e < -n) | (e >= n)]
            if wrong.size:
                return IndexError(_out_of_range(int(wrong[0]), axis, x.array.shape))
    shapes = ", ".join(str(list(e.shape)) for e in advanced if isinstance(e, np.ndarray))
    if "broadcast" in str(error):
        return IndexError(f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}")
    return error


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """Write a value to the elements that an index names."""
    if not isinstance(value, (Tensor, np.ndarray)) and dtypes.scalar_category(value) < 0:
        raise TypeError(
            f"can't assign a {type(value).__name__} to a {self.dtype} tensor; assign a number, a tensor or an array"
        )
    kind = type(index)
    advanced: Advanced = None
    seen = self
    if kind is int or _is_plain(index, kind):
        seen = getitem(self, index)
    else:
        basic, advanced = parse(self, index)
        if advanced is None or _matters(basic):
            seen = ix.getitem.call(self, index=basic)
    if isinstance(value, Tensor) and _is_same_place(seen, value) and advanced is None:
        return  # x[i] += y: the view was written, and is now assigned to itself
    if advanced is None:
        if not isinstance(value, Tensor):
            value = Tensor(_constant(value, seen.array.dtype))
        write(seen, _assigned, value)
        return
    try:
        shape = _result_shape(seen, advanced)
    except IndexError as error:
        raise _array_error(seen, advanced, error) from None
    if isinstance(value, Tensor) and value.array.dtype != self.array.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {self.dtype} for the destination and "
            f"{value.dtype} for the source. Convert it first: value.to(x.dtype)"
        )
    if not isinstance(value, Tensor):
        value = Tensor(_constant(value, self.array.dtype))
    value = _strip(value, shape, f"shape mismatch: value tensor of shape {list(value.array.shape)} cannot be broadcast "
                   f"to indexing result of shape {list(shape)}")

    def fill(array: Any, given: Any) -> None:
        array[advanced] = given

    write_part(seen, ix.setitem, (value,), {"index": advanced}, fill)


def _result_shape(seen: Tensor, advanced: Basic) -> tuple[int, ...]:
    """The shape of what an advanced index names, found without reading it."""
    empty = np.broadcast_to(np.zeros((), np.bool_), seen.array.shape)
    return empty[advanced].shape


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
    value = _strip(
        value,
        want,
        f"The expanded size of the tensor must match the existing size: a value of shape {list(value.array.shape)} can't "
        f"be broadcast to the target of shape {list(want)}",
    )
    return value if value.array.shape == want else o.broadcast_to.call(value, shape=want)


def _strip(value: Tensor, want: tuple[int, ...], message: str) -> Tensor:
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
        isinstance(seen.origin, View)
        and isinstance(value.origin, View)
        and seen.origin.base is value.origin.base
        and (seen.node is None) == (value.node is None)
        and a.dtype == b.dtype
        and a.shape == b.shape
        and a.strides == b.strides
        and a.__array_interface__["data"] == b.__array_interface__["data"]
    )


Tensor.__getitem__ = getitem
Tensor.__setitem__ = setitem
