"""Layers that only move elements between channels and places."""

from __future__ import annotations

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Turn r² channels into images r times as high and wide.

    out[..., c, y r + i, x r + j] = input[..., c r² + i r + j, y, x]

    Args:
        input: (*, C r², H, W).
        upscale_factor: r, at least 1.

    Returns:
        (*, C, H r, W r).

    Raises:
        RuntimeError: fewer than 3 dimensions, a factor below 1, channels that r² does not divide.
        TypeError: the factor is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.pixel_shuffle(sg.arange(4.0).reshape(4, 1, 1), 2)
        tensor([[[0., 1.],
                 [2., 3.]]])

    Source: Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network, 2016.
    """
    *lead, channels, height, width = _image("pixel_shuffle", input, "upscale_factor", upscale_factor)
    r = upscale_factor
    if channels % (r * r):
        raise RuntimeError(
            f"pixel_shuffle(): the channels must be divisible by the square of upscale_factor={r}, "
            f"but got {channels} channels in an input of shape {input.array.shape}"
        )
    n, inner = len(lead), channels // (r * r)
    split = xp.reshape(input, (*lead, inner, r, r, height, width))
    moved = xp.transpose(split, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return xp.reshape(xp.contiguous(moved), (*lead, inner, height * r, width * r))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Turn each block of r by r pixels into r² channels: undoes `pixel_shuffle`.

    out[..., c r² + i r + j, y, x] = input[..., c, y r + i, x r + j]

    Args:
        input: (*, C, H, W), H and W multiples of r.
        downscale_factor: r, at least 1.

    Returns:
        (*, C r², H / r, W / r).

    Raises:
        RuntimeError: fewer than 3 dimensions, a factor below 1, a height or width that r does not divide.
        TypeError: the factor is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.pixel_unshuffle(sg.arange(4.0).reshape(1, 2, 2), 2).flatten()
        tensor([0., 1., 2., 3.])
    """
    *lead, channels, height, width = _image("pixel_unshuffle", input, "downscale_factor", downscale_factor)
    r = downscale_factor
    if height % r or width % r:
        raise RuntimeError(
            f"pixel_unshuffle(): height and width must be divisible by downscale_factor={r}, "
            f"but got an input of shape {input.array.shape}"
        )
    n = len(lead)
    split = xp.reshape(input, (*lead, channels, height // r, r, width // r, r))
    moved = xp.transpose(split, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return xp.reshape(xp.contiguous(moved), (*lead, channels * r * r, height // r, width // r))


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Deal the channels out: the first of every group, then the second of every group, and so on.

    out[:, i groups + g] = input[:, g (C / groups) + i]

    Args:
        input: (N, C, *), at least 3 dimensions.
        groups: how many groups of neighbouring channels there are, at least 1.

    Returns:
        A tensor of the input's shape.

    Raises:
        RuntimeError: fewer than 3 dimensions, groups below 1, channels that groups does not divide.
        TypeError: groups is not an int.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.channel_shuffle(sg.arange(4.0).reshape(1, 4, 1), 2).flatten()
        tensor([0., 2., 1., 3.])

    Source: Zhang et al., ShuffleNet, 2017.
    """
    name = "channel_shuffle"
    check_tensors(name, input)
    _whole(name, "groups", groups)
    shape = input.array.shape
    if len(shape) < 3:
        raise RuntimeError(f"{name}() expects an input of more than 2 dimensions, but got shape {shape}")
    if groups < 1:
        raise RuntimeError(f"{name}(): the number of groups must be positive, but got {groups}")
    if shape[1] % groups:
        raise RuntimeError(
            f"{name}(): the number of channels must be divisible by groups={groups}, but got {shape[1]} channels "
            f"in an input of shape {shape}"
        )
    split = xp.reshape(input, (shape[0], groups, shape[1] // groups, *shape[2:]))
    return xp.reshape(xp.contiguous(xp.swapaxes(split, 1, 2)), shape)


# PyTorch's other name of it, without a derivative there.
native_channel_shuffle = channel_shuffle


def _image(name: str, x: Tensor, what: str, factor: int) -> tuple[int, ...]:
    """The shape of x, which has channels, height and width, if the factor is one."""
    check_tensors(name, x)
    _whole(name, what, factor)
    shape = x.array.shape
    if len(shape) < 3:
        raise RuntimeError(f"{name}() expects an input of at least 3 dimensions, but got shape {shape}")
    if factor < 1:
        raise RuntimeError(f"{name}() expects a positive {what}, but got {factor}")
    return shape


def _whole(name: str, what: str, value: int) -> None:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name}(): {what} must be int, not {type(value).__name__}")
