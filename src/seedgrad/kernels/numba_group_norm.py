"""group_norm, one sample after the other, for both memory layouts of images.

The mean and the scale, 1 / sqrt(var + eps), of each group of each sample are kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.parallel import parallel_for
from ..ops import norm
from ..ops.conv_geometry import total
from ..ops.norm_arrays import channels_last, seen, unseen
from .compile import Array, compiled_sums, memory_order, takes

# Elements that are worth a thread.
GRAIN = 1 << 18


@compiled_sums
def _plane_forward(
    x: Any, first: int, last: int, weight: Any, bias: Any, eps: Any, mean: Any, scale: Any, out: Any
) -> None:
    """x is (samples, channels, places)."""
    size = x.shape[1] // mean.shape[1]
    for n in range(first, last):
        for group in range(mean.shape[1]):
            start = group * size
            middle, square = eps * 0, eps * 0
            for k in range(size):
                row = x[n, start + k]
                for i in range(row.size):
                    middle += row[i]
            middle /= size * x.shape[2]
            for k in range(size):
                row = x[n, start + k]
                for i in range(row.size):
                    d = row[i] - middle
                    square += d * d
            factor = 1 / np.sqrt(square / (size * x.shape[2]) + eps)
            mean[n, group], scale[n, group] = middle, factor
            for k in range(size):
                row, to = x[n, start + k], out[n, start + k]
                w, b = factor * weight[start + k], bias[start + k]
                for i in range(row.size):
                    to[i] = (row[i] - middle) * w + b


@compiled_sums
def _place_forward(
    x: Any, first: int, last: int, weight: Any, bias: Any, eps: Any, mean: Any, scale: Any, out: Any
) -> None:
    """x is (samples, places, channels)."""
    places, channels = x.shape[1:]
    groups = mean.shape[1]
    size = channels // groups
    sums, centre, factor = np.empty_like(weight), np.empty_like(weight), np.empty_like(weight)
    for n in range(first, last):
        sums[:] = 0
        for p in range(places):
            row = x[n, p]
            for c in range(channels):
                sums[c] += row[c]
        for group in range(groups):
            mean[n, group] = sums[group * size : (group + 1) * size].sum() / (size * places)
            centre[group * size : (group + 1) * size] = mean[n, group]
        sums[:] = 0
        for p in range(places):
            row = x[n, p]
            for c in range(channels):
                d = row[c] - centre[c]
                sums[c] += d * d
        for group in range(groups):
            var = sums[group * size : (group + 1) * size].sum() / (size * places)
            scale[n, group] = 1 / np.sqrt(var + eps)
            factor[group * size : (group + 1) * size] = scale[n, group]
        for c in range(channels):
            factor[c] *= weight[c]
        for p in range(places):
            row, to = x[n, p], out[n, p]
            for c in range(channels):
                to[c] = (row[c] - centre[c]) * factor[c] + bias[c]


@compiled_sums
def _plane_backward(
    g: Any, x: Any, first: int, last: int, weight: Any, mean: Any, scale: Any, dx: Any, dw: Any, db: Any
) -> None:
    """dx = (g w - mean(g w) - n mean(g w n)) scale, and the sums of g n and g, for the normalised n."""
    size = x.shape[1] // mean.shape[1]
    for n in range(first, last):
        for group in range(mean.shape[1]):
            start, middle, factor = group * size, mean[n, group], scale[n, group]
            plain, along = middle * 0, middle * 0
            for k in range(size):
                y, row = g[n, start + k], x[n, start + k]
                a, b = middle * 0, middle * 0
                for i in range(row.size):
                    a += y[i] * (row[i] - middle)
                    b += y[i]
                a *= factor
                dw[start + k] += a
                db[start + k] += b
                along += a * weight[start + k]
                plain += b * weight[start + k]
            plain *= factor / (size * x.shape[2])
            along *= factor * factor / (size * x.shape[2])
            for k in range(size):
                y, row, to = g[n, start + k], x[n, start + k], dx[n, start + k]
                w = weight[start + k] * factor
                for i in range(row.size):
                    to[i] = y[i] * w - plain - (row[i] - middle) * along


@compiled_sums
def _place_backward(
    g: Any, x: Any, first: int, last: int, weight: Any, mean: Any, scale: Any, dx: Any, dw: Any, db: Any
) -> None:
    places, channels = x.shape[1:]
    size = channels // mean.shape[1]
    a, b = np.empty_like(weight), np.empty_like(weight)
    centre, factor = np.empty_like(weight), np.empty_like(weight)
    plain, along = np.empty_like(weight), np.empty_like(weight)
    for n in range(first, last):
        for c in range(channels):
            centre[c], factor[c] = mean[n, c // size], scale[n, c // size]
            a[c], b[c] = 0, 0
        for p in range(places):
            y, row = g[n, p], x[n, p]
            for c in range(channels):
                a[c] += y[c] * (row[c] - centre[c])
                b[c] += y[c]
        for c in range(channels):
            a[c] *= factor[c]
            dw[c] += a[c]
            db[c] += b[c]
            a[c] *= weight[c]
            b[c] *= weight[c]
        for group in range(mean.shape[1]):
            here = factor[group * size] / (size * places)
            plain[group * size : (group + 1) * size] = b[group * size : (group + 1) * size].sum() * here
            here *= factor[group * size]
            along[group * size : (group + 1) * size] = a[group * size : (group + 1) * size].sum() * here
        for c in range(channels):
            factor[c] *= weight[c]
        for p in range(places):
            y, row, to = g[n, p], x[n, p], dx[n, p]
            for c in range(channels):
                to[c] = y[c] * factor[c] - plain[c] - (row[c] - centre[c]) * along[c]


def _view(x: Array, last: bool) -> Array:
    """x as (samples, places, channels) if the channels are `last` in memory, else as (samples, channels, places)."""
    view = seen(x, last)
    return np.ascontiguousarray(view.reshape(len(x), -1, x.shape[1]) if last else view)


def _grain(view: Array) -> int:
    return max(1, GRAIN * len(view) // view.size)


@norm.group_norm.kernel("numba")
def _forward(
    x: Array, weight: Array | None = None, bias: Array | None = None, /, groups: int = 1, eps: float = 1e-5
) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows = x.ndim > 2 and channels_last(x)
    view = _view(x, rows)
    w = np.ones(x.shape[1], x.dtype) if weight is None else np.ascontiguousarray(weight)
    b = np.zeros(x.shape[1], x.dtype) if bias is None else np.ascontiguousarray(bias)
    mean, scale = np.empty((2, len(x), groups), x.dtype)
    out, small = np.empty_like(view), x.dtype.type(eps)
    loop = _place_forward if rows else _plane_forward
    parallel_for(lambda i, j: loop(view, i, j, w, b, small, mean, scale, out), len(view), _grain(view))
    return unseen(out, x.shape, rows), (mean, scale, rows)


@norm.group_norm.kernel_vjp("numba")
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    x, weight, _ = (*inputs, None, None)[:3]
    mean, scale, rows = saved
    view, y = _view(x, rows), _view(g, rows)
    w = np.ones(x.shape[1], x.dtype) if weight is None else np.ascontiguousarray(weight)
    dx = np.empty_like(view)
    loop = _place_backward if rows else _plane_backward

    def work(first: int, last: int) -> Array:
        sums = np.zeros((2, x.shape[1]), x.dtype)
        loop(y, view, first, last, w, mean, scale, dx, sums[0], sums[1])
        return sums

    dw, db = total(parallel_for(work, len(view), _grain(view)))
    return (unseen(dx, x.shape, rows), dw, db)[: len(needs)]
