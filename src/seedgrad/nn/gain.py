"""How large initial weights must be."""

from __future__ import annotations

import math

from ..core.tensor import Tensor

_PLAIN = {"linear", "sigmoid"} | {f"conv{t}{n}d" for t in ("", "_transpose") for n in (1, 2, 3)}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor by which weights must grow so that the nonlinearity keeps the variance.

    Args:
        nonlinearity: "linear", "conv1d", ..., "sigmoid", "tanh", "relu", "leaky_relu" or "selu".
        param: the negative slope of "leaky_relu". Default: 0.01.

    Raises:
        ValueError: the name is unknown, or the slope is not a number.

    Example:
        >>> from seedgrad import nn
        >>> round(nn.init.calculate_gain("relu"), 4)
        1.4142
    """
    if nonlinearity in _PLAIN:
        return 1.0
    if nonlinearity == "tanh":
        return 5.0 / 3
    if nonlinearity == "relu":
        return math.sqrt(2.0)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + slope**2))
    if nonlinearity == "selu":
        return 0.75  # measured, so that the variance of the gradient stays
    known = ", ".join([*sorted(_PLAIN), "tanh", "relu", "leaky_relu", "selu"])
    raise ValueError(f"Unsupported nonlinearity {nonlinearity}; the names are {known}")


def fans(tensor: Tensor) -> tuple[int, int]:
    """How many inputs an output unit of this weight sees, and how many outputs an input unit reaches.

    Raises:
        ValueError: the weight has fewer than 2 dimensions.
    """
    shape = tensor.array.shape
    if len(shape) < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, got shape "
            f"{shape}. "
            f"Fill biases with zeros_() or uniform_()"
        )
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field
