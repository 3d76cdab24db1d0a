"""Layers that summarise windows of an image or a sequence."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .functional.pool import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from .module import Module

IntOrTuple = int | tuple[int, ...]


class _MaxPool(Module):
    """What the max pooling layers share."""

    def __init__(
        self,
        kernel_size: IntOrTuple,
        stride: IntOrTuple | None = None,
        padding: IntOrTuple = 0,
        dilation: IntOrTuple = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )

    def _arguments(self) -> tuple[Any, ...]:
        return (
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


class MaxPool1d(_MaxPool):
    """The largest element of every window of a sequence (N, C, L) or (C, L); see `MaxPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MaxPool1d(2)(sg.zeros(8, 3, 10)).shape
        seedgrad.Size([8, 3, 5])
    """

    def forward(self, input: Tensor) -> Any:
        return max_pool1d(input, *self._arguments())


class MaxPool2d(_MaxPool):
    """The largest element of every window of an image.

    Args:
        kernel_size: height and width of a window; one int for both, as in the following.
        stride: from one window to the next. Default: kernel_size.
        padding: places around the input that count as -inf, at most half of the window. Default: 0.
        dilation: between the places of a window. Default: 1.
        return_indices: return (output, indices). Default: False.
        ceil_mode: also use windows that reach past the end. Default: False.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Raises:
        RuntimeError: on the call, an argument is out of range, or the output would have no elements.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MaxPool2d(2)(sg.zeros(8, 3, 10, 10)).shape
        seedgrad.Size([8, 3, 5, 5])
    """

    def forward(self, input: Tensor) -> Any:
        return max_pool2d(input, *self._arguments())


class MaxPool3d(_MaxPool):
    """The largest element of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `MaxPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.MaxPool3d(2)(sg.zeros(8, 3, 4, 6, 8)).shape
        seedgrad.Size([8, 3, 2, 3, 4])
    """

    def forward(self, input: Tensor) -> Any:
        return max_pool3d(input, *self._arguments())


class _AnyAvgPool(Module):
    """What the mean pooling layers share."""

    kernel_size: Any
    stride: Any
    padding: Any

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AnyAvgPool):
    """The mean of every window of a sequence.

    Args:
        kernel_size: the length of a window.
        stride: from one window to the next. Default: kernel_size.
        padding: zeros around the input, at most half of the window. Default: 0.
        ceil_mode: also use windows that reach past the end. Default: False.
        count_include_pad: whether the mean counts the padding. Default: True.

    Shape:
        (N, C, L) or (C, L) to (N, C, L') or (C, L').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AvgPool1d(2)(sg.zeros(8, 3, 10)).shape
        seedgrad.Size([8, 3, 5])
    """

    def __init__(
        self,
        kernel_size: IntOrTuple,
        stride: IntOrTuple | None = None,
        padding: IntOrTuple = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        # One-element tuples, as PyTorch keeps and prints them.
        self.kernel_size = _single(kernel_size)
        self.stride = self.kernel_size if stride is None else _single(stride)
        self.padding = _single(padding)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        return avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


def _single(value: Any) -> Any:
    return value if isinstance(value, (tuple, list)) else (value,)


class _AvgPool(_AnyAvgPool):
    """What the mean pooling layers of two and three dimensions share."""

    def __init__(
        self,
        kernel_size: IntOrTuple,
        stride: IntOrTuple | None = None,
        padding: IntOrTuple = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding, self.ceil_mode = padding, ceil_mode
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def _arguments(self) -> tuple[Any, ...]:
        return (
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class AvgPool2d(_AvgPool):
    """The mean of every window of an image.

    Args:
        kernel_size: height and width of a window; one int for both, as in the following.
        stride: from one window to the next. Default: kernel_size.
        padding: zeros around the input, at most half of the window. Default: 0.
        ceil_mode: also use windows that reach past the end. Default: False.
        count_include_pad: whether the mean counts the padding. Default: True.
        divisor_override: divide the sum by this instead. Default: None.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C, H', W') or (C, H', W').

    Raises:
        RuntimeError: on the call, an argument is out of range, or the output would have no elements.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AvgPool2d(2)(sg.zeros(8, 3, 10, 10)).shape
        seedgrad.Size([8, 3, 5, 5])
    """

    def forward(self, input: Tensor) -> Tensor:
        return avg_pool2d(input, *self._arguments())


class AvgPool3d(_AvgPool):
    """The mean of every window of a volume (N, C, D, H, W) or (C, D, H, W); see `AvgPool2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AvgPool3d(2)(sg.zeros(8, 3, 4, 6, 8)).shape
        seedgrad.Size([8, 3, 2, 3, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return avg_pool3d(input, *self._arguments())
