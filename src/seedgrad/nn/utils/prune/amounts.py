"""How much to prune: a number of units, or a part of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....core.tensor import Tensor


def check_amount(amount: Any) -> None:
    """Raise unless it is a float from 0 to 1 or an int that is not negative.

    Raises:
        TypeError: it is not a number.
        ValueError: it is out of range.
    """
    if isinstance(amount, bool) or not isinstance(amount, (int, float, np.integer, np.floating)):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    whole = isinstance(amount, (int, np.integer))
    if amount < 0 or (not whole and amount > 1):
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")


def count(amount: Any, size: int) -> int:
    """How many of `size` units are pruned.

    Raises:
        ValueError: more than there are.
    """
    if isinstance(amount, (int, np.integer)):
        if amount > size:
            raise ValueError(f"amount={amount} should be smaller than the number of parameters to prune={size}")
        return int(amount)
    return round(amount * size)


def check_structure(t: Tensor, dim: int) -> None:
    """Raise unless whole slices along `dim` can be pruned.

    Raises:
        ValueError: the tensor has fewer than two dimensions.
        IndexError: `dim` is out of range.
    """
    if t.ndim <= 1:
        raise ValueError(
            "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape "
            f"{tuple(t.shape)} with {t.ndim} dims"
        )
    if not -t.ndim <= dim < t.ndim:
        raise IndexError(f"Invalid index {dim} for tensor of size {tuple(t.shape)}")
