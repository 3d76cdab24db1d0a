"""Ops that reduce along axes. `axis` is None (all), a number or a tuple; `keepdims` leaves axes of length 1."""

from __future__ import annotations

from typing import Any

from ..core.op import op


def restore(xp: Any, g: Any, axis: Any, keepdims: bool) -> Any:
    """Give a reduced array its axes back, with length 1."""
    return g if keepdims or axis is None else xp.expand_dims(g, axis)


@op(complex=True)
def sum(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.sum(x, axis=axis, keepdims=keepdims)


sum.defvjp(x=lambda g, xp, x_shape, axis, keepdims: xp.broadcast_to(restore(xp, g, axis, keepdims), x_shape))


@op
def mean(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.mean(x, axis=axis, keepdims=keepdims)


mean.defvjp(
    x=lambda g, xp, x_shape, axis, keepdims: xp.broadcast_to(
        restore(xp, g / (_count(x_shape, axis) or float("nan")), axis, keepdims), x_shape
    )
)


def _count(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements are reduced to one."""
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    n = 1
    for a in axes:
        n *= shape[a]
    return n


@op(name="Amax")
def max(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.max(x, axis=axis, keepdims=keepdims)


@op(name="Amin")
def min(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.min(x, axis=axis, keepdims=keepdims)


def _share(g: Any, xp: Any, x: Any, out: Any, axis: Any, keepdims: bool) -> Any:
    """Tied extremes share the gradient equally."""
    hit = xp.astype(xp.where(xp.isnan(x), True, x == restore(xp, out, axis, keepdims)), g.dtype)
    return hit * (restore(xp, g, axis, keepdims) / xp.sum(hit, axis=axis, keepdims=True))


max.defvjp(x=_share)
min.defvjp(x=_share)


@op
def prod(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.prod(x, axis=axis, keepdims=keepdims)


def _prod_vjp(g: Any, xp: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """g times the product of the others, as the products before and after each element: right with zeros too."""
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = tuple(a % x.ndim for a in axes)
    if not axes:
        return g
    front = [a for a in range(x.ndim) if a not in axes]
    order = [*front, *axes]
    inverse = sorted(range(x.ndim), key=order.__getitem__)
    moved = xp.transpose(x, order)
    rows = xp.reshape(moved, (*moved.shape[: len(front)], -1))
    ones = xp.ones_like(rows[..., :1])
    before = xp.cumprod(xp.concatenate([ones, rows[..., :-1]], axis=-1), axis=-1)
    after = xp.flip(xp.cumprod(xp.flip(xp.concatenate([rows[..., 1:], ones], axis=-1), -1), axis=-1), -1)
    others = xp.transpose(xp.reshape(before * after, moved.shape), inverse)
    return restore(xp, g, axis, keepdims) * others


prod.defvjp(x=_prod_vjp)


@op(complex=True)
def cumsum(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumsum(x, axis=axis)


cumsum.defvjp(x=lambda g, xp, axis: xp.flip(xp.cumsum(xp.flip(g, axis), axis=axis), axis))


@op
def cumprod(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumprod(x, axis=axis)


def _cumprod_vjp(g: Any, xp: Any, x: Any, out: Any, axis: int) -> Any:
    """The sum over later products, each without its factor x: by division, except at the first zero."""

    def sum_from_here(y: Any) -> Any:
        return xp.flip(xp.cumsum(xp.flip(y, axis), axis=axis), axis)

    zero = x == 0
    first = zero & (xp.cumsum(xp.astype(zero, "int64"), axis=axis) == 1)
    divided = sum_from_here(g * out) / xp.where(zero, 1.0, x)
    without = sum_from_here(g * xp.cumprod(xp.where(first, 1.0, x), axis=axis))
    return xp.where(first, without, xp.where(zero, 0.0, divided))


cumprod.defvjp(x=_cumprod_vjp)


@op(cast=None, differentiable=False)
def argmax(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.argmax(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def argmin(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.argmin(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def argsort(xp: Any, x: Any, /, axis: int = -1) -> Any:
    return xp.argsort(x, axis=axis, kind="stable")


@op(cast=None, differentiable=False)
def all(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.all(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def any(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.any(x, axis=axis, keepdims=keepdims)
