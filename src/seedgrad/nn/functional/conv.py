"""Convolution over one, two or three spatial axes."""

from __future__ import annotations

from typing import Any

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops.conv import convolve
from .conv_checks import check_bias, check_input, check_steps, pairs
from .windows import batched, like, sizes, text

IntOrTuple = int | tuple[int, ...]


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple | str = 0,
    dilation: IntOrTuple = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over one spatial axis; see `conv2d`, whose arguments have one length less here.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.conv import conv1d
        >>> conv1d(sg.tensor([[1.0, 2.0, 4.0]]), sg.tensor([[[-1.0, 1.0]]]))
        tensor([[1., 2.]])
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple | str = 0,
    dilation: IntOrTuple = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution: the same small weighted sum at every place of an image.

    out[n, o, y, x] = bias[o] + sum over c, i, j of
    input[n, c, y * stride - padding + i * dilation, x * stride - padding + j * dilation] * weight[o, c, i, j]

    (The cross-correlation, as in all of deep learning: the kernel is not flipped.)

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        weight: (O, C / groups, kH, kW).
        bias: (O,), or None (default).
        stride: from one place to the next, at least 1. Default: 1.
        padding: zeros around the input, at least 0; "valid" is 0, "same" gives an output of the
            input's size and needs stride 1 (of an odd number of zeros the last comes at the end). Default: 0.
        dilation: between the places of the kernel, at least 1. Default: 1.
        groups: the channels are divided into so many groups that do not see each other. Default: 1.

    Each of stride, padding and dilation is an int or a pair (for H, for W).

    Returns:
        (N, O, H', W') or (O, H', W'), H' = (H + 2 padding - dilation (kH - 1) - 1) // stride + 1.
        Its memory is laid out with channels last (`is_contiguous()` is False), which is what convolutions
        work on.

    Raises:
        RuntimeError: the shapes do not fit, the types differ, the kernel is larger than the padded input,
            stride, dilation or groups below 1, padding below 0, "same" with a stride, another text.
        TypeError: an argument that should hold ints holds something else.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.conv import conv2d
        >>> image = sg.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
        >>> conv2d(image, sg.tensor([[[[-1.0, 1.0]]]]))
        tensor([[[1., 1.],
                 [1., 1.]]])

    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple | str = 0,
    dilation: IntOrTuple = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution over three spatial axes; see `conv2d`, whose arguments have one length more here.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.conv import conv3d
        >>> tuple(conv3d(sg.ones(1, 2, 5, 5, 5), sg.ones(4, 2, 3, 3, 3), padding=1).shape)
        (1, 4, 5, 5, 5)
    """
    return _conv("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def conv_tbc(input: Tensor, weight: Tensor, bias: Tensor, pad: int = 0) -> Tensor:
    """Convolution of sequences whose time comes first: `conv1d` with axes in another order.

    out[t, b, o] = bias[o] + sum over k, c of input[t - pad + k, b, c] * weight[k, c, o]

    Args:
        input: (T, B, C).
        weight: (K, C, O).
        bias: (O,).
        pad: zeros before and after, at least 0. Default: 0.

    Returns:
        (T + 2 pad - K + 1, B, O).

    Raises:
        RuntimeError: another number of dimensions, channels that differ, different types, a kernel longer
            than the padded input.
        TypeError: an argument is no tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.conv_tbc(sg.ones(4, 1, 2), sg.ones(3, 2, 1), sg.zeros(1)).flatten()
        tensor([6., 6.])
    """
    name = "conv_tbc"
    check_tensors(name, input, weight, bias)
    for what, t, axes in (("input", input, "(T, B, C)"), ("weight", weight, "(K, C, O)"), ("bias", bias, "(O,)")):
        if t.array.ndim != axes.count(",") + (axes != "(O,)"):
            raise RuntimeError(f"{name}(): {what} must be {axes}, got shape {t.array.shape}")
    out = _conv(name, 1, xp.transpose(input, (1, 2, 0)), xp.transpose(weight, (2, 1, 0)), bias, 1, pad, 1, 1)
    return xp.transpose(out, (2, 0, 1))


def _conv(
    name: str,
    ndim: int,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: int,
) -> Tensor:
    stride, dilation = sizes(stride, ndim, name, "stride"), sizes(dilation, ndim, name, "dilation")
    check_input(name, ndim, x, weight, bias)
    check_steps(name, stride, dilation, groups)
    shape, kernel = weight.array.shape, weight.array.shape[2:]
    if shape[0] == 0 or shape[0] % groups:
        raise RuntimeError(
            f"{name}(): the number of output channels, weight.shape[0], must be a positive multiple of "
            f"groups={groups}, got a weight of shape {shape}"
        )
    channels = x.array.shape[-ndim - 1]
    if channels != shape[1] * groups:
        raise RuntimeError(
            f"{name}(): given groups={groups} and a weight of shape {shape}, expected input of shape "
            f"{x.array.shape} to have {shape[1] * groups} channels, but got {channels} channels instead"
        )
    check_bias(name, bias, shape[0], shape)
    sides = pairs(name, padding, ndim, kernel, stride, dilation)
    size = x.array.shape[-ndim:]
    padded = tuple(n + before + after for n, (before, after) in zip(size, sides, strict=True))
    extent = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    if 0 in kernel or any(e > n for e, n in zip(extent, padded, strict=True)):
        raise RuntimeError(
            f"{name}(): the kernel can't be empty or greater than the padded input; padded input size per "
            f"channel: ({text(padded)}), kernel size: ({text(kernel)}), with its dilation ({text(extent)})"
        )
    settings = {"stride": stride, "padding": sides, "dilation": dilation, "groups": groups}
    return like(convolve.call(batched(x, ndim), weight, bias, **settings), x)
