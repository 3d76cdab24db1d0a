"""NumPy kernels of layer_norm and batch_norm: block after block of samples, each small enough for the cache.

Sums over an axis are products with a vector of ones, because BLAS sums faster than `np.add.reduce`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core import namespace
from ..core.sum_arrays import ones
from .softmax import BLOCK

NDArray = np.ndarray[Any, Any]


def _cuts(x: NDArray) -> Iterator[slice]:
    """Slices of the first axis whose elements fit the cache."""
    step = max(1, BLOCK * len(x) // x.size)
    return (slice(i, i + step) for i in range(0, len(x), step))


# layer_norm


def layer_forward(
    x: NDArray,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    /,
    ndim: int = 1,
    eps: float = 1e-5,
) -> Any:
    if not x.size or x.dtype.itemsize == 2:
        return NotImplemented
    size = math.prod(x.shape[x.ndim - ndim :])
    rows = x.reshape(-1, size)
    weight = weight if weight is None else weight.reshape(size)
    bias = bias if bias is None else bias.reshape(size)
    out = np.empty(rows.shape, x.dtype)
    mean, rstd = np.empty((2, len(rows), 1), x.dtype)
    row = ones(size, x.dtype)
    for cut in _cuts(rows):
        part, done = rows[cut], out[cut]
        np.divide((part @ row)[:, None], size, out=mean[cut])
        np.subtract(part, mean[cut], out=done)
        np.divide(np.vecdot(done, done)[:, None], size, out=rstd[cut])
        rstd[cut] += eps
        np.sqrt(rstd[cut], out=rstd[cut])
        np.reciprocal(rstd[cut], out=rstd[cut])
        done *= rstd[cut]
        if weight is not None:
            done *= weight
        if bias is not None:
            done += bias
    return out.reshape(x.shape), (mean, rstd)


def layer_backward(
    g: NDArray, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int
) -> tuple[Any, ...]:
    """dx = (g w - mean(g w) - n mean(g w n)) / std, dw = sum(g n), db = sum(g) for the normalised n."""
    x, weight, bias = inputs
    mean, rstd = saved
    size = x.size // len(mean)
    rows, g2 = x.reshape(-1, size), g.reshape(-1, size)
    w = ones(size, x.dtype) if weight is None else weight.reshape(size)
    dx = np.empty(rows.shape, x.dtype) if needs[0] else None
    dw, db = np.zeros((2, size), x.dtype)
    w_mean = w / size
    for cut in _cuts(rows):
        gb = g2[cut]
        n = rows[cut] - mean[cut]
        n *= rstd[cut]
        gn = gb * n
        row = ones(len(gb), x.dtype)
        if needs[1]:
            dw += row @ gn
        if needs[2]:
            db += row @ gb
        if dx is not None:
            part = dx[cut]
            n *= (gn @ w_mean)[:, None]
            n += (gb @ w_mean)[:, None]
            np.subtract(gb if weight is None else np.multiply(gb, w, out=gn), n, out=part)
            part *= rstd[cut]
    return (
        dx if dx is None else dx.reshape(x.shape),
        dw.reshape(weight.shape) if needs[1] else None,
        db.reshape(bias.shape) if needs[2] else None,
    )


# group_norm


def group_forward(
    x: NDArray,
    weight: NDArray | None = None,
    bias: NDArray | None = None,
    /,
    groups: int = 1,
    eps: float = 1e-5,
) -> Any:
    """layer_norm of the groups as rows, then scale and shift by channel."""
    if not x.size or x.dtype.itemsize == 2:
        return NotImplemented
    rows = x.reshape(x.shape[0] * groups, -1)
    out, (mean, rstd) = layer_forward(rows, None, None, ndim=1, eps=eps)
    channels = out.reshape(*x.shape[:2], -1)
    if weight is not None:
        channels *= weight[:, None]
    if bias is not None:
        channels += bias[:, None]
    return out.reshape(x.shape), (mean, rstd)


def group_backward(
    g: NDArray, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int
) -> tuple[Any, ...]:
    x, weight, bias = (*inputs, None, None)[:3]
    mean, rstd = saved
    shape = (*x.shape[:2], -1)
    each = g.reshape(shape)
    dw = db = dx = None
    if weight is not None and needs[1]:
        n = x.reshape(len(mean), -1) - mean
        n *= rstd
        dw = np.add.reduce(np.vecdot(each, n.reshape(shape)), axis=0)
    if bias is not None and needs[2]:
        db = np.add.reduce(np.add.reduce(each, axis=2), axis=0)
    if needs[0]:
        scaled = each if weight is None else each * weight[:, None]
        rows = (x.reshape(len(mean), -1), None, None)
        dx = layer_backward(scaled.reshape(len(mean), -1), (True, False, False), rows, None, saved, last)[0]
        dx = dx.reshape(x.shape)
    return (dx, dw, db)[: len(needs)]


# batch_norm


def _last(x: NDArray) -> NDArray:
    """The channels at the last axis. (NumPy's moveaxis takes 6 us.)"""
    return x.transpose(0, *range(2, x.ndim), 1)


def channels_last(x: NDArray) -> bool:
    """Whether the channels (axis 1) are neighbours in memory, as in (N, C) and after convolutions."""
    return x.ndim == 2 or (not x.flags.c_contiguous and _last(x).flags.c_contiguous)


def seen(x: NDArray, rows: bool) -> NDArray:
    """x as (samples and places, channels) if `rows`, else as (samples, channels, places)."""
    if rows:
        return _last(x).reshape(-1, x.shape[1])
    return x.reshape(x.shape[0], x.shape[1], -1)


def unseen(y: NDArray, shape: tuple[int, ...], rows: bool) -> NDArray:
    """The inverse of `seen`."""
    if rows:
        last = len(shape) - 1
        return y.reshape(shape[0], *shape[2:], shape[1]).transpose(0, last, *range(1, last))
    return y.reshape(shape)


def _channel_sum(block: NDArray, rows: bool) -> NDArray:
    """The sum over everything but the channels, in float64: the blocks' sums are added up."""
    if rows:
        return (ones(len(block), block.dtype) @ block).astype(np.float64)
    n, c, places = block.shape
    each = block.reshape(n * c, places) @ ones(places, block.dtype)
    return np.add.reduce(each.reshape(n, c), axis=0, dtype=np.float64)


def batch_forward(x: NDArray, weight: NDArray | None = None, bias: NDArray | None = None, /, eps: float = 1e-5) -> Any:
    if not x.size or x.dtype.itemsize == 2:
        return NotImplemented
    rows = channels_last(x)
    view = seen(x, rows)
    count = x.size // x.shape[1]
    lift = (lambda v: v.astype(x.dtype)) if rows else (lambda v: v.astype(x.dtype)[:, None])
    mean = _total(view, rows) / count
    centre = lift(mean)
    out = np.empty(view.shape, x.dtype)
    var = np.zeros_like(mean)
    for cut in _cuts(view):
        part = np.subtract(view[cut], centre, out=out[cut])
        var += _channel_sum(np.square(part), rows)
    var /= count
    rstd = 1 / np.sqrt(var + eps)
    scale = lift(rstd if weight is None else rstd * weight)
    shift = None if bias is None else lift(bias)
    for cut in _cuts(view):
        part = out[cut]
        part *= scale
        if shift is not None:
            part += shift
    outs = (unseen(out, x.shape, rows), mean.astype(x.dtype), var.astype(x.dtype))
    return outs, (rows, centre, rstd)


def _total(view: NDArray, rows: bool) -> NDArray:
    total = np.zeros(view.shape[1])
    for cut in _cuts(view):
        total += _channel_sum(view[cut], rows)
    return total


def batch_backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """dx = w / std (g - mean(g) - n mean(g n)), dw = sum(g n), db = sum(g) for the normalised n.

    Gradients of the statistics themselves are left to the definition.
    """
    if g[0] is None or g[1] is not None or g[2] is not None:
        return NotImplemented
    x, weight, _ = inputs
    rows, centre, rstd = saved
    view, gv = seen(x, rows), seen(g[0], rows)
    count = x.size // x.shape[1]
    lift = (lambda v: v.astype(x.dtype)) if rows else (lambda v: v.astype(x.dtype)[:, None])
    db = np.zeros(x.shape[1])
    dw = np.zeros(x.shape[1])
    for cut in _cuts(view):
        part = view[cut] - centre
        part *= gv[cut]
        dw += _channel_sum(part, rows)
        db += _channel_sum(gv[cut], rows)
    dw *= rstd
    dx = None
    if needs[0]:
        scale = rstd if weight is None else rstd * weight
        a, k, c = lift(scale), lift(-scale * rstd * dw / count), lift(-scale * db / count)
        dx = np.empty(view.shape, x.dtype)
        for cut in _cuts(view):
            part = np.subtract(view[cut], centre, out=dx[cut])
            part *= k
            part += gv[cut] * a
            part += c
        dx = unseen(dx, x.shape, rows)
    return dx, dw.astype(x.dtype) if needs[1] else None, db.astype(x.dtype) if needs[2] else None


def affine_forward(x: NDArray, scale: NDArray, shift: NDArray, /) -> Any:
    """x scale + shift by channel, with one new array."""
    if x.dtype.itemsize == 2:
        return NotImplemented
    per_channel = (-1,) + (1,) * (x.ndim - 2)
    out = x * scale.reshape(per_channel)
    out += shift.reshape(per_channel)
    return out, None


def affine_backward(g: NDArray, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    """dx = g scale, dscale = sum(g x), dshift = sum(g)."""
    x, scale, _ = inputs
    others = (0, *range(2, x.ndim))
    return (
        g * scale.reshape((-1,) + (1,) * (x.ndim - 2)) if needs[0] else None,
        namespace.sum(g * x, others) if needs[1] else None,
        namespace.sum(g, others) if needs[2] else None,
    )
