"""Transposed convolution over one, two or three spatial axes."""

from __future__ import annotations

from typing import Any

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops.conv import convolve_input
from .conv_checks import check_bias, check_input, check_steps
from .windows import batched, like, sizes, text

IntOrTuple = int | tuple[int, ...]


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple = 0,
    output_padding: IntOrTuple = 0,
    groups: int = 1,
    dilation: IntOrTuple = 1,
) -> Tensor:
    """Transposed convolution over one spatial axis; see `conv_transpose2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.conv_transpose1d(sg.tensor([[1.0, 2.0]]), sg.ones(1, 1, 2), stride=2)
        tensor([[1., 1., 2., 2.]])
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


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
        >>> sg.nn.functional.conv_transpose2d(sg.tensor([[[1.0, 2.0]]]), sg.ones(1, 1, 1, 2), stride=(1, 2))
        tensor([[[1., 1., 2., 2.]]])

    Source: Zeiler et al., Deconvolutional networks, 2010.
    """
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrTuple = 1,
    padding: IntOrTuple = 0,
    output_padding: IntOrTuple = 0,
    groups: int = 1,
    dilation: IntOrTuple = 1,
) -> Tensor:
    """Transposed convolution over three spatial axes; see `conv_transpose2d`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.conv_transpose3d(sg.ones(1, 2, 4, 4, 4), sg.ones(2, 3, 2, 2, 2), stride=2).shape
        seedgrad.Size([1, 3, 8, 8, 8])
    """
    return _transposed("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)


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
    if 0 in shape:
        raise RuntimeError(f"{name}(): the weight must not be empty, got shape {shape}")
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
    # Whole strides of output_padding are that much less padding at the end; a rest below the stride follows from `size`.
    after = [p - e // s * s for p, e, s in zip(amounts, extra, stride, strict=True)]
    out = convolve_input.call(
        batched(x, ndim),
        weight,
        size=size,
        stride=stride,
        padding=tuple(zip(amounts, after, strict=True)),
        dilation=dilation,
        groups=groups,
    )
    if bias is not None:
        out = xp.add(out, xp.reshape(bias, (-1, *(1,) * ndim)))
    return like(out, x)
