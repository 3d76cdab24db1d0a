"""The positions of the elements of a triangle."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .sizes import check_place, element_type, wrap


def tril_indices(
    row: int,
    col: int,
    offset: int = 0,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """The indices of the lower triangle of a matrix.

    Args:
        row: the number of rows of the matrix.
        col: its number of columns.
        offset: the diagonal that ends the triangle; 0 (default) is the main one.
        dtype: the element type. Default: int64.
        layout: `seedgrad.strided`.
        device: "cpu".
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (2, n): row numbers and column numbers.

    Example:
        >>> import seedgrad as sg
        >>> sg.tril_indices(2, 2)
        tensor([[0, 1, 1],
                [0, 0, 1]])
    """
    check_place(layout, pin_memory, device)
    return wrap(np.stack(np.tril_indices(row, offset, col)).astype(element_type(dtype, dtypes.I64)))


def triu_indices(
    row: int,
    col: int,
    offset: int = 0,
    *,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
) -> Tensor:
    """The indices of the upper triangle of a matrix.

    Args:
        row: the number of rows of the matrix.
        col: its number of columns.
        offset: the diagonal that begins the triangle; 0 (default) is the main one.
        dtype: the element type. Default: int64.
        layout: `seedgrad.strided`.
        device: "cpu".
        pin_memory: must be False: there is no accelerator. Default: False.

    Returns:
        A tensor of shape (2, n): row numbers and column numbers.

    Example:
        >>> import seedgrad as sg
        >>> sg.triu_indices(2, 2)
        tensor([[0, 0, 1],
                [0, 1, 1]])
    """
    check_place(layout, pin_memory, device)
    return wrap(np.stack(np.triu_indices(row, offset, col)).astype(element_type(dtype, dtypes.I64)))
