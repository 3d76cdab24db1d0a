"""Ops that reduce along axes: `axis` is None (all), a number or a tuple; `keepdims` leaves length 1."""

from __future__ import annotations

import math
from typing import Any

from ..core.batching import along
from ..core.kernel import LARGE
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from .order import moved_on


def restore(xp: Any, g: Any, axis: Any, keepdims: bool) -> Any:
    """Give a reduced array its axes back, with length 1."""
    return g if keepdims or axis is None else xp.expand_dims(g, axis)


def inverse(xp: Any, x: Any) -> Any:
    """1 / x, and 0 where x is 0: there the derivative of a length is taken to be 0, to every order."""
    return xp.where(x == 0, 0.0, 1 / xp.where(x == 0, 1.0, x))


def length(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements are reduced to one."""
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    n = 1
    for a in axes:
        n *= shape[a]
    return n


@op(ufunc=True, complex=True)
def sum(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.sum(x, axis=axis, keepdims=keepdims)


sum.defvjp(x=lambda g, xp, x_shape, axis, keepdims: xp.broadcast_to(restore(xp, g, axis, keepdims), x_shape))


@op(ufunc=True, complex=True)
def mean(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.mean(x, axis=axis, keepdims=keepdims)


mean.defvjp(
    x=lambda g, xp, x_shape, axis, keepdims: xp.broadcast_to(
        restore(xp, g / (length(x_shape, axis) or 1), axis, keepdims), x_shape
    )
)


@op(ufunc=True, name="Amax", real=NotImplementedError)
def max(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.max(x, axis=axis, keepdims=keepdims)


@op(ufunc=True, name="Amin", real=NotImplementedError)
def min(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.min(x, axis=axis, keepdims=keepdims)


@op(name="Median", real=NotImplementedError)
def median(xp: Any, x: Any, /, axis: int | None = None) -> Any:
    """The middle element, the lower of two; NaN if there is one."""
    return xp.median(x, axis)


@op(name="Nanmedian", real=NotImplementedError)
def nanmedian(xp: Any, x: Any, /, axis: int | None = None) -> Any:
    """The middle of the elements that are not NaN, the lower of two."""
    return xp.nanmedian(x, axis)


def share(g: Any, xp: Any, x: Any, out: Any, axis: Any, keepdims: bool) -> Any:
    """Elements that tie for the result share the gradient equally."""
    hit = xp.where(xp.isnan(x), True, x == restore(xp, out, axis, keepdims))
    count = xp.sum(xp.astype(hit, g.dtype), axis=axis, keepdims=True)
    return xp.gate(restore(xp, g, axis, keepdims) / count, hit)


max.defvjp(x=share)
min.defvjp(x=share)
median.defvjp(x=lambda g, xp, x, out, axis: share(g, xp, x, out, axis, False))


def _nanmedian_vjp(g: Any, xp: Any, x: Any, out: Any, axis: int | None) -> Any:
    """The elements that are equal to the result share the gradient; all, where all are NaN."""
    g, out = restore(xp, g, axis, False), restore(xp, out, axis, False)
    hit = xp.where(xp.isnan(out), xp.isnan(x), x == out)
    return xp.gate(g / xp.sum(xp.astype(hit, g.dtype), axis=axis, keepdims=True), hit)


nanmedian.defvjp(x=_nanmedian_vjp)


@op(ufunc=True, complex=True)
def prod(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.prod(x, axis=axis, keepdims=keepdims)


def _prod_vjp(g: Any, xp: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """g times the product of the others, of those before and those after: right with zeros too."""
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = tuple(a % x.ndim for a in axes)
    if not axes or 0 in x.shape:
        return xp.broadcast_to(restore(xp, g, axis, keepdims), x.shape)
    front = [a for a in range(x.ndim) if a not in axes]
    order = [*front, *axes]
    inverse = sorted(range(x.ndim), key=order.__getitem__)
    moved = xp.transpose(x, order)
    rows = xp.reshape(moved, (*moved.shape[: len(front)], -1))
    last = len(front)
    before = xp.cumprod(moved_on(xp, rows, last, 1, 1.0), axis=last)
    after = xp.flip(xp.cumprod(xp.flip(moved_on(xp, rows, last, -1, 1.0), last), axis=last), last)
    others = xp.transpose(xp.reshape(before * after, moved.shape), inverse)
    return restore(xp, g, axis, keepdims) * others


prod.defvjp(x=_prod_vjp)


@op
def var(xp: Any, x: Any, /, axis: Any = None, correction: float = 1, keepdims: bool = False) -> Any:
    """The mean square distance from the mean, with n - correction in place of n."""
    return xp.var(x, axis=axis, correction=correction, keepdims=keepdims)


def _var_vjp(g: Any, xp: Any, x: Any, axis: Any, correction: float, keepdims: bool) -> Any:
    free = length(x.shape, axis) - correction
    scaled = restore(xp, g, axis, keepdims) * (2 / free if free else math.inf)
    return scaled * (x - xp.mean(x, axis=axis, keepdims=True))


var.defvjp(x=_var_vjp)


@op
def std(xp: Any, x: Any, /, axis: Any = None, correction: float = 1, keepdims: bool = False) -> Any:
    """The square root of the variance."""
    return xp.sqrt(xp.var(x, axis=axis, correction=correction, keepdims=keepdims))


def _std_vjp(g: Any, xp: Any, x: Any, out: Any, axis: Any, correction: float, keepdims: bool) -> Any:
    """Through the variance; elements that are all equal have the gradient 0."""
    return _var_vjp(xp.gate(g * inverse(xp, out + out), out != 0), xp, x, axis, correction, keepdims)


std.defvjp(x=_std_vjp)


@op(cast="float", complex=True)
def logsumexp(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    """log(sum(exp(x))), computed from the largest element so that nothing overflows."""
    if length(x.shape, axis) == 0:
        return xp.log(xp.sum(x, axis=axis, keepdims=keepdims))
    wide = xp.astype(x, "float32") if x.dtype.itemsize == 2 else x
    top = xp.max(xp.real(wide) if x.dtype.kind == "c" else wide, axis=axis, keepdims=True)
    top = xp.where(xp.isinf(top), 0.0, top)
    total = xp.log(xp.sum(xp.exp(wide - top), axis=axis, keepdims=keepdims))
    return xp.astype(total + (top if keepdims else xp.reshape(top, total.shape)), x.dtype)


logsumexp.defvjp(
    x=lambda g, xp, x, out, axis, keepdims: (
        restore(xp, g, axis, keepdims) * xp.exp(x - restore(xp, out, axis, keepdims))
    )
)


@op(name="LinalgVectorNorm")
def norm(xp: Any, x: Any, /, p: float = 2.0, axis: Any = None, keepdims: bool = False) -> Any:
    """(sum |x|^p)^(1/p); the extreme |x| for p = inf and -inf; the number of non-zeros for p = 0."""
    wide = xp.astype(x, "float32") if x.dtype.itemsize == 2 else x
    if p == 2:
        out = xp.sqrt(xp.sum(wide * wide, axis=axis, keepdims=keepdims))
    elif p == math.inf:
        out = xp.max(xp.absolute(wide), axis=axis, keepdims=keepdims)
    elif p == -math.inf:
        out = xp.min(xp.absolute(wide), axis=axis, keepdims=keepdims)
    elif p == 0:
        out = xp.sum(xp.astype(wide != 0, wide.dtype), axis=axis, keepdims=keepdims)
    elif p == 1:
        out = xp.sum(xp.absolute(wide), axis=axis, keepdims=keepdims)
    else:
        out = xp.sum(xp.absolute(wide) ** p, axis=axis, keepdims=keepdims) ** (1 / p)
    return xp.astype(out, x.dtype)


def _norm_vjp(g: Any, xp: Any, x: Any, out: Any, p: float, axis: Any, keepdims: bool) -> Any:
    """sign(x) (|x| / out)^(p - 1); 0 where the norm is 0."""
    g, out = restore(xp, g, axis, keepdims), restore(xp, out, axis, keepdims)
    if p == 0:
        return xp.zeros_like(x)
    if p == 1:
        return g * xp.sign(x)
    if p == 2:
        return x * (g * inverse(xp, out))
    if p in (math.inf, -math.inf):
        hit = xp.absolute(x) == out
        count = xp.sum(xp.astype(hit, g.dtype), axis=axis, keepdims=True)
        return xp.sign(x) * hit * (g / count)
    if p < 1:
        size = xp.where(x == 0, 0.0, xp.absolute(x) ** (p - 1))
        return xp.sign(x) * size * xp.where(out == 0, 0.0, g * out ** (1 - p))
    return xp.sign(x) * xp.absolute(x) ** (p - 1) * xp.gate(g * inverse(xp, out) ** (p - 1), out != 0)


norm.defvjp(x=_norm_vjp)


@op(cast=None, differentiable=False, real=RuntimeError)
def argmax(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.argmax(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False, real=RuntimeError)
def argmin(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.argmin(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def all(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.all(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def any(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.any(x, axis=axis, keepdims=keepdims)


@op(cast=None, differentiable=False)
def count_nonzero(xp: Any, x: Any, /, axis: Any = None, keepdims: bool = False) -> Any:
    return xp.count_nonzero(x, axis=axis, keepdims=keepdims)


def _of_all(op: Any, xs: list[Any], has: list[bool], size: int, axis: Any, **settings: Any) -> Any:
    """Ops that take one axis, or the elements of all in one row."""
    if axis is not None:
        return along("axis")(op, xs, has, size, axis=axis, **settings)
    (x,) = xs
    out = op.call(tensors.reshape(x, shape=(size, math.prod(x.shape[1:]))), axis=1)
    return tensors.reshape(out, shape=(size, *(1,) * (x.ndim - 1))) if settings.get("keepdims") else out


for each in (sum, mean, max, min, prod, var, std, logsumexp, norm, all, any, count_nonzero):
    each.defbatch(along("axis"))
for each in (argmax, argmin, median, nanmedian):
    each.defbatch(_of_all)

for each in (sum, mean, max, min, prod, logsumexp, norm, argmax, argmin):
    each.large = LARGE
