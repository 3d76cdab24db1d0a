"""Convolutions, with the number of input channels left open."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .conv import Conv1d, Conv2d, Conv3d, Convolution
from .conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .lazy import LazyModuleMixin
from .uninitialized import UninitializedParameter


class _LazyConvolution(LazyModuleMixin, Convolution):
    """What they share; `in_channels` is the size of the channels' dimension of the first input."""

    def _leave_open(self, out_channels: int, bias: bool, device: Any, dtype: Any) -> None:
        self.out_channels = out_channels
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw new initial values, if the shapes are known."""
        if not self.has_uninitialized_params() and self.in_channels != 0:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        """Take the size of the channels' dimension for `in_channels`."""
        if self.has_uninitialized_params():
            self.in_channels = channels = self._channels_of(input)
            if channels % self.groups:
                raise ValueError(f"in_channels must be divisible by groups, got {channels} and groups={self.groups}")
            inner, outer = (self.out_channels, channels) if self._transposed else (channels, self.out_channels)
            self.weight.materialize((outer, inner // self.groups, *self.kernel_size))
            if self.bias is not None:
                self.bias.materialize((self.out_channels,))
            self.reset_parameters()
        elif self.in_channels == 0:  # the parameters were loaded
            shape = self.weight.shape
            self.in_channels = shape[0] if self._transposed else shape[1] * self.groups

    def _channels_of(self, input: Tensor) -> int:
        shape, dims = input.shape, self._dims + 1
        if len(shape) not in (dims, dims + 1):
            raise RuntimeError(
                f"Expected {dims}D (unbatched) or {dims + 1}D (batched) input to {self._get_name()}, but got input of "
                f"size: {shape}"
            )
        return shape[-dims]


class _LazyConv(_LazyConvolution):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype)
        self._leave_open(out_channels, bias, device, dtype)


class _LazyConvTranspose(_LazyConvolution):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings: Any = (stride, padding, output_padding, groups, False, dilation, padding_mode, device, dtype)
        super().__init__(0, 0, kernel_size, *settings)
        self._leave_open(out_channels, bias, device, dtype)


class LazyConv1d(_LazyConv, Conv1d):
    """A Conv1d whose `in_channels` comes from its first input; the other arguments are those of Conv1d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConv1d(4, kernel_size=3)(sg.zeros(8, 2, 10)).shape
        seedgrad.Size([8, 4, 8])
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyConv, Conv2d):
    """A Conv2d whose `in_channels` comes from its first input; the other arguments are those of Conv2d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConv2d(16, kernel_size=5, padding=2)(sg.zeros(32, 1, 28, 28)).shape
        seedgrad.Size([32, 16, 28, 28])
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConv, Conv3d):
    """A Conv3d whose `in_channels` comes from its first input; the other arguments are those of Conv3d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConv3d(2, kernel_size=3)(sg.zeros(4, 1, 5, 6, 7)).shape
        seedgrad.Size([4, 2, 3, 4, 5])
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """A ConvTranspose1d whose `in_channels` comes from its first input; the other arguments are those of
    ConvTranspose1d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConvTranspose1d(8, kernel_size=4, stride=2, padding=1)(sg.zeros(1, 3, 16)).shape
        seedgrad.Size([1, 8, 32])
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """A ConvTranspose2d whose `in_channels` comes from its first input; the other arguments are those of
    ConvTranspose2d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConvTranspose2d(8, kernel_size=4, stride=2, padding=1)(sg.zeros(1, 3, 16, 16)).shape
        seedgrad.Size([1, 8, 32, 32])
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """A ConvTranspose3d whose `in_channels` comes from its first input; the other arguments are those of
    ConvTranspose3d.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.LazyConvTranspose3d(2, kernel_size=2, stride=2)(sg.zeros(1, 3, 4, 4, 4)).shape
        seedgrad.Size([1, 2, 8, 8, 8])
    """

    cls_to_become = ConvTranspose3d
