"""Losses for classes: cross-entropy of scores, and negative log-likelihood of log-probabilities."""

from __future__ import annotations

import numpy as np

from ...core import dtype as dtypes
from ...core.batch_values import all_values
from ...core.guard import check_scores
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import cross_entropy as ops
from ...ops import elementwise as e
from ...ops.reduce import sum as _sum
from ...ops.select import astype
from ...ops.shape import reshape
from ...ops.softmax import log_softmax
from .reduction import checked_reduction

_UNSIGNED = np.dtype(np.uint64)


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """How badly scores predict classes: `loss = -log(softmax(x)[target])`.

    Args:
        input: scores (logits), (N, C), (C) alone, or (N, C, d1, d2, ...).
        target: class numbers from 0 to C - 1, int64, of the input's shape without C; or probabilities of the
            classes, floating-point, of the input's shape.
        weight: (C), a factor for each class. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        ignore_index: targets of this value have no part in the loss. Default: -100.
        reduction: "mean" (default; weighted by `weight`), "sum" or "none".
        label_smoothing: the part of the target, 0 to 1, that is spread evenly over all classes. Default: 0.

    Returns:
        A number; for "none" the target's shape (the input's shape without C for probabilities). The mean over
        no target at all is NaN.

    Raises:
        IndexError: a target is not a class number.
        ValueError: the batch sizes differ, or `reduction` is none of the three.
        RuntimeError: the shape or type of target or weight does not fit; `label_smoothing` is not in [0, 1].

    Example:
        >>> import seedgrad as sg
        >>> scores = sg.tensor([[0.0, 0.0], [0.0, 100.0]])
        >>> sg.nn.functional.cross_entropy(scores, sg.tensor([0, 1]), reduction="none")
        tensor([0.6931, 0.0000])
    """
    check_tensors("cross_entropy", input, target)
    check_scores("cross_entropy", input, "softmax", "It takes scores (logits) and computes the softmax itself")
    x, t = input.array, target.array
    if size_average is not None or reduce is not None or reduction != "mean":
        reduction = checked_reduction(reduction, size_average, reduce)
    if not 0.0 <= label_smoothing <= 1.0:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if x.shape == t.shape and (x.ndim != 1 or dtypes.differentiable(t.dtype)):
        return _probabilities(input, target, weight, ignore_index, reduction, label_smoothing)
    target, ignored = _check_classes("cross_entropy", input, target, weight, ignore_index)
    return ops.cross_entropy.call(
        input,
        target,
        weight,
        ignore_index=ignore_index if ignored else None,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """How badly log-probabilities predict classes: `loss = -x[target]`.

    Args:
        input: log-probabilities, (N, C), (C) alone, or (N, C, d1, d2, ...).
        target: class numbers from 0 to C - 1, int64, of the input's shape without C.
        weight: (C), a factor for each class. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        ignore_index: targets of this value have no part in the loss. Default: -100.
        reduction: "mean" (default; weighted by `weight`), "sum" or "none".

    Returns:
        A number; for "none" the target's shape.

    Raises:
        IndexError: a target is not a class number.
        ValueError: the batch sizes differ, the input has no dimension, or `reduction` is none of the three.
        RuntimeError: the shape or type of target or weight does not fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.nll_loss(sg.tensor([[-1.0, -2.0]]), sg.tensor([1]))
        tensor(2.)
    """
    check_tensors("nll_loss", input, target)
    check_scores("nll_loss", input, "softmax", "It takes logarithms: use log_softmax, or cross_entropy on the scores")
    reduction = checked_reduction(reduction, size_average, reduce)
    target, ignored = _check_classes("nll_loss", input, target, weight, ignore_index)
    return ops.nll_loss.call(input, target, weight, ignore_index=ignore_index if ignored else None, reduction=reduction)


def _check_classes(
    name: str, input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int
) -> tuple[Tensor, bool]:
    """The target with int64 class numbers in the shape of the losses, and whether any of them is ignored.

    Raises:
        IndexError, RuntimeError, ValueError: as `cross_entropy` says.
    """
    x, t = input.array, target.array
    if (
        t.dtype is not dtypes.I64
        or x.ndim != 2
        or t.shape != x.shape[:1]
        or weight is not None
        or x.dtype.kind in "iub"
    ):
        target = _fit_target(name, input, target, weight)
        t = target.array
    classes = x.shape[1 if x.ndim > 1 else 0]
    # Negative numbers are large as unsigned ones: one pass finds both kinds of mistake.
    t = all_values(target)
    if t.size and np.maximum.reduce(t.view(_UNSIGNED), axis=None) >= classes:
        wrong = t[((t < 0) | (t >= classes)) & (t != ignore_index)]
        if wrong.size:
            raise IndexError(
                f"Target {wrong[0]} is out of bounds: {name} got scores for {classes} classes (input shape "
                f"{x.shape}), "
                f"so targets must be 0 to {classes - 1}, or ignore_index={ignore_index}"
            )
        return target, True
    return target, 0 <= ignore_index < classes


def _fit_target(name: str, input: Tensor, target: Tensor, weight: Tensor | None) -> Tensor:
    """The target as int64, in the shape of the input without its classes."""
    x, t = input.array, target.array
    if not dtypes.differentiable(x.dtype):
        raise NotImplementedError(f"{name} is not implemented for {input.dtype} scores. Convert them: x.float()")
    if t.dtype.name not in ("int64", "uint8"):
        raise RuntimeError(
            f"expected target dtype to be Long or Byte, but got {target.dtype}: {name} takes class numbers. "
            f"Convert them first: target.long()"
        )
    if x.ndim == 0:
        kind = ValueError if name == "nll_loss" else RuntimeError
        raise kind(f"{name}: input must have a dimension of classes: Expected 1 or more dimensions (got 0)")
    wanted = x.shape[:1] + x.shape[2:] if x.ndim > 1 else ()
    if x.ndim > 1 and (not t.ndim or len(x) != len(t)):
        raise ValueError(
            f"Expected input batch_size ({len(x)}) to match target batch_size ({len(t) if t.ndim else 0}): "
            f"input {x.shape}, target {t.shape}"
        )
    if t.shape != wanted and not (x.ndim == 1 and t.shape == (1,)):
        raise RuntimeError(
            f"Expected target size {list(wanted)}, got {list(t.shape)}: for input of shape {x.shape} {name} "
            "needs "
            f"the input's shape without the dimension of the classes"
        )
    if weight is not None:
        _check_weight(weight, x.shape[1 if x.ndim > 1 else 0])
        if weight.array.dtype != x.dtype:
            raise RuntimeError(f"expected the weight to have the input's type {input.dtype}, but found {weight.dtype}")
    if t.dtype is not dtypes.I64:
        target = astype.call(target, kind=dtypes.I64)
    return target if t.shape == wanted else reshape.call(target, shape=wanted)


def _check_weight(weight: Tensor, classes: int) -> None:
    """Raise unless there is a weight for each class."""
    check_tensors("weight", weight)
    if weight.array.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but got weight "
            "tensor "
            f"of shape: {list(weight.array.shape)}"
        )


def _probabilities(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    """Cross-entropy with a distribution: -sum(weight * target * log softmax(x)) over the classes."""
    x = input.array
    if x.ndim == 0:
        raise RuntimeError(
            "cross_entropy: input must have a dimension of classes: Expected 1 or more dimensions (got 0)"
        )
    if not dtypes.differentiable(target.array.dtype):
        raise RuntimeError(
            f"Expected floating point type for target with class probabilities, got {target.dtype} (the "
            "target has "
            f"the input's shape {x.shape}; class numbers have one dimension less)"
        )
    if ignore_index >= 0:
        raise RuntimeError(f"ignore_index is not supported for floating point target, got ignore_index={ignore_index}")
    axis = 1 if x.ndim > 1 else 0
    classes = x.shape[axis]
    if label_smoothing:
        target = e.add.call(e.multiply.call(target, 1 - label_smoothing), label_smoothing / max(classes, 1))
    product = e.multiply.call(log_softmax.call(input, axis=axis), target)
    if weight is not None:
        _check_weight(weight, classes)
        product = e.multiply.call(product, reshape.call(weight, shape=(-1,) + (1,) * (x.ndim - axis - 1)))
    if reduction == "none":
        return e.negative.call(_sum.call(product, axis=axis))
    total = e.negative.call(_sum.call(product))
    if reduction == "sum":
        return total
    return e.divide.call(total, x.size // classes if classes else 0)
