"""Convolution layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..core.tensor import Tensor
from . import init
from .functional.conv import conv1d, conv2d, conv3d
from .functional.pad import pad
from .functional.windows import sizes
from .gain import fans
from .module import Module
from .parameter import Parameter, empty


class Convolution(Module):
    """What all convolutions share; a subclass names its function and its number of spatial dimensions."""

    _function: Callable[..., Tensor]
    _dims: int
    _transposed = False
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
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
        super().__init__()
        name, dims = self._get_name(), self._dims
        if groups <= 0:
            raise ValueError(f"groups must be a positive integer, got {groups}")
        for what, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{what} must be divisible by groups, got {channels} and groups={groups}")
        modes = ("zeros",) if self._transposed else ("zeros", "reflect", "replicate", "circular")
        if padding_mode not in modes:
            raise ValueError(f"padding_mode must be one of {modes}, but got padding_mode={padding_mode!r}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes(kernel_size, dims, name, "kernel_size")
        self.stride = sizes(stride, dims, name, "stride")
        self.dilation = sizes(dilation, dims, name, "dilation")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(f"Invalid padding string {padding!r}, should be one of 'same', 'valid'")
            if padding == "same" and any(s != 1 for s in self.stride):
                raise ValueError(f"padding='same' is not supported for strided convolutions, got stride={stride}")
        self.padding = padding if isinstance(padding, str) else sizes(padding, dims, name, "padding")
        self.padding_mode = padding_mode
        shape = (in_channels, out_channels // groups) if self._transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty((*shape, *self.kernel_size), device, dtype))
        if bias:
            self.bias = Parameter(empty((out_channels,), device, dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values, uniform within ± 1 / sqrt(fan_in)."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = fans(self.weight)[0]
            bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def _check(self, input: Any) -> None:
        """Raise, in the name of the layer, if the input has the wrong dimensions or channels."""
        if not isinstance(input, Tensor):
            raise TypeError(f"{self._short()}: the input must be a Tensor, got {type(input).__name__}")
        shape = input.array.shape
        if len(shape) - self._dims not in (1, 2) or shape[-self._dims - 1] != self.in_channels:
            space = ", ".join("DHW"[-self._dims :]) if self._dims > 1 else "L"
            image = f"({self.in_channels}, {space})"
            advice = ""
            if len(shape) == self._dims + 1 and self.in_channels == 1:
                advice = " If these are images without a channel dimension, add it: x.unsqueeze(1)"
            elif len(shape) == self._dims + 2 and shape[-1] == self.in_channels:
                advice = " If the channels come last, move them: x.movedim(-1, 1)"
            raise RuntimeError(
                f"{self._short()}: the input must be (N, {image[1:]} or {image}, got shape {shape}.{advice}"
            )

    def _short(self) -> str:
        return f"{self._get_name()}({self.in_channels}, {self.out_channels})"

    def _edges(self) -> tuple[int, ...]:
        """How much `pad` adds before and after each dimension, the last dimension first."""
        amounts: list[int] = []
        for i in reversed(range(self._dims)):
            if self.padding == "same":
                total = self.dilation[i] * (self.kernel_size[i] - 1)
                amounts += [total // 2, total - total // 2]
            else:
                amounts += [0, 0] if self.padding == "valid" else [self.padding[i]] * 2  # type: ignore[list-item]
        return tuple(amounts)

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = pad(input, self._edges(), mode=self.padding_mode), 0
        return self._function.__func__(  # type: ignore[attr-defined]
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * self._dims:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self._dims:
            text += f", dilation={self.dilation}"
        extra = getattr(self, "output_padding", (0,) * self._dims)
        if extra != (0,) * self._dims:
            text += f", output_padding={extra}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class Conv1d(Convolution):
    """Convolution of sequences; the arguments are those of `Conv2d`, with one length each.

    Shape:
        (N, in_channels, L) or (in_channels, L) to (N, out_channels, L') or (out_channels, L').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Conv1d(2, 4, kernel_size=3)(sg.zeros(8, 2, 10)).shape
        seedgrad.Size([8, 4, 8])
    """

    _function = conv1d
    _dims = 1


class Conv2d(Convolution):
    """Convolution of images: the same small weighted sum at every place.

    Weight and bias start uniform within ± 1 / sqrt(in_channels / groups · kH · kW).

    Args:
        in_channels: channels of the input, a multiple of `groups`.
        out_channels: channels of the output, a multiple of `groups`.
        kernel_size: height and width of the sum; one int for both, as in the following.
        stride: from one place to the next, at least 1. Default: 1.
        padding: added around the input, at least 0; "valid" is 0, "same" keeps the size. Default: 0.
        dilation: between the places of the kernel, at least 1. Default: 1.
        groups: the channels are divided into so many groups that do not see each other. Default: 1.
        bias: whether to add a number to each output channel. Default: True.
        padding_mode: what is added: "zeros" (default), "reflect", "replicate" or "circular".
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        (N, C, H, W) or (C, H, W) to (N, O, H', W') or (O, H', W') with
        H' = floor((H + 2 padding - dilation (kernel_size - 1) - 1) / stride + 1).

    Attributes:
        weight: (out_channels, in_channels / groups, kH, kW).
        bias: (out_channels), or None.

    Raises:
        ValueError: channels that `groups` does not divide; an unknown padding or padding_mode; "same" with a
            stride.
        RuntimeError: on the call, the input does not have `in_channels` channels, or is smaller than the
            kernel.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Conv2d(1, 16, kernel_size=5, padding=2)(sg.zeros(32, 1, 28, 28)).shape
        seedgrad.Size([32, 16, 28, 28])

    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """

    _function = conv2d
    _dims = 2


class Conv3d(Convolution):
    """Convolution of volumes; the arguments are those of `Conv2d`, with three lengths each.

    Shape:
        (N, in_channels, D, H, W) to (N, out_channels, D', H', W'), or both without N.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Conv3d(1, 2, kernel_size=3)(sg.zeros(4, 1, 5, 6, 7)).shape
        seedgrad.Size([4, 2, 3, 4, 5])
    """

    _function = conv3d
    _dims = 3
