"""Sums, products, means and extremes of the elements that an index sends to one place."""

from __future__ import annotations

from typing import Any

from ..core.along_arrays import check_places
from ..core.batch_values import all_values
from ..core.tensor import Tensor
from .arguments import check_tensors, one_axis
from .gathering import check_gather, check_slices, scatter_source
from .public import public
from .reduced import reduced
from .repeating import broadcast_to


def _checked(name: str, input: Any, reduce: str, allowed: tuple[str, ...]) -> None:
    check_tensors(name, input)
    if reduce not in allowed:
        raise RuntimeError(f"{name}(): reduce argument must be one of {', '.join(allowed)}, got {reduce}")
    kind = input.array.dtype
    if (reduce == "mean" and kind.kind == "b") or (reduce in ("amax", "amin") and kind.kind == "c"):
        raise NotImplementedError(f"{name}(): the reduction {reduce} is not implemented for {input.dtype} tensors")


@public(inplace=True, out=True)
def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """Reduce src[i, j] into [index[i, j], j] for dim 0, and so on for other dimensions.

    Args:
        input: any shape.
        dim: the dimension along which places are chosen.
        index: int64 or int32 positions, of as many dimensions as `input`, no longer than it except along `dim`; they
            may repeat.
        src: no smaller than `index`, of the type of `input`.
        reduce: "sum", "prod", "mean", "amax" or "amin".
        include_self: whether the elements of `input` take part. Default: True. Places that no position names keep
            their element in any case.

    Returns:
        A copy of the shape of `input`. The gradient of an extreme is divided evenly among all that are it.

    Raises:
        RuntimeError: shapes or types don't fit, a position is out of range, or `reduce` is another word.
        NotImplementedError: "mean" of bools, "amax" or "amin" of complex numbers.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> x.scatter_reduce(0, sg.tensor([0, 0]), sg.tensor([5.0, 3.0]), "amax")
        tensor([5., 2.])
    """
    _checked("scatter_reduce", input, reduce, ("sum", "prod", "mean", "amax", "amin"))
    check_tensors("scatter_reduce", index, src)
    axis = one_axis("scatter_reduce", input, dim)
    places = check_gather("scatter_reduce", input, axis, index)
    check_places(all_values(index), axis, input.array.shape[axis] if input.array.ndim else 1)
    source = scatter_source("scatter_reduce", input, axis, places, src)
    if not places.size:
        return input.clone()
    return reduced(input, index, source, axis, reduce, include_self)


@public(inplace=True, out=True)
def index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """Reduce source[k] into the slice index[k] along a dimension, for every k.

    Args:
        input: any shape.
        dim: the dimension of the slices.
        index: int64 or int32, 1-d; positions may repeat.
        source: the shape of `input` with len(index) along `dim`.
        reduce: "prod", "mean", "amax" or "amin".
        include_self: whether the elements of `input` take part. Default: True.

    Returns:
        A copy of the shape of `input`.

    Raises:
        RuntimeError: shapes or types don't fit, or `reduce` is another word.
        NotImplementedError: "mean" of bools, "amax" or "amin" of complex numbers.
        IndexError: a position is out of range, `index` has two dimensions, or there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2, 2).index_reduce(0, sg.tensor([1, 1]), sg.full((2, 2), 3.0), "prod")
        tensor([[1., 1.],
                [9., 9.]])
    """
    _checked("index_reduce", input, reduce, ("prod", "mean", "amax", "amin"))
    check_tensors("index_reduce", index, source)
    axis = one_axis("index_reduce", input, dim)
    array = check_slices("index_reduce", input, axis, index)
    if source.array.dtype != input.array.dtype:
        raise RuntimeError(
            f"index_reduce(): self ({input.dtype}) and source ({source.dtype}) must have the same scalar type"
        )
    have, want = source.array.shape, input.array.shape
    if len(have) != len(want) or any(a != b for d, (a, b) in enumerate(zip(have, want, strict=True)) if d != axis):
        raise RuntimeError(
            f"index_reduce(): source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {list(want)} source.shape = {list(have)}"
        )
    n = have[axis] if have else 1
    if array.shape[0] != n:
        raise RuntimeError(
            f"index_reduce(): Number of indices ({array.shape[0]}) should be equal to source.size(dim): ({n}), for dim: "
            f"{axis}"
        )
    if not source.array.size:
        return input.clone()
    given = array if isinstance(array, Tensor) else Tensor(array)
    places = broadcast_to(given.reshape((n,) + (1,) * (len(have) - axis - 1)), have or (1,))
    return reduced(input, places, source, axis, reduce, include_self)
