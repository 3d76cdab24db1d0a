"""Transposed convolution layers."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .conv import Convolution
from .functional.conv import conv_transpose2d
from .functional.windows import sizes

IntOrTuple = int | tuple[int, ...]


class ConvTranspose2d(Convolution):
    """Transposed convolution: every input element adds the kernel, times itself, to the output.

    Args:
        in_channels: channels of the input, a multiple of `groups`.
        out_channels: channels of the output, a multiple of `groups`.
        kernel_size: height and width of the kernel; one int for both, as in the following.
        stride: from one input element to the next in the output, at least 1. Default: 1.
        padding: rows and columns cut off around the output. Default: 0.
        output_padding: rows and columns added at its end. Default: 0.
        groups: the channels are divided into so many groups that do not see each other. Default: 1.
        bias: whether to add a number to each output channel. Default: True.
        dilation: between the places of the kernel, at least 1. Default: 1.
        padding_mode: "zeros", the only one.
        device: "cpu", the only one.
        dtype: of the parameters. Default: the default float type.

    Shape:
        (N, C, H, W) to (N, O, H', W') with
        H' = (H - 1) stride - 2 padding + dilation (kernel_size - 1) + output_padding + 1.

    Attributes:
        weight: (in_channels, out_channels / groups, kH, kW).
        bias: (out_channels), or None.

    Raises:
        ValueError: channels that `groups` does not divide; another padding_mode; on the call, an
            `output_size` out of reach.
        RuntimeError: on the call, the input does not have `in_channels` channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConvTranspose2d(3, 8, kernel_size=4, stride=2, padding=1)(sg.zeros(1, 3, 16, 16)).shape
        seedgrad.Size([1, 8, 32, 32])
    """

    _function = conv_transpose2d
    _dims = 2
    _transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: IntOrTuple,
        stride: IntOrTuple = 1,
        padding: IntOrTuple = 0,
        output_padding: IntOrTuple = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: IntOrTuple = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )
        self.output_padding = sizes(output_padding, 2, "ConvTranspose2d", "output_padding")

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        self._check(input)
        extra = self.output_padding if output_size is None else self._extra(input, list(output_size))
        padding: Any = self.padding
        return conv_transpose2d(input, self.weight, self.bias, self.stride, padding, extra, self.groups, self.dilation)

    def _extra(self, input: Tensor, wanted: list[int]) -> tuple[int, ...]:
        """The output_padding that leads to an output of the wanted size."""
        wanted = wanted[-2:] if len(wanted) == input.array.ndim else wanted
        if len(wanted) != 2:
            raise ValueError(
                f"ConvTranspose2d: output_size must have 2 or {input.array.ndim} elements, got {len(wanted)}"
            )
        size, pads = input.array.shape[-2:], [int(p) for p in self.padding]
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(size, self.stride, pads, self.dilation, self.kernel_size, strict=True)
        ]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if any(not low <= n <= high for n, low, high in zip(wanted, least, most, strict=True)):
            raise ValueError(
                f"requested an output size of {wanted}, but valid sizes range from {least} to {most} "
                f"(for an input of {list(size)})"
            )
        return tuple(n - low for n, low in zip(wanted, least, strict=True))
