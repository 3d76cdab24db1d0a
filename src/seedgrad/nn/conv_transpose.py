"""Transposed convolution layers."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from .conv import Convolution
from .functional.conv_transpose import conv_transpose1d, conv_transpose2d, conv_transpose3d
from .functional.windows import sizes

IntOrTuple = int | tuple[int, ...]


class _ConvTranspose(Convolution):
    """What transposed convolutions share."""

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
        self.output_padding = sizes(output_padding, self._dims, self._get_name(), "output_padding")

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        self._check(input)
        extra = self.output_padding if output_size is None else self._extra(input, list(output_size))
        padding: Any = self.padding
        return self._function.__func__(  # type: ignore[attr-defined]
            input, self.weight, self.bias, self.stride, padding, extra, self.groups, self.dilation
        )

    def _extra(self, input: Tensor, wanted: list[int]) -> tuple[int, ...]:
        """The output_padding that leads to an output of the wanted size."""
        dims = self._dims
        wanted = wanted[-dims:] if len(wanted) == input.array.ndim else wanted
        if len(wanted) != dims:
            raise ValueError(
                f"{self._get_name()}: output_size must have {dims} or {input.array.ndim} elements (for an input of "
                f"shape {input.array.shape}), got {len(wanted)}"
            )
        size, pads = input.array.shape[-dims:], [int(p) for p in self.padding]
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


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution of sequences; the arguments are those of `ConvTranspose2d`, with one length each.

    Shape:
        (N, in_channels, L) or (in_channels, L) to (N, out_channels, L') or (out_channels, L').

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConvTranspose1d(2, 4, kernel_size=4, stride=2, padding=1)(sg.zeros(8, 2, 10)).shape
        seedgrad.Size([8, 4, 20])
    """

    _function = conv_transpose1d
    _dims = 1


class ConvTranspose2d(_ConvTranspose):
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


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution of volumes; the arguments are those of `ConvTranspose2d`, with three lengths each.

    Shape:
        (N, in_channels, D, H, W) to (N, out_channels, D', H', W'), or both without N.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ConvTranspose3d(1, 2, kernel_size=2, stride=2)(sg.zeros(4, 1, 2, 3, 4)).shape
        seedgrad.Size([4, 2, 4, 6, 8])
    """

    _function = conv_transpose3d
    _dims = 3
