"""Random numbers for initial values, and writing them into a tensor outside of any graph."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..core.memory import bump
from ..core.random import Generator, draw_from
from ..core.tensor import Tensor
from ..functions.arguments import check_floats


class _Skipping(threading.local):
    on = False


_skipping = _Skipping()


@contextmanager
def skipped() -> Iterator[None]:
    """Leave tensors as they are, and draw nothing, where a layer is made whose values come from elsewhere."""
    before, _skipping.on = _skipping.on, True
    try:
        yield
    finally:
        _skipping.on = before


def fill(tensor: Tensor, values: Any) -> Tensor:
    if not _skipping.on:
        tensor.array[...] = values
        bump(tensor)
    return tensor


def _drawn_type(name: str, tensor: Tensor) -> Any:
    """The type in which the values are drawn: float64 unless the tensor has float32."""
    check_floats(name, tensor)
    return np.float32 if tensor.array.dtype == np.float32 else np.float64


def draw_uniform(tensor: Tensor, low: float, high: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind = _drawn_type("uniform_", tensor)
    if _skipping.on:
        return tensor.array
    values = draw_from(generator).random(tensor.array.shape, dtype=kind)
    values = np.asarray(values)
    values *= kind(high - low)
    values += kind(low)
    return values


def draw_normal(tensor: Tensor, mean: float, std: float, generator: Generator | None) -> np.ndarray[Any, Any]:
    kind = _drawn_type("normal_", tensor)
    if _skipping.on:
        return tensor.array
    values = np.asarray(draw_from(generator).standard_normal(tensor.array.shape, dtype=kind))
    values *= kind(std)
    values += kind(mean)
    return values
