"""The last layer of a classifier and its loss in one."""

from __future__ import annotations

import math

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .cross_entropy import cross_entropy
from .linear import linear


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: None = None,
) -> Tensor:
    """The cross-entropy of the scores that a linear layer gives: `loss = cross_entropy(x Wᵀ + b, target)`.

    Args:
        input: (N, in_features) or (in_features).
        linear_weight: (C, in_features), or (C, d1, d2, ..., in_features) for scores of shape (N, C, d1, d2, ...).
        target: class numbers of the shape of the scores without C, or probabilities of their shape.
        linear_bias: (C) or (C, d1, d2, ...). Default: none.
        weight: (C), a factor for each class. Default: 1 for all.
        reduction: "mean" (default), "sum" or "none".
        ignore_index: targets of this value have no part in the loss. Default: -100; None for probabilities.
        label_smoothing: the part of the target, 0 to 1, that is spread evenly over all classes. Default: 0.
        options: None. PyTorch's ways to cut the work into pieces change nothing in the result and are not taken.

    Returns:
        A number; for "none" the target's shape.

    Raises:
        RuntimeError: a shape does not fit; `ignore_index` is given with probabilities.
        NotImplementedError: `options` is not None.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.linear_cross_entropy(sg.zeros(2, 3), sg.ones(4, 3), sg.tensor([0, 3]))
        tensor(1.3863)
    """
    check_tensors("linear_cross_entropy", input, linear_weight, target)
    if options is not None:
        raise NotImplementedError(
            "linear_cross_entropy: options must be None, the loss is always computed in one piece"
        )
    shape, wanted = input.array.shape, linear_weight.array.shape
    if len(shape) not in (1, 2):
        raise RuntimeError(f"expected input with dimensionality 1 or 2, got {len(shape)}")
    if len(wanted) < 2:
        raise RuntimeError(f"expected linear_weight with dimensionality at least 2, got {len(wanted)}")
    if shape[-1] != wanted[-1]:
        raise RuntimeError(
            "expected equal input and linear_weight last dimensions (in_features), "
            f"got {shape[-1]} and {wanted[-1]}, respectively"
        )
    if linear_bias is not None and linear_bias.array.shape != wanted[:-1]:
        raise RuntimeError(f"expected linear_bias shape {wanted[:-1]}, got {linear_bias.array.shape}")
    if len(wanted) > 2 and len(shape) == 1:
        raise RuntimeError(
            f"K-dimensional loss defined by linear_weight shape {wanted} requires batched input, (N, {shape[-1]}), "
            f"got unbatched input with shape {shape}"
        )
    scores_shape = (*shape[:-1], *wanted[:-1])
    if ignore_index is not None and target.array.shape == scores_shape:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    rows = math.prod(wanted[:-1])
    if linear_bias is not None:
        linear_bias = linear_bias.reshape(rows)
    scores = linear(input, linear_weight.reshape(rows, wanted[-1]), linear_bias).reshape(scores_shape)
    return cross_entropy(
        scores,
        target,
        weight=weight,
        reduction=reduction,
        ignore_index=-100 if ignore_index is None else ignore_index,
        label_smoothing=label_smoothing,
    )
