"""Losses that compare numbers with numbers, element by element."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...functions.repeating import broadcast_tensors
from ...ops import elementwise as e
from ...ops import loss as ops
from ...ops.reduce import sum as _sum
from ...ops.select import astype, zeros_like
from .reduction import checked_reduction, reduced


def _compare(
    name: str,
    call: Callable[..., Any],
    input: Tensor,
    target: Tensor,
    reduction: str,
    weight: Tensor | None = None,
    **settings: Any,
) -> Tensor:
    """Call a loss after the checks that all share; a weight multiplies the loss of each element.

    With a weight, "mean" divides by the sum of the weights.
    """
    check_tensors(name, input, target)
    x, y = input.array, target.array
    if not (dtypes.differentiable(x.dtype) or dtypes.differentiable(y.dtype)):
        if name != "l1_loss":
            raise NotImplementedError(f"{name} is not implemented for {input.dtype} tensors. Convert them: x.float()")
        if reduction == "mean":
            raise RuntimeError(
                f"mean(): could not infer output dtype: l1_loss of {input.dtype} tensors has no mean. Convert them: "
                "x.float()"
            )
    if x.shape != y.shape:
        warnings.warn(
            f"Using a target size ({tuple(y.shape)}) that is different to the input size "
            f"({tuple(x.shape)}). This will "
            f"likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )
    if x.shape != y.shape and x.dtype != y.dtype:  # a 0-d target counts as one of the input's shape
        input, target = broadcast_tensors(input, target)
    reduction = checked_reduction(reduction)
    if weight is None:
        return call(input, target, reduction=reduction, **settings)
    _check_weight(weight, input)
    losses = call(input, target, reduction="none", **settings)
    if reduction != "mean":
        return _weighted(losses, weight, reduction)
    return e.divide.call(_sum.call(e.multiply.call(losses, weight)), _sum.call(weight))


def _check_weight(weight: Tensor, input: Tensor) -> None:
    check_tensors("weight", weight)
    if weight.array.shape != input.array.shape:
        raise ValueError(
            f"Weights and input must have the same size, got a weight of shape {weight.array.shape} for an input of "
            f"shape {input.array.shape}"
        )


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The squared error: `loss = (x - y)²`.

    Args:
        input: any shape.
        target: the input's shape.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".
        weight: a factor for each element, of the input's shape. Default: 1 for all.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        ValueError: `reduction` is none of the three.
        NotImplementedError: both hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.mse_loss(sg.tensor([1.0, 2.0]), sg.tensor([1.0, 4.0]))
        tensor(2.)
    """
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    return _compare("mse_loss", ops.mse_loss.call, input, target, reduction, weight)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The absolute error: `loss = |x - y|`, with derivative 0 at 0.

    Args:
        input: any shape.
        target: the input's shape.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".
        weight: a factor for each element, of the input's shape. Default: 1 for all.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        ValueError: `reduction` is none of the three.
        RuntimeError: both hold integers, and a mean is asked for.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.l1_loss(sg.tensor([1.0, 2.0]), sg.tensor([1.0, 4.0]))
        tensor(1.)
    """
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    return _compare("l1_loss", _distance, input, target, reduction, weight)


def _distance(input: Tensor, target: Tensor, reduction: str) -> Tensor:
    """l1_loss; complex numbers differ by their distance in the plane."""
    if "c" in (input.array.dtype.kind, target.array.dtype.kind):
        input = (input - target).abs()
        target = zeros_like.call(input)
    return ops.l1_loss.call(input, target, reduction=reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Squared near 0: `loss = d² / (2 beta)` where |d| < beta, else `|d| - beta / 2`, with d = x - y.

    Args:
        input: any shape.
        target: the input's shape.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".
        beta: where the two branches meet, at least 0 (0 gives `l1_loss`). Default: 1.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        RuntimeError: `beta` is negative.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.smooth_l1_loss(sg.tensor([0.5, 3.0]), sg.zeros(2), reduction="none")
        tensor([0.1250, 2.5000])

    Source: Girshick, "Fast R-CNN", 2015.
    """
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss does not support negative values for beta, got {beta}")
    if beta == 0:
        return _compare("smooth_l1_loss", _distance, input, target, reduction)
    return _compare("smooth_l1_loss", ops.smooth_l1_loss.call, input, target, reduction, beta=beta)


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Squared near 0: `loss = d² / 2` where |d| < delta, else `delta (|d| - delta / 2)`, with d = x - y.

    Args:
        input: any shape.
        target: the input's shape.
        reduction: "mean" (default), "sum" or "none".
        delta: where the two branches meet, above 0. Default: 1.
        weight: a factor for each element, of the input's shape. Default: 1 for all.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        RuntimeError: `delta` is not positive, or the input holds integers and the target does not.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.huber_loss(sg.tensor([1.0, 4.0]), sg.zeros(2), reduction="none", delta=2.0)
        tensor([0.5000, 6.0000])

    Source: Huber, "Robust Estimation of a Location Parameter", 1964.
    """
    if delta <= 0:
        raise RuntimeError(f"huber_loss does not support non-positive values for delta, got {delta}")
    reduction = checked_reduction(reduction)
    loss = _compare(
        "huber_loss", ops.huber_loss.call, input, target, "none" if weight is not None else reduction, delta=delta
    )
    kind = input.array.dtype
    if loss.array.dtype != kind:  # it has the input's type, whatever the target's
        if not dtypes.differentiable(kind):
            raise RuntimeError(
                f"result type {loss.dtype} can't be cast to the desired output type {input.dtype}: huber_loss has the "
                "input's type. Convert it first: x.float()"
            )
        loss = astype.call(loss, kind=kind)
    if weight is None:
        return loss
    _check_weight(weight, input)
    return _weighted(loss, weight, reduction)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The Kullback-Leibler divergence of a distribution from log-probabilities: `loss = y (log(y) - x)`.

    Args:
        input: log-probabilities, any shape.
        target: probabilities, or their logarithms with `log_target`; the input's shape.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default, with a warning: it is not the divergence), "batchmean" (the sum divided by
            the length of the first dimension, which is), "sum" or "none".
        log_target: the target is given as logarithms. Default: False.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        ValueError: `reduction` is none of the four.
        RuntimeError: the input or the target holds integers or complex numbers.

    Example:
        >>> import seedgrad as sg
        >>> p = sg.tensor([[0.5, 0.5]])
        >>> sg.nn.functional.kl_div(p.log(), p, reduction="batchmean")
        tensor(0.)
    """
    check_tensors("kl_div", input, target)
    for t in (input, target):
        if not dtypes.differentiable(t.array.dtype):
            raise RuntimeError(f"kl_div: Integral inputs not supported, got {t.dtype}. Convert it first: x.float()")
        if t.is_complex():
            raise RuntimeError(f"kl_div: Complex inputs not supported, got {t.dtype}: probabilities are real")
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    elif reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size. "
            "'batchmean' divides "
            "only by the batch size, and aligns with the KL div math definition.",
            stacklevel=2,
        )
    settings = {"log_target": log_target}
    if reduction == "batchmean":
        total = ops.kl_div.call(input, target, reduction="sum", **settings)
        return e.divide.call(total, input.size(0) if input.dim() else 1)
    return ops.kl_div.call(input, target, reduction=checked_reduction(reduction), **settings)


def _weighted(loss: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """The losses times their weights, reduced; "mean" divides by how many there are."""
    return reduced(e.multiply.call(loss, weight), reduction)
