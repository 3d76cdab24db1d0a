"""Normalisation by mean and variance: of a layer, of groups of channels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...core.tensor import Tensor
from ...functions.arguments import check_floats
from ...functions.public import public
from ...ops import norm as ops
from ...ops.select import astype


def narrowed(out: Tensor, input: Tensor) -> Tensor:
    """The result in the type of an input of 16 bits, whose scale and shift may have 32."""
    kind = input.array.dtype
    return out if out.array.dtype is kind or kind.itemsize != 2 else astype.call(out, kind=kind)


def _check_shape(name: str, input: Tensor, normalized_shape: Sequence[int], **parameters: Tensor | None) -> int:
    """How many axes are normalised, after the checks of layer_norm and rms_norm."""
    check_floats(name, input)
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(
            f"{name}(): argument 'normalized_shape' must be tuple of ints, not {type(normalized_shape).__name__}"
        )
    wanted, shape = tuple(normalized_shape), input.array.shape
    if not wanted:
        raise RuntimeError("Expected normalized_shape to be at least 1-dimensional, but got normalized_shape = []")
    if shape[-len(wanted) :] != wanted:
        sizes = ", ".join(str(n) for n in wanted)
        raise RuntimeError(
            f"Given normalized_shape={list(wanted)}, expected input with shape [*, {sizes}], but got input "
            "of "
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
    return narrowed(ops.layer_norm.call(input, weight, bias, ndim=ndim, eps=eps), input)


@public(method=False)
def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Each sample divided by its root mean square: `out = x / sqrt(mean(x²) + eps) * weight`.

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
    return ops.rms_norm.call(input, weight, ndim=ndim, eps=eps)


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
        RuntimeError: C is not a multiple of `num_groups`, the input has fewer than 2 dimensions, or weight or
            bias is not of shape (C).
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
    return narrowed(ops.group_norm.call(input, weight, bias, groups=num_groups, eps=eps), input)


def _check_channels(shape: tuple[int, ...], **parameters: Tensor | None) -> None:
    for label, value in parameters.items():
        if value is not None and value.array.shape != shape[1:2]:
            raise RuntimeError(
                f"Expected {label} to be a vector of size equal to the number of channels in input, but got "
                f"{label} "
                f"of shape {list(value.array.shape)} and input of shape {list(shape)}: {label} should "
                "contain "
                f"{shape[1]} elements not {value.array.size}"
            )
