"""Cross-entropy for yes-or-no questions."""

from __future__ import annotations

import numpy as np

from ...core.guard import check_scores
from ...core.tensor import Tensor
from ...functions.arguments import check_floats, check_tensors
from ...functions.public import public
from ...ops import loss as ops
from .loss import _weighted
from .reduction import checked_reduction


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
        RuntimeError: an element of the input is not between 0 and 1, or the types differ.
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
    if x.size and not (np.minimum.reduce(x, axis=None) >= 0 and np.maximum.reduce(x, axis=None) <= 1):
        raise RuntimeError(
            f"all elements of input should be between 0 and 1, got {x.min()} to {x.max()}. For scores that "
            "are not "
            f"probabilities use binary_cross_entropy_with_logits"
        )
    if weight is None:
        return ops.binary_cross_entropy.call(input, target, reduction=reduction)
    check_tensors("binary_cross_entropy", weight)
    return _weighted(ops.binary_cross_entropy.call(input, target, reduction="none"), weight, reduction)


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
    call = ops.binary_cross_entropy_with_logits.call
    if weight is None:
        return call(input, target, pos_weight, reduction=reduction)
    check_tensors("binary_cross_entropy_with_logits", weight)
    return _weighted(call(input, target, pos_weight, reduction="none"), weight, reduction)
