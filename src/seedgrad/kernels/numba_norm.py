"""layer_norm and rms_norm over contiguous rows, each read from memory once forwards and once backwards."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kernel import empty, open_kernel
from ..ops import norm
from .columns import row_statistics
from .compile import Array, compiled_sums, row_of, takes
from .numba_reduce import channel_sum
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 13
# Rows whose gradients of weight and bias are added up before they join the total: float32 keeps more of short sums.
ROWS = 32


@compiled_sums
def _forward_rows(
    x: Any, weight: Any, bias: Any, out: Any, mean: Any, scale: Any, eps: Any, centred: bool, first: int, last: int
) -> None:
    """out = (x - mean) scale weight + bias."""
    kind = x.dtype.type
    count = kind(x.shape[1])
    for r in range(first, last):
        row, to = x[r], out[r]
        middle, square = kind(0), kind(0)
        if centred:
            middle, square = row_statistics(row)
        else:
            for i in range(row.size):
                square += row[i] * row[i]
        factor = 1 / np.sqrt(square / count + eps)
        mean[r], scale[r] = middle, factor
        for i in range(row.size):
            to[i] = (row[i] - middle) * factor * weight[i] + bias[i]


@compiled_sums
def _backward_rows(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, dx: Any, sums: Any, centred: bool, first: int, last: int
) -> None:
    """dx = (g w - mean(g w) - n mean(g w n)) scale, and the sums of g n and g for blocks of rows; dx may be empty."""
    kind = x.dtype.type
    count = kind(x.shape[1])
    for block in range(first, last):
        dw, db = sums[block, 0], sums[block, 1]
        dw[:] = 0
        db[:] = 0
        for r in range(block * ROWS, min((block + 1) * ROWS, len(x))):
            y, row, middle, factor = g[r], x[r], mean[r], scale[r]
            plain, along = kind(0), kind(0)
            for i in range(row.size):
                n = (row[i] - middle) * factor
                dw[i] += y[i] * n
                db[i] += y[i]
                plain += y[i] * weight[i]
                along += y[i] * weight[i] * n
            if dx.size:
                to = dx[r]
                plain = plain / count if centred else kind(0)
                along = along / count * factor
                for i in range(row.size):
                    to[i] = (y[i] * weight[i] - plain - (row[i] - middle) * along) * factor


def _forward(x: Array, weight: Array | None, bias: Array | None, eps: float, centred: bool) -> Any:
    """The result for rows x; no weight stands for ones, no bias for zeros."""
    n, count = x.shape
    w, b = row_of(weight, count, x.dtype, 1), row_of(bias, count, x.dtype, 0)
    out, mean, scale = np.empty_like(x), empty(n, x.dtype), empty(n, x.dtype)
    small = x.dtype.type(eps)
    in_parts(_forward_rows, n, max(1, GRAIN // count), x, w, b, out, mean, scale, small, centred)
    return out, (mean, scale)


def _covers(x: Array) -> bool:
    return takes(x) and x.flags.c_contiguous


def _layer_backward(
    g: Array, needs: tuple[bool, ...], x: Array, weight: Array | None, saved: Any, centred: bool
) -> tuple[Array | None, Array, Array]:
    mean, scale = saved
    rows = x.reshape(len(mean), -1)
    count = rows.shape[1]
    y = np.ascontiguousarray(g).reshape(rows.shape)
    w = row_of(weight, count, x.dtype, 1)
    dx = np.empty_like(rows) if needs[0] else empty((0, 0), x.dtype)

    sums = empty((-(-len(rows) // ROWS), 2, count), x.dtype)
    in_parts(_backward_rows, len(sums), max(1, GRAIN // (ROWS * count)), y, rows, w, mean, scale, dx, sums, centred)
    dw, db = sums[0] if len(sums) == 1 else channel_sum(sums.reshape(len(sums), -1)).reshape(2, count)
    return dx.reshape(x.shape) if needs[0] else None, dw, db


@norm.layer_norm.kernel("numba")
@open_kernel
def _layer(
    x: Array, weight: Array | None = None, bias: Array | None = None, /, ndim: int = 1, eps: float = 1e-5
) -> Any:
    if not _covers(x):
        return NotImplemented
    count = math.prod(x.shape[x.ndim - ndim :])
    out, saved = _forward(x.reshape(-1, count), weight, bias, eps, True)
    return out.reshape(x.shape), saved


@norm.layer_norm.kernel_vjp("numba")
@open_kernel
def _layer_vjp(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    x, weight, bias = (*inputs, None, None)[:3]
    dx, dw, db = _layer_backward(g, needs, x, weight, saved, True)
    grads = (dx, None if weight is None else dw.reshape(weight.shape), None if bias is None else db.reshape(bias.shape))
    return grads[: len(needs)]


@norm.rms_norm.kernel("numba")
@open_kernel
def _rms(x: Array, weight: Array | None = None, /, ndim: int = 1, eps: float = 1e-6) -> Any:
    if not _covers(x):
        return NotImplemented
    count = math.prod(x.shape[x.ndim - ndim :])
    out, saved = _forward(x.reshape(-1, count), weight, None, eps, False)
    return out.reshape(x.shape), saved


@norm.rms_norm.kernel_vjp("numba")
@open_kernel
def _rms_vjp(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    x, weight = (*inputs, None)[:2]
    dx, dw, _ = _layer_backward(g, needs, x, weight, saved, False)
    return (dx, None if weight is None else dw.reshape(weight.shape))[: len(needs)]
