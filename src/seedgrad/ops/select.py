"""Ops that compare, choose and convert elements."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_rules import replaced
from ..core.batching import as_it_is, elementwise
from ..core.choice_arrays import bits_or_zero
from ..core.op import op

Array = np.ndarray[Any, Any]

# Ties: maximum and minimum give half of the gradient to each side, as PyTorch does.


@op(ufunc=True, real=RuntimeError)
def maximum(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.maximum(x, y)


@op(ufunc=True, real=RuntimeError)
def minimum(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.minimum(x, y)


@op(ufunc=True, real=RuntimeError)
def fmax(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.fmax(x, y)


@op(ufunc=True, real=RuntimeError)
def fmin(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.fmin(x, y)


vars(namespace).update(gate=bits_or_zero)


@op(ufunc=True, cast=None, raw=("mask",), complex=True)
def gate(xp: Any, x: Any, mask: Any, /) -> Any:
    """x where the mask is true, 0 elsewhere. x * mask would be NaN where x is infinite."""
    return xp.gate(x, mask)


gate.defvjp(x=lambda g, xp, mask: xp.gate(g, mask), mask=None)

# What is not smaller receives the gradient, so that a NaN does too.
maximum.defvjp(
    x=lambda g, xp, x, y: xp.gate(xp.where(x == y, g * 0.5, g), xp.logical_not(x < y)),
    y=lambda g, xp, x, y: xp.gate(xp.where(x == y, g * 0.5, g), xp.logical_not(x > y)),
)
minimum.defvjp(
    x=lambda g, xp, x, y: xp.gate(xp.where(x == y, g * 0.5, g), xp.logical_not(x > y)),
    y=lambda g, xp, x, y: xp.gate(xp.where(x == y, g * 0.5, g), xp.logical_not(x < y)),
)
# fmax and fmin ignore NaN; a tie belongs to the first.
fmax.defvjp(
    x=lambda g, xp, x, y: xp.gate(g, (x >= y) | xp.isnan(y)),
    y=lambda g, xp, x, y: xp.gate(g, xp.logical_not((x >= y) | xp.isnan(y))),
)
fmin.defvjp(
    x=lambda g, xp, x, y: xp.gate(g, (x <= y) | xp.isnan(y)),
    y=lambda g, xp, x, y: xp.gate(g, xp.logical_not((x <= y) | xp.isnan(y))),
)


@op(ufunc=True, raw=("condition",), complex=True)
def where(xp: Any, condition: Any, x: Any, y: Any, /) -> Any:
    return xp.where(condition, x, y)


where.defvjp(
    condition=None,
    x=lambda g, xp, condition: xp.where(condition, g, 0.0),
    y=lambda g, xp, condition: xp.where(condition, 0.0, g),
)


def clip_between(x: Any, low: float | None, high: float | None) -> Any:
    """x held between two numbers, in its own type."""
    kind = x.dtype.type
    if x.size > 8192 and kind in (np.float32, np.float64):  # three times as fast
        return np.clip(x, kind(-np.inf if low is None else low), kind(np.inf if high is None else high))
    if low is not None:
        x = np.maximum(x, kind(low))
    return np.minimum(x, kind(high)) if high is not None else x


vars(namespace).update(clip_numbers=clip_between)


@op(real=NotImplementedError, name="Clamp")
def clip(xp: Any, x: Any, low: Any = None, high: Any = None, /) -> Any:
    """x held between two bounds, either of which may be None; where low > high, it is high."""
    if low is not None:
        x = xp.maximum(x, low)
    return xp.minimum(x, high) if high is not None else x


# At the ends the gradient passes to x, as in PyTorch.
clip.defvjp(
    x=lambda g, xp, x, low, high: xp.gate(g, inside(x, low, high)),
    low=lambda g, xp, x, low, high: xp.gate(g, (x < low) if high is None else (x < low) & (low < high)),
    high=lambda g, xp, x, low, high: xp.gate(g, (x > high) if low is None else (x > high) | (high < low)),
)


@op(ufunc=True, cast=None, real=NotImplementedError, name="Clamp")
def clip_numbers(xp: Any, x: Any, /, low: Any = None, high: Any = None) -> Any:
    """x held between two numbers, either of which may be None."""
    return xp.clip_numbers(x, low, high)


clip_numbers.defvjp(x=lambda g, xp, x, low, high: xp.gate(g, inside(x, low, high)))


def inside(x: Any, low: Any, high: Any) -> Any:
    """Where low <= x <= high."""
    if low is None:
        return x <= high
    return (x >= low) if high is None else (x >= low) & (x <= high)


@op(cast=None)
def nan_to_num(xp: Any, x: Any, /, nan: float = 0.0, posinf: float = 0.0, neginf: float = 0.0) -> Any:
    """x with numbers in place of NaN and the infinities."""
    out = xp.where(xp.isnan(x), nan, x)
    out = xp.where(x == math.inf, posinf, out)
    return xp.astype(xp.where(x == -math.inf, neginf, out), x.dtype)


nan_to_num.defvjp(x=lambda g, xp, x: g * xp.isfinite(x))


@op(cast=None, complex=True, name="MaskedFill")
def masked_fill(xp: Any, x: Any, mask: Any, value: Any, /) -> Any:
    """x with value where mask is true; the type is that of x."""
    return xp.where(mask, xp.astype(value, x.dtype), x)


masked_fill.defvjp(
    x=lambda g, xp, mask: xp.where(mask, 0.0, g),
    mask=None,
    value=lambda g, xp, mask: xp.where(mask, g, 0.0),
)


@op(cast=None, complex=True, name="Copy")
def replace(xp: Any, x: Any, value: Any, /) -> Any:
    """value in the shape and type of x: what writing it into x leaves."""
    return xp.broadcast_to(xp.astype(value, x.dtype), x.shape)


replace.defvjp(x=lambda g, xp: xp.zeros_like(g), value=lambda g: g)


@op(ufunc=True, cast=None, complex=True, name="ToCopy")
def astype(xp: Any, x: Any, /, kind: Any = None) -> Any:
    return xp.astype(x, kind)


# The engine gives every gradient its input's type.
astype.defvjp(x=lambda g: g)


@op(ufunc=True, cast=None, complex=True, name="Clone")
def copy(xp: Any, x: Any, /) -> Any:
    return xp.copy(x)


copy.defvjp(x=lambda g: g)


@op(ufunc=True, cast=None, differentiable=False)
def zeros_like(xp: Any, x: Any, /) -> Any:
    return xp.zeros_like(x)


@op(ufunc=True, cast=None, differentiable=False)
def ones_like(xp: Any, x: Any, /) -> Any:
    return xp.ones_like(x)


# Comparisons, logic and tests have no gradient.


@op(ufunc=True, differentiable=False)
def equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.equal(x, y)


@op(ufunc=True, differentiable=False)
def not_equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.not_equal(x, y)


@op(ufunc=True, differentiable=False, real=NotImplementedError)
def less(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.less(x, y)


@op(ufunc=True, differentiable=False, real=NotImplementedError)
def less_equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.less_equal(x, y)


@op(ufunc=True, differentiable=False, real=NotImplementedError)
def greater(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.greater(x, y)


@op(ufunc=True, differentiable=False, real=NotImplementedError)
def greater_equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.greater_equal(x, y)


@op(ufunc=True, differentiable=False)
def logical_and(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.logical_and(x, y)


@op(ufunc=True, differentiable=False)
def logical_or(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.logical_or(x, y)


@op(ufunc=True, differentiable=False)
def logical_xor(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.logical_xor(x, y)


@op(ufunc=True, differentiable=False)
def logical_not(xp: Any, x: Any, /) -> Any:
    return xp.logical_not(x)


@op(ufunc=True, differentiable=False)
def bitwise_and(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.bitwise_and(x, y)


@op(ufunc=True, differentiable=False)
def bitwise_or(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.bitwise_or(x, y)


@op(ufunc=True, differentiable=False)
def bitwise_xor(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.bitwise_xor(x, y)


@op(ufunc=True, differentiable=False)
def invert(xp: Any, x: Any, /) -> Any:
    return xp.invert(x)


@op(ufunc=True, differentiable=False)
def isnan(xp: Any, x: Any, /) -> Any:
    return xp.isnan(x)


@op(ufunc=True, differentiable=False)
def isinf(xp: Any, x: Any, /) -> Any:
    return xp.isinf(x)


@op(ufunc=True, differentiable=False)
def isfinite(xp: Any, x: Any, /) -> Any:
    return xp.isfinite(x)


@op(ufunc=True, differentiable=False)
def left_shift(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.left_shift(x, y)


@op(ufunc=True, differentiable=False)
def right_shift(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.right_shift(x, y)


for each in (where, gate, clip, masked_fill):
    each.defbatch(elementwise)
for each in (clip_numbers, nan_to_num, astype, copy, zeros_like, ones_like):
    each.defbatch(as_it_is)
replace.defbatch(replaced)
