"""Random zeros, against overfitting."""

from __future__ import annotations

import math
import warnings

import numpy as np

from ...core.batch_values import random_values
from ...core.inplace import write
from ...core.kernel import LARGE
from ...core.random import Generator, draw_from, draw_seed
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...ops import elementwise as e
from ...ops.noise import seeded_noise


def drops(name: str, input: Tensor, p: float, training: bool) -> bool:
    """Whether anything can be dropped, after the checks that all kinds of dropout share."""
    check_tensors(name, input)
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0.0:
        return False
    if not input.is_floating_point():
        raise RuntimeError(
            f"result type Float can't be cast to the desired output type {input.dtype}: {name} scales what "
            "it keeps. "
            f"Convert the input first: x.float()"
        )
    return True


def kept_mask(shape: tuple[int, ...], p: float, kind: np.dtype, generator: Generator | None) -> Tensor:
    """1 with probability 1 - p, else 0."""
    rng = draw_from(generator)
    return random_values(lambda shape: np.asarray(rng.random(shape, np.float32) >= p).astype(kind), shape)


def _noise(shape: tuple[int, ...], p: float, kind: np.dtype, generator: Generator | None) -> Tensor:
    """1 / (1 - p) with probability 1 - p, else 0: its mean is 1."""
    if p == 1.0:
        return Tensor(np.zeros(shape, kind))

    def draw(shape: tuple[int, ...]) -> np.ndarray:
        if math.prod(shape) >= LARGE:
            return seeded_noise(shape, p, draw_seed(generator), kind)
        kept = np.asarray(draw_from(generator).random(shape, np.float32) >= p).astype(kind)
        kept *= 1 / (1 - p)
        return kept

    return random_values(draw, shape)


def dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Each element becomes 0 with probability p; the others are divided by 1 - p.

    Args:
        input: any shape, floating-point.
        p: the probability of 0, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: True.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.ones(1000)
        >>> sorted(set(sg.nn.functional.dropout(x, 0.5, generator=sg.Generator(seed=0)).tolist()))
        [0.0, 2.0]

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    """
    if not drops("dropout", input, p, training):
        return input
    noise = _noise(input.array.shape, p, input.array.dtype, generator)
    return write(input, e.multiply.call, noise) if inplace else e.multiply.call(input, noise)


def whole_channels(
    name: str,
    input: Tensor,
    p: float,
    training: bool,
    inplace: bool,
    batched: bool,
    generator: Generator | None,
) -> Tensor:
    """Dropout of whole channels: axis 1, or axis 0 without a batch."""
    if not drops(name, input, p, training):
        return input
    shape = input.array.shape
    lead = 2 if batched else 1
    if len(shape) < lead:
        raise RuntimeError(f"Feature dropout requires at least 2 dimensions in the input, got shape {shape}")
    noise = _noise(shape[:lead] + (1,) * (len(shape) - lead), p, input.array.dtype, generator)
    return write(input, e.multiply.call, noise) if inplace else e.multiply.call(input, noise)


def dropout1d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Each channel becomes 0 with probability p; the others are divided by 1 - p.

    Args:
        input: (N, C, L) or (C, L), floating-point.
        p: the probability of 0, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: True.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input has other than 2 or 3 dimensions, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.dropout1d(sg.ones(1, 2, 3), p=1.0)
        tensor([[[0., 0., 0.],
                 [0., 0., 0.]]])
    """
    ndim = input.dim()
    if ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {ndim}D input: (C, L) or (N, C, L). For "
            "independent "
            f"elements use dropout"
        )
    return whole_channels("dropout1d", input, p, training, inplace, ndim == 3, generator)


def dropout2d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Each channel becomes 0 with probability p; the others are divided by 1 - p.

    Args:
        input: (N, C, H, W), floating-point; (N, C, L) and (N, C) with a warning.
        p: the probability of 0, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: True.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input has fewer than 2 dimensions, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.dropout2d(sg.ones(1, 1, 2, 2), p=0.0).sum()
        tensor(4.)

    Source: Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2015.
    """
    ndim = input.dim()
    if ndim != 4:
        warnings.warn(
            f"dropout2d: Received a {ndim}-D input; it is read as (N, C, ...), so that whole channels "
            "(dimension 1) "
            f"are dropped. For one spatial dimension use dropout1d, for independent elements dropout",
            stacklevel=2,
        )
    return whole_channels("dropout2d", input, p, training, inplace, True, generator)


def dropout3d(
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Each channel becomes 0 with probability p; the others are divided by 1 - p.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating-point; other shapes with a warning.
        p: the probability of 0, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: True.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input has fewer than 1 dimension, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.dropout3d(sg.ones(1, 1, 1, 2, 2), p=0.0).sum()
        tensor(4.)
    """
    ndim = input.dim()
    if ndim not in (4, 5):
        warnings.warn(
            f"dropout3d: Received a {ndim}-D input; it is read as (C, ...), so that whole slices of "
            "dimension 0 are "
            f"dropped. For independent elements use dropout",
            stacklevel=2,
        )
    return whole_channels("dropout3d", input, p, training, inplace, ndim == 5, generator)
