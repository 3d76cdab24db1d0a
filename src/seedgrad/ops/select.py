"""Ops that compare, choose and convert elements."""

from __future__ import annotations

from typing import Any

from ..core.op import op

# Ties: maximum and minimum give half of the gradient to each side, as PyTorch does.


@op(ufunc=True)
def maximum(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.maximum(x, y)


@op(ufunc=True)
def minimum(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.minimum(x, y)


@op(ufunc=True)
def fmax(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.fmax(x, y)


@op(ufunc=True)
def fmin(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.fmin(x, y)


maximum.defvjp(
    x=lambda g, xp, x, y: xp.where(x == y, g * 0.5, g) * (x >= y),
    y=lambda g, xp, x, y: xp.where(x == y, g * 0.5, g) * (x <= y),
)
minimum.defvjp(
    x=lambda g, xp, x, y: xp.where(x == y, g * 0.5, g) * (x <= y),
    y=lambda g, xp, x, y: xp.where(x == y, g * 0.5, g) * (x >= y),
)
# fmax and fmin ignore NaN; a tie belongs to the first.
fmax.defvjp(
    x=lambda g, xp, x, y: g * ((x >= y) | xp.isnan(y)),
    y=lambda g, xp, x, y: g * xp.logical_not((x >= y) | xp.isnan(y)),
)
fmin.defvjp(
    x=lambda g, xp, x, y: g * ((x <= y) | xp.isnan(y)),
    y=lambda g, xp, x, y: g * xp.logical_not((x <= y) | xp.isnan(y)),
)


@op(raw=("condition",))
def where(xp: Any, condition: Any, x: Any, y: Any, /) -> Any:
    return xp.where(condition, x, y)


where.defvjp(
    condition=None,
    x=lambda g, xp, condition: xp.where(condition, g, 0.0),
    y=lambda g, xp, condition: xp.where(condition, 0.0, g),
)


@op(cast=None)
def clip(xp: Any, x: Any, /, low: Any = None, high: Any = None) -> Any:
    """x held between two numbers, either of which may be None."""
    if low is not None:
        x = xp.maximum(x, low)
    return xp.minimum(x, high) if high is not None else x if low is not None else x * 1


# At the ends the gradient passes, as in PyTorch.
clip.defvjp(x=lambda g, x, low, high: g * inside(x, low, high))


def inside(x: Any, low: Any, high: Any) -> Any:
    """Where low <= x <= high."""
    if low is None:
        return x <= high
    return (x >= low) if high is None else (x >= low) & (x <= high)


@op(cast=None, complex=True, name="ToCopy")
def astype(xp: Any, x: Any, /, kind: Any = None) -> Any:
    return xp.astype(x, kind)


# The engine gives every gradient its input's type.
astype.defvjp(x=lambda g: g)


@op(cast=None, complex=True, name="Clone")
def copy(xp: Any, x: Any, /) -> Any:
    return x.copy()


copy.defvjp(x=lambda g: g)


@op(cast=None, differentiable=False)
def zeros_like(xp: Any, x: Any, /) -> Any:
    return xp.zeros_like(x)


@op(cast=None, differentiable=False)
def ones_like(xp: Any, x: Any, /) -> Any:
    return xp.ones_like(x)


# Comparisons, logic and tests have no gradient.


@op(ufunc=True, differentiable=False)
def equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.equal(x, y)


@op(ufunc=True, differentiable=False)
def not_equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.not_equal(x, y)


@op(ufunc=True, differentiable=False)
def less(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.less(x, y)


@op(ufunc=True, differentiable=False)
def less_equal(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.less_equal(x, y)


@op(ufunc=True, differentiable=False)
def greater(xp: Any, x: Any, y: Any, /) -> Any:
    return xp.greater(x, y)


@op(ufunc=True, differentiable=False)
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
