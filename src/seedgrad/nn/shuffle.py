"""Layers that only move elements between channels and places."""

from __future__ import annotations

from ..core.tensor import Tensor
from .functional.shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from .module import Module


class PixelShuffle(Module):
    """Turns r² channels into images r times as high and wide.

    Args:
        upscale_factor: r, at least 1.

    Shape:
        (*, C r², H, W) to (*, C, H r, W r).

    Raises:
        RuntimeError: on the call, r is below 1, or r² does not divide the channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.PixelShuffle(3)(sg.zeros(1, 9, 4, 4)).shape
        seedgrad.Size([1, 1, 12, 12])

    Source: Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network, 2016.
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Turns each block of r by r pixels into r² channels: undoes `PixelShuffle`.

    Args:
        downscale_factor: r, at least 1.

    Shape:
        (*, C, H r, W r) to (*, C r², H, W).

    Raises:
        RuntimeError: on the call, r is below 1, or does not divide height and width.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.PixelUnshuffle(3)(sg.zeros(1, 1, 12, 12)).shape
        seedgrad.Size([1, 9, 4, 4])
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Deals the channels out: the first of every group, then the second of every group, and so on.

    Args:
        groups: how many groups of neighbouring channels there are, at least 1.

    Shape:
        (N, C, *); the output has the same.

    Raises:
        RuntimeError: on the call, groups does not divide the channels.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.ChannelShuffle(2)(sg.arange(4.0).reshape(1, 4, 1)).flatten()
        tensor([0., 2., 1., 3.])

    Source: Zhang et al., ShuffleNet, 2017.
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Tensor) -> Tensor:
        return channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
