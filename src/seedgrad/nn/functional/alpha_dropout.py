"""Random changes that keep mean 0 and variance 1, against overfitting of networks of selu."""

from __future__ import annotations

import math

import numpy as np

from ...core.inplace import write
from ...core.random import Generator
from ...core.tensor import Tensor
from ...ops import elementwise as e
from .dropout import drops, kept_mask

# The value of selu far to the left, without sign: what alpha dropout puts in place of a dropped element.
_ALPHA = 1.7580993408473766


def alpha_dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Dropout that keeps mean 0 and variance 1: a dropped element takes the value of selu far to the left.

    Args:
        input: any shape, floating-point.
        p: the probability to be dropped, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: False.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.alpha_dropout(sg.ones(2), p=0.5)
        tensor([1., 1.])

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-Normalizing Neural Networks", 2017.
    """
    if not drops("alpha_dropout", input, p, training):
        return input
    return _alpha(input, p, inplace, input.array.shape, generator)


def feature_alpha_dropout(
    input: Tensor,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Alpha dropout of whole channels: mean 0 and variance 1 stay.

    Args:
        input: (N, C, *), floating-point.
        p: the probability of a channel to be dropped, 0 to 1. Default: 0.5.
        training: without it the input is returned as it is. Default: False.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        ValueError: `p` is not in [0, 1].
        RuntimeError: the input has fewer than 2 dimensions, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.feature_alpha_dropout(sg.ones(1, 2), p=0.5)
        tensor([[1., 1.]])

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, "Self-Normalizing Neural Networks", 2017.
    """
    if not drops("feature_alpha_dropout", input, p, training):
        return input
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Feature dropout requires at least 2 dimensions in the input, got shape {shape}")
    return _alpha(input, p, inplace, shape[:2] + (1,) * (len(shape) - 2), generator)


def _alpha(input: Tensor, p: float, inplace: bool, shape: tuple[int, ...], generator: Generator | None) -> Tensor:
    """Alpha dropout with one draw for each element of `shape`, which broadcasts to the input's."""
    kind = input.array.dtype
    if p == 1.0:
        factor, shift = Tensor(np.zeros(shape, kind)), Tensor(np.zeros((), kind))
    else:
        kept = kept_mask(shape, p, kind, generator)
        scale = 1 / math.sqrt((_ALPHA * _ALPHA * p + 1) * (1 - p))
        shift = (kept - 1) * (_ALPHA * scale) + _ALPHA * scale * p
        factor = kept * scale

    def mixed(x: Tensor) -> Tensor:
        return e.add.call(e.multiply.call(x, factor), shift)

    return write(input, mixed) if inplace else mixed(input)
