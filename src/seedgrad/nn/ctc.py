"""Connectionist temporal classification, as a layer."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.ctc import Lengths, ctc_loss
from .regression_loss import Loss


class CTCLoss(Loss):
    """-log p(target | x) for a sequence of labels whose times are not known.

    Args:
        blank: the class number of the blank. Default: 0.
        reduction: "mean" (each loss divided by the length of its target first), "sum" or "none". Default: "mean".
        zero_infinity: whether infinite losses, of targets too long for their inputs, become 0. Default: False.

    Shape:
        log_probs: (T, N, C) or (T, C). targets: (N, S), or one after the other. input_lengths, target_lengths: (N).
        Output: a number; with "none" (N) or ().

    Raises:
        RuntimeError: on the call, a shape, a length, the blank or a label does not fit.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randn(50, 16, 20).log_softmax(2)
        >>> targets = sg.randint(1, 20, (16, 30))
        >>> sg.nn.CTCLoss(reduction="none")(x, targets, (50,) * 16, (30,) * 16).shape
        seedgrad.Size([16])

    Source: Graves et al., Connectionist temporal classification, 2006.
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(None, None, reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs: Tensor, targets: Tensor, input_lengths: Lengths, target_lengths: Lengths) -> Tensor:
        return ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
