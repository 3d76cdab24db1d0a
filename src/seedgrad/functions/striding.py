"""Views by sizes and strides in memory, and sliding windows."""

from __future__ import annotations

from typing import Any

from ..core import strided_arrays as memory
from ..core.inplace import assign_view, reshape_in_place
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from ..ops import strided as st
from .arguments import check_tensors, one_axis
from .public import public
from .sizes import as_sizes


def _strided(name: str, input: Any, size: Any, stride: Any, offset: int | None) -> dict[str, Any]:
    """The settings of the op `as_strided`, checked against the memory of the tensor."""
    check_tensors(name, input)
    for what, value in (("size", size), ("stride", stride)):
        if not isinstance(value, (tuple, list)):
            raise TypeError(f"{name}(): argument '{what}' must be tuple of ints, not {type(value).__name__}")
    sizes, strides = as_sizes(name, (tuple(size),)), as_sizes(name, (tuple(stride),), negative=True)
    if len(sizes) != len(strides):
        raise RuntimeError(f"{name}(): mismatch in length of strides and shape: {list(strides)} for {list(sizes)}")
    if any(s < 0 for s in strides):
        raise RuntimeError(f"{name}(): Negative strides are not supported, got strides: {list(strides)}")
    array = input.array
    raw, first = memory.memory_bytes(array)
    here = first // array.itemsize
    begin = here if offset is None else int(offset)
    if begin < 0:
        raise RuntimeError(f"{name}(): invalid storage offset {begin}: it must not be negative")
    need = begin + memory.reach(sizes, strides)[1] + 1
    if 0 not in sizes and need * array.itemsize > len(raw):
        raise RuntimeError(
            f"{name}(): sizes {list(sizes)}, strides {list(strides)}, storage offset {begin}, and itemsize "
            f"{array.itemsize} requiring a storage size of {need * array.itemsize} are out of bounds for storage of "
            f"size {len(raw)}"
        )
    return {"size": sizes, "stride": strides, "start": begin - here, "layout": memory.strides_of(array)}


@public()
def as_strided(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """The elements of a tensor's memory by sizes and strides: `out[i, j] = memory[offset + i stride[0] + j stride[1]]`.

    Elements may be seen several times; their gradients are added up. What a gradient says of memory where `input`
    has no element is lost.

    Args:
        input: any shape.
        size: the shape, a tuple.
        stride: the step in memory, in elements, for each dimension; not negative.
        storage_offset: where the first element lies in the memory. Default: where that of `input` lies.

    Returns:
        A view of shape `size`.

    Raises:
        RuntimeError: size and stride differ in length, one is negative, or the view would leave the memory.
        TypeError: size or stride is not a tuple of ints.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(5).as_strided((3, 3), (1, 1))
        tensor([[0, 1, 2],
                [1, 2, 3],
                [2, 3, 4]])
    """
    out = st.as_strided.call(input, **(found := _strided("as_strided", input, size, stride, storage_offset)))
    if out.origin == "view" and len(out._steps) > 1:
        # The base leads there directly: after a write it may hold elements that `input` does not.
        base = out._viewed.array
        start = found["start"] + (memory.address(input.array) - memory.address(base)) // base.itemsize
        step = (st.as_strided, {**found, "start": start, "layout": memory.strides_of(base)}, None)
        if base.dtype == input.array.dtype:
            out._steps, out._made = (step,), out._made or "shortcut"
    return out


def as_strided_(self: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """`as_strided` of the tensor itself."""
    settings = _strided("as_strided_", self, size, stride, storage_offset)
    undo = {
        "size": self.array.shape,
        "stride": settings["layout"],
        "start": -settings["start"],
        "layout": settings["stride"],
    }
    return reshape_in_place(self, (st.as_strided, settings), (st.as_strided, undo))


Tensor.as_strided_ = as_strided_


def put_into_view(name: str, input: Tensor, src: Any, seen: Tensor, step: Any, layout: Any = None) -> Tensor:
    """A copy of `input` with `src` in the place of `seen`, the view that one step leads to."""
    check_tensors(name, src)
    check_part(name, src, seen)
    made, settings = step
    return assign_view.call(input, src, steps=((made, settings, None),), layout=layout)


def check_part(name: str, src: Tensor, seen: Tensor) -> None:
    """Raise unless `src` has the shape of the part that it replaces."""
    if src.array.shape != seen.array.shape:
        raise RuntimeError(
            f"{name}(): expected src to have a size equal to the slice of self. src size = {list(src.array.shape)}, "
            f"slice size = {list(seen.array.shape)}"
        )


@public()
def as_strided_scatter(input: Tensor, src: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A copy of a tensor with `src` in the place of its view `as_strided(size, stride, storage_offset)`.

    Args:
        input: any shape.
        src: the shape `size`.
        size: the shape of the view, a tuple.
        stride: the step in memory, in elements, for each dimension.
        storage_offset: where the first element lies in the memory. Default: where that of `input` lies.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: `src` has another shape, or as `as_strided`.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(4).as_strided_scatter(sg.tensor([1.0, 2.0]), (2,), (2,), 1)
        tensor([0., 1., 0., 2.])
    """
    settings = _strided("as_strided_scatter", input, size, stride, storage_offset)
    seen = as_strided(input.detach(), size, stride, storage_offset)
    return put_into_view("as_strided_scatter", input, src, seen, (st.as_strided, settings), settings["layout"])


@public()
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All stretches of `size` neighbours along a dimension, `step` apart: `out[i, k] = input[i step + k]`.

    Args:
        input: any shape.
        dimension: the dimension.
        size: how many elements each stretch has, from 0 to the length of the dimension.
        step: how far the next one is, from 1.

    Returns:
        A view with the stretches, (n - size) // step + 1 of them, in the place of the dimension, and a new last
        dimension of length `size`.

    Raises:
        RuntimeError: `size` is negative or greater than the dimension, or `step` is not positive.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(5).unfold(0, 3, 1)
        tensor([[0, 1, 2],
                [1, 2, 3],
                [2, 3, 4]])
    """
    axis = one_axis("unfold", input, dimension)
    n = input.array.shape[axis] if input.array.ndim else 1
    if size < 0:
        raise RuntimeError(f"unfold(): size is {size} but must be >= 0")
    if size > n:
        raise RuntimeError(f"unfold(): maximum size for tensor at dimension {axis} is {n} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"unfold(): step is {step} but must be > 0")
    if not input.array.ndim:
        return ix.getitem.call(o.reshape.call(input, shape=(1,)), index=(slice(size),))
    return st.windows.call(input, axis=axis, size=size, step=step)
