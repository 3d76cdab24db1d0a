"""Stacks of products that threads share: the same values as NumPy's, for every layout and stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import namespace, parallel, product_arrays

Array = np.ndarray[Any, Any]


@pytest.fixture(autouse=True)
def three_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(product_arrays, "WORTH_SHARING", 1)
    before = sg.get_num_threads()
    sg.set_num_threads(3)
    yield
    sg.set_num_threads(before)


def numbers(*shape: int, kind: Any = np.float32) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(kind)


SHAPES = [
    ((7, 5, 4), (7, 4, 6)),
    ((2, 3, 5, 4), (2, 3, 4, 6)),
    ((1, 8, 5, 4), (1, 8, 4, 6)),
    ((1, 1, 5, 4), (1, 1, 4, 6)),
    ((1, 5, 4), (1, 4, 6)),
    ((7, 5, 4), (1, 4, 6)),
    ((3, 1, 5, 4), (2, 4, 6)),
    ((7, 5, 0), (7, 0, 6)),
    ((0, 5, 4), (0, 4, 6)),
]


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.complex64, np.int64])
@pytest.mark.parametrize(("left", "right"), SHAPES)
@pytest.mark.parametrize("turned", [False, True])
def test_stacked_products_are_numpys(kind: Any, left: tuple[int, ...], right: tuple[int, ...], turned: bool) -> None:
    x, y = 4 * numbers(*left), 4 * numbers(*right)
    x, y = x.astype(kind), y.astype(kind)
    if turned:  # the same numbers, columns side by side
        x, y = (np.ascontiguousarray(a.swapaxes(-1, -2)).swapaxes(-1, -2) for a in (x, y))
    found = namespace.matmul(x, y)
    assert found.dtype == kind
    np.testing.assert_allclose(found, np.matmul(x, y), rtol=1e-5, atol=1e-5)


def test_they_are_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("threadpoolctl")
    shared: list[int] = []
    once = parallel.parallel_for
    monkeypatch.setattr(product_arrays, "parallel_for", lambda f, n, **k: shared.append(n) or once(f, n, **k))
    namespace.matmul(numbers(1, 6, 5, 4), numbers(1, 6, 4, 3))
    assert shared == [6]


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(RuntimeError, match="must equal the second to last of the right one, 3"):
        namespace.matmul(numbers(6, 5, 4), numbers(6, 3, 4))
    with pytest.raises(RuntimeError, match="batch dimensions"):
        namespace.matmul(numbers(6, 5, 4), numbers(5, 4, 3))
