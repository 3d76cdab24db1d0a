"""Losses that compare numbers or distributions, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.loss import huber_loss, kl_div, l1_loss, mse_loss, smooth_l1_loss
from .functional.reduction import checked_reduction
from .module import Module


class Loss(Module):
    """What all losses share: how the single losses are put together.

    `size_average` and `reduce` are PyTorch's old names for `reduction`.
    """

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        if size_average is not None or reduce is not None:
            reduction = checked_reduction("mean", size_average, reduce)
        self.reduction = reduction


class MSELoss(Loss):
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


class L1Loss(Loss):
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


class SmoothL1Loss(Loss):
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


class HuberLoss(Loss):
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
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class KLDivLoss(Loss):
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
