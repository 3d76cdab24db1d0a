"""Initial values. Every function fills a tensor in place, outside of any graph, and returns it."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..core import namespace
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from .gain import calculate_gain as calculate_gain
from .gain import fans
from .gain import fans as _calculate_fan_in_and_fan_out  # noqa: F401 - the name many programs import
from .init_draws import draw_normal, draw_uniform, fill
from .init_matrices import dirac_ as dirac_
from .init_matrices import eye_ as eye_
from .init_matrices import orthogonal_ as orthogonal_
from .init_matrices import sparse_ as sparse_
from .old_names import deprecated

_OLD = {"uniform", "normal", "constant", "eye", "dirac", "orthogonal", "sparse"}
_OLD |= {f"{who}_{kind}" for who in ("xavier", "kaiming") for kind in ("uniform", "normal")}


def __getattr__(name: str) -> Any:
    """The names without the final underscore, which warn."""
    if name in _OLD:
        return deprecated(globals()[f"{name}_"], "nn.init", name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    return fill(tensor, draw_uniform(tensor, a, b, generator))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers drawn from the normal distribution.

    Raises:
        RuntimeError: `std` is negative.
    """
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    return fill(tensor, draw_normal(tensor, mean, std, generator))


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

    Raises:
        RuntimeError: `a` is greater than `b`.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=2,
        )

    if a > b:
        raise RuntimeError(f"trunc_normal_ needs a <= b, got a={a} and b={b}: [a, b] is where the values lie")

    def below(x: float) -> float:
        return (1.0 + math.erf((x - mean) / (std * math.sqrt(2.0)))) / 2.0

    u = draw_from(generator).uniform(2 * below(a) - 1, 2 * below(b) - 1, tensor.array.shape)
    return fill(tensor, np.clip(namespace.erfinv(np.asarray(u)) * (std * math.sqrt(2.0)) + mean, a, b))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one value."""
    return fill(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return fill(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return fill(tensor, 0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill uniformly within ± gain · sqrt(6 / (fan_in + fan_out)).

    Raises:
        ValueError: the tensor has fewer than 2 dimensions.

    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return fill(tensor, draw_uniform(tensor, -bound, bound, generator))


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill from the normal distribution of deviation gain · sqrt(2 / (fan_in + fan_out)).

    Raises:
        ValueError: the tensor has fewer than 2 dimensions.

    Source: Glorot, Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    """
    return fill(tensor, draw_normal(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), generator))


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
    return fill(tensor, draw_uniform(tensor, -bound, bound, generator))


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
    return tensor if std is None else fill(tensor, draw_normal(tensor, 0.0, std, generator))
