"""Ops along one axis: running sums and products, and elements taken from distinct places."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import along, everywhere
from ..core.errors import complex_error
from ..core.kernel import LARGE
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op

Array = np.ndarray[Any, Any]


def median_array(x: Array, axis: int | None = None) -> Array:
    """The middle element, the lower of two; NaN if there is one or if there is nothing."""
    rows = comparable(x).reshape(-1) if axis is None else np.moveaxis(comparable(x), axis, -1)
    n = rows.shape[-1]
    if not n:
        return np.full(rows.shape[:-1], np.nan if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min, x.dtype)
    middle = (n - 1) // 2
    parts = np.partition(rows, [middle, n - 1], axis=-1)
    last = parts[..., -1]
    return np.where(last != last, last, parts[..., middle]).astype(x.dtype)


def nanmedian_array(x: Array, axis: int | None = None) -> Array:
    """The middle of the elements that are not NaN, the lower of two; NaN if there are none."""
    if axis is None:
        return median_array(x[x == x])
    rows = np.sort(np.moveaxis(comparable(x), axis, -1), axis=-1)
    if not rows.shape[-1]:
        return median_array(x, axis)
    there = np.count_nonzero(rows == rows, axis=-1, keepdims=True)  # NaN, which comes last, is not equal to itself
    return np.take_along_axis(rows, np.maximum(there - 1, 0) // 2, -1)[..., 0].astype(x.dtype)


def comparable(x: Array) -> Array:
    """x in a type that NumPy can order with NaN last: bfloat16, which it can't, becomes float32."""
    if x.dtype.kind == "c":
        raise complex_error("an order", RuntimeError)
    return x if x.dtype.kind in "biuf" else x.astype(np.float32)


def _places(indices: Array, axis: int) -> tuple[Array, ...]:
    """The index by which the element at `indices` along `axis` is reached, for each element of `indices`."""
    grid: list[Array] = list(_grid(indices.shape, axis))
    grid.insert(axis, indices)
    return tuple(grid)


@functools.lru_cache(maxsize=256)
def _grid(shape: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    """The numbers from 0 along each dimension but one, shaped to broadcast."""
    ndim = len(shape)
    return tuple(np.arange(n).reshape((n,) + (1,) * (ndim - 1 - d)) for d, n in enumerate(shape) if d != axis)


def pick_array(x: Array, indices: Array, axis: int, drop: bool = False) -> Array:
    """out[i, j] = x[indices[i, j], j] for axis 0."""
    if not x.ndim:
        return np.array(x)
    out = x[_places(indices, axis)]
    return out[(slice(None),) * axis + (0,)] if drop else out


def place_array(value: Array, indices: Array, length: int, axis: int, drop: bool = False) -> Array:
    """Zeros with value[i, j] at [indices[i, j], j] for axis 0, of the given length along the axis."""
    if not indices.ndim:
        return np.array(value)
    shape = list(indices.shape)
    shape[axis] = length
    out = np.zeros(shape, value.dtype)
    out[_places(indices, axis)] = np.expand_dims(value, axis) if drop else value
    return out


def logcumsumexp_array(x: Array, axis: int = 0) -> Array:
    """log(exp(x_1) + ... + exp(x_i)), term by term, so that nothing overflows."""
    if x.dtype.kind == "c":
        return _complex_logcumsumexp(x, axis)
    wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x
    return np.logaddexp.accumulate(wide, axis=axis).astype(x.dtype, copy=False)


def _complex_logcumsumexp(x: Array, axis: int) -> Array:
    """The same for complex numbers, where the angle goes on from that of the larger term, as in PyTorch."""
    out = np.array(x)
    rows = np.moveaxis(out, axis, 0)
    rows[(rows.real == -np.inf) & (rows.imag == rows.imag)] = -np.inf  # exp is 0 at any angle
    for i in range(1, len(rows)):
        low, high = rows[i - 1], rows[i]
        swap = low.real > high.real
        low, high = np.where(swap, high, low), np.where(swap, low, high)
        found = high + np.log1p(np.exp(low - high))
        found = np.where((high.real == np.inf) & (low.real == np.inf), np.log(np.exp(low) + np.exp(high)), found)
        found[low.real == -np.inf] = high[low.real == -np.inf]
        found[np.isnan(low) | np.isnan(high)] = complex(np.nan, np.nan)
        rows[i] = found
    return out


def affine_scan_array(b: Array, a: Array, axis: int, backwards: bool = False) -> Array:
    """y_k = b_k + a_k y_(k-1), in log2(n) sweeps that each join twice as many steps into one."""
    if backwards:
        b, a = np.flip(b, axis), np.flip(a, axis)
    b, a = np.array(b), np.array(a)
    before, n, step = (slice(None),) * axis, b.shape[axis], 1
    while step < n:
        later, earlier = (*before, slice(step, None)), (*before, slice(None, n - step))
        b[later] += a[later] * b[earlier]  # the right side is computed first
        a[later] *= a[earlier].copy()
        step *= 2
    return np.flip(b, axis) if backwards else b


vars(namespace).update(
    affine_scan=affine_scan_array,
    logcumsumexp=logcumsumexp_array,
    median=median_array,
    nanmedian=nanmedian_array,
    pick=pick_array,
    place=place_array,
)


@op(complex=True)
def cumsum(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumsum(x, axis=axis)


cumsum.defvjp(x=lambda g, xp, axis: xp.flip(xp.cumsum(xp.flip(g, axis), axis=axis), axis))


@op(complex=True)
def cumprod(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.cumprod(x, axis=axis)


def moved_on(xp: Any, x: Any, axis: int, step: int, value: float = 0.0) -> Any:
    """x moved by one place along an axis, forwards (step 1) or back (-1); `value` moves in."""
    if not x.shape[axis]:
        return x
    widths = [(0, 0)] * x.ndim
    widths[axis] = (step, -step)
    return xp.pad_constant(x, tuple(widths), value)


def _cumprod_vjp(g: Any, xp: Any, x: Any, axis: int) -> Any:
    """The product of what came before, times the sum over later products without their factor x.

    That sum is s_k = g_k + x_(k+1) s_(k+1): no division, so it is right at zeros, for every order of
    derivative.
    """
    before = xp.cumprod(moved_on(xp, x, axis, 1, 1.0), axis=axis)
    return before * xp.affine_scan(g, moved_on(xp, x, axis, -1), axis, True)


cumprod.defvjp(x=_cumprod_vjp)


@op(complex=True)
def affine_scan(xp: Any, b: Any, a: Any, /, axis: int = 0, backwards: bool = False) -> Any:
    """y_k = b_k + a_k y_(k-1) along an axis; from the end to the start if `backwards`."""
    return xp.affine_scan(b, a, axis, backwards)


def _scan_b(g: Any, xp: Any, a: Any, axis: int, backwards: bool) -> Any:
    return xp.affine_scan(g, moved_on(xp, a, axis, 1 if backwards else -1), axis, not backwards)


affine_scan.defvjp(
    b=_scan_b,
    a=lambda g, xp, a, out, axis, backwards: (
        _scan_b(g, xp, a, axis, backwards) * moved_on(xp, out, axis, -1 if backwards else 1)
    ),
)


@op(complex=True)
def logcumsumexp(xp: Any, x: Any, /, axis: int = 0) -> Any:
    return xp.logcumsumexp(x, axis=axis)


def _logcumsumexp_vjp(g: Any, xp: Any, x: Any, out: Any, axis: int) -> Any:
    """exp(x_i) times the sum over k >= i of g_k exp(-out_k).

    With s_i = g_i + exp(out_i - out_(i+1)) s_(i+1) it is exp(x_i - out_i) s_i: as out never falls, no exponential
    exceeds 1.
    """
    step = out - moved_on(xp, out, axis, -1, math.inf)
    return xp.exp(x - out) * xp.affine_scan(g, xp.exp(step), axis, True)


logcumsumexp.defvjp(x=_logcumsumexp_vjp)


@op(cast=None, complex=True, name="Gather")
def pick(xp: Any, x: Any, indices: Any, /, axis: int = 0, drop: bool = False) -> Any:
    """Elements from distinct places along an axis, which sorting and extremes name; `drop` the axis if it has
    one.
    """
    return xp.pick(x, indices, axis, drop)


@op(cast=None, complex=True, name="Scatter")
def place(xp: Any, value: Any, indices: Any, /, length: int = 1, axis: int = 0, drop: bool = False) -> Any:
    """Zeros with value at distinct places along an axis."""
    return xp.place(value, indices, length, axis, drop)


pick.defvjp(
    x=lambda g, xp, indices, x_shape, axis, drop: xp.place(g, indices, x_shape[axis] if x_shape else 1, axis, drop),
    indices=None,
)
place.defvjp(value=lambda g, xp, indices, axis, drop: xp.pick(g, indices, axis, drop), indices=None)


@op(cast=None, differentiable=False, real=RuntimeError)
def argsort(xp: Any, x: Any, /, axis: int = -1) -> Any:
    return xp.argsort(x, axis=axis, kind="stable")


def _together(op: Any, xs: list[Any], has: list[bool], size: int, axis: int, **settings: Any) -> Any:
    """Inputs of one shape, along an axis."""
    xs = everywhere(xs, has, size)
    if xs[1].ndim == 1:  # samples of one element, which is the one that is picked or placed
        return tensors.copy(xs[0])
    return op.call(*xs, axis=axis % (xs[1].ndim - 1) + 1, **settings)


for each in (cumsum, cumprod, logcumsumexp, argsort):
    each.defbatch(along("axis"))
for each in (affine_scan, pick, place):
    each.defbatch(_together)

for each in (cumsum, cumprod):
    each.large = LARGE
