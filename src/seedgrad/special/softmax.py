"""Softmax and its logarithm, with the dimension always named."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..nn import functional as F


def softmax(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """Positive numbers that sum to 1 along a dimension: `out = exp(x) / sum(exp(x))`.

    Args:
        input: any shape.
        dim: the dimension.
        dtype: convert the input to this type first. Default: None, do not.

    Returns:
        In the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.softmax(sg.tensor([0.0, 1.0]), 0)
        tensor([0.2689, 0.7311])
    """
    return F.softmax(input, dim, dtype=dtype)


def log_softmax(input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    """The logarithm of softmax: `out = x - log(sum(exp(x)))`.

    Args:
        input: any shape.
        dim: the dimension.
        dtype: convert the input to this type first. Default: None, do not.

    Returns:
        In the input's shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.special.log_softmax(sg.tensor([0.0, 1.0]), 0)
        tensor([-1.3133, -0.3133])
    """
    return F.log_softmax(input, dim, dtype=dtype)
