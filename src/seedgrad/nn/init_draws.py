"""Random numbers for initial values, and writing them into a tensor outside of any graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.backward import bump
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from ..functions.arguments import check_floats


def fill(tensor: Tensor, values: Any) -> Tensor:
    tensor.array[...] = values
    bump(tensor)
    return tensor


def _drawn_type(name: str, tensor: Tensor) -> Any:
    """The type in which the values are drawn: float64 unless the tensor has float32."""
    check_floats(name, tensor)
    return np.float32 if tensor.array.dtype == np.float32 else np.float64


def draw_uniform(tensor: Tensor, low: float, high: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind = _drawn_type("uniform_", tensor)
    values = draw_from(generator).random(tensor.array.shape, dtype=kind)
    values = np.asarray(values)
    values *= kind(high - low)
    values += kind(low)
    return values


def draw_normal(tensor: Tensor, mean: float, std: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind = _drawn_type("normal_", tensor)
    values = np.asarray(draw_from(generator).standard_normal(tensor.array.shape, dtype=kind))
    values *= kind(std)
    values += kind(mean)
    return values
