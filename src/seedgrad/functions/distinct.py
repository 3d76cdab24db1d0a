"""Distinct elements, and membership."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import order as o
from .arguments import check_tensors, one_axis
from .public import public
from .sizes import as_number

Array = np.ndarray[Any, Any]


@public()
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The distinct elements, in order, without a gradient; every NaN is distinct.

    Args:
        input: any shape; real.
        sorted: in order, as they always are here. Default: True.
        return_inverse: also give the index of each element among the distinct ones. Default: False.
        return_counts: also give how often each occurs. Default: False.
        dim: compare the slices along this dimension. Default: None, the elements.

    Returns:
        The distinct elements, 1-d (or the distinct slices); then the inverse, int64 in the input's shape (1-d with
        `dim`), and the counts, int64, where asked for.

    Raises:
        IndexError: the dimension is out of range.
        RuntimeError: slices without elements can't be told apart.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.unique(sg.tensor([3, 1, 3]), return_counts=True)
        (tensor([1, 3]), tensor([1, 2]))
    """
    axis = _axis("unique", input, dim)
    x = input.array
    values, inverse, counts = np.unique(
        o.comparable(x), return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    return _found(values.astype(x.dtype), inverse, counts, x, axis, return_inverse, return_counts)


@public()
def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements without those that are equal to the one before, and without a gradient.

    Args:
        input: any shape; real.
        return_inverse: also give where each element went. Default: False.
        return_counts: also give how many equal ones each stands for. Default: False.
        dim: compare the slices along this dimension. Default: None, the elements of the flattened tensor.

    Returns:
        The elements that are left, 1-d (or the slices); then the inverse, int64 in the input's shape (1-d with
        `dim`), and the counts, int64, where asked for.

    Raises:
        IndexError: the dimension is out of range.
        RuntimeError: slices without elements can't be told apart.
        NotImplementedError: the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.unique_consecutive(sg.tensor([1, 1, 2, 1]), return_counts=True)
        (tensor([1, 2, 1]), tensor([2, 1, 1]))
    """
    axis = _axis("unique_consecutive", input, dim)
    x = input.array
    rows = x.reshape(-1) if axis is None else np.moveaxis(x, axis, 0)
    changes = rows[1:] != rows[:-1]
    kept = np.concatenate([np.ones(min(len(rows), 1), np.bool_), changes.any(axis=tuple(range(1, rows.ndim)))])
    first = np.flatnonzero(kept)
    values = rows[first] if axis is None else np.moveaxis(rows[first], 0, axis)
    counts = np.diff(first, append=len(rows))
    return _found(values, np.cumsum(kept) - 1, counts, x, axis, return_inverse, return_counts)


def _axis(name: str, input: Any, dim: int | None) -> int | None:
    """The axis whose slices are compared; None for elements."""
    check_tensors(name, input)
    if dtypes.category(input.array.dtype) == dtypes.COMPLEX:
        raise NotImplementedError(f"{name} is not implemented for {input.array.dtype} tensors")
    if dim is None:
        return None
    if not input.array.ndim:
        raise IndexError(f"{name}(): Dimension specified as {dim} but tensor has no dimensions")
    axis = one_axis(name, input, dim)
    shape = input.array.shape
    if 0 in shape[:axis] + shape[axis + 1 :]:
        raise RuntimeError(
            f"{name}(): There are 0 sized dimensions, and they aren't selected: the slices of a tensor of shape "
            f"{shape} along dimension {axis} have no elements to compare"
        )
    return axis


def _found(
    values: Array, inverse: Array, counts: Array, x: Array, axis: int | None, with_inverse: bool, with_counts: bool
) -> Any:
    found = [Tensor(np.ascontiguousarray(values))]
    if with_inverse:
        found.append(Tensor(inverse.reshape(x.shape if axis is None else -1).astype(np.int64, copy=False)))
    if with_counts:
        found.append(Tensor(counts.astype(np.int64, copy=False)))
    return found[0] if len(found) == 1 else tuple(found)


@public(method=False, out=True)
def isin(elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element is one of others; NaN is not equal to NaN.

    Args:
        elements: a real tensor of any shape, or a number if the other is a tensor.
        test_elements: the others, likewise.
        assume_unique: neither holds an element twice, which saves a step. Default: False.
        invert: whether each is none of them, instead. Default: False.

    Returns:
        bool, in the shape of `elements`.

    Raises:
        TypeError: both are numbers, or one is neither a tensor nor a number.
        RuntimeError: one is bool or complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.isin(sg.tensor([1, 2, 3]), sg.tensor([2, 5]))
        tensor([False,  True, False])
    """
    if not isinstance(elements, Tensor) and not isinstance(test_elements, Tensor):
        raise TypeError("isin() needs a Tensor: elements and test_elements can't both be numbers")
    operands: list[Any] = []
    for name, given in (("elements", elements), ("test_elements", test_elements)):
        value = given.array if isinstance(given, Tensor) else as_number("isin", name, given)
        if value.dtype.kind in "bc" if isinstance(value, np.ndarray) else isinstance(value, (bool, complex)):
            what = given.dtype if isinstance(given, Tensor) else type(given).__name__
            raise RuntimeError(f"Unsupported input type encountered for isin(): {what}")
        operands.append(value)
    kind = dtypes.result_type(operands)
    a, b = (o.comparable(np.asarray(x, kind)) for x in operands)
    return Tensor(np.asarray(np.isin(a, b, assume_unique=assume_unique, invert=invert)))
