"""batch_norm: statistics of blocks that stay in the cache, joined in float64, for both memory layouts of images.

Channels that are neighbours in memory are columns of lines, where a line may hold several of each (`columns.wide`).
Else each channel of a sample is a plane, a row of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops import norm
from ..ops.norm_arrays import affine_backward, channels_last, seen, unseen
from .columns import LINES, column_products, column_statistics, row_statistics, wide
from .compile import Array, compiled, compiled_sums, memory_order, row_of, takes
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 14


@compiled_sums
def _line_statistics(x: Any, found: Any, first: int, last: int) -> None:
    """Means of the columns, and sums of squared distances from them, of the blocks first to last: LINES lines each."""
    for block in range(first, last):
        lines = x[block * LINES : min((block + 1) * LINES, len(x))]
        column_statistics(lines, found[0, block], found[1, block])


@compiled_sums
def _plane_statistics(x: Any, found: Any, first: int, last: int) -> None:
    for plane in range(first, last):
        found[0, plane], found[1, plane] = row_statistics(x[plane])


@compiled
def _join(found: Any, each: int, short: int, few: int, weight: Any, bias: Any, eps: float, rstd: Any, to: Any) -> None:
    """to = centre, var, scale and shift, from parts of `each` numbers a channel; the last `short` parts have `few`."""
    _, parts, channels = found.shape
    full = parts - short
    count = full * each + short * few
    mean, square = np.zeros(channels), np.zeros(channels)
    for p in range(parts):
        here = float(each if p < full else few)
        for c in range(channels):
            mean[c] += here * found[0, p, c]
    for c in range(channels):
        mean[c] /= count
    for p in range(parts):
        here = float(each if p < full else few)
        for c in range(channels):
            d = found[0, p, c] - mean[c]
            square[c] += found[1, p, c] + here * d * d
    for c in range(channels):
        var = square[c] / count
        rstd[c] = 1 / np.sqrt(var + eps)
        for i in range(c, to.shape[1], channels):
            to[0, i], to[1, i], to[2, i], to[3, i] = mean[c], var, rstd[c] * weight[c], bias[c]


@compiled
def _line_apply(x: Any, about: Any, out: Any, first: int, last: int) -> None:
    centre, scale, shift = about[0], about[2], about[3]
    for r in range(first, last):
        row, to = x[r], out[r]
        for i in range(row.size):
            to[i] = (row[i] - centre[i]) * scale[i] + shift[i]


@compiled
def _plane_apply(x: Any, about: Any, out: Any, first: int, last: int) -> None:
    for plane in range(first, last):
        row, to, c = x[plane], out[plane], plane % about.shape[1]
        centre, scale, shift = about[0, c], about[2, c], about[3, c]
        for i in range(row.size):
            to[i] = (row[i] - centre) * scale + shift


@compiled_sums
def _line_sums(g: Any, x: Any, about: Any, found: Any, first: int, last: int) -> None:
    """The sums of g (x - centre) and of g by column."""
    for block in range(first, last):
        begin, end = block * LINES, min((block + 1) * LINES, len(x))
        column_products(g[begin:end], x[begin:end], about[0], found[0, block], found[1, block])


@compiled_sums
def _plane_sums(g: Any, x: Any, about: Any, found: Any, first: int, last: int) -> None:
    none = x.dtype.type(0)
    for plane in range(first, last):
        y, row, centre = g[plane], x[plane], about[0, plane % about.shape[1]]
        along, plain = none, none
        for i in range(row.size):
            along += y[i] * (row[i] - centre)
            plain += y[i]
        found[0, plane], found[1, plane] = along, plain


@compiled
def _slopes(found: Any, weight: Any, rstd: Any, count: int, about: Any, dw: Any, db: Any, to: Any) -> None:
    """The gradients of weight and bias, and to = centre, and what x - centre, g and 1 are multiplied by in dx."""
    _, parts, channels = found.shape
    along, plain = np.zeros(channels), np.zeros(channels)
    for p in range(parts):
        for c in range(channels):
            along[c] += found[0, p, c]
            plain[c] += found[1, p, c]
    for c in range(channels):
        scale = rstd[c] * weight[c]
        dw[c], db[c] = along[c] * rstd[c], plain[c]
        k, b = -scale * rstd[c] * rstd[c] * along[c] / count, -scale * plain[c] / count
        for i in range(c, to.shape[1], channels):
            to[0, i], to[1, i], to[2, i], to[3, i] = about[0, c], k, scale, b


@compiled
def _line_gradient(g: Any, x: Any, about: Any, dx: Any, first: int, last: int) -> None:
    centre, k, a, b = about[0], about[1], about[2], about[3]
    for r in range(first, last):
        y, row, to = g[r], x[r], dx[r]
        for i in range(row.size):
            to[i] = (row[i] - centre[i]) * k[i] + y[i] * a[i] + b[i]


@compiled
def _plane_gradient(g: Any, x: Any, about: Any, dx: Any, first: int, last: int) -> None:
    for plane in range(first, last):
        y, row, to, c = g[plane], x[plane], dx[plane], plane % about.shape[1]
        centre, k, a, b = about[0, c], about[1, c], about[2, c], about[3, c]
        for i in range(row.size):
            to[i] = (row[i] - centre) * k + y[i] * a + b


def _view(x: Array, rows: bool) -> Array:
    """x as lines of channels if `rows`, else as planes."""
    view = np.ascontiguousarray(seen(x, rows))
    return wide(view) if rows else view.reshape(-1, view.shape[2])


def _grain(view: Array, lines: int = 1) -> int:
    return max(1, GRAIN // (lines * view.shape[1]))


def _found(view: Array, rows: bool) -> Array:
    """Room for two numbers for each column of a block of lines, or for each plane."""
    return np.empty((2, -(-len(view) // LINES), view.shape[1]) if rows else (2, len(view)), view.dtype)


@norm.batch_norm.kernel("numba")
def _forward(x: Array, weight: Array | None = None, bias: Array | None = None, /, eps: float = 1e-5) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows, channels = channels_last(x), x.shape[1]
    view = _view(x, rows)
    found = _found(view, rows)
    if rows:
        blocks, width = found.shape[1:]
        in_parts(_line_statistics, blocks, _grain(view, LINES), view, found)
        parts = LINES, width // channels, len(view) - LINES * (blocks - 1)
    else:
        width = channels
        in_parts(_plane_statistics, len(view), _grain(view), view, found)
        parts = view.shape[1], 0, 0
    w, b = row_of(weight, channels, x.dtype, 1), row_of(bias, channels, x.dtype, 0)
    rstd, about = np.empty(channels), np.empty((4, width), x.dtype)
    _join(found.reshape(2, -1, channels), *parts, w, b, eps, rstd, about)
    out = np.empty_like(view)
    in_parts(_line_apply if rows else _plane_apply, len(view), _grain(view), view, about, out)
    mean, var = about[0, :channels], about[1, :channels]
    return (unseen(out, x.shape, rows), mean.copy(), var.copy()), (rows, about, rstd)


@norm.batch_norm.kernel_vjp("numba")
def _backward(g: Any, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    if g[0] is None or g[1] is not None or g[2] is not None:  # gradients of the statistics: by the definition
        return NotImplemented
    x, weight, _ = (*inputs, None, None)[:3]
    rows, about, rstd = saved
    view, y = _view(x, rows), _view(g[0], rows)
    found, channels = _found(view, rows), x.shape[1]
    if rows:
        in_parts(_line_sums, found.shape[1], _grain(view, LINES), y, view, about, found)
    else:
        in_parts(_plane_sums, len(view), _grain(view), y, view, about, found)
    dw, db = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    w, slopes = row_of(weight, channels, x.dtype, 1), np.empty_like(about)
    _slopes(found.reshape(2, -1, channels), w, rstd, x.size // channels, about, dw, db, slopes)
    dx = None
    if needs[0]:
        into = np.empty_like(view)
        in_parts(_line_gradient if rows else _plane_gradient, len(view), _grain(view), y, view, slopes, into)
        dx = unseen(into, x.shape, rows)
    return (dx, dw, db)[: len(needs)]


@norm.channel_affine.kernel("numba")
def _affine(x: Array, scale: Array, shift: Array, /) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows, channels = channels_last(x), x.shape[1]
    view = _view(x, rows)
    about = np.zeros((4, view.shape[1] // channels if rows else 1, channels), x.dtype)
    about[2], about[3] = scale, shift
    out = np.empty_like(view)
    in_parts(_line_apply if rows else _plane_apply, len(view), _grain(view), view, about.reshape(4, -1), out)
    return unseen(out, x.shape, rows), None


norm.channel_affine.kernel_vjp("numba")(affine_backward)
