"""The last layer of a classifier with its loss, as a layer."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from .functional.linear_cross_entropy import linear_cross_entropy
from .linear import Linear
from .loss import WeightedLoss


class LinearCrossEntropyLoss(WeightedLoss):
    """The cross-entropy of the scores of a linear layer that it holds itself.

    Args:
        in_features: size of the last dimension of the input.
        num_classes: C, the number of classes.
        out_features: (d1, d2, ...), for scores of shape (N, C, d1, d2, ...). Default: ().
        bias: whether the layer has a bias. Default: False.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.
        reduction: "mean", "sum" or "none". Default: "mean".
        weight: (C), a weight for each class. Default: all 1.
        ignore_index: targets of this class do not count. Default: -100.
        label_smoothing: this part of the target, between 0 and 1, is spread over all classes. Default: 0.
        options: None, the only one.

    Shape:
        input: (N, in_features) or (in_features). target: (N, d1, d2, ...) or ().

    Attributes:
        linear: the Linear layer.

    Raises:
        RuntimeError: `weight` does not have C elements, or `label_smoothing` is not in [0, 1].

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LinearCrossEntropyLoss(8, 10)(sg.randn(3, 8), sg.tensor([1, 0, 4])).shape
        seedgrad.Size([])
    """

    linear: Linear

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: Any = None,
        reduction: str = "mean",
        weight: Tensor | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: None = None,
    ) -> None:
        if weight is not None and weight.array.shape != (num_classes,):
            raise RuntimeError(f"expected weight shape to be {(num_classes,)}, got {weight.array.shape}")
        if not 0 <= label_smoothing <= 1:
            raise RuntimeError(f"expected label_smoothing to be in range [0, 1], got {label_smoothing}")
        super().__init__(weight=weight, reduction=reduction)
        self.num_classes, self.out_features = num_classes, out_features
        self.ignore_index, self.label_smoothing, self.options = ignore_index, label_smoothing, options
        rows = math.prod(out_features, start=num_classes)
        self.linear = Linear(in_features, rows, bias=bias, device=device, dtype=dtype)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        shape, bias = (self.num_classes, *self.out_features), self.linear.bias
        return linear_cross_entropy(
            input,
            self.linear.weight.reshape(*shape, self.linear.in_features),
            target,
            linear_bias=None if bias is None else bias.reshape(shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        return (
            f"in_features={self.linear.in_features}, num_classes={self.num_classes}, "
            f"out_features={self.out_features}, bias={self.linear.bias is not None}, reduction={self.reduction}, "
            f"ignore_index={self.ignore_index}, label_smoothing={self.label_smoothing}, options={self.options}"
        )
