"""Negative log-likelihoods of numbers, as layers."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.likelihood_loss import gaussian_nll_loss, poisson_nll_loss
from .regression_loss import Loss


class PoissonNLLLoss(Loss):
    """exp(x) - y x: the negative log-likelihood of counts y with a Poisson distribution of mean exp(x).

    Args:
        log_input: whether x is the logarithm of the mean; else the loss is x - y log(x + eps). Default: True.
        full: whether to add Stirling's approximation of log(y!). Default: False.
        size_average, reduce: old names for `reduction`.
        eps: keeps the logarithm away from 0. Default: 1e-8.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input and target: any, broadcast together.

    Raises:
        ValueError: on the call, `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.PoissonNLLLoss()(sg.tensor([0.0]), sg.tensor([3.0])).item()
        1.0
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        size_average: bool | None = None,
        eps: float = 1e-8,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_input, self.full, self.eps = log_input, full, eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        return poisson_nll_loss(
            log_input, target, log_input=self.log_input, full=self.full, eps=self.eps, reduction=self.reduction
        )


class GaussianNLLLoss(Loss):
    """(log(v) + (x - y)² / v) / 2 with v = max(var, eps): y has the mean x and the variance var.

    Args:
        full: whether to add log(2 pi) / 2. Default: False.
        eps: the least variance. Default: 1e-6.
        reduction: "mean", "sum" or "none". Default: "mean".

    Shape:
        input and target: any. var: the same, with one dimension of length 1 or without the last; or a float.

    Raises:
        ValueError: on the call, a variance is negative or has another shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.GaussianNLLLoss()(sg.tensor([2.0]), sg.tensor([4.0]), sg.ones(1)).item()
        2.0

    Source: Nix, Weigend, Estimating the mean and variance of the target probability distribution, 1994.
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(None, None, reduction)
        self.full, self.eps = full, eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        return gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
