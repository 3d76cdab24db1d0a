"""Making tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    array = np.array(data)
    if dtype is not None:
        array = array.astype(dtypes.to_numpy(dtype))
    elif array.dtype == dtypes.F64 and not isinstance(data, np.ndarray):
        array = array.astype(dtypes.default())
    t = Tensor(array)
    t.requires_grad = requires_grad
    return t


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    dtypes.from_numpy(array.dtype)
    return Tensor(array)


def zeros(*size: int, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    t = Tensor(np.zeros(size, dtypes.to_numpy(dtype or dtypes.get_default_dtype())))
    t.requires_grad = requires_grad
    return t


def ones(*size: int, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    t = Tensor(np.ones(size, dtypes.to_numpy(dtype or dtypes.get_default_dtype())))
    t.requires_grad = requires_grad
    return t


def randn(*size: int, generator: Generator | None = None, requires_grad: bool = False) -> Tensor:
    t = Tensor(draw_from(generator).standard_normal(size, np.float32))
    t.requires_grad = requires_grad
    return t
