"""Tensors of regular numbers: ranges, the identity, grids of indices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops.shape import broadcast_to, reshape
from .public import public
from .sizes import as_number, check_place, element_type, wrap


@public(method=False, out=True)
def arange(
    start: Any,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers start, start + step, ... below end.

    Args:
        start: the first number; with one argument, `arange(end)` starts at 0.
        end: where the range stops; not part of it.
        step: the distance. Default: 1.
        dtype: the element type. Default: int64 if all three are ints, else the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (ceil((end - start) / step),).

    Raises:
        RuntimeError: the step is 0 or leads away from `end`; an end is not finite.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(1, 2, 0.25)
        tensor([1.0000, 1.2500, 1.5000, 1.7500])
    """
    check_place(layout, pin_memory, device)
    if end is None:
        start, end = 0, start
    start, end, step = range_ends("arange", start, end, step)
    whole = all(dtypes.scalar_category(v) <= dtypes.INTEGER for v in (start, end, step))
    kind = element_type(dtype, dtypes.I64 if whole else None)
    if whole:
        return wrap(np.arange(start, end, step, dtype=np.int64).astype(kind, copy=False), requires_grad)
    if kind.kind in "iu":
        if int(step) == 0:
            raise ValueError(f"step must be nonzero: {step} becomes 0 as {kind}")
        start, end, step = int(start), int(end), int(step)
    n = math.ceil((end - start) / step)
    return wrap((start + np.arange(n) * step).astype(kind), requires_grad)


def range_ends(name: str, start: Any, end: Any, step: Any) -> tuple[Any, Any, Any]:
    """The numbers that a range goes from and to, and its steps, checked."""
    start, end, step = (
        as_number(name, argument, value) for argument, value in (("start", start), ("end", end), ("step", step))
    )
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(
            f"upper bound and lower bound inconsistent with step sign: {start} to {end} in steps of {step}"
        )
    return start, end, step


@public(method=False, out=True)
def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers at equal distances, from start to end, both included.

    Args:
        start: the first number.
        end: the last number.
        steps: how many.
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (steps,).

    Raises:
        RuntimeError: `steps` is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.linspace(0, 1, 5)
        tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    check_place(layout, pin_memory, device)
    return wrap(_spaced("linspace", start, end, steps, dtype), requires_grad)


@public(method=False, out=True)
def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers at equal ratios, from base ** start to base ** end.

    Args:
        start: the first exponent.
        end: the last exponent.
        steps: how many.
        base: the base of the powers. Default: 10.
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (steps,).

    Raises:
        RuntimeError: `steps` is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.logspace(0, 2, 3)
        tensor([  1.,  10., 100.])
    """
    check_place(layout, pin_memory, device)
    kind = element_type(dtype)
    exponents = _spaced("logspace", start, end, steps, dtypes.float64)
    return wrap(np.power(float(base), exponents).astype(kind), requires_grad)


def _spaced(name: str, start: Any, end: Any, steps: Any, dtype: Any) -> np.ndarray[Any, Any]:
    kind = element_type(dtype)
    if kind == dtypes.BOOL:
        raise NotImplementedError(f"{name} is not implemented for bool")
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"{name}(): argument 'steps' must be int, not {type(steps).__name__}")
    if steps < 0:
        raise RuntimeError(f"number of steps must be non-negative, got {steps}")
    first, last = as_number(name, "start", start), as_number(name, "end", end)
    return np.linspace(first, last, int(steps)).astype(kind)


@public(method=False, out=True)
def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere.

    Args:
        n: the number of rows.
        m: the number of columns. Default: n.
        dtype: the element type. Default: the default float type.
        layout: `seedgrad.strided`.
        device: "cpu".
        requires_grad: whether a gradient is computed for it. Default: False.
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (n, m).

    Raises:
        RuntimeError: n or m is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.eye(2)
        tensor([[1., 0.],
                [0., 1.]])
    """
    check_place(layout, pin_memory, device)
    for name, value in (("n", n), ("m", m)):
        if value is not None and value < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {value}")
    return wrap(np.eye(n, m, dtype=element_type(dtype)), requires_grad)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """The coordinates of the points of a grid.

    Args:
        tensors: the coordinates along each axis, 0-d or 1-d, of one type; separately or as one list.
        indexing: "ij" (default): axis i of the results belongs to the i-th tensor; "xy": the first two are swapped,
            as in plots.

    Returns:
        As many tensors (views), all of the shape of the grid.

    Raises:
        RuntimeError: types differ, a tensor has two or more dimensions, or `indexing` is something else.
        TypeError: one is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> rows, columns = sg.meshgrid(sg.arange(2), sg.arange(3), indexing="ij")
        >>> columns
        tensor([[0, 1, 2],
                [0, 1, 2]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"meshgrid(): expected Tensor as element {i}, but got {type(t).__name__}")
        if t.array.ndim > 1:
            raise RuntimeError(f"meshgrid(): expected 0-d or 1-d tensors, got shape {t.array.shape} as element {i}")
        if t.array.dtype != tensors[0].array.dtype:
            raise RuntimeError(f"meshgrid expects all tensors to have the same dtype, got {t.dtype} as element {i}")
    if not tensors:
        raise RuntimeError("meshgrid expects a non-empty TensorList: give at least one tensor")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'meshgrid(): indexing must be one of "xy" or "ij", but received: {indexing}')
    axes = list(range(len(tensors)))
    if indexing == "xy" and len(tensors) > 1:
        axes[:2] = 1, 0
    shape = [1] * len(tensors)
    for axis, t in zip(axes, tensors, strict=True):
        shape[axis] = t.array.size
    grids = []
    for axis, t in zip(axes, tensors, strict=True):
        alone = tuple(n if a == axis else 1 for a, n in enumerate(shape))
        grids.append(broadcast_to.call(reshape.call(t, shape=alone), shape=tuple(shape)))
    return tuple(grids)
