"""An index taken apart into a basic part - numbers, slices, None, `...` - which gives a view, and an "
"advanced part - masks
and arrays of positions - which copies.

PyTorch applies the basic part first. NumPy treats numbers beside arrays as arrays: x[0, :, [1, 2]] has the shape (n, 2)
here and (2, n) there.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched
from ..core.tensor import Tensor
from .creation import new_array

_FULL = slice(None)


Basic = tuple[Any, ...]


Advanced = tuple[Any, ...] | None


def is_plain(index: Any, kind: type) -> bool:
    """Whether an index is basic, with nothing that needs a second look."""
    if kind is not tuple:
        return index is None or index is ... or (kind is slice and _goes_forward(index))
    dots = False
    for e in index:
        if type(e) is slice:
            if e.step is not None and not _goes_forward(e):
                return False
        elif e is ...:
            if dots:
                return False
            dots = True
        elif type(e) is not int and e is not None:
            return False
    return True


def _goes_forward(e: slice) -> bool:
    return e.step is None or (type(e.step) is int and e.step > 0)


def matters(basic: Basic) -> bool:
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
                    f"The shape of the mask {list(e.shape)} at index {axis} does not match the shape of the "
                    f"indexed tensor "
                    f"{list(shape)} at index {axis}"
                )
            basic += [_FULL] * e.ndim
            advanced += e.nonzero()
            axis += e.ndim
        else:
            basic.append(_FULL)
            advanced.append(e)
            axis += 1
    arrays = [i for i, e in enumerate(advanced) if isinstance(e, (np.ndarray, Tensor))]
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
    if type(e) is Batched:
        return _normal_batched(e, kind)
    if kind == np.uint8:
        warnings.warn(
            "indexing with dtype uint8 is deprecated, it is taken as a mask: use dtype bool",
            UserWarning,
            stacklevel=4,
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


def _normal_batched(e: Batched, kind: np.dtype[Any]) -> Batched:
    if kind.name not in ("int64", "int32"):
        raise NotImplementedError(
            f"vmap: an index of type {kind} that differs between the samples is not supported: each sample would name "
            f"another number of elements. Use where() or masked_fill()"
        )
    return e


def _out_of_range(i: int, axis: int, shape: tuple[int, ...]) -> str:
    return f"index {i} is out of bounds for dimension {axis} with size {shape[axis]} (the shape is {shape})"


def _too_many(x: Tensor, used: int) -> str:
    if not x.array.ndim:
        return "invalid index of a 0-dim tensor. Use `tensor.item()` to convert it to a Python number"
    return f"too many indices for tensor of dimension {x.array.ndim}: got {used} for shape {x.array.shape}"


def index_error(x: Tensor, index: Any, error: Exception) -> Exception:
    """NumPy refused a plain index: what is wrong with it, in our words."""
    try:
        parse(x, index)
    except (IndexError, ValueError) as clear:
        return clear
    return error


def array_error(x: Tensor, advanced: Basic, error: IndexError) -> IndexError:
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
