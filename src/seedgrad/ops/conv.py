"""Convolution over any number of spatial axes, and its two companions.

    convolve(x, w)[n, o, p] = sum over c, k of x[n, c, p * stride - padding + k * dilation] * w[o, c, k]

The sum is linear in x and in w. So are its gradients: the one for x is the transposed convolution of g and w,
the one for w a product of g and x summed over places. Each of the three is differentiated by the other two,
which gives derivatives of every order. Axes are (batch, channel, *space) for x, (out, channel of the group,
*kernel) for w; `padding` holds (before, after) for each spatial axis.
"""

from __future__ import annotations

from typing import Any

from ..core import namespace
from ..core.batch_rules import apart, beside, fold, unfold
from ..core.batching import aligned, everywhere
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from . import conv_arrays

Sizes = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

vars(namespace).update(
    convolve=conv_arrays.convolve,
    convolve_input=conv_arrays.convolve_input,
    convolve_weight=conv_arrays.convolve_weight,
    channel_sum=conv_arrays.channel_sum,
)


@op(name="Convolution", complex=True)
def convolve(
    xp: Any,
    x: Any,
    w: Any,
    bias: Any = None,
    /,
    stride: Sizes = (),
    padding: Pairs = (),
    dilation: Sizes = (),
    groups: int = 1,
) -> Any:
    """The convolution (in deep learning, the correlation) of x with w, plus the bias of each channel."""
    return xp.convolve(x, w, bias, stride, padding, dilation, groups)


@op(name="ConvolutionInput", complex=True)
def convolve_input(
    xp: Any,
    y: Any,
    w: Any,
    /,
    size: Sizes = (),
    stride: Sizes = (),
    padding: Pairs = (),
    dilation: Sizes = (),
    groups: int = 1,
) -> Any:
    """The gradient of `convolve` for an x of spatial shape `size`: the transposed convolution of y."""
    return xp.convolve_input(y, w, size, stride, padding, dilation, groups)


@op(name="ConvolutionWeight", complex=True)
def convolve_weight(
    xp: Any,
    y: Any,
    x: Any,
    /,
    size: Sizes = (),
    stride: Sizes = (),
    padding: Pairs = (),
    dilation: Sizes = (),
    groups: int = 1,
) -> Any:
    """The gradient of `convolve` for a kernel w of spatial shape `size`, where y is that of the output."""
    return xp.convolve_weight(y, x, size, stride, padding, dilation, groups)


@op(complex=True)
def channel_sum(xp: Any, x: Any, /) -> Any:
    """The sum of each channel of (N, C, *space)."""
    return xp.channel_sum(x)


channel_sum.defvjp(
    x=lambda g, xp, x_shape: xp.broadcast_to(xp.reshape(g, (1, -1, *(1,) * (len(x_shape) - 2))), x_shape)
)


def _to_output(xp: Any, x: Any, w: Any, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Any:
    return xp.convolve(x, w, None, stride=stride, padding=padding, dilation=dilation, groups=groups)


def _to_input(
    xp: Any, g: Any, w: Any, shape: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Any:
    return xp.convolve_input(g, w, size=shape[2:], stride=stride, padding=padding, dilation=dilation, groups=groups)


def _to_weight(
    xp: Any, g: Any, x: Any, shape: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Any:
    return xp.convolve_weight(g, x, size=shape[2:], stride=stride, padding=padding, dilation=dilation, groups=groups)


convolve.defvjp(
    x=lambda g, xp, w, x_shape, stride, padding, dilation, groups: _to_input(
        xp, g, w, x_shape, stride, padding, dilation, groups
    ),
    w=lambda g, xp, x, w_shape, stride, padding, dilation, groups: _to_weight(
        xp, g, x, w_shape, stride, padding, dilation, groups
    ),
    bias=lambda g, xp: xp.channel_sum(g),
)
convolve_input.defvjp(
    y=lambda g, xp, w, stride, padding, dilation, groups: _to_output(xp, g, w, stride, padding, dilation, groups),
    w=lambda g, xp, y, w_shape, stride, padding, dilation, groups: _to_weight(
        xp, y, g, w_shape, stride, padding, dilation, groups
    ),
)
convolve_weight.defvjp(
    y=lambda g, xp, x, stride, padding, dilation, groups: _to_output(xp, x, g, stride, padding, dilation, groups),
    x=lambda g, xp, y, x_shape, stride, padding, dilation, groups: _to_input(
        xp, y, g, x_shape, stride, padding, dilation, groups
    ),
)


# How they are computed for many samples at once (core/batching.py). Samples that share the kernel are more images; those
# that have kernels of their own are more groups of channels.


def _convolved(op: Any, xs: list[Any], has: list[bool], count: int, /, groups: int, **settings: Any) -> Any:
    x, w, bias = (*xs, None)[:3]
    own_bias = (*has, False)[2]
    if not has[1]:
        if not has[0]:
            out = op.call(x, w, None, groups=groups, **settings)
        elif not own_bias:
            return unfold(op.call(fold(x), w, bias, groups=groups, **settings), count)
        else:
            out = unfold(op.call(fold(x), w, None, groups=groups, **settings), count)
    elif not has[0] and groups == 1:
        out = apart(op.call(x, fold(w), None, groups=1, **settings), 1, count)
    else:
        x, w = everywhere([x, w], has[:2], count)
        out = apart(op.call(beside(x, 1), fold(w), None, groups=groups * count, **settings), 1, count)
    if bias is None:
        return out
    space = (1,) * len(settings["stride"])
    row = tensors.reshape(bias, shape=(*bias.shape, *space))
    return tensors.add(*aligned([out, row], [has[0] or has[1], own_bias]))


def _spread(op: Any, xs: list[Any], has: list[bool], count: int, /, groups: int, **settings: Any) -> Any:
    if not has[1]:
        return unfold(op.call(fold(xs[0]), xs[1], groups=groups, **settings), count)
    y, w = everywhere(xs, has, count)
    return apart(op.call(beside(y, 1), fold(w), groups=groups * count, **settings), 1, count)


def _weighed(op: Any, xs: list[Any], has: list[bool], count: int, /, groups: int, **settings: Any) -> Any:
    y, x = xs
    if not has[1] and groups == 1:
        return unfold(op.call(beside(y, 1), x, groups=1, **settings), count)
    if not has[0] and groups == 1:
        return apart(op.call(y, beside(x, 1), groups=1, **settings), 1, count)
    y, x = everywhere(xs, has, count)
    return unfold(op.call(beside(y, 1), beside(x, 1), groups=groups * count, **settings), count)


def _channel_sums(op: Any, xs: list[Any], has: list[bool], count: int, /) -> Any:
    return tensors.sum(xs[0], axis=(1, *range(3, xs[0].ndim)))


convolve.defbatch(_convolved)
convolve_input.defbatch(_spread)
convolve_weight.defbatch(_weighed)
channel_sum.defbatch(_channel_sums)
