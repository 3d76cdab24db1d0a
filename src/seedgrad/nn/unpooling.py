"""Layers that undo max pooling."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .functional.unpool import max_unpool1d, max_unpool2d, max_unpool3d
from .functional.windows import sizes
from .module import Module

IntOrTuple = int | tuple[int, ...]


class _MaxUnpool(Module):
    """What the layers that undo max pooling share."""

    _dims: int

    def __init__(self, kernel_size: IntOrTuple, stride: IntOrTuple | None = None, padding: IntOrTuple = 0) -> None:
        super().__init__()
        name, dims = self._get_name(), self._dims
        self.kernel_size = sizes(kernel_size, dims, name, "kernel_size")
        self.stride = self.kernel_size if stride is None else sizes(stride, dims, name, "stride")
        self.padding = sizes(padding, dims, name, "padding")

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Undoes `MaxPool1d` of a sequence (N, C, L) or (C, L); see `MaxUnpool2d`.

    Example:
        >>> import seedgrad as sg
        >>> pool, unpool = sg.nn.MaxPool1d(2, return_indices=True), sg.nn.MaxUnpool1d(2)
        >>> unpool(*pool(sg.zeros(4, 3, 10))).shape
        seedgrad.Size([4, 3, 10])
    """

    _dims = 1

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return max_unpool1d(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool2d(_MaxUnpool):
    """Undoes `MaxPool2d`: zeros, but for the maxima at their old places.

    Args:
        kernel_size: that of the pooling; one int or a pair, as in the following.
        stride: that of the pooling. Default: kernel_size.
        padding: that of the pooling. Default: 0.

    Shape:
        (N, C, H, W) or (C, H, W), and indices of the same shape, to (N, C, H', W') or (C, H', W'); on the call,
        `output_size` chooses among the sizes that lead to H and W.

    Raises:
        RuntimeError: on the call, indices of another shape or type, or out of range.
        ValueError: on the call, an `output_size` out of reach.

    Example:
        >>> import seedgrad as sg
        >>> pool, unpool = sg.nn.MaxPool2d(2, return_indices=True), sg.nn.MaxUnpool2d(2)
        >>> unpool(*pool(sg.tensor([[[1.0, 3.0], [2.0, 0.0]]])))
        tensor([[[0., 3.],
                 [0., 0.]]])
    """

    _dims = 2

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return max_unpool2d(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool3d(_MaxUnpool):
    """Undoes `MaxPool3d` of a volume (N, C, D, H, W) or (C, D, H, W); see `MaxUnpool2d`.

    Example:
        >>> import seedgrad as sg
        >>> pool, unpool = sg.nn.MaxPool3d(2, return_indices=True), sg.nn.MaxUnpool3d(2)
        >>> unpool(*pool(sg.zeros(4, 3, 4, 6, 8))).shape
        seedgrad.Size([4, 3, 4, 6, 8])
    """

    _dims = 3

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return max_unpool3d(input, indices, self.kernel_size, self.stride, self.padding, output_size)
