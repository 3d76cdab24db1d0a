"""Differences of neighbours, and derivatives of sampled functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .arguments import check_tensors, one_axis, some_axes
from .joining import cat
from .logic import logical_xor
from .public import public
from .splitting import narrow


@public(out=True)
def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """The differences of neighbours along a dimension: `out_i = x_(i+1) - x_i`.

    Args:
        input: at least one dimension; for bools the difference is `!=`.
        n: how often to take differences. Default: 1.
        dim: the dimension. Default: -1.
        prepend: what to put before the input along the dimension. Default: None.
        append: what to put after it. Default: None.

    Returns:
        The differences; the dimension is shorter by n.

    Raises:
        RuntimeError: the input is 0-d, n is negative, or the shapes don't fit.
        IndexError: the dimension is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.diff(sg.tensor([1, 4, 2]))
        tensor([ 3, -2])
    """
    check_tensors("diff", input)
    if not input.array.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional, got a 0-d tensor")
    if n < 0:
        raise RuntimeError(f"diff: order must be non-negative but got {n}")
    axis = one_axis("diff", input, dim)
    for extra in (prepend, append):
        if extra is not None:
            _check_joins(input, extra, axis)
    if n == 0:  # as in PyTorch, without what is joined to it
        return input.clone()
    parts = [t for t in (prepend, input, append) if t is not None]
    out = cat(parts, axis) if len(parts) > 1 else input
    for _ in range(min(n, out.array.shape[axis])):
        out = _neighbours(out, axis)
    return out.clone() if out is input else out


def _neighbours(x: Tensor, axis: int) -> Tensor:
    rest = x.array.shape[axis] - 1
    later, earlier = narrow(x, axis, 1, rest), narrow(x, axis, 0, rest)
    return logical_xor(later, earlier) if x.array.dtype == dtypes.BOOL else later - earlier


def _check_joins(input: Tensor, extra: Any, axis: int) -> None:
    check_tensors("diff", extra)
    have, want = extra.array.shape, input.array.shape
    if len(have) != len(want):
        raise RuntimeError(
            f"diff expects prepend or append to be the same dimension as input, got the shapes {have} and {want}"
        )
    if any(a != b for d, (a, b) in enumerate(zip(have, want, strict=True)) if d != axis):
        raise RuntimeError(
            f"diff expects the shape of tensor to prepend or append to match that of input except along dimension "
            f"{axis}, got {have} and {want}"
        )


@public(method=False)
def gradient(input: Tensor, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1) -> tuple[Tensor, ...]:
    """The derivative of a function known at points, along each dimension, to second order inside.

    With the steps h before and k after a point it is
    `(h^2 f(x + k) + (k^2 - h^2) f(x) - k^2 f(x - h)) / (h k (h + k))`, which is
    `(f(x + h) - f(x - h)) / 2h` for equal ones; at the edges the difference of two or three points.

    Args:
        input: the values of the function; not uint8, not bool.
        spacing: the step of all dimensions; or for each of `dim` a step, or a 1-d tensor of coordinates. Default: 1.
        dim: the dimension or dimensions. Default: None, all.
        edge_order: 1 (default) or 2: the order at the edges.

    Returns:
        A tuple with a tensor of the input's shape for each dimension.

    Raises:
        RuntimeError: a dimension appears twice or is shorter than edge_order + 1; `spacing` does not fit.
        IndexError: a dimension is out of range.
        TypeError: spacing is not a number, nor a list of numbers or tensors.

    Example:
        >>> import seedgrad as sg
        >>> sg.gradient(sg.tensor([0.0, 1.0, 4.0, 9.0]))
        (tensor([1., 2., 4., 5.]),)
    """
    check_tensors("gradient", input)
    if input.array.dtype.name == "uint8":
        raise RuntimeError("gradient does not support uint8 input, whose differences wrap around. Use x.int()")
    if edge_order not in (1, 2):
        raise RuntimeError(f"gradient only supports edge_order=1 and edge_order=2, got {edge_order}")
    axes = _axes(input, dim)
    steps = _spacings(input, 1 if spacing is None else spacing, axes)
    for axis in axes:
        if input.array.shape[axis] < edge_order + 1:
            raise RuntimeError(
                f"gradient expected each dimension size to be at least edge_order+1, got {input.array.shape} and "
                f"edge_order={edge_order}"
            )
    return tuple(_slope(input, axis, step, edge_order) for axis, step in zip(axes, steps, strict=True))


def _axes(input: Tensor, dim: Any) -> tuple[int, ...]:
    if dim is None:
        return tuple(range(input.array.ndim))
    if isinstance(dim, int):
        return (one_axis("gradient", input, dim),)
    return some_axes("gradient", input, dim) or ()


def _spacings(input: Tensor, spacing: Any, axes: tuple[int, ...]) -> list[Any]:
    """For each axis a number, or a 1-d tensor of coordinates."""
    if isinstance(spacing, Tensor) and not spacing.array.ndim:
        spacing = spacing.item()
    if isinstance(spacing, (int, float, complex)):
        return [spacing] * len(axes)
    if not isinstance(spacing, Sequence) or isinstance(spacing, str):
        raise TypeError(
            f"gradient(): argument 'spacing' must be a number, or a list of numbers or of 1-d tensors, one for each "
            f"dimension, not {type(spacing).__name__}"
        )
    if len(spacing) != len(axes):
        raise RuntimeError(
            f"gradient expected spacing to be a number or to have the same length as dim, but got a spacing of length "
            f"{len(spacing)} for {len(axes)} dimensions"
        )
    for axis, step in zip(axes, spacing, strict=True):
        if isinstance(step, Tensor) and step.array.shape != (input.array.shape[axis],):
            raise RuntimeError(
                f"gradient expected each element of spacing to have one dimension, with a coordinate for each of the "
                f"{input.array.shape[axis]} points along dimension {axis}, but got the shape {step.array.shape}"
            )
    return list(spacing)


def _slope(f: Tensor, axis: int, spacing: Any, edge_order: int) -> Tensor:
    """The derivative along one axis."""
    n = f.array.shape[axis]
    d = _neighbours(f, axis) if f.array.dtype != dtypes.BOOL else f - f  # refuses bools
    if isinstance(spacing, Tensor):
        h = _neighbours(spacing, 0)
        h = h.reshape(*[-1 if a == axis else 1 for a in range(f.array.ndim)])
    else:
        h = spacing

    def part(x: Any, start: int, length: int) -> Any:
        return narrow(x, axis, start, length) if isinstance(x, Tensor) else x

    slope = d / h
    first, last = part(slope, 0, 1), part(slope, n - 2, 1)
    if n == 2:
        return cat([first, last], axis)
    before, after = part(h, 0, n - 2), part(h, 1, n - 2)
    share = before / (before + after)
    inside = part(slope, 0, n - 2) + share * (part(slope, 1, n - 2) - part(slope, 0, n - 2))
    if edge_order == 2:
        # The straight line through the slopes of the first (and last) two intervals, at the edge.
        first = first + (first - part(slope, 1, 1)) * part(share, 0, 1)
        last = last + (last - part(slope, n - 3, 1)) * (1 - part(share, n - 3, 1))
    return cat([first, inside, last], axis)
