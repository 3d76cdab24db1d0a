"""The cross-entropy of scores with class numbers, and the negative log-likelihood it is made of.

For scores x of shape (N, C, ...) and targets of shape (N, ...), with p = softmax(x) along C:

    loss[n] = -weight[target[n]] log p[n, target[n]]

Targets are class numbers or `ignore_index` (None: no target is ignored). "mean" divides the sum by the sum of
the weights used; ignored targets have no part in either. With label smoothing s
the target keeps 1 - s, and s is spread evenly over the C classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.batch_rules import fold, reduce_samples, unfold
from ..core.batching import everywhere
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from .softmax import BLOCK

NDArray = np.ndarray[Any, Any]


def _class_axis(x: Any) -> int:
    return 1 if x.ndim > 1 else 0


def _chosen(xp: Any, x: Any, target: Any, weight: Any, ignore_index: int | None) -> tuple[Any, ...]:
    """x at the target classes, the weights of the targets, and which targets are not ignored."""
    kept = target == target if ignore_index is None else target != ignore_index
    index = xp.where(kept, target, 0)
    axis = _class_axis(x)
    at = xp.squeeze(xp.take_along_axis(x, xp.expand_dims(index, axis), axis), axis)
    used = xp.astype(kept, x.dtype)
    if weight is not None:
        used = used * xp.reshape(xp.take_along_axis(weight, xp.reshape(index, (-1,)), 0), index.shape)
    return at, used, kept


def _reduce(xp: Any, loss: Any, used: Any, kept: Any, reduction: str) -> Any:
    loss = xp.where(kept, loss, 0.0)
    if reduction == "none":
        return loss
    return xp.sum(loss) / xp.sum(used) if reduction == "mean" else xp.sum(loss)


@op(cast=None, name="NllLoss", real=NotImplementedError)
def nll_loss(
    xp: Any,
    x: Any,
    target: Any,
    weight: Any = None,
    /,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """-weight[target] x[target] for log-probabilities x."""
    at, used, kept = _chosen(xp, x, target, weight, ignore_index)
    return xp.astype(_reduce(xp, -at * used, used, kept, reduction), x.dtype)


@op(cast=None, name="CrossEntropy", real=NotImplementedError)
def cross_entropy(
    xp: Any,
    x: Any,
    target: Any,
    weight: Any = None,
    /,
    ignore_index: int | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """The formula of the module text: the specification of the kernel below."""
    logp = xp.log_softmax(x, _class_axis(x))
    at, used, kept = _chosen(xp, logp, target, weight, ignore_index)
    loss = -at * used
    if label_smoothing:
        axis = _class_axis(x)
        per_class = (-1,) + (1,) * (x.ndim - axis - 1)
        spread = logp if weight is None else logp * xp.reshape(weight, per_class)
        spread = xp.sum(spread, axis=axis)
        loss = (1 - label_smoothing) * loss - (label_smoothing / max(x.shape[axis], 1)) * spread
    return xp.astype(_reduce(xp, loss, used, kept, reduction), x.dtype)


@cross_entropy.kernel("numpy")
def _forward(
    x: NDArray,
    target: NDArray,
    weight: NDArray | None = None,
    /,
    ignore_index: int | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Rows of scores. `saved` holds the softmax, not yet divided by its sums."""
    if x.ndim != 2 or weight is not None or label_smoothing or not x.size or x.dtype.itemsize == 2:
        return NotImplemented
    rows = np.arange(len(x))
    kept = None
    if ignore_index is not None:
        kept = (target != ignore_index).astype(x.dtype)
        target = np.where(kept, target, 0)
    p = np.empty(x.shape, x.dtype)
    top = np.maximum.reduce(x, axis=1)
    if x.size <= BLOCK:
        np.subtract(x, top[:, None], out=p)
        np.exp(p, out=p)
        total = np.add.reduce(p, axis=1)
    else:
        total = np.empty_like(top)
        step = max(1, BLOCK // x.shape[1])
        for i in range(0, len(x), step):
            part = p[i : i + step]
            np.subtract(x[i : i + step], top[i : i + step, None], out=part)
            np.exp(part, out=part)
            np.add.reduce(part, axis=1, out=total[i : i + step])
    loss = np.log(total)
    loss += top
    loss -= x[rows, target]
    count: Any = len(x)
    if kept is not None:
        loss *= kept
        np.copyto(loss, 0, where=kept == 0)
        count = np.add.reduce(kept)
    if reduction != "none":
        loss = np.add.reduce(loss)
        if reduction == "mean":
            loss = loss / count
    return np.asarray(loss, x.dtype), (p, total, rows, target, kept, count if reduction == "mean" else 1)


@cross_entropy.kernel_vjp("numpy")
def _backward(g: NDArray, needs: Any, inputs: Any, out: Any, saved: Any, last: int) -> tuple[Any, ...]:
    """g (softmax(x) - one_hot(target)), scaled for the mean and 0 where ignored."""
    p, total, rows, target, kept, count = saved
    each = g / count if kept is None else np.where(kept, g / count, 0)
    scale = each / total
    dx = np.multiply(p, scale[:, None], out=p if last else None)
    dx[rows, target] -= each
    return dx, None, None


def _samples(op: Any, xs: list[Any], has: list[bool], size: int, reduction: str, **settings: Any) -> Any:
    """Samples are more rows of scores (core/batching.py), with a sum or a mean for each."""
    x, target, weight = (*everywhere(xs[:2], has[:2], size), *xs[2:], None)[:3]
    if weight is not None or settings.get("label_smoothing"):
        return NotImplemented  # the definition
    one = x.ndim == 2  # samples are single rows
    loss = op.call(*((x, target) if one else (fold(x), fold(target))), None, reduction="none", **settings)
    loss = loss if one else unfold(loss, size)
    ignored = settings["ignore_index"]
    if reduction != "mean" or ignored is None:
        return reduce_samples(loss, reduction)
    count = reduce_samples(tensors.astype(target != ignored, x.array.dtype), "sum")
    return reduce_samples(loss, "sum") / count


for each in (nll_loss, cross_entropy):
    each.defbatch(_samples)
