"""layer_norm and rms_norm over contiguous rows, each read from memory once forwards and once backwards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.parallel import parallel_for
from ..ops import norm
from ..ops.conv_geometry import total
from .compile import Array, compiled_sums, takes
from .sharing import in_parts

# Elements that are worth a thread: forwards, and backwards, where each thread has sums of its own.
SHORT, GRAIN = 1 << 13, 1 << 15
# Rows whose gradients of weight and bias are added up before they join the total: float32 keeps more of short sums.
ROWS = 256


@compiled_sums
def _forward_rows(
    x: Any, weight: Any, bias: Any, out: Any, mean: Any, scale: Any, eps: Any, centred: bool, first: int, last: int
) -> None:
    """out = (x - mean) scale weight + bias."""
    count = x.shape[1]
    for r in range(first, last):
        row, to = x[r], out[r]
        middle = row[0] * 0
        if centred:
            for i in range(count):
                middle += row[i]
            middle /= count
        square = row[0] * 0
        for i in range(count):
            away = row[i] - middle
            square += away * away
        factor = 1 / np.sqrt(square / count + eps)
        mean[r], scale[r] = middle, factor
        for i in range(count):
            to[i] = (row[i] - middle) * factor * weight[i] + bias[i]


@compiled_sums
def _backward_rows(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, dx: Any, dw: Any, db: Any, first: int, last: int, centred: bool
) -> None:
    """dx = (g w - mean(g w) - n mean(g w n)) scale, and the sums of g n and g; dx may be empty."""
    count = x.shape[1]
    some_w, some_b = np.zeros_like(weight), np.zeros_like(weight)
    for r in range(first, last):
        y, row, middle, factor = g[r], x[r], mean[r], scale[r]
        plain, along = middle * 0, middle * 0
        for i in range(count):
            n = (row[i] - middle) * factor
            some_w[i] += y[i] * n
            some_b[i] += y[i]
            plain += y[i] * weight[i]
            along += y[i] * weight[i] * n
        if dx.size:
            to = dx[r]
            plain = plain / count if centred else plain * 0
            along /= count
            for i in range(count):
                to[i] = (y[i] * weight[i] - plain - (row[i] - middle) * factor * along) * factor
        if (r - first) % ROWS == ROWS - 1 or r == last - 1:
            dw += some_w
            db += some_b
            some_w[:] = 0
            some_b[:] = 0


def _forward(x: Array, weight: Array | None, bias: Array | None, eps: float, centred: bool) -> Any:
    """The result for rows x; no weight stands for ones, no bias for zeros."""
    n, count = x.shape
    w, b = _row(weight, count, x.dtype, 1), _row(bias, count, x.dtype, 0)
    out, mean, scale = np.empty_like(x), np.empty(n, x.dtype), np.empty(n, x.dtype)
    small = x.dtype.type(eps)
    in_parts(_forward_rows, n, max(1, SHORT // count), x, w, b, out, mean, scale, small, centred)
    return out, (mean, scale)


def _row(v: Array | None, count: int, kind: Any, missing: int) -> Array:
    """A weight or bias as a contiguous row; one that is missing is all ones, or zeros."""
    if v is None:
        return np.full(count, missing, kind)
    return v if v.ndim == 1 and v.flags.c_contiguous else np.ascontiguousarray(v).reshape(count)


def _covers(x: Array) -> bool:
    return takes(x) and x.flags.c_contiguous


def _layer_backward(
    g: Array, needs: tuple[bool, ...], x: Array, weight: Array | None, saved: Any, centred: bool
) -> tuple[Array | None, Array, Array]:
    mean, scale = saved
    rows = x.reshape(len(mean), -1)
    count = rows.shape[1]
    y = np.ascontiguousarray(g).reshape(rows.shape)
    w = _row(weight, count, x.dtype, 1)
    dx = np.empty_like(rows) if needs[0] else np.empty((0, 0), x.dtype)

    def work(first: int, last: int) -> Array:
        sums = np.zeros((2, count), x.dtype)
        _backward_rows(y, rows, w, mean, scale, dx, sums[0], sums[1], first, last, centred)
        return sums

    dw, db = total(parallel_for(work, len(rows), GRAIN // count))
    return dx.reshape(x.shape) if needs[0] else None, dw, db


@norm.layer_norm.kernel("numba")
def _layer(
    x: Array, weight: Array | None = None, bias: Array | None = None, /, ndim: int = 1, eps: float = 1e-5
) -> Any:
    if not _covers(x):
        return NotImplemented
    count = math.prod(x.shape[x.ndim - ndim :])
    out, saved = _forward(x.reshape(-1, count), weight, bias, eps, True)
    return out.reshape(x.shape), saved


@norm.layer_norm.kernel_vjp("numba")
def _layer_vjp(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    x, weight, bias = (*inputs, None, None)[:3]
    dx, dw, db = _layer_backward(g, needs, x, weight, saved, True)
    grads = (dx, None if weight is None else dw.reshape(weight.shape), None if bias is None else db.reshape(bias.shape))
    return grads[: len(needs)]


@norm.rms_norm.kernel("numba")
def _rms(x: Array, weight: Array | None = None, /, ndim: int = 1, eps: float = 1e-6) -> Any:
    if not _covers(x):
        return NotImplemented
    count = math.prod(x.shape[x.ndim - ndim :])
    out, saved = _forward(x.reshape(-1, count), weight, None, eps, False)
    return out.reshape(x.shape), saved


@norm.rms_norm.kernel_vjp("numba")
def _rms_vjp(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    x, weight = (*inputs, None)[:2]
    dx, dw, _ = _layer_backward(g, needs, x, weight, saved, False)
    return (dx, None if weight is None else dw.reshape(weight.shape))[: len(needs)]
