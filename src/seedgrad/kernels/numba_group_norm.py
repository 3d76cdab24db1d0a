"""group_norm for both memory layouts of images.

The mean and the scale, 1 / sqrt(var + eps), of each group of each sample are kept. Where channels are first, a group is one
row of numbers; where they are last, a sample is a matrix of whose columns the sums are taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ops import norm
from ..ops.norm_arrays import channels_last, seen, unseen
from .columns import column_products, column_statistics, row_statistics, wide
from .compile import Array, compiled_sums, memory_order, row_of, takes
from .sharing import in_parts

# Elements that are worth a thread.
GRAIN = 1 << 14


@compiled_sums
def _plane_forward(
    x: Any, weight: Any, bias: Any, eps: Any, mean: Any, scale: Any, out: Any, first: int, last: int
) -> None:
    """The groups first to last of all samples; x is (groups, channels of one, places)."""
    _, size, places = x.shape
    for group in range(first, last):
        middle, square = row_statistics(x[group].reshape(size * places))
        factor = 1 / np.sqrt(square / x.dtype.type(size * places) + eps)
        mean[group], scale[group] = middle, factor
        for k in range(size):
            row, to, c = x[group, k], out[group, k], (group * size + k) % weight.size
            w, b = factor * weight[c], bias[c]
            for i in range(row.size):
                to[i] = (row[i] - middle) * w + b


@compiled_sums
def _line_forward(
    x: Any, weight: Any, bias: Any, eps: Any, mean: Any, scale: Any, out: Any, first: int, last: int
) -> None:
    """The samples first to last; x is (samples, lines, columns), where a line is one place or several."""
    _, many, columns = x.shape
    channels, groups = weight.size, mean.size // len(x)
    size = channels // groups
    count = columns // groups
    about = np.empty((3, columns), x.dtype)
    centre, factor, shift = about[0], about[1], about[2]
    for i in range(columns):
        shift[i] = bias[i % channels]
    for n in range(first, last):
        column_statistics(x[n], centre, factor)
        for group in range(groups):
            middle, square = 0.0, 0.0
            for start in range(group * size, columns, channels):
                for i in range(start, start + size):
                    middle += centre[i]
            middle /= count
            for start in range(group * size, columns, channels):
                for i in range(start, start + size):
                    away = centre[i] - middle
                    square += factor[i] + many * away * away
            here = n * groups + group
            mean[here], scale[here] = middle, 1 / np.sqrt(square / (count * many) + eps)
            for start in range(group * size, columns, channels):
                for i in range(start, start + size):
                    centre[i], factor[i] = mean[here], scale[here] * weight[i % channels]
        for r in range(many):
            row, to = x[n, r], out[n, r]
            for i in range(row.size):
                to[i] = (row[i] - centre[i]) * factor[i] + shift[i]


@compiled_sums
def _plane_backward(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, dx: Any, sums: Any, first: int, last: int
) -> None:
    """dx = (g w - mean(g w) - n mean(g w n)) scale, and the sums of g n and g by sample, for the normalised n."""
    _, size, places = x.shape
    kind = x.dtype.type
    for group in range(first, last):
        middle, factor = mean[group], scale[group]
        plain, along = kind(0), kind(0)
        for k in range(size):
            y, row = g[group, k], x[group, k]
            sample, c = (group * size + k) // weight.size, (group * size + k) % weight.size
            a, b, w = kind(0), kind(0), weight[c]
            for i in range(row.size):
                a += y[i] * (row[i] - middle)
                b += y[i]
            a *= factor
            sums[sample, 0, c], sums[sample, 1, c] = a, b
            along += a * w
            plain += b * w
        one = factor / kind(size * places)
        plain *= one
        along *= one * factor
        for k in range(size):
            y, row, to = g[group, k], x[group, k], dx[group, k]
            w = weight[(group * size + k) % weight.size] * factor
            for i in range(row.size):
                to[i] = y[i] * w - plain - (row[i] - middle) * along


@compiled_sums
def _line_backward(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, dx: Any, sums: Any, first: int, last: int
) -> None:
    _, many, columns = x.shape
    channels, groups = weight.size, mean.size // len(x)
    size = channels // groups
    about = np.empty((6, columns), x.dtype)
    centre, factor, along, plain, slope, less = about[0], about[1], about[2], about[3], about[4], about[5]
    for n in range(first, last):
        for i in range(columns):
            here = n * groups + i % channels // size
            centre[i], factor[i] = mean[here], scale[here]
        column_products(g[n], x[n], centre, along, plain)
        for group in range(groups):
            all_along, all_plain = 0.0, 0.0
            for c in range(group * size, (group + 1) * size):
                a, b = 0.0, 0.0
                for i in range(c, columns, channels):
                    a += along[i]
                    b += plain[i]
                a *= factor[c]
                sums[n, 0, c], sums[n, 1, c] = a, b
                all_along += a * weight[c]
                all_plain += b * weight[c]
            one = scale[n * groups + group] / (many * columns // groups)
            for start in range(group * size, columns, channels):
                for i in range(start, start + size):
                    less[i], slope[i] = all_plain * one, all_along * one * factor[i]
                    factor[i] *= weight[i % channels]
        for r in range(many):
            y, row, to = g[n, r], x[n, r], dx[n, r]
            for i in range(row.size):
                to[i] = y[i] * factor[i] - less[i] - (row[i] - centre[i]) * slope[i]


def _view(x: Array, last: bool, groups: int) -> Array:
    """x as (samples, lines, columns) if the channels are `last` in memory, else as (groups, channels of one, places)."""
    view = np.ascontiguousarray(seen(x, last))
    if last:
        return wide(view.reshape(len(x), -1, x.shape[1]))
    return view.reshape(len(x) * groups, -1, view.shape[2])


def _grain(view: Array) -> int:
    return max(1, GRAIN * len(view) // view.size)


@norm.group_norm.kernel("numba")
def _forward(
    x: Array, weight: Array | None = None, bias: Array | None = None, /, groups: int = 1, eps: float = 1e-5
) -> Any:
    if not takes(x) or memory_order(x) is None:
        return NotImplemented
    rows = x.ndim > 2 and channels_last(x)
    view = _view(x, rows, groups)
    w, b = row_of(weight, x.shape[1], x.dtype, 1), row_of(bias, x.shape[1], x.dtype, 0)
    mean, scale = np.empty((2, len(x) * groups), x.dtype)
    out, small = np.empty_like(view), x.dtype.type(eps)
    kernel = _line_forward if rows else _plane_forward
    in_parts(kernel, len(view), _grain(view), view, w, b, small, mean, scale, out)
    return unseen(out, x.shape, rows), (mean, scale, rows)


@norm.group_norm.kernel_vjp("numba")
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    x, weight, _ = (*inputs, None, None)[:3]
    mean, scale, rows = saved
    groups = len(mean) // len(x)
    view, y = _view(x, rows, groups), _view(g, rows, groups)
    w, dx = row_of(weight, x.shape[1], x.dtype, 1), np.empty_like(view)
    sums = np.empty((len(x), 2, x.shape[1]), x.dtype)
    kernel = _line_backward if rows else _plane_backward
    in_parts(kernel, len(view), _grain(view), y, view, w, mean, scale, dx, sums)
    dw, db = np.add.reduce(sums, axis=0)
    return (unseen(dx, x.shape, rows), dw, db)[: len(needs)]
