"""Images as columns of windows, and back."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.fold import fold, unfold
from .module import Module

IntOrTuple = int | tuple[int, ...]


class Unfold(Module):
    """The windows that a convolution sees, each as a column of C · kH · kW elements.

    Args:
        kernel_size: the size of a window, at least 1; an int or a pair, as in the following.
        dilation: between the places of a window. Default: 1.
        padding: zeros around the input. Default: 0.
        stride: from one window to the next. Default: 1.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, C · kH · kW, L) or (C · kH · kW, L) for the L windows, row by row.

    Raises:
        RuntimeError: on the call, an argument is out of range, or there is no window.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Unfold(kernel_size=(2, 3))(sg.zeros(2, 5, 3, 4)).shape
        seedgrad.Size([2, 30, 4])
    """

    def __init__(
        self, kernel_size: IntOrTuple, dilation: IntOrTuple = 1, padding: IntOrTuple = 0, stride: IntOrTuple = 1
    ) -> None:
        super().__init__()
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: Tensor) -> Tensor:
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Module):
    """The image to which windows add up: what `Unfold` took apart, each element times the windows that hold it.

    Args:
        output_size: (H, W), or one int for both.
        kernel_size: the size of a window, at least 1; an int or a pair, as in the following.
        dilation: between the places of a window. Default: 1.
        padding: rows and columns cut off around the output. Default: 0.
        stride: from one window to the next. Default: 1.

    Shape:
        (N, C · kH · kW, L) or (C · kH · kW, L) to (N, C, H, W) or (C, H, W).

    Raises:
        RuntimeError: on the call, an argument is out of range, or the input has another shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Fold(output_size=(4, 5), kernel_size=(2, 2))(sg.zeros(1, 12, 12)).shape
        seedgrad.Size([1, 3, 4, 5])
    """

    def __init__(
        self,
        output_size: IntOrTuple,
        kernel_size: IntOrTuple,
        dilation: IntOrTuple = 1,
        padding: IntOrTuple = 0,
        stride: IntOrTuple = 1,
    ) -> None:
        super().__init__()
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, input: Tensor) -> Tensor:
        return fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )
