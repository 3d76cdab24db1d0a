"""Pooling to a given output size."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .functional.adaptive_pool import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    adaptive_max_pool3d,
)
from .module import Module


class _AdaptiveAvgPool(Module):
    """What the layers of adaptive mean pooling share."""

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class _AdaptiveMaxPool(Module):
    """What the layers of adaptive max pooling share."""

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The mean of windows that together cover a sequence (N, C, L) or (C, L); see `AdaptiveAvgPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveAvgPool1d(4)(sg.zeros(8, 3, 10)).shape
        seedgrad.Size([8, 3, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The mean of H' x W' windows that together cover the image, whatever its size.

    Args:
        output_size: (H', W'), or one int for both; None keeps the input's.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveAvgPool2d(1)(sg.zeros(8, 3, 10, 9)).shape
        seedgrad.Size([8, 3, 1, 1])
    """

    def forward(self, input: Tensor) -> Tensor:
        return adaptive_avg_pool2d(input, self.output_size)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The mean of windows that together cover a volume (N, C, D, H, W) or (C, D, H, W); see `AdaptiveAvgPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveAvgPool3d((2, None, 1))(sg.zeros(8, 3, 4, 5, 6)).shape
        seedgrad.Size([8, 3, 2, 5, 1])
    """

    def forward(self, input: Tensor) -> Tensor:
        return adaptive_avg_pool3d(input, self.output_size)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest element of windows that together cover a sequence (N, C, L) or (C, L); see `AdaptiveMaxPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveMaxPool1d(4)(sg.zeros(8, 3, 10)).shape
        seedgrad.Size([8, 3, 4])
    """

    def forward(self, input: Tensor) -> Any:
        return adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest element of H' x W' windows that together cover the image, whatever its size.

    Args:
        output_size: (H', W'), or one int for both; None keeps the input's.
        return_indices: return (output, indices). Default: False.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveMaxPool2d((2, None))(sg.zeros(8, 3, 10, 9)).shape
        seedgrad.Size([8, 3, 2, 9])
    """

    def forward(self, input: Tensor) -> Any:
        return adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest element of windows that together cover a volume (N, C, D, H, W) or (C, D, H, W); see `AdaptiveMaxPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AdaptiveMaxPool3d((2, None, 1))(sg.zeros(8, 3, 4, 5, 6)).shape
        seedgrad.Size([8, 3, 2, 5, 1])
    """

    def forward(self, input: Tensor) -> Any:
        return adaptive_max_pool3d(input, self.output_size, self.return_indices)
