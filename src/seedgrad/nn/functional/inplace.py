"""Activations that write their result into the input."""

from __future__ import annotations

from ...core.tensor import Tensor
from . import activation, piecewise
from . import rrelu as random_relu


def relu_(input: Tensor) -> Tensor:
    """`relu(input, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.relu_(sg.tensor([-1.0, 2.0]))
        tensor([0., 2.])
    """
    return piecewise.relu(input, inplace=True)


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu(input, alpha, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.elu_(sg.tensor([0.0, 2.0]))
        tensor([0., 2.])
    """
    return activation.elu(input, alpha, inplace=True)


def selu_(input: Tensor) -> Tensor:
    """`selu(input, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.selu_(sg.tensor([0.0]))
        tensor([0.])
    """
    return activation.selu(input, inplace=True)


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu(input, alpha, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.celu_(sg.tensor([0.0, 2.0]))
        tensor([0., 2.])
    """
    return activation.celu(input, alpha, inplace=True)


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu(input, negative_slope, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.leaky_relu_(sg.tensor([-1.0, 2.0]), 0.5)
        tensor([-0.5000,  2.0000])
    """
    return piecewise.leaky_relu(input, negative_slope, inplace=True)


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh(input, min_val, max_val, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.hardtanh_(sg.tensor([-3.0, 3.0]))
        tensor([-1.,  1.])
    """
    return piecewise.hardtanh(input, min_val, max_val, inplace=True)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """`threshold(input, threshold, value, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.threshold_(sg.tensor([0.1, 2.0]), 1.0, -1.0)
        tensor([-1.,  2.])
    """
    return piecewise.threshold(input, threshold, value, inplace=True)


def rrelu_(input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False) -> Tensor:
    """`rrelu(input, lower, upper, training, inplace=True)`.

    Example:
        >>> import seedgrad as sg
        >>> sg.rrelu_(sg.tensor([-1.0, 2.0]), 0.2, 0.4)
        tensor([-0.3000,  2.0000])
    """
    return random_relu.rrelu(input, lower, upper, training, inplace=True)
