"""Positions of elements that are not 0, in a result whose size is given."""

from __future__ import annotations

import numpy as np

from ..core.tensor import Tensor
from .gathering import nonzero
from .public import public
from .sizes import wrap


@public(out=True)
def nonzero_static(input: Tensor, *, size: int, fill_value: int = -1) -> Tensor:
    """The positions of the first `size` elements that are not 0: `nonzero` cut or filled up to a known length.

    Args:
        input: any shape.
        size: how many rows the result has.
        fill_value: what stands in the rows for which there is no element. Default: -1.

    Returns:
        An int64 tensor of shape (size, input.ndim).

    Raises:
        RuntimeError: `size` is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([0, 5, 6]).nonzero_static(size=3)
        tensor([[ 1],
                [ 2],
                [-1]])
    """
    if size < 0:
        raise RuntimeError(f"nonzero_static: 'size' must be an non-negative integer, got {size}")
    found = nonzero(input).array[:size]
    out = np.full((size, found.shape[1]), fill_value, np.int64)
    out[: len(found)] = found
    return wrap(out)
