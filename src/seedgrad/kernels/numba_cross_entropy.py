"""The cross-entropy of class numbers, float32, with weights, ignored targets and label smoothing.

Nothing of the scores' size is kept: the derivative makes the probabilities again from the largest score and the logarithm
of the sum of exponentials of each sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.dtype import F32
from ..core.parallel import parallel_for
from ..ops.cross_entropy import cross_entropy
from . import numba_math as m
from .compile import Array, compiled
from .numba_softmax import GRAIN, WIDTH, tops
from .row_parts import largest, sum_of_exps

F = np.float32
# Scores from which on a kernel is faster than NumPy, once it is there.
SMALL = 2048


@compiled
def _row_sizes(x: Any, top: Any, size: Any, first: int, last: int) -> None:
    for r in range(first, last):
        top[r] = largest(x[r])
        size[r] = m.log(sum_of_exps(x[r], top[r]))


@compiled
def _column_sizes(x: Any, top: Any, size: Any, first: int, last: int) -> None:
    inner = x.shape[2]
    for n in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            here, total = top[n, start : start + width], size[n, start : start + width]
            tops(x[n], here, total, start, width)
            for c in range(width):
                total[c] = m.log(total[c])


@compiled
def _losses(
    x: Any, target: Any, weight: Any, top: Any, size: Any, loss: Any, used: Any, ignored: Any, smooth: Any
) -> int:
    """The loss and the weight of every sample; returns how many targets are no class."""
    classes, bad, everything = x.shape[1], 0, weight.sum()
    for n in range(x.shape[0]):
        for p in range(x.shape[2]):
            t = target[n, p]
            if t == ignored:
                loss[n, p], used[n, p] = F(0), F(0)
                continue
            if t < 0 or t >= classes:
                bad += 1
                continue
            used[n, p] = weight[t]
            here = weight[t] * (size[n, p] - (x[n, t, p] - top[n, p]))
            if smooth > F(0):
                spread = F(0)
                for c in range(classes):
                    spread += weight[c] * (x[n, c, p] - top[n, p])
                here = (F(1) - smooth) * here + smooth / F(classes) * (everything * size[n, p] - spread)
            loss[n, p] = here
    return bad


@compiled
def _row_gradients(
    x: Any,
    target: Any,
    weight: Any,
    top: Any,
    size: Any,
    scale: Any,
    dx: Any,
    ignored: Any,
    smooth: Any,
    first: int,
    last: int,
) -> None:
    each = smooth / F(x.shape[1])
    everything = weight.sum()
    for r in range(first, last):
        row, to, t = x[r], dx[r], target[r]
        if t == ignored:
            to[:] = F(0)
            continue
        own = (F(1) - smooth) * weight[t]
        a = (own + each * everything) * scale[r]
        for c in range(row.size):
            to[c] = m.exp((row[c] - top[r]) - size[r]) * a
        if smooth > F(0):
            for c in range(row.size):
                to[c] -= each * scale[r] * weight[c]
        to[t] -= own * scale[r]


@compiled
def _column_gradients(
    x: Any,
    target: Any,
    weight: Any,
    top: Any,
    size: Any,
    scale: Any,
    dx: Any,
    ignored: Any,
    smooth: Any,
    first: int,
    last: int,
) -> None:
    classes, inner = x.shape[1:]
    each = smooth / F(classes)
    everything = weight.sum()
    own, a, b = np.empty(inner, np.float32), np.empty(inner, np.float32), np.empty(inner, np.float32)
    for n in range(first, last):
        for p in range(inner):
            t = target[n, p]
            kept = t != ignored
            own[p] = (F(1) - smooth) * weight[t if kept else 0] * scale[n, p] if kept else F(0)
            b[p] = each * scale[n, p] if kept else F(0)
            a[p] = own[p] + b[p] * everything
        for c in range(classes):
            row, to, w = x[n, c], dx[n, c], weight[c]
            for p in range(inner):
                share = m.exp((row[p] - top[n, p]) - size[n, p])
                # What is ignored may be NaN.
                to[p] = m.choose(a[p] == F(0), F(0), share * a[p]) - b[p] * w
        for p in range(inner):
            if target[n, p] != ignored:
                dx[n, target[n, p], p] -= own[p]


def _seen(x: Array) -> Array | None:
    """x as (N, C, places), or (samples and places, C, 1) where the classes are neighbours in memory."""
    if x.ndim == 1:
        return x.reshape(1, -1, 1) if x.flags.c_contiguous else None
    if x.flags.c_contiguous:
        return x.reshape(*x.shape[:2], -1)
    moved = np.moveaxis(x, 1, -1)
    return moved.reshape(-1, x.shape[1], 1) if moved.flags.c_contiguous else None


@cross_entropy.kernel("numba")
def _forward(
    x: Array,
    target: Array,
    weight: Array | None = None,
    /,
    ignore_index: int | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    view = _seen(x) if x.dtype is F32 and x.size >= SMALL else None
    if view is None:
        return NotImplemented
    shape = (view.shape[0], view.shape[2])
    places = np.ascontiguousarray(target, np.int64).reshape(shape)
    factors = np.ones(view.shape[1], F) if weight is None else np.ascontiguousarray(weight, F)
    top, size, loss, used = np.empty((4, *shape), F)
    smooth, ignored = F(label_smoothing), np.int64(-1 if ignore_index is None else ignore_index)
    grain = max(1, GRAIN // (view.shape[1] * shape[1]))
    if shape[1] == 1:
        rows = (view[..., 0], top[:, 0], size[:, 0])
        parallel_for(lambda first, last: _row_sizes(*rows, first, last), shape[0], grain)
    else:
        parallel_for(lambda first, last: _column_sizes(view, top, size, first, last), shape[0], grain)
    if _losses(view, places, factors, top, size, loss, used, ignored, smooth):
        return NotImplemented  # the NumPy kernel names the target that is no class
    result: Any = loss.reshape(target.shape)
    total = F(1)
    if reduction != "none":
        result = np.add.reduce(loss, axis=None)
        if reduction == "mean":
            total = np.add.reduce(used, axis=None)
            result = result / total
    return np.asarray(result, F), (places, factors, top, size, total, ignored, smooth)


@cross_entropy.kernel_vjp("numba")
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: bool) -> Any:
    x = inputs[0]
    if len(needs) > 2 and needs[2]:  # the gradient of the weights is left to the definition
        return NotImplemented
    places, factors, top, size, total, ignored, smooth = saved
    each = (g / total).reshape(-1) if g.ndim else g / total
    scale = np.full(places.size, each, F)
    view = _seen(x)
    assert view is not None  # `_forward` took it
    dx = np.empty_like(x)
    to = _seen(dx)
    grain = max(1, GRAIN // (view.shape[1] * view.shape[2]))
    if view.shape[2] == 1:
        rows: Any = (view[..., 0], places[:, 0], factors, top[:, 0], size[:, 0], scale, to[..., 0])  # type: ignore[index]
        loop = _row_gradients
    else:
        rows, loop = (view, places, factors, top, size, scale.reshape(places.shape), to), _column_gradients
    parallel_for(lambda first, last: loop(*rows, ignored, smooth, first, last), view.shape[0], grain)
    return (dx, None, None)[: len(needs)]
