"""Convolution over one, two or three spatial axes."""

from __future__ import annotations

from typing import Any

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops.conv import convolve, convolve_input
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


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple = 0,
    output_padding: IntOrTuple = 0,
    groups: int = 1,
    dilation: IntOrTuple = 1,
) -> Tensor:
    """Transposed convolution: the gradient of `conv2d` for its input, as an operation of its own.

    Every element of the input adds weight times itself to the output, `stride` places from its neighbour's.

    Args:
        input: (N, C, H, W), or (C, H, W) without a batch.
        weight: (C, O / groups, kH, kW).
        bias: (O,), or None (default).
        stride: from one input element to the next in the output, at least 1. Default: 1.
        padding: rows and columns cut off around the output, at least 0. Default: 0.
        output_padding: rows and columns added at its end, smaller than stride or dilation. Default: 0.
        groups: the channels are divided into so many groups that do not see each other. Default: 1.
        dilation: between the places of the kernel, at least 1. Default: 1.

    Returns:
        (N, O, H', W') or (O, H', W'), H' = (H - 1) stride - 2 padding + dilation (kH - 1) + output_padding +
        1.

    Raises:
        RuntimeError: the shapes do not fit, the types differ, an argument is out of range.
        TypeError: an argument that should hold ints holds something else.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.functional.conv import conv_transpose2d
        >>> conv_transpose2d(sg.tensor([[[1.0, 2.0]]]), sg.ones(1, 1, 1, 2), stride=(1, 2))
        tensor([[[1., 1., 2., 2.]]])

    Source: Zeiler et al., Deconvolutional networks, 2010.
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _transposed(
    name: str,
    ndim: int,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Any,
    padding: Any,
    extra: Any,
    groups: int,
    dilation: Any,
) -> Tensor:
    stride, dilation = sizes(stride, ndim, name, "stride"), sizes(dilation, ndim, name, "dilation")
    amounts, extra = sizes(padding, ndim, name, "padding"), sizes(extra, ndim, name, "output_padding")
    check_input(name, ndim, x, weight, bias)
    check_steps(name, stride, dilation, groups)
    for what, values in (("padding", amounts), ("output_padding", extra)):
        if min(values) < 0:
            raise RuntimeError(f"{name}(): negative {what} is not supported, got {values}")
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise RuntimeError(
            f"{name}(): output_padding must be smaller than either stride or dilation, "
            f"got output_padding={extra}, stride={stride}, dilation={dilation}"
        )
    shape, channels = weight.array.shape, x.array.shape[-ndim - 1]
    if channels != shape[0] or channels % groups:
        raise RuntimeError(
            f"{name}(): given groups={groups} and a weight of shape {shape}, expected input of shape "
            f"{x.array.shape} to have {shape[0]} channels, a multiple of groups, but got {channels} instead"
        )
    check_bias(name, bias, shape[1] * groups, shape)
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + e + 1
        for n, k, s, p, d, e in zip(x.array.shape[-ndim:], shape[2:], stride, amounts, dilation, extra, strict=True)
    )
    if min(size) < 1:
        raise RuntimeError(
            f"{name}(): the calculated output size ({text(size)}) is too small for an input of shape "
            f"{x.array.shape}, kernel ({text(shape[2:])}), stride={stride}, padding={amounts}"
        )
    out = convolve_input.call(
        batched(x, ndim),
        weight,
        size=size,
        stride=stride,
        padding=tuple((p, p) for p in amounts),
        dilation=dilation,
        groups=groups,
    )
    if bias is not None:
        out = xp.add(out, xp.reshape(bias, (-1, *(1,) * ndim)))
    return like(out, x)
