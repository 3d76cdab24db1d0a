"""Losses that draw vectors of like things together, as layers."""

from __future__ import annotations

from collections.abc import Callable

from ..core.tensor import Tensor
from .distance import PairwiseDistance
from .functional.embedding_loss import cosine_embedding_loss, triplet_margin_loss, triplet_margin_with_distance_loss
from .regression_loss import Loss


class CosineEmbeddingLoss(Loss):
    """1 - cos(x1, x2) where y is 1, max(0, cos(x1, x2) - margin) where it is -1.

    Args:
        margin: how large the cosine of unlike vectors may be, between -1 and 1. Default: 0.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input1, input2: (N, D) or (D). target: (N) or ().

    Raises:
        RuntimeError: on the call, the numbers of dimensions do not fit together.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[3.0, 4.0]])
        >>> f"{sg.nn.CosineEmbeddingLoss()(x, x, sg.tensor([-1])):.4f}"
        '1.0000'
    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """max(0, |a - p| - |a - n| + margin): an anchor should be nearer to its like than to others.

    Args:
        margin: by how much nearer, above 0. Default: 1.
        p: which norm measures the distance. Default: 2.
        eps: added to every difference, so that the derivative exists at distance 0. Default: 1e-6.
        swap: whether to use |p - n| where that is smaller than |a - n|. Default: False.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        anchor, positive, negative: (N, D) or (D). Output: a number; with "none" (N) or ().

    Raises:
        ValueError: `margin` is not positive.

    Example:
        >>> import seedgrad as sg
        >>> a, p, n = sg.tensor([[0.0]]), sg.tensor([[1.0]]), sg.tensor([[1.5]])
        >>> f"{sg.nn.TripletMarginLoss()(a, p, n):.4f}"
        '0.5000'

    Source: Balntas et al., Learning local feature descriptors with triplets, 2016.
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin} instead")
        self.margin, self.p, self.eps, self.swap = margin, p, eps, swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return triplet_margin_loss(
            anchor,
            positive,
            negative,
            margin=self.margin,
            p=self.p,
            eps=self.eps,
            swap=self.swap,
            reduction=self.reduction,
        )


class TripletMarginWithDistanceLoss(Loss):
    """max(0, margin + d(a, p) - d(a, n)) with a distance d of one's own.

    Args:
        distance_function: two tensors to their distances. Default: `pairwise_distance`.
        margin: by how much nearer the like thing should be, above 0. Default: 1.
        swap: whether to use d(p, n) where that is smaller than d(a, n). Default: False.
        reduction: "mean", "sum" or "none". Default: "mean".

    Raises:
        ValueError: `margin` is not positive.

    Example:
        >>> import seedgrad as sg
        >>> loss = sg.nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: (x - y).abs())
        >>> loss(sg.tensor([0.0]), sg.tensor([1.0]), sg.tensor([1.5])).item()
        0.5
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(None, None, reduction)
        if margin <= 0:
            raise ValueError(
                f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin} instead"
            )
        self.distance_function: Callable[..., Tensor] = (
            PairwiseDistance() if distance_function is None else distance_function
        )
        self.margin, self.swap = margin, swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
