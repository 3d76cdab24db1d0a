"""Losses of classifiers, as layers."""

from __future__ import annotations

import warnings

from ..core.tensor import Tensor
from .functional.binary_loss import binary_cross_entropy, binary_cross_entropy_with_logits
from .functional.cross_entropy import cross_entropy, nll_loss
from .regression_loss import Loss


class WeightedLoss(Loss):
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


class CrossEntropyLoss(WeightedLoss):
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


class NLLLoss(WeightedLoss):
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
        return nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class BCELoss(WeightedLoss):
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


class BCEWithLogitsLoss(Loss):
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

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(
            input, target, weight=self.weight, pos_weight=self.pos_weight, reduction=self.reduction
        )


class NLLLoss2d(NLLLoss):
    """The old name of NLLLoss, which takes images too.

    Args:
        weight, size_average, ignore_index, reduce, reduction: as for `NLLLoss`.
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        warnings.warn(
            "`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in replacement.",
            FutureWarning,
            stacklevel=2,
        )
        super().__init__(weight, size_average, ignore_index, reduce, reduction)
