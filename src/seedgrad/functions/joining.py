"""Tensors put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import one_axis
from .public import public
from .shaping import reshape

_TENSORS = {Tensor}


def _list(name: str, tensors: Any) -> Sequence[Tensor]:
    if type(tensors) not in (list, tuple) and (isinstance(tensors, Tensor) or not isinstance(tensors, Sequence)):
        raise TypeError(f"{name}(): argument 'tensors' must be tuple of Tensors, not {type(tensors).__name__}")
    if {*map(type, tensors)} != _TENSORS:  # nearly never
        for i, t in enumerate(tensors):
            if not isinstance(t, Tensor):
                raise TypeError(f"{name}(): expected Tensor as element {i}, but got {type(t).__name__}")
    found: Sequence[Tensor] = tensors
    return found


def _some(name: str, tensors: Any) -> Sequence[Tensor]:
    given = _list(name, tensors)
    if not given:
        raise RuntimeError(f"{name} expects a non-empty TensorList")
    return given


@public(method=False, out=True)
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors along a dimension they have.

    Args:
        tensors: shapes that differ at most along `dim`; types meet by promotion. Empty 1-d tensors are left out.
        dim: the dimension. Default: 0.

    Returns:
        A copy.

    Raises:
        ValueError: there are no tensors.
        RuntimeError: the shapes don't fit, or a tensor has no dimensions.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.cat([sg.zeros(2), sg.ones(1)])
        tensor([0., 0., 1.])
    """
    given = _list("cat", tensors)
    if not given:
        raise ValueError("cat(): expected a non-empty list of Tensors")
    first = given[0].array.shape
    if first and first != (0,):
        axis = one_axis("cat", given[0], dim)
        for t in given:
            have = t.array.shape
            if have != first and (
                len(have) != len(first) or have[:axis] != first[:axis] or have[axis + 1 :] != first[axis + 1 :]
            ):
                break
        else:
            return o.concatenate.call(*given, axis=axis)
    return _joined(given, dim)


def _joined(given: Sequence[Tensor], dim: int) -> Tensor:
    """`cat` where some tensor has no dimension, or is of the shape (0,), which goes with any, or does not fit."""
    parts = [t for t in given if t.array.shape != (0,)]
    if not parts:
        return o.concatenate.call(*given, axis=0)
    first = parts[0]
    for i, t in enumerate(given):
        if not t.array.ndim:
            raise RuntimeError(
                f"zero-dimensional tensor (at position {i}) cannot be concatenated; use stack(), or x.reshape(1)"
            )
    axis = one_axis("cat", first, dim)
    want = first.array.shape
    for i, t in enumerate(given):
        have = t.array.shape
        if have == (0,):
            continue
        if len(have) != len(want):
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {len(want)} and {len(have)} (shapes "
                f"{want} and {have}, "
                f"tensor number {i} in the list)"
            )
        for d, (a, b) in enumerate(zip(want, have, strict=True)):
            if d != axis and a != b:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {a} but got size {b} for "
                    f"tensor number {i} in the list: the shapes are {want} and {have}"
                )
    if len(parts) < len(given) and want != (0,) and any(t.array.dtype != first.array.dtype for t in given):
        # Empty tensors still take part in the promotion: give them the shape that joins.
        none = (*want[:axis], 0, *want[axis + 1 :])
        parts = [o.reshape.call(t, shape=none) if t.array.shape == (0,) else t for t in given]
    return o.concatenate.call(*parts, axis=axis)


@public(method=False, out=True)
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Join tensors of one shape along a new dimension.

    Args:
        tensors: all of one shape.
        dim: where the new dimension stands in the result. Default: 0.

    Returns:
        A copy with one dimension more.

    Raises:
        RuntimeError: there are no tensors, or their shapes differ.
        IndexError: `dim` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.stack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 0.],
                [1., 1.]])
    """
    given = _list("stack", tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = given[0].array.shape
    n = len(shape) + 1
    if not -n <= dim < n:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    try:
        return o.stack.call(*given, axis=dim % n)
    except ValueError:  # the op looks at all shapes; looking at them before would take longer than many a call
        for i, t in enumerate(given):
            if t.array.shape != shape:
                raise RuntimeError(
                    f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                    f"{list(t.array.shape)} at entry {i}"
                ) from None
        raise


def at_least(t: Tensor, ndim: int) -> Tensor:
    have = t.array.shape
    if len(have) >= ndim:
        return t
    shape = {1: (1,), 2: (1, *have) if have else (1, 1), 3: (1, *(have or (1,)), 1) if len(have) < 2 else (*have, 1)}
    return o.reshape.call(t, shape=shape[ndim])


@public(method=False, out=True)
def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join along the second dimension; along the first for 1-d tensors.

    Example:
        >>> import seedgrad as sg
        >>> sg.hstack([sg.zeros(1), sg.ones(2)])
        tensor([0., 1., 1.])
    """
    parts = [at_least(t, 1) for t in _some("hstack", tensors)]
    return cat(parts, 0 if parts and parts[0].array.ndim == 1 else 1)


@public(method=False, out=True)
def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join as rows: along the first dimension, where 1-d tensors are rows.

    Example:
        >>> import seedgrad as sg
        >>> sg.vstack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 0.],
                [1., 1.]])
    """
    return cat([at_least(t, 2) for t in _some("vstack", tensors)], 0)


@public(method=False, out=True)
def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Join along the third dimension, where 1-d tensors have shape (1, n, 1) and matrices (m, n, 1).

    Example:
        >>> import seedgrad as sg
        >>> sg.dstack([sg.zeros(2), sg.ones(2)]).shape
        seedgrad.Size([1, 2, 2])
    """
    return cat([at_least(t, 3) for t in _some("dstack", tensors)], 2)


@public(method=False, out=True)
def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Join as columns: along the second dimension, where 0-d and 1-d tensors are columns.

    Example:
        >>> import seedgrad as sg
        >>> sg.column_stack([sg.zeros(2), sg.ones(2)])
        tensor([[0., 1.],
                [0., 1.]])
    """
    parts = _some("column_stack", tensors)
    return hstack([reshape(t, (t.array.size, 1)) if t.array.ndim < 2 else t for t in parts])
