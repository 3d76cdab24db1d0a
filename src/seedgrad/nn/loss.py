"""Losses as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.binary_loss import binary_cross_entropy, binary_cross_entropy_with_logits
from .functional.cross_entropy import cross_entropy, nll_loss
from .functional.loss import huber_loss, kl_div, l1_loss, mse_loss, smooth_l1_loss
from .functional.reduction import checked_reduction
from .module import Module


class _Loss(Module):
    """What all losses share: how the single losses are put together.

    `size_average` and `reduce` are PyTorch's old names for `reduction`.
    """

    def __init__(
        self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
    ) -> None:
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = checked_reduction("mean", size_average, reduce)
        self.reduction = reduction


class _WeightedLoss(_Loss):
    """A loss with a weight, which is a buffer: it moves and is saved with the module."""

    weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


class CrossEntropyLoss(_WeightedLoss):
    """-log softmax(x)[target], the usual loss of classifiers; x are scores, not probabilities.

    Args:
        weight: (C), a weight for each class. Default: all 1.
        size_average, reduce: old names for `reduction`.
        ignore_index: targets of this class do not count. Default: -100.
        reduction: "mean" (weighted), "sum" or "none". Default: "mean".
        label_smoothing: this part of the target, between 0 and 1, is spread over all classes. Default: 0.

    Shape:
        input: (N, C, *) or (C). target: class numbers (N, *) or (), or probabilities of the input's shape.
        Output: a number; with "none" the target's shape without classes.

    Raises:
        RuntimeError, ValueError: on the call, the shapes do not fit.
        IndexError: on the call, a target is not a class.

    Example:
        >>> import seedgrad as sg
        >>> loss = sg.nn.CrossEntropyLoss()(sg.zeros(3, 10), sg.tensor([1, 0, 4]))
        >>> f"{loss:.4f}"  # log(10)
        '2.3026'
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_WeightedLoss):
    """-x[target], for x that are log-probabilities, as from LogSoftmax.

    Args:
        weight: (C), a weight for each class. Default: all 1.
        size_average, reduce: old names for `reduction`.
        ignore_index: targets of this class do not count. Default: -100.
        reduction: "mean" (weighted), "sum" or "none". Default: "mean".

    Shape:
        input: (N, C, *) or (C). target: class numbers (N, *) or ().

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.NLLLoss()(sg.tensor([[-1.0, -2.0]]), sg.tensor([1])).item()
        2.0
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return nll_loss(
            input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class MSELoss(_Loss):
    """(x - y)², averaged.

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MSELoss()(sg.tensor([1.0, 3.0]), sg.tensor([1.0, 1.0])).item()
        2.0
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """|x - y|, averaged.

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.L1Loss()(sg.tensor([1.0, 3.0]), sg.tensor([1.0, 1.0])).item()
        1.0
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return l1_loss(input, target, reduction=self.reduction)


class BCELoss(_WeightedLoss):
    """-(y log x + (1 - y) log(1 - x)) for probabilities x; logarithms are held at -100 and above.

    Args:
        weight: multiplies the single losses; broadcast to them. Default: 1.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".

    Raises:
        ValueError: on the call, the shapes differ.
        RuntimeError: on the call, an input is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> f"{sg.nn.BCELoss()(sg.tensor([0.5]), sg.tensor([1.0])):.4f}"  # log(2)
        '0.6931'
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """BCELoss of sigmoid(x), computed from the scores x without overflow.

    Args:
        weight: multiplies the single losses; broadcast to them. Default: 1.
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".
        pos_weight: multiplies the part of positive targets; broadcast to them. Default: 1.

    Raises:
        ValueError: on the call, the shapes differ.

    Example:
        >>> import seedgrad as sg
        >>> f"{sg.nn.BCEWithLogitsLoss()(sg.tensor([0.0]), sg.tensor([1.0])):.4f}"  # log(2)
        '0.6931'
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(
            input, target, weight=self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class SmoothL1Loss(_Loss):
    """0.5 (x - y)² / beta where |x - y| < beta, |x - y| - 0.5 beta elsewhere.

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean", "sum" or "none". Default: "mean".
        beta: where the parabola ends, at least 0. Default: 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.SmoothL1Loss()(sg.tensor([0.0, 3.0]), sg.tensor([1.0, 1.0])).item()
        1.0
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Module):
    """0.5 (x - y)² where |x - y| < delta, delta (|x - y| - 0.5 delta) elsewhere.

    Args:
        reduction: "mean", "sum" or "none". Default: "mean".
        delta: where the parabola ends, greater than 0. Default: 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.HuberLoss()(sg.tensor([0.0, 3.0]), sg.tensor([1.0, 1.0])).item()
        1.0

    Source: Huber, Robust estimation of a location parameter, 1964.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__()
        self.reduction, self.delta = reduction, delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class KLDivLoss(_Loss):
    """y (log y - x) for log-probabilities x: how far the distribution y is from exp(x).

    Args:
        size_average, reduce: old names for `reduction`.
        reduction: "mean" (over elements), "batchmean" (what the formula of the divergence says), "sum" or
            "none". Default: "mean".
        log_target: whether y is given as its logarithm. Default: False.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[0.5, 0.5]])
        >>> sg.nn.KLDivLoss(reduction="batchmean")(x.log(), x).item()
        0.0
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
