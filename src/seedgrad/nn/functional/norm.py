"""Normalisation by mean and variance: of a layer, of a batch, of groups of channels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...core.backward import bump
from ...core.mode import no_grad
from ...core.tensor import Tensor
from ...functions.arguments import check_floats
from ...functions.public import public
from ...ops import elementwise as e
from ...ops import norm as ops
from ...ops.shape import reshape
from ...ops.transcendental import rsqrt


def _check_shape(name: str, input: Tensor, normalized_shape: Sequence[int], **parameters: Tensor | None) -> int:
    """How many axes are normalised, after the checks of layer_norm and rms_norm."""
    check_floats(name, input)
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(
            f"{name}(): argument 'normalized_shape' must be tuple of ints, not {type(normalized_shape).__name__}"
        )
    wanted, shape = tuple(normalized_shape), input.array.shape
    if not wanted:
        raise RuntimeError(f"Expected normalized_shape to be at least 1-dimensional, but got normalized_shape = []")
    if shape[-len(wanted) :] != wanted:
        sizes = ", ".join(str(n) for n in wanted)
        raise RuntimeError(
            f"Given normalized_shape={list(wanted)}, expected input with shape [*, {sizes}], but got input of "
            f"size{list(shape)}"
        )
    for label, value in parameters.items():
        if value is not None and value.array.shape != wanted:
            raise RuntimeError(
                f"Expected {label} to be of same shape as normalized_shape, but got {label} of shape "
                f"{list(value.array.shape)} and normalized_shape = {list(wanted)}"
            )
    return len(wanted)


@public(method=False)
def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Each sample normalised over its last dimensions: `out = (x - mean) / sqrt(var + eps) * weight + bias`.

    Args:
        input: (*, *normalized_shape), floating-point.
        normalized_shape: the lengths of the last dimensions.
        weight: a factor for each element, of shape `normalized_shape`. Default: 1.
        bias: what is added to each element, of shape `normalized_shape`. Default: 0.
        eps: keeps the root away from 0. Default: 1e-5.

    Returns:
        The input's shape.

    Raises:
        TypeError: `normalized_shape` is not a list of numbers.
        RuntimeError: the input does not end in `normalized_shape`, or weight or bias has another shape.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.layer_norm(sg.tensor([[1.0, 3.0]]), (2,), eps=0.0)
        tensor([[-1.,  1.]])

    Source: Ba, Kiros and Hinton, "Layer Normalization", 2016.
    """
    ndim = _check_shape("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    return ops.layer_norm.call(input, weight, bias, ndim=ndim, eps=eps)  # type: ignore[no-any-return]


@public(method=False)
def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Each sample divided by its root mean square over the last dimensions: `out = x / sqrt(mean(x²) + eps) * weight`.

    Args:
        input: (*, *normalized_shape), floating-point.
        normalized_shape: the lengths of the last dimensions.
        weight: a factor for each element, of shape `normalized_shape`. Default: 1.
        eps: keeps the root away from 0. Default: the spacing of the type's numbers at 1.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: the input does not end in `normalized_shape`, or the weight has another shape.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.rms_norm(sg.tensor([[1.0, 7.0]]), (2,))
        tensor([[0.2000, 1.4000]])

    Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019.
    """
    ndim = _check_shape("rms_norm", input, normalized_shape, weight=weight)
    if eps is None:
        kind = input.array.dtype
        eps = float(np.finfo(kind if kind.itemsize > 2 else np.float32).eps)
    return ops.rms_norm.call(input, weight, ndim=ndim, eps=eps)  # type: ignore[no-any-return]


@public(method=False)
def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Groups of channels of each sample normalised: `out = (x - mean) / sqrt(var + eps) * weight + bias`.

    Args:
        input: (N, C, *), floating-point.
        num_groups: how many groups; C must be a multiple.
        weight: (C), a factor for each channel. Default: 1.
        bias: (C), what is added to each channel. Default: 0.
        eps: keeps the root away from 0. Default: 1e-5.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: C is not a multiple of `num_groups`, the input has fewer than 2 dimensions, or weight or bias
            is not of shape (C).
        ValueError: there is one value in each group.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.group_norm(sg.tensor([[1.0, 3.0, 2.0, 6.0]]), 2, eps=0.0)
        tensor([[-1.,  1., -1.,  1.]])

    Source: Wu and He, "Group Normalization", 2018.
    """
    check_floats("group_norm", input)
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    n, channels = shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise RuntimeError(
            f"Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{list(shape)} and num_groups={num_groups}"
        )
    _check_channels(shape, weight=weight, bias=bias)
    if n * channels // num_groups * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {list(shape)}")
    grouped = reshape.call(input, shape=(n, num_groups, -1) if input.array.size else (n, num_groups, 0))
    out = reshape.call(ops.layer_norm.call(grouped, None, None, ndim=1, eps=eps), shape=shape)
    return _affine(out, weight, bias)


def _check_channels(shape: tuple[int, ...], **parameters: Tensor | None) -> None:
    for label, value in parameters.items():
        if value is not None and value.array.shape != shape[1:2]:
            raise RuntimeError(
                f"Expected {label} to be a vector of size equal to the number of channels in input, but got {label} "
                f"of shape {list(value.array.shape)} and input of shape {list(shape)}: {label} should contain "
                f"{shape[1]} elements not {value.array.size}"
            )


def _affine(out: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """out * weight + bias along the channels."""
    per_channel = (-1,) + (1,) * (out.array.ndim - 2)
    if weight is not None:
        out = e.multiply.call(out, reshape.call(weight, shape=per_channel))
    return out if bias is None else e.add.call(out, reshape.call(bias, shape=per_channel))  # type: ignore[no-any-return]


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
    `running = (1 - momentum) running + momentum batch`, with the unbiased variance. Otherwise the running ones are used.

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
        ValueError: there is only one value per channel in training; only one of the running statistics is None.
        RuntimeError: a parameter does not have C elements, or a running statistic is missing outside training.
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
                f"{label} should contain {shape[1]} elements not {value.array.size}: the input of shape {shape} has "
                f"{shape[1]} channels, {label} has shape {value.array.shape}"
            )
    if (running_mean is None) != (running_var is None):
        raise ValueError("running_mean and running_var must either both be None or neither be None")
    if training:
        count = input.array.size // shape[1] if shape[1] else 0
        if count == 1:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {shape}")
        out, mean, var = ops.batch_norm.call(input, weight, bias, eps=eps)
        if running_mean is not None and running_var is not None:
            _follow(running_mean, mean.array, momentum)
            _follow(running_var, var.array * (count / (count - 1)), momentum)
        return out  # type: ignore[no-any-return]
    if running_mean is None or running_var is None:
        raise RuntimeError("running_mean and running_var must be defined in evaluation mode")
    scale = rsqrt.call(e.add.call(running_var, eps))
    if weight is not None:
        scale = e.multiply.call(scale, weight)
    shift = e.negative.call(e.multiply.call(running_mean, scale))
    if bias is not None:
        shift = e.add.call(shift, bias)
    return _affine(input, scale, shift)


def _follow(running: Tensor, value: np.ndarray, momentum: float) -> None:
    """running = (1 - momentum) running + momentum value, in place and outside the graph."""
    array = running.array
    array *= 1 - momentum
    array += (momentum * value).astype(array.dtype, copy=False)
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
        ValueError: there is only one value per channel.
        RuntimeError: the running statistics are asked for and missing, or a parameter does not have C elements.

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
    _check_channels(shape, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if running_mean is not None and running_var is not None:
        with no_grad():
            places = input.array.reshape(*shape[:2], -1)
            _follow(running_mean, places.mean(axis=2).mean(axis=0), momentum)
            _follow(running_var, places.var(axis=2, ddof=1).mean(axis=0), momentum)
    return group_norm(input, shape[1], weight, bias, eps)
