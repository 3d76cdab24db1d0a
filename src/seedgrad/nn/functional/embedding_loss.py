"""Losses that draw vectors of like things together and push those of unlike things apart."""

from __future__ import annotations

from collections.abc import Callable

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.loss import LEAST
from ...ops.select import minimum, where
from .distance import pairwise_distance
from .margin_loss import at_least_zero
from .reduction import checked_reduction, reduced


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Like vectors in one direction: `loss = 1 - cos` where y = 1, `max(0, cos - margin)` where y = -1.

    Args:
        input1: (N, D) or (D).
        input2: (N, D) or (D).
        target: 1 or -1, (N) or ().
        margin: how large the cosine of unlike vectors may be, -1 to 1. Default: 0.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" (N) or ().

    Raises:
        RuntimeError: the numbers of dimensions do not fit together, or the shapes can't be broadcast.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> x1, x2 = sg.tensor([[1.0, 0.0]]), sg.tensor([[0.0, 1.0]])
        >>> sg.nn.functional.cosine_embedding_loss(x1, x2, sg.tensor([1]))
        tensor(1.)
    """
    check_tensors("cosine_embedding_loss", input1, input2, target)
    reduction = checked_reduction(reduction, size_average, reduce)
    dims = target.array.ndim
    if dims > 1:
        raise RuntimeError(
            f"0D or 1D target tensor expected, multi-target not supported: got a target of shape {target.array.shape}"
        )
    if not input1.array.ndim == input2.array.ndim == dims + 1:
        raise RuntimeError(
            f"{dims}D target tensor expects {dims + 1}D input tensors, but found inputs with sizes "
            f"{list(input1.array.shape)} and {list(input2.array.shape)}"
        )
    # LEAST, so that the root has a derivative for a vector of zeros.
    squares = ((input1 * input1).sum(dim=-1) + LEAST) * ((input2 * input2).sum(dim=-1) + LEAST)
    cosine = (input1 * input2).sum(dim=-1) / squares.sqrt()
    alike = where.call(target == 1, 1 - cosine, 0)
    return reduced(alike + where.call(target == -1, at_least_zero(cosine - margin), 0), reduction)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """A thing nearer to its like than to others: `loss = max(0, |a - p| - |a - n| + margin)`.

    Args:
        anchor: (*, D) or (D).
        positive: what is like the anchor; broadcasts with it.
        negative: what is not; broadcasts with it.
        margin: by how much nearer, above 0. Default: 1.
        p: which norm measures the distance. Default: 2.
        eps: added to every difference, so that the derivative exists at distance 0. Default: 1e-6.
        swap: use |p - n| where that is smaller than |a - n|. Default: False.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape without its last dimension.

    Raises:
        RuntimeError: the numbers of dimensions differ, or the shapes can't be broadcast.
        ValueError: `margin` is not positive, or `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> a, p, n = sg.tensor([[0.0]]), sg.tensor([[1.0]]), sg.tensor([[1.5]])
        >>> sg.nn.functional.triplet_margin_loss(a, p, n)
        tensor(0.5000)

    Source: Balntas, Riba, Ponsa and Mikolajczyk, "Learning Local Feature Descriptors with Triplets", 2016.
    """
    reduction = checked_reduction(reduction, size_average, reduce)

    def distance(x1: Tensor, x2: Tensor) -> Tensor:
        return pairwise_distance(x1, x2, p, eps)

    return triplet_margin_with_distance_loss(
        anchor, positive, negative, distance_function=distance, margin=margin, swap=swap, reduction=reduction
    )


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """The triplet loss with a distance of one's own: `loss = max(0, margin + d(a, p) - d(a, n))`.

    Args:
        anchor: what `distance_function` takes.
        positive: what is like the anchor, with as many dimensions.
        negative: what is not, with as many dimensions.
        distance_function: two tensors to their distances. Default: `pairwise_distance`.
        margin: by how much nearer the like thing should be, above 0. Default: 1.
        swap: use d(p, n) where that is smaller than d(a, n). Default: False.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the shape of the distances.

    Raises:
        RuntimeError: the numbers of dimensions differ.
        ValueError: `margin` is not positive, or `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> a, p, n = sg.tensor([0.0]), sg.tensor([1.0]), sg.tensor([1.5])
        >>> sg.nn.functional.triplet_margin_with_distance_loss(
        ...     a, p, n, distance_function=lambda x, y: (x - y).abs()
        ... )
        tensor(0.5000)
    """
    check_tensors("triplet_margin_loss", anchor, positive, negative)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction: it is 'none', 'mean' or 'sum'")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    dims = anchor.array.ndim, positive.array.ndim, negative.array.ndim
    if len(set(dims)) > 1:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but "
            f"got: anchor {dims[0]}D, positive {dims[1]}D, and negative {dims[2]}D inputs"
        )
    distance = pairwise_distance if distance_function is None else distance_function
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = minimum.call(far, distance(positive, negative))
    return reduced(at_least_zero(margin + near - far), reduction)
