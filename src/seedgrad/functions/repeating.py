"""Repeating elements: without memory (expand), as blocks (repeat, tile), one by one (repeat_interleave)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors, one_axis
from .public import public
from .sizes import as_sizes


@public()
def expand(input: Tensor, *sizes: Any, size: Any = None) -> Tensor:
    """Repeat along dimensions of size 1, and along new ones in front, without using memory.

    Args:
        input: any shape.
        sizes: the new shape, as numbers or as one tuple (which may also be given as `size=`); -1 keeps the size.

    Returns:
        A view of the new shape. Writing to it in place is an error: its elements share places.

    Raises:
        RuntimeError: a dimension whose size is not 1 would change, or there are too few sizes.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1], [2]]).expand(-1, 3)
        tensor([[1, 1, 1],
                [2, 2, 2]])
    """
    check_tensors("expand", input)
    wanted = as_sizes("expand", sizes if size is None else (tuple(size),), negative=True)
    return o.broadcast_to.call(input, shape=_expanded("expand", input.array.shape, wanted))


def _expanded(name: str, have: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    lead = len(wanted) - len(have)
    if lead < 0:
        raise RuntimeError(
            f"{name}(): the number of sizes provided ({len(wanted)}: {list(wanted)}) must be greater or equal to the "
            f"number of dimensions in the tensor ({len(have)}: {list(have)})"
        )
    shape = list(wanted)
    for i, n in enumerate(wanted):
        old = have[i - lead] if i >= lead else None
        if n == -1 and old is not None:
            shape[i] = old
        elif n < 0 and old is None:
            raise RuntimeError(
                f"{name}(): the expanded size of the tensor ({n}) isn't allowed in a leading, non-existing "
                f"dimension {i}"
            )
        elif old is not None and n != old and (old != 1 or n < 0):
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({old}) at "
                f"non-singleton dimension "
                f"{i}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(have)}"
            )
    return tuple(shape)


@public()
def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`expand` to the shape of another tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1], [2]]).expand_as(sg.zeros(2, 2))
        tensor([[1, 1],
                [2, 2]])
    """
    check_tensors("expand_as", input, other)
    return expand(input, other.array.shape)


@public()
def broadcast_to(input: Tensor, size: Any) -> Tensor:
    """`expand` to a shape given as a tuple.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1, 2]).broadcast_to((2, 2))
        tensor([[1, 2],
                [1, 2]])
    """
    check_tensors("broadcast_to", input)
    wanted = as_sizes("broadcast_to", (size,), negative=True)
    return o.broadcast_to.call(input, shape=_expanded("broadcast_to", input.array.shape, wanted))


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """The tensors expanded to their common shape.

    Args:
        tensors: any shapes that can be broadcast together; separately or as one list.

    Returns:
        As many views, of one shape.

    Raises:
        RuntimeError: the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> a, b = sg.broadcast_tensors(sg.zeros(2, 1), sg.zeros(3))
        >>> a.shape, b.shape
        (seedgrad.Size([2, 3]), seedgrad.Size([2, 3]))
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    check_tensors("broadcast_tensors", *tensors)
    shape = broadcast_shapes(*(t.array.shape for t in tensors))
    return tuple(o.broadcast_to.call(t, shape=tuple(shape)) for t in tensors)


def broadcast_shapes(*shapes: Any) -> Any:
    """The common shape of tensors of these shapes.

    Raises:
        RuntimeError: the shapes don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.broadcast_shapes((2, 1), (3,))
        seedgrad.Size([2, 3])
    """
    from ..core.tensor import Size

    try:
        return Size(np.broadcast_shapes(*shapes))
    except ValueError:
        raise RuntimeError(
            f"Shape mismatch: the shapes {', '.join(str(tuple(s)) for s in shapes)} cannot be broadcast to a single "
            f"shape. From the last dimension on, sizes must be equal or 1"
        ) from None


@public()
def repeat(input: Tensor, *sizes: Any, repeats: Any = None) -> Tensor:
    """The tensor as a block, several times along each dimension.

    Args:
        input: any shape.
        sizes: how often along each dimension, as numbers or as one tuple (also `repeats=`); more than the tensor has
            dimensions make new ones in front.

    Returns:
        A copy whose sizes are multiplied.

    Raises:
        RuntimeError: there are fewer numbers than dimensions, or one is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([1, 2]).repeat(2, 2)
        tensor([[1, 2, 1, 2],
                [1, 2, 1, 2]])
    """
    check_tensors("repeat", input)
    times = as_sizes("repeat", sizes if repeats is None else (tuple(repeats),), negative=True)
    shape = input.array.shape
    if len(times) < len(shape):
        raise RuntimeError(
            f"Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: got "
            f"{list(times)} for shape {shape}"
        )
    if any(n < 0 for n in times):
        raise RuntimeError(f"repeat(): the numbers of repetitions must not be negative, got {list(times)}")
    shape = (1,) * (len(times) - len(shape)) + shape
    # Every dimension of size n becomes (times, n), the times are expanded, then both are one again.
    apart = tuple(m for n in shape for m in (1, n))
    wide = tuple(m for n, k in zip(shape, times, strict=True) for m in (k, n))
    out = o.broadcast_to.call(o.reshape.call(input, shape=apart), shape=wide)
    return _own(
        o.reshape.call(out, shape=tuple(n * k for n, k in zip(shape, times, strict=True)))
        if math.prod(times) != 1
        else o.reshape.call(input, shape=shape)
    )


def _own(t: Tensor) -> Tensor:
    """The tensor, with memory of its own: a reshape may have copied already."""
    return o.contiguous.call(t) if t.origin == "view" else t


@public()
def tile(input: Tensor, *sizes: Any, dims: Any = None) -> Tensor:
    """`repeat`, where too few numbers are completed by ones in front.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1], [2]]).tile(2)
        tensor([[1, 1],
                [2, 2]])
    """
    check_tensors("tile", input)
    times = as_sizes("tile", sizes if dims is None else (tuple(dims),), negative=True)
    return repeat(input, (1,) * (input.array.ndim - len(times)) + times)


@public()
def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element (or each slice along `dim`) several times in a row.

    Args:
        input: any shape. Alone, a 1-d tensor of counts: the result is each position as often as its count says.
        repeats: how often: a number, or a 1-d integer tensor with a number for each.
        dim: the dimension. Default: the tensor is flattened.
        output_size: the size of the result along the dimension, if it is known; checked.

    Returns:
        A copy.

    Raises:
        RuntimeError: a count is negative, or there are more or fewer counts than elements.
        NotImplementedError: the counts are not integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([7, 8]).repeat_interleave(sg.tensor([1, 3]))
        tensor([7, 8, 8, 8])
    """
    check_tensors("repeat_interleave", input)
    if repeats is None:
        return Tensor(_positions(input.array, input.array.size, output_size))
    if dim is None:
        input, dim = o.reshape.call(input, shape=(input.array.size,)), 0
    axis = one_axis("repeat_interleave", input, dim)
    n = input.array.shape[axis] if input.array.ndim else 1
    if type(repeats) is int and repeats >= 0 and output_size is None and input.array.ndim:
        shape = input.array.shape
        apart = o.expand_dims.call(input, axis=axis + 1)
        wide = o.broadcast_to.call(apart, shape=(*shape[: axis + 1], repeats, *shape[axis + 1 :]))
        return _own(o.reshape.call(wide, shape=(*shape[:axis], n * repeats, *shape[axis + 1 :])))
    if not isinstance(repeats, (Tensor, int)):
        raise TypeError(f"repeat_interleave(): repeats must be an int or a Tensor, not {type(repeats).__name__}")
    counts = repeats.array if isinstance(repeats, Tensor) else np.asarray(repeats)
    index: list[Any] = [slice(None)] * input.array.ndim
    index[axis] = _positions(counts, n, output_size)
    return ix.take.call(input, index=tuple(index))


def _positions(counts: np.ndarray[Any, Any], n: int, output_size: int | None) -> np.ndarray[Any, Any]:
    """Each of 0 to n - 1 as often as its count says."""
    if counts.dtype.kind not in "iu":
        raise NotImplementedError(f"repeat_interleave(): repeats must be integers, got {counts.dtype}")
    if counts.ndim > 1:
        raise RuntimeError(f"repeats must be 0-dim or 1-dim tensor, got shape {counts.shape}")
    if counts.size not in (1, n):
        raise RuntimeError(
            f"repeats must have the same size as input along dim, but got repeats.size(0) = {counts.size} and "
            f"input.size(dim) = {n}"
        )
    if (counts < 0).any():
        raise RuntimeError("Repeats must be non-negative")
    found = np.repeat(np.arange(n), counts)
    if output_size is not None and len(found) != output_size:
        raise RuntimeError(f"allocated size does not match required size: {output_size} against {len(found)}")
    return found
