"""The cross-entropy of class numbers, float32, with weights, ignored targets and label smoothing.

Nothing of the scores' size is kept: the derivative makes the probabilities again from the largest score and the logarithm
of the sum of exponentials of each sample.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..ops.cross_entropy import cross_entropy
from . import numba_math as m
from .compile import Array, compiled, part
from .numba_softmax import GRAIN, WIDTH, tops
from .row_parts import largest, sum_of_exps
from .sharing import in_parts

F = np.float32
# No target is this number.
NONE = -(1 << 63)
# Scores from which on a kernel is faster than NumPy, once it is there.
SMALL = 2048


@part
def _loss(row: Any, target: Any, weight: Any, everything: Any, top: Any, size: Any, smooth: Any) -> Any:
    """The loss of one sample, a row of scores, whose largest one and logarithm of the sum of exponentials are known.

    Raises:
        IndexError: the target is no class.
    """
    if np.uint64(target) >= np.uint64(row.size):
        raise IndexError("target out of range")
    here = weight[target] * (size - (row[target] - top))
    if smooth > F(0):
        spread = F(0)
        for c in range(row.size):
            spread += weight[c] * (row[c] - top)
        here = (F(1) - smooth) * here + smooth / F(row.size) * (everything * size - spread)
    return here


@compiled
def _row_losses(
    x: Any,
    target: Any,
    weight: Any,
    top: Any,
    size: Any,
    loss: Any,
    used: Any,
    ignored: Any,
    smooth: Any,
    first: int,
    last: int,
) -> None:
    """For samples first to last, rows, what the derivative needs (top and size), their losses and their weights."""
    everything = weight.sum()
    for r in range(first, last):
        t = target[r]
        if t == ignored:
            loss[r], used[r] = F(0), F(0)
            continue
        top[r] = largest(x[r])
        size[r] = m.log(sum_of_exps(x[r], top[r]))
        loss[r] = _loss(x[r], t, weight, everything, top[r], size[r], smooth)
        used[r] = weight[t]


@compiled
def _column_losses(
    x: Any,
    target: Any,
    weight: Any,
    top: Any,
    size: Any,
    loss: Any,
    used: Any,
    ignored: Any,
    smooth: Any,
    first: int,
    last: int,
) -> None:
    """The same for x of (N, C, places)."""
    everything, inner = weight.sum(), x.shape[2]
    for n in range(first, last):
        for start in range(0, inner, WIDTH):
            width = min(WIDTH, inner - start)
            here, total = top[n, start : start + width], size[n, start : start + width]
            tops(x[n], here, total, start, width)
            for c in range(width):
                total[c] = m.log(total[c])
        for p in range(inner):
            t = target[n, p]
            if t == ignored:
                loss[n, p], used[n, p] = F(0), F(0)
                continue
            loss[n, p] = _loss(x[n, :, p], t, weight, everything, top[n, p], size[n, p], smooth)
            used[n, p] = weight[t]


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


@functools.lru_cache(maxsize=8)
def _ones(classes: int) -> Array:
    return np.ones(classes, F)


def _arguments(x: Array, *others: Array) -> tuple[bool, tuple[Array, ...]]:
    """Whether the samples are rows, and the arrays as the loops take them: of two dimensions, and of one, then."""
    if x.shape[2] == 1:
        return True, (x[..., 0], *[a.reshape(-1) for a in others])
    return False, (x, *[a.reshape(x.shape[0], -1) for a in others])


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
    classes = view.shape[1]
    factors = _ones(classes) if weight is None else np.ascontiguousarray(weight, F)
    sizes = np.empty((4, target.size), F)
    smooth, ignored = F(label_smoothing), NONE if ignore_index is None else ignore_index
    rows, (scores, places, *found) = _arguments(view, np.ascontiguousarray(target, np.int64), *sizes)
    grain = GRAIN // (classes * view.shape[2])
    try:
        loops = _row_losses if rows else _column_losses
        in_parts(loops, view.shape[0], grain, scores, places, factors, *found, ignored, smooth)
    except IndexError:
        return NotImplemented  # the NumPy kernel names the target that is no class
    top, size, loss, _ = found
    result: Any = loss.reshape(target.shape)
    total = F(1)
    if reduction != "none":
        result = np.add.reduce(sizes[2])
        if reduction == "mean":
            total = F(target.size) if weight is None and ignore_index is None else np.add.reduce(sizes[3])
            result = result / total
    return np.asarray(result, F), (places, factors, top, size, total, ignored, smooth)


@cross_entropy.kernel_vjp("numba")
def _backward(g: Array, needs: tuple[bool, ...], inputs: Any, out: Any, saved: Any, last: int) -> Any:
    x = inputs[0]
    if len(needs) > 2 and needs[2]:  # the gradient of the weights is left to the definition
        return NotImplemented
    places, factors, top, size, total, ignored, smooth = saved
    scale = np.full(places.shape, (g / total).reshape(places.shape) if g.ndim else g / total, F)
    view, dx = _seen(x), np.empty_like(x)
    to = _seen(dx)
    assert view is not None and to is not None  # `_forward` took it
    rows, (scores, *_) = _arguments(view)
    grain = GRAIN // (view.shape[1] * view.shape[2])
    in_parts(
        _row_gradients if rows else _column_gradients,
        view.shape[0],
        grain,
        scores,
        places,
        factors,
        top,
        size,
        scale,
        to[..., 0] if rows else to,
        ignored,
        smooth,
    )
    return (dx, None, None)[: len(needs)]
