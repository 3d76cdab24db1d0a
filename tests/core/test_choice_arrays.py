"""`where` by bits is NumPy's, bit for bit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from seedgrad.core.choice_arrays import MANY, where


def _same(found: Any, expected: Any) -> None:
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert found.tobytes() == np.ascontiguousarray(expected).tobytes()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(MANY + 1,), (70, 80), (2, 70, 80)])
def test_where_of_arrays_and_numbers(kind: Any, shape: tuple[int, ...]) -> None:
    draw = np.random.default_rng(0)
    x, y = draw.standard_normal((2, *shape)).astype(kind)
    for i, special in enumerate((np.nan, np.inf, -np.inf, -0.0, 0.0, 1e-45, -np.nan)):
        x.flat[i], y.flat[i + 2] = special, special
    row = x[0] > 0 if x.ndim > 1 else x > 0
    numbers = (0.0, -0.0, 0, -1e9, 2, np.inf, np.nan, np.asarray(1.5, kind), y[..., :1], y.T.copy().T)
    for mask, other in itertools.product((x > 0, x[..., :1] > 0, row, np.asarray(True)), (y, *numbers)):
        _same(where(mask, x, other), np.where(mask, x, other))
        _same(where(mask, other, x), np.where(mask, other, x))


@pytest.mark.parametrize("kinds", [(np.float32, np.float64), (np.int64, np.float32), (np.complex64, np.complex64)])
def test_where_of_other_types(kinds: Any) -> None:
    x, y = np.arange(MANY).astype(kinds[0]), np.ones(MANY, kinds[1])
    _same(where(x == 3, x, y), np.where(x == 3, x, y))
    _same(where(x == 3, x, 7), np.where(x == 3, x, 7))


def test_where_of_nothing_and_of_numbers() -> None:
    empty = np.empty((0, 3), np.float32)
    _same(where(empty > 0, empty, 1.0), np.where(empty > 0, empty, 1.0))
    _same(
        where(np.asarray(False), np.float32(1), np.float32(2)),
        np.where(np.asarray(False), np.float32(1), np.float32(2)),
    )
    _same(where(True, np.ones(MANY), 0.0), np.where(True, np.ones(MANY), 0.0))
