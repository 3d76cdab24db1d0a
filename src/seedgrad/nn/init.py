"""Initial values. Every function fills a tensor in place, outside of any graph, and returns it."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core import namespace
from ..core.backward import bump
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .gain import calculate_gain as calculate_gain
from .gain import fans


def _fill(tensor: Tensor, values: Any) -> Tensor:
    tensor.array[...] = values
    bump(tensor)
    return tensor


def _uniform(tensor: Tensor, low: float, high: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind: Any = np.float32 if tensor.array.dtype == np.float32 else np.float64
    values = draw_from(generator).random(tensor.array.shape, dtype=kind)
    values = np.asarray(values)
    values *= kind(high - low)
    values += kind(low)
    return values


def _normal(tensor: Tensor, mean: float, std: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind: Any = np.float32 if tensor.array.dtype == np.float32 else np.float64
    values = np.asarray(draw_from(generator).standard_normal(tensor.array.shape, dtype=kind))
    values *= kind(std)
    values += kind(mean)
    return values


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn uniformly from [a, b).

    Raises:
        RuntimeError: `a` is greater than `b`.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.nn.init.uniform_(sg.zeros(3, 5), -0.1, 0.1)
        >>> abs(w.array).max() <= 0.1
        np.True_
    """
    if a > b:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={a} > to={b}")
    return _fill(tensor, _uniform(tensor, a, b, generator))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn from the normal distribution.

    Raises:
        RuntimeError: `std` is negative.
    """
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    return _fill(tensor, _normal(tensor, mean, std, generator))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with numbers drawn from the normal distribution, given that they fall into [a, b].

    A uniform number between the distribution's values at a and b goes through the inverse of that
    distribution.

    Args:
        tensor: of any shape.
        mean: of the distribution that is cut. Default: 0.
        std: of the distribution that is cut. Default: 1.
        a: smallest value, in absolute terms. Default: -2.
        b: greatest value. Default: 2.
        generator: where the numbers come from. Default: the default generator.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=2,
        )

    def below(x: float) -> float:
        return (1.0 + math.erf((x - mean) / (std * math.sqrt(2.0)))) / 2.0

    u = draw_from(generator).uniform(2 * below(a) - 1, 2 * below(b) - 1, tensor.array.shape)
    return _fill(tensor, np.clip(namespace.erfinv(np.asarray(u)) * (std * math.sqrt(2.0)) + mean, a, b))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one value."""
    return _fill(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return _fill(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return _fill(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity.

    Raises:
        ValueError: the tensor does not have 2 dimensions.
    """
    if tensor.array.ndim != 2:
        raise ValueError(f"Only tensors with 2 dimensions are supported, got shape {tensor.array.shape}")
    return _fill(tensor, np.eye(*tensor.array.shape))


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
    return _fill(tensor, values)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill uniformly within ± gain · sqrt(6 / (fan_in + fan_out)).

    Raises:
        ValueError: the tensor has fewer than 2 dimensions.

    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return _fill(tensor, _uniform(tensor, -bound, bound, generator))


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from the normal distribution of deviation gain · sqrt(2 / (fan_in + fan_out)).

    Raises:
        ValueError: the tensor has fewer than 2 dimensions.

    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """
    return _fill(tensor, _normal(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), generator))


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float | None:
    """gain / sqrt(fan); None for an empty tensor."""
    if 0 in tensor.array.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return None
    mode = mode.lower()
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill uniformly within ± gain · sqrt(3 / fan).

    Args:
        tensor: a weight of at least 2 dimensions.
        a: the negative slope of the leaky ReLU that follows. Default: 0.
        mode: "fan_in" keeps the variance going forward, "fan_out" that of the gradient. Default: "fan_in".
        nonlinearity: what follows, as in `calculate_gain`. Default: "leaky_relu".
        generator: where the numbers come from. Default: the default generator.

    Raises:
        ValueError: fewer than 2 dimensions; the mode or the nonlinearity is unknown.

    Source: He et al., Delving deep into rectifiers, 2015.
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    if std is None:
        return tensor
    bound = math.sqrt(3.0) * std
    return _fill(tensor, _uniform(tensor, -bound, bound, generator))


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill from the normal distribution of deviation gain / sqrt(fan); the arguments are those of
    `kaiming_uniform_`.

    Raises:
        ValueError: fewer than 2 dimensions; the mode or the nonlinearity is unknown.

    Source: He et al., Delving deep into rectifiers, 2015.
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return tensor if std is None else _fill(tensor, _normal(tensor, 0.0, std, generator))


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
    return _fill(tensor, gain * (q.T if rows < cols else q).reshape(shape))


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
    values = _normal(tensor, 0.0, std, generator)
    order = draw_from(generator).random(values.shape).argsort(axis=0)
    values[order < math.ceil(sparsity * rows)] = 0
    return _fill(tensor, values)
