"""Tensors with at least so many dimensions, sums back to a smaller shape, positions as coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_values import on_values
from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import check_tensors
from .joining import at_least
from .public import public
from .sizes import as_sizes


def _each(name: str, tensors: tuple[Any, ...], ndim: int) -> Any:
    """`at_least` of one tensor, or of each of several."""
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return at_least(tensors[0], ndim)
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    check_tensors(name, *given)
    return tuple(at_least(t, ndim) for t in given)


def atleast_1d(*tensors: Any) -> Any:
    """The tensor, a 0-d one with one dimension.

    Args:
        tensors: one tensor, or several, separately or as one tuple.

    Returns:
        The tensor itself or a view; a tuple of them if several were given.

    Raises:
        TypeError: something is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.atleast_1d(sg.tensor(1.0))
        tensor([1.])
    """
    return _each("atleast_1d", tensors, 1)


def atleast_2d(*tensors: Any) -> Any:
    """The tensor with two dimensions or more: (n,) becomes (1, n).

    Args:
        tensors: one tensor, or several, separately or as one tuple.

    Returns:
        The tensor itself or a view; a tuple of them if several were given.

    Raises:
        TypeError: something is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.atleast_2d(sg.tensor([1.0, 2.0]))
        tensor([[1., 2.]])
    """
    return _each("atleast_2d", tensors, 2)


def atleast_3d(*tensors: Any) -> Any:
    """The tensor with three dimensions or more: (n,) becomes (1, n, 1), (m, n) becomes (m, n, 1).

    Args:
        tensors: one tensor, or several, separately or as one tuple.

    Returns:
        The tensor itself or a view; a tuple of them if several were given.

    Raises:
        TypeError: something is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.atleast_3d(sg.zeros(2, 3)).shape
        seedgrad.Size([2, 3, 1])
    """
    return _each("atleast_3d", tensors, 3)


@public()
def sum_to_size(input: Tensor, *sizes: Any, size: Any = None) -> Tensor:
    """The sum over the dimensions along which a shape was broadcast to that of the tensor.

    Args:
        input: any shape.
        sizes: the shape wanted, as numbers or as one tuple (also `size=`); it must be one that broadcasts to that of
            `input`.

    Returns:
        A tensor of that shape; `input` itself if it has it. Sums of integers are int64.

    Raises:
        RuntimeError: the shape does not broadcast to that of `input`.

    Example:
        >>> import seedgrad as sg
        >>> sg.ones(2, 3).sum_to_size(1, 3)
        tensor([[2., 2., 2.]])
    """
    check_tensors("sum_to_size", input)
    want = as_sizes("sum_to_size", sizes if size is None else (tuple(size),))
    have = input.array.shape
    lead = len(have) - len(want)
    if lead < 0 or any(n not in (1, m) for n, m in zip(want, have[lead:], strict=True)):
        raise RuntimeError(f"sum_to_size(): size {list(want)} is not expandable to size {list(have)}.")
    if want == have:
        return input
    axes = (*range(lead), *(lead + i for i, n in enumerate(want) if n == 1 and have[lead + i] != 1))
    if not axes:
        return o.reshape.call(input, shape=want)
    return o.reshape.call(input.sum(axes, keepdim=True), shape=want)


def unravel_index(indices: Tensor, shape: Any) -> tuple[Tensor, ...]:
    """The coordinates of positions in a flattened tensor.

    Args:
        indices: integers of any shape; they count from 0 in row-major order, and go round at the end.
        shape: the shape of the tensor, a number or a tuple.

    Returns:
        A tensor of the shape of `indices` for each dimension.

    Raises:
        TypeError: the positions are not integers, or the shape is neither an int nor a tuple of ints.
        ValueError: a size is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.unravel_index(sg.tensor([0, 5]), (2, 3))
        (tensor([0, 1]), tensor([0, 2]))
    """
    check_tensors("unravel_index", indices)
    array = indices.array
    if array.dtype.kind not in "iu":
        raise TypeError(f"expected 'indices' to be integer dtype, but got {indices.dtype}")
    if not isinstance(shape, (int, tuple, list)):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {type(shape)}")
    sizes = as_sizes("unravel_index", ((shape,) if isinstance(shape, int) else tuple(shape),), negative=True)
    if any(n < 0 for n in sizes):
        raise ValueError(f"'shape' cannot have negative values, but got {sizes}")

    def split(array: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
        array, found = array.astype(np.int64, copy=False), []
        for n in reversed(sizes):
            found.append(np.asarray(array % n))
            array = array // n
        return tuple(reversed(found))

    places: tuple[Tensor, ...] = on_values(split, indices)
    return places
