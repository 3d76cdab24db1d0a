"""Losses that compare each element of x with one of y, each with its derivatives.

    loss = f(x, y) for each element, or their mean, or their sum

`reduction` is "none", "mean" or "sum". A rule starts from `share(g, ...)`, what each element's loss receives.
"""

from __future__ import annotations

import math
from typing import Any

from ..core.batch_rules import reduced as reduced_samples
from ..core.op import op
from .activation import wide

# 1e-12 as a float32 number, as in PyTorch.
LEAST = 9.999999960041972e-13


def reduced(xp: Any, loss: Any, reduction: str, kind: Any) -> Any:
    """The losses of the elements, or their mean or sum, in the type `kind`."""
    loss = xp.astype(loss, kind)
    if reduction == "mean":
        return xp.mean(loss)
    return xp.sum(loss) if reduction == "sum" else loss


def share(g: Any, reduction: str, like: Any) -> Any:
    """The gradient that each element of `like` receives; a single number for "mean" and "sum"."""
    return g / (math.prod(like.shape) or 1) if reduction == "mean" else g


@op(name="MseLoss", real=NotImplementedError)
def mse_loss(xp: Any, x: Any, y: Any, /, reduction: str = "mean") -> Any:
    """(x - y)²."""
    return reduced(xp, xp.square(x - y), reduction, x.dtype)


def _mse_vjp(g: Any, x: Any, y: Any, reduction: str) -> Any:
    d = x - y
    return d * (share(g, reduction, d) * 2)


mse_loss.defvjp(x=_mse_vjp, y=lambda g, x, y, reduction: -_mse_vjp(g, x, y, reduction))


@op(name="L1Loss")
def l1_loss(xp: Any, x: Any, y: Any, /, reduction: str = "mean") -> Any:
    """|x - y|. Differentiated through this definition, which keeps x - y alone."""
    return reduced(xp, xp.absolute(x - y), reduction, x.dtype)


@op(name="HuberLoss", real=NotImplementedError)
def huber_loss(xp: Any, x: Any, y: Any, /, delta: float = 1.0, reduction: str = "mean") -> Any:
    """d²/2 where |d| = |x - y| < delta, else delta (|d| - delta/2)."""
    size = wide(xp, xp.absolute(x - y))
    # With c = min(|d|, delta) both branches are c (|d| - c/2).
    c = xp.minimum(size, delta)
    return reduced(xp, c * (size - 0.5 * c), reduction, x.dtype)


def _huber_vjp(g: Any, xp: Any, x: Any, y: Any, delta: float, reduction: str) -> Any:
    d = x - y
    return held(xp, d, delta) * share(g, reduction, d)


huber_loss.defvjp(x=_huber_vjp, y=lambda g, xp, x, y, delta, reduction: -_huber_vjp(g, xp, x, y, delta, reduction))


def held(xp: Any, d: Any, limit: float) -> Any:
    """d held between -limit and limit."""
    return xp.minimum(xp.maximum(d, -limit), limit)


@op(name="SmoothL1Loss", real=NotImplementedError)
def smooth_l1_loss(xp: Any, x: Any, y: Any, /, beta: float = 1.0, reduction: str = "mean") -> Any:
    """d²/(2 beta) where |d| = |x - y| < beta, else |d| - beta/2; beta > 0."""
    size = wide(xp, xp.absolute(x - y))
    c = xp.minimum(size, beta)
    return reduced(xp, c * (size - 0.5 * c) * (1 / beta), reduction, x.dtype)


def _smooth_l1_vjp(g: Any, xp: Any, x: Any, y: Any, beta: float, reduction: str) -> Any:
    d = x - y
    return held(xp, d, beta) * (share(g, reduction, d) * (1 / beta))


smooth_l1_loss.defvjp(
    x=_smooth_l1_vjp, y=lambda g, xp, x, y, beta, reduction: -_smooth_l1_vjp(g, xp, x, y, beta, reduction)
)


@op(cast="float", name="BinaryCrossEntropy")
def binary_cross_entropy(xp: Any, x: Any, y: Any, /, reduction: str = "mean") -> Any:
    """-(y log x + (1 - y) log(1 - x)), the logarithms held above -100."""
    yes, no = _logs(xp, x)
    return reduced(xp, (y - 1) * no - y * yes, reduction, x.dtype)


def _logs(xp: Any, x: Any) -> tuple[Any, Any]:
    return xp.maximum(xp.log(x), -100.0), xp.maximum(xp.log1p(-x), -100.0)


def _bce_target(g: Any, xp: Any, x: Any, y: Any, reduction: str) -> Any:
    yes, no = _logs(xp, x)
    return (no - yes) * share(g, reduction, no)


binary_cross_entropy.defvjp(
    x=lambda g, xp, x, y, reduction: share(g, reduction, x) * (x - y) / xp.maximum((1 - x) * x, LEAST),
    y=_bce_target,
)


@op(cast="float", name="BinaryCrossEntropyWithLogits")
def binary_cross_entropy_with_logits(
    xp: Any, x: Any, y: Any, pos_weight: Any = None, /, reduction: str = "mean"
) -> Any:
    """-(pos_weight y log s + (1 - y) log(1 - s)) with s = sigmoid(x)."""
    # -log s = softplus(-x) and -log(1 - s) = x + softplus(-x)
    soft = xp.log1p_exp(-x)
    factor = 1 if pos_weight is None else (pos_weight - 1) * y + 1
    return reduced(xp, (1 - y) * x + factor * soft, reduction, x.dtype)


def _bce_logits_vjp(g: Any, xp: Any, x: Any, y: Any, pos_weight: Any, reduction: str) -> Any:
    s = xp.sigmoid(x)
    if pos_weight is None:
        return (s - y) * share(g, reduction, s)
    factor = (pos_weight - 1) * y + 1
    return (1 - y - factor * (1 - s)) * share(g, reduction, s)


def _bce_logits_target(g: Any, xp: Any, x: Any, pos_weight: Any, reduction: str) -> Any:
    if pos_weight is None:
        return -x * share(g, reduction, x)
    return ((pos_weight - 1) * xp.log1p_exp(-x) - x) * share(g, reduction, x)


binary_cross_entropy_with_logits.defvjp(
    x=_bce_logits_vjp,
    y=_bce_logits_target,
    pos_weight=lambda g, xp, x, y, reduction: y * xp.log1p_exp(-x) * share(g, reduction, x),
)


@op(cast="float")
def kl_div(xp: Any, x: Any, y: Any, /, log_target: bool = False, reduction: str = "mean") -> Any:
    """y (log y - x) for log-probabilities x and probabilities y (their logarithms with `log_target`)."""
    if log_target:
        return reduced(xp, xp.exp(y) * (y - x), reduction, x.dtype)
    return reduced(xp, y * (_safe_log(xp, y) - x), reduction, x.dtype)


def _safe_log(xp: Any, y: Any) -> Any:
    """log y, and 0 at 0, where it is multiplied by 0."""
    return xp.log(xp.where(y == 0, 1.0, y))


def _kl_input(g: Any, xp: Any, x: Any, y: Any, log_target: bool, reduction: str) -> Any:
    alike = x.shape == y.shape
    both = x if alike else x * y
    out = -(xp.exp(y) if log_target else y) * share(g, reduction, both)
    return out if alike else xp.broadcast_to(out, both.shape)


def _kl_target(g: Any, xp: Any, x: Any, y: Any, log_target: bool, reduction: str) -> Any:
    d = y - x if log_target else _safe_log(xp, y) - x
    each = share(g, reduction, d)
    return (xp.exp(y) * (d + 1) if log_target else d + xp.astype(y != 0, y.dtype)) * each


kl_div.defvjp(x=_kl_input, y=_kl_target)


for each in (
    mse_loss,
    l1_loss,
    huber_loss,
    smooth_l1_loss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    kl_div,
):
    each.defbatch(reduced_samples)
