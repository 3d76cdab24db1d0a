"""Ways of pruning: at random, by magnitude, by the norm of slices, by a given mask."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....core.random import draw_from
from ....core.tensor import Tensor
from ....functions.norms import norm
from .amounts import check_amount, check_structure, count
from .base import BasePruningMethod


class Identity(BasePruningMethod):
    """Prunes nothing, but makes the `_orig` and `_mask` of a pruned tensor."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        return default_mask


class RandomUnstructured(BasePruningMethod):
    """Prunes single elements at random.

    Args:
        amount: how many, an int, or which part of them, a float from 0 to 1.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range.
    """

    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: float) -> None:
        check_amount(amount)
        self.amount = amount

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        n = count(self.amount, t.array.size)
        return _without(default_mask, draw_from(None).permutation(t.array.size)[:n] if n else ())


class L1Unstructured(BasePruningMethod):
    """Prunes the single elements that are nearest to 0.

    Args:
        amount: how many, an int, or which part of them, a float from 0 to 1.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range.
    """

    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: float) -> None:
        check_amount(amount)
        self.amount = amount

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        n = count(self.amount, t.array.size)
        return _without(default_mask, _least(np.abs(t.array).ravel(), n))


class RandomStructured(BasePruningMethod):
    """Prunes whole slices at random.

    Args:
        amount: how many, an int, or which part of them, a float from 0 to 1.
        dim: the dimension along which the slices lie. Default: -1.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range.
    """

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        check_amount(amount)
        self.amount, self.dim = amount, dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        check_structure(t, self.dim)
        size = t.shape[self.dim]
        n = count(self.amount, size)
        return _without_slices(default_mask, self.dim, draw_from(None).permutation(size)[:n] if n else ())


class LnStructured(BasePruningMethod):
    """Prunes the whole slices whose norms are smallest.

    Args:
        amount: how many, an int, or which part of them, a float from 0 to 1.
        n: which norm: p of the p-norm, inf, -inf, "fro", or "nuc" for slices that are matrices.
        dim: the dimension along which the slices lie. Default: -1.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range.
    """

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, n: float | str, dim: int = -1) -> None:
        check_amount(amount)
        self.amount, self.n, self.dim = amount, n, dim

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        check_structure(t, self.dim)
        n = count(self.amount, t.shape[self.dim])
        others = [i for i in range(t.ndim) if i != self.dim % t.ndim]
        norms = norm(t.detach(), self.n, others).array
        return _without_slices(default_mask, self.dim, _least(norms, n))


class CustomFromMask(BasePruningMethod):
    """Prunes where a given mask is 0.

    Args:
        mask: of the shape of the tensor.
    """

    PRUNING_TYPE = "global"

    def __init__(self, mask: Tensor) -> None:
        self.mask = mask

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        if default_mask.shape != self.mask.shape:
            raise AssertionError(
                f"default_mask shape {tuple(default_mask.shape)} must match self.mask shape {tuple(self.mask.shape)}"
            )
        return default_mask * self.mask.to(default_mask.dtype)


def _least(values: np.ndarray[Any, Any], n: int) -> np.ndarray[Any, Any]:
    """The positions of the n smallest of a row of values."""
    return np.argpartition(values, min(n, values.size - 1))[:n] if n else np.empty(0, np.intp)


def _without(mask: Tensor, positions: Any) -> Tensor:
    """The mask with zeros at these positions of its flattened form."""
    new = mask.array.copy().ravel()
    new[np.asarray(positions, np.intp)] = 0
    return Tensor(new.reshape(mask.array.shape))


def _without_slices(mask: Tensor, dim: int, positions: Any) -> Tensor:
    """The mask with zeros in these slices along a dimension."""
    new = mask.array.copy()
    new[(slice(None),) * (dim % new.ndim) + (np.asarray(positions, np.intp),)] = 0
    return Tensor(new)
