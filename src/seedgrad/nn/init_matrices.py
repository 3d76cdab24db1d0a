"""Initial values that are special as matrices: identities, orthogonal and sparse ones."""

from __future__ import annotations

import math

import numpy as np

from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .init_draws import draw_normal, fill


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity.

    Raises:
        ValueError: the tensor does not have 2 dimensions.
    """
    if tensor.array.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got shape {tensor.array.shape}")
    return fill(tensor, np.eye(*tensor.array.shape))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill the weight of a convolution so that it hands its input channels through unchanged.

    Args:
        tensor: (out channels, in channels / groups, *kernel) with 1 to 3 kernel dimensions.
        groups: the groups of the convolution. Default: 1.

    Raises:
        ValueError: another number of dimensions; the out channels can't be divided by `groups`.
    """
    shape = tensor.array.shape
    if len(shape) not in (3, 4, 5):
        raise ValueError(f"Only tensors with 3, 4, or 5 dimensions are supported, got shape {shape}")
    if shape[0] % groups:
        raise ValueError(f"dim 0 must be divisible by groups, got {shape[0]} and groups={groups}")
    per_group = shape[0] // groups
    values = np.zeros(shape, tensor.array.dtype)
    centre = tuple(n // 2 for n in shape[2:])
    for channel in range(min(per_group, shape[1])):
        values[(slice(channel, None, per_group), channel, *centre)] = 1
    return fill(tensor, values)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill with a (semi-)orthogonal matrix; dimensions after the first count as one.

    The Q of a random normal matrix, with the signs of R's diagonal so that it is uniformly distributed.

    Raises:
        ValueError: the tensor has fewer than 2 dimensions.

    Source: Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear networks, 2013.
    """
    shape = tensor.array.shape
    if len(shape) < 2:
        raise ValueError(f"Only tensors with 2 or more dimensions are supported, got shape {shape}")
    if not tensor.array.size:
        return tensor
    rows, cols = shape[0], tensor.array.size // shape[0]
    values = draw_from(generator).standard_normal((max(rows, cols), min(rows, cols)))
    q, r = np.linalg.qr(values)
    q *= np.sign(np.diag(r))
    return fill(tensor, gain * (q.T if rows < cols else q).reshape(shape))


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> Tensor:
    """Fill a matrix from a normal distribution and set a fraction of each column to zero.

    Args:
        tensor: a matrix.
        sparsity: the fraction of zeros in each column, rounded up to whole elements; 0 to 1.
        std: the deviation of the others. Default: 0.01.
        generator: where the numbers come from. Default: the default generator.

    Raises:
        ValueError: the tensor does not have 2 dimensions.

    Source: Martens, Deep learning via Hessian-free optimization, 2010.
    """
    if tensor.array.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got shape {tensor.array.shape}")
    rows = tensor.array.shape[0]
    values = draw_normal(tensor, 0.0, std, generator)
    order = draw_from(generator).random(values.shape).argsort(axis=0)
    values[order < math.ceil(sparsity * rows)] = 0
    return fill(tensor, values)
