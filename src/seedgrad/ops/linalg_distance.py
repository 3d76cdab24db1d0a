"""Distances between all pairs of vectors of two sets, without the array of all differences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import elementwise
from ..core.op import op
from .reduce import inverse

# How many differences are made at once: their array stays in the processor's cache.
BLOCK = 1 << 16

Array = np.ndarray[Any, Any]


def _blocks(rows: int, row_size: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(1, row_size))
    return (slice(start, start + step) for start in range(0, rows, step))


def distances(x: Array, y: Array, p: float = 2.0, products: bool = False) -> Array:
    """The distances, in blocks of rows of x; products are taken around the mean of y, where they lose least."""
    if products:
        middle = y.mean(axis=-2, keepdims=True) if y.shape[-2] else x.dtype.type(0)
        x, y = x - middle, y - middle
        sizes = (x * x).sum(-1)[..., :, None] + (y * y).sum(-1)[..., None, :]
        return np.sqrt(np.maximum(sizes - 2 * (x @ y.swapaxes(-1, -2)), 0))
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    out = np.empty((*batch, x.shape[-2], y.shape[-2]), x.dtype)
    for rows in _blocks(x.shape[-2], math.prod(batch) * y.shape[-2] * x.shape[-1]):
        away = x[..., rows, None, :] - y[..., None, :, :]
        if p == 2:
            out[..., rows, :] = np.sqrt(np.einsum("...k,...k->...", away, away))
        elif p == 0:
            out[..., rows, :] = np.count_nonzero(away, axis=-1)
        else:
            size = np.abs(away, out=away)
            if p == math.inf:
                out[..., rows, :] = size.max(axis=-1, initial=0)
            elif p == 1:
                out[..., rows, :] = size.sum(axis=-1)
            else:
                out[..., rows, :] = (size**p).sum(axis=-1) ** (1 / p)
    return out


vars(namespace).update(cdist=distances)


@op(cast=None, name="Cdist")
def cdist(xp: Any, x: Any, y: Any, /, p: float = 2.0, products: bool = False) -> Any:
    """out[i, j] = |x_i - y_j|_p; `products`: for p = 2 from |x|² + |y|² - 2 x·y, quicker and less exact."""
    return xp.cdist(x, y, p=p, products=products)


def _cdist_x(g: Any, xp: Any, x: Any, y: Any, out: Any, p: float) -> Any:
    """The sum over j of g_ij times the derivative of |d|_p, d = x_i - y_j; 0 where d is 0.

    For p = 2 it is x_i sum_j w_ij - sum_j w_ij y_j with w = g / out, whatever point x and y are counted from: two
    products, no array of differences.
    """
    if p == 0:
        return xp.zeros_like(x)
    if p == 2:
        weights = g * inverse(xp, out)
        middle = xp.mean(y, axis=-2, keepdims=True) if y.shape[-2] else 0.0
        return (x - middle) * xp.sum(weights, axis=-1, keepdims=True) - xp.matmul(weights, y - middle)
    away = x[..., :, None, :] - y[..., None, :, :]
    return xp.sum(_slope(xp, away, g[..., None], out[..., None], p), axis=-2)


def _slope(xp: Any, away: Any, g: Any, out: Any, p: float) -> Any:
    """g times the derivative of out = |away|_p along the last axis."""
    if p == 1:
        return g * xp.sign(away)
    if p == 2:
        return away * (g * inverse(xp, out))
    if p == math.inf:
        return xp.where(xp.absolute(away) == out, g * xp.sign(away), 0.0)
    size = xp.absolute(away)
    steep = xp.where(size == 0, 0.0, xp.where(size == 0, 1.0, size) ** (p - 1))
    weight = xp.where(out == 0, 0.0, g / xp.where(out == 0, 1.0, out) ** (p - 1))
    return xp.sign(away) * steep * weight


cdist.defvjp(
    x=_cdist_x,
    y=lambda g, xp, x, y, out, p: _cdist_x(xp.swapaxes(g, -1, -2), xp, y, x, xp.swapaxes(out, -1, -2), p),
)


@cdist.kernel("numpy")
def _cdist_forward(x: Array, y: Array, p: float = 2.0, products: bool = False) -> Any:
    return distances(x, y, p, products), (p, products)


@cdist.kernel_vjp("numpy")
def _cdist_backward(g: Array, needs: Any, inputs: Any, out: Array, saved: Any, last: int) -> Any:
    """The differences again, in blocks; from products, where the distances were."""
    (x, y), (p, products) = inputs, saved
    if products or p == 0:
        return NotImplemented
    batch = out.shape[:-2]
    gx = np.empty((*batch, *x.shape[-2:]), x.dtype) if needs[0] else None
    gy = np.zeros((*batch, *y.shape[-2:]), x.dtype) if needs[1] else None
    for rows in _blocks(x.shape[-2], math.prod(batch) * y.shape[-2] * x.shape[-1]):
        away = x[..., rows, None, :] - y[..., None, :, :]
        slope = _slope(np, away, g[..., rows, :, None], out[..., rows, :, None], p)
        if gx is not None:
            gx[..., rows, :] = slope.sum(axis=-2)
        if gy is not None:
            gy -= slope.sum(axis=-3)
    return gx, gy


# How it is computed for many samples at once (core/batching.py).
cdist.defbatch(elementwise)
