"""A batch normalisation taken into the layer before it, for evaluation.

bn(Wx + b) = s (Wx + b - mean) + bias = (sW) x + s (b - mean) + bias    with s = weight / sqrt(var + eps)
"""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from ...core.mode import no_grad
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ..module import Module
from ..parameter import Parameter

M = TypeVar("M", bound=Module)


def _check_modes(layer: Module, bn: Any) -> None:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval! Call eval() on the layer and on the normalisation first")
    if bn.running_mean is None or bn.running_var is None:
        raise AssertionError("bn.running_mean and bn.running_var must not be None: it must track running statistics")


def fuse_conv_bn_eval(conv: M, bn: Any, transpose: bool = False) -> M:
    """A copy of a convolution that computes what it and the batch normalisation after it compute.

    Args:
        conv: a convolution of any number of dimensions, in evaluation mode.
        bn: the batch normalisation, in evaluation mode, with running statistics.
        transpose: whether `conv` is a transposed convolution. Default: False.

    Returns:
        The new convolution, with a bias.

    Raises:
        AssertionError: one of them is in training mode; there are no running statistics.
        RuntimeError: the numbers of channels differ; a transposed convolution has groups.

    Example:
        >>> import seedgrad as sg
        >>> conv, bn = sg.nn.Conv2d(3, 4, 3).eval(), sg.nn.BatchNorm2d(4).eval()
        >>> x = sg.randn(2, 3, 8, 8)
        >>> sg.allclose(sg.nn.utils.fuse_conv_bn_eval(conv, bn)(x), bn(conv(x)), atol=1e-5)
        True
    """
    _check_modes(conv, bn)
    fused: Any = copy.deepcopy(conv)
    fused.weight, fused.bias = fuse_conv_bn_weights(
        fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias, transpose
    )
    return fused


def fuse_conv_bn_weights(
    conv_w: Tensor,
    conv_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor | None,
    bn_b: Tensor | None,
    transpose: bool = False,
) -> tuple[Parameter, Parameter]:
    """The weight and bias of `fuse_conv_bn_eval`.

    Args:
        conv_w: (O, I, *), or (I, O, *) if `transpose`.
        conv_b: (O). Default: zeros, for None.
        bn_rm, bn_rv: (O), the running mean and variance.
        bn_eps: added to the variance.
        bn_w, bn_b: (O). None for ones and zeros.
        transpose: the layout of `conv_w`. Default: False.

    Returns:
        The new weight and bias; they require grad if those of the convolution do, a new bias does not.

    Raises:
        RuntimeError: the sizes differ.
    """
    channels, wanted = bn_rm.array.shape, conv_w.array.shape[1 if transpose else 0]
    if channels != (wanted,) and channels != (1,) and wanted != 1:
        raise RuntimeError(
            f"fuse_conv_bn_weights: the convolution must have as many output channels as the normalisation, got a weight "
            f"of shape {conv_w.array.shape} and statistics of shape {channels}"
            + (". A transposed convolution must not have groups" if transpose else "")
        )
    with no_grad():
        scale, shift = _scale_and_shift(bn_rm, bn_rv, bn_eps, bn_w, bn_b, conv_b)
        shape = (1, -1) if transpose else (-1, 1)
        weight = conv_w * xp.reshape(scale, (*shape, *(1,) * (conv_w.ndim - 2)))
        return _parameters(conv_w, weight, conv_b, shift)


def fuse_linear_bn_eval(linear: M, bn: Any) -> M:
    """A copy of a linear layer that computes what it and the batch normalisation after it compute.

    Args:
        linear: the layer, in evaluation mode.
        bn: the batch normalisation, in evaluation mode, with running statistics, weight and bias; of out_features
            channels, or of one.

    Returns:
        The new layer, with a bias.

    Raises:
        AssertionError: one of them is in training mode; there are no running statistics; the sizes differ.
        TypeError: the normalisation has no weight or bias.
    """
    _check_modes(linear, bn)
    fused: Any = copy.deepcopy(linear)
    if bn.num_features not in (fused.out_features, 1):
        raise AssertionError(
            "To fuse, linear.out_features == bn.num_features or bn.num_features == 1, got "
            f"linear.out_features={fused.out_features} and bn.num_features={bn.num_features}"
        )
    fused.weight, fused.bias = fuse_linear_bn_weights(
        fused.weight, fused.bias, bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
    )
    return fused


def fuse_linear_bn_weights(
    linear_w: Tensor,
    linear_b: Tensor | None,
    bn_rm: Tensor,
    bn_rv: Tensor,
    bn_eps: float,
    bn_w: Tensor,
    bn_b: Tensor,
) -> tuple[Parameter, Parameter]:
    """The weight and bias of `fuse_linear_bn_eval`.

    Args:
        linear_w: (O, I).
        linear_b: (O). None for zeros.
        bn_rm, bn_rv: (O) or (1), the running mean and variance.
        bn_eps: added to the variance.
        bn_w, bn_b: (O) or (1).

    Returns:
        The new weight and bias; they require grad if those of the layer do, a new bias does not.

    Raises:
        TypeError: `bn_w` or `bn_b` is None.
    """
    if bn_w is None or bn_b is None:
        raise TypeError("fuse_linear_bn_weights: bn_w and bn_b must be Tensors, not None. Use affine=True")
    with no_grad():
        scale, shift = _scale_and_shift(bn_rm, bn_rv, bn_eps, bn_w, bn_b, linear_b)
        return _parameters(linear_w, linear_w * xp.reshape(scale, (-1, 1)), linear_b, shift)


def _scale_and_shift(
    mean: Tensor, var: Tensor, eps: float, weight: Tensor | None, bias: Tensor | None, before: Tensor | None
) -> tuple[Tensor, Tensor]:
    """s, and s (b - mean) + bias."""
    scale = xp.rsqrt(var + eps)
    if weight is not None:
        scale = weight * scale
    shift = (0 - mean if before is None else before - mean) * scale
    return scale, shift if bias is None else shift + bias


def _parameters(w: Tensor, weight: Tensor, b: Tensor | None, bias: Tensor) -> tuple[Parameter, Parameter]:
    # A bias that was not there before has the type of the weight and is not trained, as in PyTorch.
    bias = bias.to(w.dtype if b is None else b.dtype)
    return Parameter(weight.to(w.dtype), w.requires_grad), Parameter(bias, b is not None and b.requires_grad)
