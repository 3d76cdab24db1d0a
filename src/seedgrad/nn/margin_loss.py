"""Margin losses, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.margin_loss import hinge_embedding_loss, margin_ranking_loss, soft_margin_loss
from .functional.multi_margin_loss import multi_margin_loss, multilabel_margin_loss, multilabel_soft_margin_loss
from .loss import WeightedLoss
from .regression_loss import Loss


class MarginRankingLoss(Loss):
    """max(0, -y (x1 - x2) + margin): where y is 1 the first score should be larger, where it is -1 the second.

    Args:
        margin: by how much. Default: 0.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MarginRankingLoss()(sg.tensor([1.0]), sg.tensor([3.0]), sg.tensor([1.0])).item()
        2.0
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
        return margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class HingeEmbeddingLoss(Loss):
    """x where y is 1, max(0, margin - x) where it is -1, for distances x of like and unlike things.

    Args:
        margin: how far unlike things should be apart. Default: 1.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.HingeEmbeddingLoss()(sg.tensor([0.25]), sg.tensor([-1])).item()
        0.75

    Source: Hadsell et al., Dimensionality reduction by learning an invariant mapping, 2006.
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class SoftMarginLoss(Loss):
    """log(1 + exp(-y x)) for scores x and answers y of 1 or -1.

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Example:
        >>> import seedgrad as sg
        >>> f"{sg.nn.SoftMarginLoss()(sg.tensor([0.0]), sg.tensor([1.0])):.4f}"  # log(2)
        '0.6931'
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return soft_margin_loss(input, target, reduction=self.reduction)


class MultiMarginLoss(WeightedLoss):
    """The sum of max(0, margin - x[y] + x[i])^p over all classes i but the right one y, divided by their number.

    Args:
        p: 1 or 2. Default: 1.
        margin: by how much the right score should exceed the others. Default: 1.
        weight: (C), a weight for each class. Default: all 1.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input: (N, C) or (C). target: class numbers (N) or ().

    Raises:
        ValueError: `p` is neither 1 nor 2; `weight` does not have 1 dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MultiMarginLoss()(sg.tensor([[0.5, 0.0]]), sg.tensor([0])).item()
        0.25
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError(f"only p == 1 and p == 2 supported, got p={p}")
        if weight is not None and weight.array.ndim != 1:
            raise ValueError(f"weight must be one-dimensional, got shape {weight.array.shape}")
        self.p, self.margin = p, margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return multi_margin_loss(
            input, target, p=self.p, margin=self.margin, weight=self.weight, reduction=self.reduction
        )


class MultiLabelMarginLoss(Loss):
    """The sum of max(0, 1 - (x[y] - x[i])) over the right classes y and all other i, divided by C.

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input: (N, C) or (C). target: the right classes of each sample, then -1; the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> x, y = sg.tensor([[0.1, 0.2, 0.4, 0.8]]), sg.tensor([[3, 0, -1, 1]])
        >>> f"{sg.nn.MultiLabelMarginLoss()(x, y):.2f}"
        '0.85'
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(WeightedLoss):
    """-(y log s + (1 - y) log(1 - s)) with s = sigmoid(x), averaged over the classes.

    Args:
        weight: a factor for each class; broadcasts to the input. Default: all 1.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input and target: (*, C). Output: a number; with "none" (*).

    Example:
        >>> import seedgrad as sg
        >>> f"{sg.nn.MultiLabelSoftMarginLoss()(sg.zeros(1, 2), sg.ones(1, 2)):.4f}"  # log(2)
        '0.6931'
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return multilabel_soft_margin_loss(input, target, weight=self.weight, reduction=self.reduction)
