"""Normalisation: subtract the mean, divide by the standard deviation, then scale and shift.

    y = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias

layer_norm takes mean and variance over the last axes of each sample, group_norm over groups of its channels,
batch_norm over everything but the channels (axis 1). The variance is the biased one. The definitions are the
specification; the kernels are in `norm_arrays`.
"""

from __future__ import annotations

from typing import Any

from ..core.batch_rules import apart, beside, fold, unfold
from ..core.batching import aligned, everywhere
from ..core.dtype import F32
from ..core.namespace import tensor_namespace as tensors
from ..core.op import op
from . import norm_arrays


def _wide(xp: Any, *inputs: Any) -> list[Any]:
    """Inputs of 16 bits in float32: their own sums are too coarse."""
    return [x if x is None or x.dtype.itemsize != 2 else xp.astype(x, F32) for x in inputs]


def _normal(xp: Any, x: Any, axes: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    """The normalised x, the mean and the variance."""
    mean = xp.mean(x, axis=axes, keepdims=True)
    centred = x - mean
    var = xp.mean(xp.square(centred), axis=axes, keepdims=True)
    return centred * xp.rsqrt(var + eps), mean, var


def _channels(xp: Any, v: Any, ndim: int) -> Any:
    """v (C) so that it meets axis 1 of an array with `ndim` axes."""
    return xp.reshape(v, (-1,) + (1,) * (ndim - 2))


@op(cast="float", name="NativeLayerNorm", real=NotImplementedError)
def layer_norm(xp: Any, x: Any, weight: Any = None, bias: Any = None, /, ndim: int = 1, eps: float = 1e-5) -> Any:
    """x normalised over its last `ndim` axes."""
    kind = x.dtype
    x, weight, bias = _wide(xp, x, weight, bias)
    out = _normal(xp, x, tuple(range(-ndim, 0)), eps)[0]
    if weight is not None:
        out = out * weight
    return xp.astype(out if bias is None else out + bias, kind)


@op(cast="float", name="RmsNorm")
def rms_norm(xp: Any, x: Any, weight: Any = None, /, ndim: int = 1, eps: float = 1e-6) -> Any:
    """x divided by the root of its mean square over the last `ndim` axes."""
    kind = x.dtype
    x, weight = _wide(xp, x, weight)
    out = x * xp.rsqrt(xp.mean(xp.square(x), axis=tuple(range(-ndim, 0)), keepdims=True) + eps)
    return xp.astype(out if weight is None else out * weight, kind)


@op(cast="float", name="NativeGroupNorm", real=NotImplementedError)
def group_norm(xp: Any, x: Any, weight: Any = None, bias: Any = None, /, groups: int = 1, eps: float = 1e-5) -> Any:
    """x (N, C, ...) normalised over each of the groups of channels of each sample."""
    kind = x.dtype
    x, weight, bias = _wide(xp, x, weight, bias)
    rows = xp.reshape(x, (x.shape[0], groups, 0 if 0 in x.shape else -1))
    out = xp.reshape(_normal(xp, rows, (-1,), eps)[0], x.shape)
    if weight is not None:
        out = out * _channels(xp, weight, x.ndim)
    return xp.astype(out if bias is None else out + _channels(xp, bias, x.ndim), kind)


@op(cast="float", name="NativeBatchNorm", real=NotImplementedError)
def batch_norm(xp: Any, x: Any, weight: Any = None, bias: Any = None, /, eps: float = 1e-5) -> Any:
    """x normalised over all axes but axis 1, and the means and variances, (C) each."""
    kind = x.dtype
    x, weight, bias = _wide(xp, x, weight, bias)
    axes = (0, *range(2, x.ndim))
    out, mean, var = _normal(xp, x, axes, eps)
    if weight is not None:
        out = out * _channels(xp, weight, x.ndim)
    if bias is not None:
        out = out + _channels(xp, bias, x.ndim)
    return xp.astype(out, kind), xp.reshape(mean, (-1,)), xp.reshape(var, (-1,))


@op(cast="float", name="NativeBatchNorm", real=NotImplementedError)
def channel_affine(xp: Any, x: Any, scale: Any, shift: Any, /) -> Any:
    """x scale + shift, one scale and one shift for each channel: batch_norm with statistics known beforehand."""
    kind = x.dtype
    x, scale, shift = _wide(xp, x, scale, shift)
    return xp.astype(x * _channels(xp, scale, x.ndim) + _channels(xp, shift, x.ndim), kind)


channel_affine.kernel("numpy")(norm_arrays.affine_forward)
channel_affine.kernel_vjp("numpy")(norm_arrays.affine_backward)
layer_norm.kernel("numpy")(norm_arrays.layer_forward)
layer_norm.kernel_vjp("numpy")(norm_arrays.layer_backward)
group_norm.kernel("numpy")(norm_arrays.group_forward)
group_norm.kernel_vjp("numpy")(norm_arrays.group_backward)
batch_norm.kernel("numpy")(norm_arrays.batch_forward)
batch_norm.kernel_vjp("numpy")(norm_arrays.batch_backward)


# How they are computed for many samples at once (core/batching.py).


def _layers(op: Any, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """Samples that share the weight are more rows; else each row is normalised first and then weighed."""
    if not any(has[1:]):
        return op.call(*xs, **settings)
    out, batched = op.call(xs[0], *[None] * (len(xs) - 1), **settings), has[0]
    for function, factor, own in zip((tensors.multiply, tensors.add), xs[1:], has[1:], strict=False):
        if factor is not None:
            out = function(*aligned([out, factor], [batched, own]))
            batched = batched or own
    return out


def _batches(op: Any, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """The channels of all samples side by side."""
    x, weight, bias = (*everywhere(xs, has, size), None, None)[:3]
    rows = [None if row is None else beside(row, 0) for row in (weight, bias)]
    out, mean, var = op.call(beside(x, 1), *rows, **settings)
    return apart(out, 1, size), apart(mean, 0, size), apart(var, 0, size)


def _images(op: Any, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """Samples that share what is known of the channels are more images; else the definition."""
    if any(has[1:]):
        return NotImplemented
    return unfold(op.call(fold(xs[0]), *xs[1:], **settings), size)


for each in (layer_norm, rms_norm):
    each.defbatch(_layers)
for each in (group_norm, channel_affine):
    each.defbatch(_images)
batch_norm.defbatch(_batches)
