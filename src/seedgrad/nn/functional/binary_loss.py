"""Cross-entropy for yes-or-no questions."""

from __future__ import annotations

import numpy as np

from ...core import dtype as dtypes
from ...core.batch_values import all_values
from ...core.guard import check_scores
from ...core.tensor import Tensor
from ...functions.arguments import check_floats, check_tensors
from ...functions.public import public
from ...ops import elementwise as e
from ...ops import loss as ops
from ...ops.select import astype
from .reduction import checked_reduction, reduced


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Cross-entropy of probabilities: `loss = -(y log(x) + (1 - y) log(1 - x))`, logarithms held above -100.

    Args:
        input: probabilities, 0 to 1, any shape.
        target: 0 to 1, the input's shape and type.
        weight: a factor for each element; broadcasts to the input. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the input's shape.

    Raises:
        RuntimeError: an element of the input or target is not between 0 and 1, the types differ, or `weight` does
            not broadcast to the input.
        ValueError: the shapes differ, or `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.binary_cross_entropy(sg.tensor([0.5]), sg.tensor([1.0]))
        tensor(0.6931)
    """
    check_floats("binary_cross_entropy", input)
    check_tensors("binary_cross_entropy", input, target)
    reduction = checked_reduction(reduction, size_average, reduce)
    x, y = input.array, target.array
    if x.shape != y.shape:
        raise ValueError(
            f"Using a target size ({y.shape}) that is different to the input size ({x.shape}) is deprecated. "
            f"Please ensure they have the same size."
        )
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"Found dtype {target.dtype} but expected {input.dtype}: binary_cross_entropy needs a target of "
            "the "
            f"input's type. Convert it first: target.to({input.dtype})"
        )
    a, b = all_values(input), all_values(target)
    if a.size and not (np.minimum.reduce(a, axis=None) >= 0 and np.maximum.reduce(a, axis=None) <= 1):
        raise RuntimeError(
            f"all elements of input should be between 0 and 1, got {a.min()} to {a.max()}. For scores that "
            "are not "
            f"probabilities use binary_cross_entropy_with_logits"
        )
    if b.size and not (np.minimum.reduce(b, axis=None) >= 0 and np.maximum.reduce(b, axis=None) <= 1):
        raise RuntimeError(f"all elements of target should be between 0 and 1, got {b.min()} to {b.max()}")
    if weight is None:
        return ops.binary_cross_entropy.call(input, target, reduction=reduction)
    check_tensors("binary_cross_entropy", weight)
    _check_factor("weight", weight, input)
    return _weighted(ops.binary_cross_entropy.call(input, target, reduction="none"), weight, reduction)


def _check_factor(name: str, factor: Tensor, input: Tensor) -> None:
    """Raise unless a factor broadcasts to the shape of the input."""
    shape, wanted = factor.array.shape, input.array.shape
    if len(shape) > len(wanted) or any(n not in (1, k) for n, k in zip(shape[::-1], wanted[::-1], strict=False)):
        raise RuntimeError(f"the shape of {name} must broadcast to that of the input, {wanted}, got {shape}")


def _weighted(loss: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """The losses, in their own type, times their weights, reduced; "mean" divides by how many there are."""
    kind = loss.array.dtype
    loss = e.multiply.call(loss, weight)
    return reduced(loss if loss.array.dtype == kind else astype.call(loss, kind=kind), reduction)


@public(method=False)
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Cross-entropy of scores: `loss = -(pos_weight y log(s) + (1 - y) log(1 - s))` with s = sigmoid(x).

    Args:
        input: scores (logits), any shape, floating-point.
        target: 0 to 1, the input's shape.
        weight: a factor for each element; broadcasts to the input. Default: 1 for all.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".
        pos_weight: a factor for the yes part; broadcasts to the input. Default: 1.

    Returns:
        A number; for "none" the input's shape.

    Raises:
        ValueError: the shapes differ, or `reduction` is none of the three.
        RuntimeError: the target holds integers, or `weight` or `pos_weight` does not broadcast to the input.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.binary_cross_entropy_with_logits(sg.tensor([0.0]), sg.tensor([1.0]))
        tensor(0.6931)
    """
    check_floats("binary_cross_entropy_with_logits", input)
    check_tensors("binary_cross_entropy_with_logits", input, target)
    check_scores(
        "binary_cross_entropy_with_logits", input, "sigmoid", "It takes scores and computes the sigmoid itself"
    )
    reduction = checked_reduction(reduction, size_average, reduce)
    if input.array.shape != target.array.shape:
        raise ValueError(f"Target size ({target.array.shape}) must be the same as input size ({input.array.shape})")
    if not dtypes.differentiable(target.array.dtype):
        raise RuntimeError(
            f"result type Float can't be cast to the desired output type {target.dtype}: "
            "binary_cross_entropy_with_logits needs a floating-point target. Convert it first: target.float()"
        )
    if pos_weight is not None:
        check_tensors("binary_cross_entropy_with_logits", pos_weight)
        _check_factor("pos_weight", pos_weight, input)
    call = ops.binary_cross_entropy_with_logits.call
    if weight is None:
        return call(input, target, pos_weight, reduction=reduction)
    check_tensors("binary_cross_entropy_with_logits", weight)
    _check_factor("weight", weight, input)
    return _weighted(call(input, target, pos_weight, reduction="none"), weight, reduction)
