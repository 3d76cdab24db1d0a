"""batch_norm: statistics by blocks that fit the cache, joined in float64, for both memory layouts of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.parallel import parallel_for
from ..ops import norm
from ..ops.conv_geometry import total
from ..ops.norm_arrays import affine_backward, channels_last, seen, unseen
from .compile import Array, compiled_sums, memory_order, takes

# Elements that are worth a thread.
GRAIN = 1 << 18
# Rows (of all channels) whose sums are taken together.
ROWS = 64


@compiled_sums
def _row_statistics(x: Any, first: int, last: int, mean: Any, square: Any) -> None:
    """The means of the rows first..last of x (rows, channels), and the sums of squared distances from them."""
    channels = x.shape[1]
    some, away = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    before = 0
    for start in range(first, last, ROWS):
        stop = min(start + ROWS, last)
        here = stop - start
        some[:] = 0
        away[:] = 0
        for r in range(start, stop):
            row = x[r]
            for c in range(channels):
                some[c] += row[c]
        for c in range(channels):
            some[c] /= here
        for r in range(start, stop):
            row = x[r]
            for c in range(channels):
                d = row[c] - some[c]
                away[c] += d * d
        # Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
        share = here / (before + here)
        for c in range(channels):
            d = np.float64(some[c]) - mean[c]
            mean[c] += d * share
            square[c] += away[c] + d * d * before * share
        before += here


@compiled_sums
def _plane_statistics(x: Any, first: int, last: int, mean: Any, square: Any) -> None:
    """The same for the samples first..last of x (samples, channels, places)."""
    places = x.shape[2]
    for n in range(first, last):
        before = n - first
        for c in range(x.shape[1]):
            row = x[n, c]
            middle = row[0] * 0
            for i in range(places):
                middle += row[i]
            middle /= places
            away = row[0] * 0
            for i in range(places):
                d = row[i] - middle
                away += d * d
            d = np.float64(middle) - mean[c]
            mean[c] += d / (before + 1)
            square[c] += away + d * d * before * places / (before + 1)


@compiled_sums
def _row_apply(x: Any, first: int, last: int, centre: Any, scale: Any, shift: Any, out: Any) -> None:
    for r in range(first, last):
        row, to = x[r], out[r]
        for c in range(row.size):
            to[c] = (row[c] - centre[c]) * scale[c] + shift[c]


@compiled_sums
def _plane_apply(x: Any, first: int, last: int, centre: Any, scale: Any, shift: Any, out: Any) -> None:
    for n in range(first, last):
        for c in range(x.shape[1]):
            row, to = x[n, c], out[n, c]
            for i in range(row.size):
                to[i] = (row[i] - centre[c]) * scale[c] + shift[c]


@compiled_sums
def _row_sums(g: Any, x: Any, first: int, last: int, centre: Any, along: Any, plain: Any) -> None:
    """The sums of g (x - centre) and of g by channel."""
    channels = x.shape[1]
    some, other = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    for start in range(first, last, ROWS):
        some[:] = 0
        other[:] = 0
        for r in range(start, min(start + ROWS, last)):
            y, row = g[r], x[r]
            for c in range(channels):
                some[c] += y[c] * (row[c] - centre[c])
                other[c] += y[c]
        along += some
        plain += other


@compiled_sums
def _plane_sums(g: Any, x: Any, first: int, last: int, centre: Any, along: Any, plain: Any) -> None:
    for n in range(first, last):
        for c in range(x.shape[1]):
            y, row = g[n, c], x[n, c]
            a, b = row[0] * 0, row[0] * 0
            for i in range(row.size):
                a += y[i] * (row[i] - centre[c])
                b += y[i]
            along[c] += a
            plain[c] += b


@compiled_sums
def _row_gradient(g: Any, x: Any, first: int, last: int, centre: Any, a: Any, k: Any, b: Any, dx: Any) -> None:
    for r in range(first, last):
        y, row, to = g[r], x[r], dx[r]
        for c in range(row.size):
            to[c] = (row[c] - centre[c]) * k[c] + y[c] * a[c] + b[c]


@compiled_sums
def _plane_gradient(g: Any, x: Any, first: int, last: int, centre: Any, a: Any, k: Any, b: Any, dx: Any) -> None:
    for n in range(first, last):
        for c in range(x.shape[1]):
            y, row, to = g[n, c], x[n, c], dx[n, c]
            for i in range(row.size):
                to[i] = (row[i] - centre[c]) * k[c] + y[i] * a[c] + b[c]


def _joined(parts: list[tuple[int, Array, Array]]) -> tuple[Array, Array]:
    """The means and variances of the whole from (count, mean, sum of squared distances) of its parts, in order."""
    before, mean, square = parts[0]
    for here, other, away in parts[1:]:
        d = other - mean
        mean = mean + d * (here / (before + here))
        square = square + away + d * d * (before * here / (before + here))
        before += here
    return mean, square / before


def _grain(view: Array) -> int:
    return max(1, GRAIN * len(view) // view.size)


@norm.batch_norm.kernel("numba")
def _forward(x: Array, weight: Array | None = None, bias: Array | None = None, /, eps: float = 1e-5) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows = channels_last(x)
    view = np.ascontiguousarray(seen(x, rows))
    channels, each = x.shape[1], 1 if rows else view.shape[2]

    def statistics(first: int, last: int) -> tuple[int, Array, Array]:
        mean, square = np.zeros((2, channels))
        (_row_statistics if rows else _plane_statistics)(view, first, last, mean, square)
        return (last - first) * each, mean, square

    mean, var = _joined(parallel_for(statistics, len(view), _grain(view)))
    rstd = 1 / np.sqrt(var + eps)
    scale = (rstd if weight is None else rstd * weight).astype(x.dtype)
    shift = np.zeros(channels, x.dtype) if bias is None else np.ascontiguousarray(bias)
    centre, out = mean.astype(x.dtype), np.empty_like(view)
    loop = _row_apply if rows else _plane_apply
    parallel_for(lambda a, b: loop(view, a, b, centre, scale, shift, out), len(view), _grain(view))
    return (unseen(out, x.shape, rows), centre, var.astype(x.dtype)), (rows, centre, rstd)


@norm.batch_norm.kernel_vjp("numba")
def _backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    if g[0] is None or g[1] is not None or g[2] is not None:  # gradients of the statistics: by the definition
        return NotImplemented
    x, weight, _ = (*inputs, None, None)[:3]
    rows, centre, rstd = saved
    view, y = np.ascontiguousarray(seen(x, rows)), np.ascontiguousarray(seen(g[0], rows))
    count = x.size // x.shape[1]

    def sums(first: int, last: int) -> Array:
        found = np.zeros((2, x.shape[1]))
        (_row_sums if rows else _plane_sums)(y, view, first, last, centre, found[0], found[1])
        return found

    dw, db = total(parallel_for(sums, len(view), _grain(view)))
    dw = dw * rstd
    dx = None
    if needs[0]:
        scale = rstd if weight is None else rstd * weight
        a, k, b = (v.astype(x.dtype) for v in (scale, -scale * rstd * dw / count, -scale * db / count))
        into = np.empty_like(view)
        loop = _row_gradient if rows else _plane_gradient
        parallel_for(lambda i, j: loop(y, view, i, j, centre, a, k, b, into), len(view), _grain(view))
        dx = unseen(into, x.shape, rows)
    return (dx, dw.astype(x.dtype), db.astype(x.dtype))[: len(needs)]


@norm.channel_affine.kernel("numba")
def _affine(x: Array, scale: Array, shift: Array, /) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows = channels_last(x)
    view = np.ascontiguousarray(seen(x, rows))
    factor, added = np.ascontiguousarray(scale), np.ascontiguousarray(shift)
    centre, out = np.zeros_like(factor), np.empty_like(view)
    loop = _row_apply if rows else _plane_apply
    parallel_for(lambda a, b: loop(view, a, b, centre, factor, added, out), len(view), _grain(view))
    return unseen(out, x.shape, rows), None


norm.channel_affine.kernel_vjp("numba")(affine_backward)
