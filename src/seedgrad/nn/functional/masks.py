"""Attention masks brought to one form: numbers that are added to the scores."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.batch_values import on_values
from ...core.batching import Batched
from ...core.tensor import Tensor


def additive(
    mask: Tensor | None, name: str, other: Tensor | None, kind: np.dtype[Any], other_name: str = "attn_mask"
) -> Tensor | None:
    """A mask as numbers to add: -inf where a mask of bools is True, else 0; masks of numbers stay as they are.

    Args:
        mask: bools or floating-point numbers.
        name: what errors call it.
        other: the other mask of the call; a difference of types gives a warning.
        kind: the type to make of bools.
        other_name: what warnings call the other mask. Default: attn_mask.

    Raises:
        AssertionError: the mask holds integers.
    """
    if mask is None:
        return None
    bools = mask.array.dtype == dtypes.BOOL
    if not bools and not mask.is_floating_point():
        raise AssertionError(f"only bool and floating types of {name} are supported, got {mask.dtype}")
    if other is not None and other.array.dtype != mask.array.dtype:
        warnings.warn(
            f"Support for mismatched {name} and {other_name} is deprecated. Use same type for both instead.",
            stacklevel=3,
        )
    return on_values(lambda array: np.where(array, -np.inf, 0.0).astype(kind), mask) if bools else mask


def square_subsequent_mask(sz: int, kind: np.dtype[Any]) -> Tensor:
    """The (sz, sz) mask that is -inf (or True) where the key is later than the query, else 0."""
    return Tensor(np.triu(np.full((sz, sz), -np.inf).astype(kind), 1))


def is_causal_mask(mask: Tensor | None, is_causal: bool | None, size: int) -> bool:
    """`is_causal` if it is given, else whether the mask is the causal one of that size."""
    if is_causal is not None or mask is None:
        return is_causal is True
    if type(mask) is Batched:  # its values differ; as a mask it says the same
        return False
    causal = square_subsequent_mask(size, mask.array.dtype).array
    return mask.array.shape == causal.shape and bool((mask.array == causal).all())
