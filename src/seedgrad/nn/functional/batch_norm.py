"""Normalisation of channels by the mean and variance of a batch, or of each sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.batch_values import on_values
from ...core.batching import Batched
from ...core.inplace import write
from ...core.memory import bump
from ...core.mode import no_grad
from ...core.tensor import Tensor
from ...functions.arguments import check_floats
from ...functions.public import public
from ...ops import elementwise as e
from ...ops import norm as ops
from ...ops.transcendental import rsqrt
from .norm import _check_channels, group_norm, narrowed


@public(method=False)
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel normalised over the batch: `out = (x - mean) / sqrt(var + eps) * weight + bias`.

    In training, mean and (biased) variance are those of the batch, and the running ones move towards them:
    `running = (1 - momentum) running + momentum batch`, with the unbiased variance. Otherwise the running
    ones are used.

    Args:
        input: (N, C, *), floating-point.
        running_mean: (C), written in training; None only if `training`.
        running_var: (C), written in training; None only if `training`.
        weight: (C), a factor for each channel. Default: 1.
        bias: (C), what is added to each channel. Default: 0.
        training: use the statistics of the batch. Default: False.
        momentum: how fast the running statistics follow, 0 to 1. Default: 0.1.
        eps: keeps the root away from 0. Default: 1e-5.

    Returns:
        The input's shape.

    Raises:
        ValueError: there is only one value per channel in training; only one of the running statistics is
            None.
        RuntimeError: a parameter does not have C elements, or a running statistic is missing outside
            training.
        IndexError: the input has fewer than 2 dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.batch_norm(sg.tensor([[1.0], [3.0]]), None, None, training=True, eps=0.0)
        tensor([[-1.],
                [ 1.]])

    Source: Ioffe and Szegedy, "Batch Normalization", 2015.
    """
    check_floats("batch_norm", input)
    shape = input.array.shape
    if len(shape) < 2:
        raise IndexError(f"batch_norm: the input must be (N, C, *), got shape {shape}: dimension 1 is out of range")
    for label, value in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if value is not None and value.array.shape != shape[1:2]:
            raise RuntimeError(
                f"{label} should contain {shape[1]} elements not {value.array.size}: the input of shape "
                f"{shape} has "
                f"{shape[1]} channels, {label} has shape {value.array.shape}"
            )
    if training:
        if (running_mean is None) != (running_var is None):
            raise ValueError("running_mean and running_var must either both be None or neither be None")
        count = input.array.size // shape[1] if shape[1] else 0
        if count == 1:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {shape}")
        out, mean, var = ops.batch_norm.call(input, weight, bias, eps=eps)
        if running_mean is not None and running_var is not None:
            _follow(running_mean, mean.detach(), momentum)
            _follow(running_var, var.detach() * (count / (count - 1)), momentum)
        return narrowed(out, input)
    if running_mean is None or running_var is None:
        raise RuntimeError("running_mean and running_var must be defined in evaluation mode")
    scale = rsqrt.call(e.add.call(running_var, eps))
    if weight is not None:
        scale = e.multiply.call(scale, weight)
    shift = e.negative.call(e.multiply.call(running_mean, scale))
    if bias is not None:
        shift = e.add.call(shift, bias)
    return narrowed(ops.channel_affine.call(input, scale, shift), input)


def _follow(running: Tensor, value: Tensor, momentum: float) -> None:
    """running = (1 - momentum) running + momentum value, in place and outside the graph."""
    if type(running) is Batched or type(value) is Batched:
        if type(running) is not Batched:
            raise RuntimeError(
                "vmap: Batch norm got a batched tensor as input while the running_mean or running_var, which will be "
                "updated in place, were not batched. Use eval(), or track_running_stats=False, or give the statistics "
                "to vmap as inputs"
            )
        with no_grad():
            write(running, lambda old: old * (1 - momentum) + momentum * value)
        return
    array = running.array
    array *= 1 - momentum
    array += (momentum * value.array).astype(array.dtype, copy=False)
    bump(running)


@public(method=False)
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel of each sample normalised: `out = (x - mean) / sqrt(var + eps) * weight + bias`.

    Args:
        input: (N, C, *), floating-point.
        running_mean: (C); moves towards the mean over the batch of the samples' means. Default: none.
        running_var: (C), likewise for the unbiased variances. Default: none.
        weight: (C), a factor for each channel. Default: 1.
        bias: (C), what is added to each channel. Default: 0.
        use_input_stats: normalise by the input's statistics (default) rather than the running ones.
        momentum: how fast the running statistics follow, 0 to 1. Default: 0.1.
        eps: keeps the root away from 0. Default: 1e-5.

    Returns:
        The input's shape.

    Raises:
        ValueError: there is only one value per channel; only one of the running statistics is None.
        RuntimeError: the running statistics are asked for and missing, or a parameter does not have C
            elements.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.instance_norm(sg.tensor([[[1.0, 3.0]]]), eps=0.0)
        tensor([[[-1.,  1.]]])

    Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization", 2016.
    """
    check_floats("instance_norm", input)
    shape = input.array.shape
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when use_input_stats is false")
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    if math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {shape}")
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    _check_channels(shape, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if running_mean is not None and running_var is not None:
        _follow_samples(input.detach(), running_mean, running_var, momentum)
    return group_norm(input, shape[1], weight, bias, eps)


def _follow_samples(x: Tensor, mean: Tensor, var: Tensor, momentum: float) -> None:
    """Move running statistics towards the means over the samples; NaN without samples, unmoved without places."""
    shape, kind = x.array.shape, x.array.dtype
    samples, count = shape[0], math.prod(shape[2:])
    if not count:
        return

    def statistics(x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
        places = x.reshape(*x.shape[: x.ndim - len(shape)], samples, shape[1], count)
        with np.errstate(invalid="ignore"):
            found = (places.mean(axis=-1), places.var(axis=-1, ddof=1))
            return tuple(each.sum(axis=-2) / kind.type(samples) for each in found)

    for running, value in zip((mean, var), on_values(statistics, x), strict=True):
        _follow(running, value, momentum)
