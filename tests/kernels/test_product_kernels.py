"""Products by tiles against float64, and linear layers that take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.kernels import numba_linear
from seedgrad.kernels.product import panels_of, product, product_of_columns
from seedgrad.kernels.product_few import product_few
from seedgrad.kernels.row_product import row_product
from seedgrad.kernels.tile import WIDE
from seedgrad.ops.linalg import linear

registry.load()
Array = np.ndarray[Any, Any]
# Rows, sums and columns: less than a tile, all kinds of last panels, sums that are taken in parts.
SHAPES = [
    (1, 1, 1),
    (3, 5, 7),
    (13, 300, 32),
    (50, 257, 33),
    (49, 700, 41),
    (97, 1030, 72),
    (12, 64, 17),
    (5, 0, 9),
    (0, 3, 4),
    (4, 6, 0),
]
SHAPES += [(0, 3, 4), (4, 6, 0), (16, 1024, 48), (20, 2048, 25)]  # rows a power of two apart


def draw(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).standard_normal(shape, np.float32)


def assert_product(found: Array, a: Array, b: Array, start: Array | float = 0.0) -> None:
    exact = a.astype(np.float64) @ b.astype(np.float64) + start
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=3e-6 * max(1, a.shape[1]) ** 0.5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_products_are_those_of_matrices(shape: tuple[int, int, int]) -> None:
    rows, sums, columns = shape
    a, b, bias = draw(rows, sums), draw(sums, columns), draw(columns)
    assert_product(product(a, b), a, b)
    assert_product(product(a, b, bias=bias), a, b, bias)
    assert_product(product(a, np.ascontiguousarray(b.T), True, bias), a, b, bias)
    assert_product(product_of_columns(np.ascontiguousarray(a.T), b), a, b)
    assert_product(product_few(a, np.ascontiguousarray(b.T)), a, b)
    assert_product(product_few(a, b.T, bias), a, b, bias)


def test_panels_are_zero_behind_the_last_column() -> None:
    w = draw(3, WIDE + 5)
    for panels in (panels_of(w), panels_of(np.ascontiguousarray(w.T), True)):
        np.testing.assert_array_equal(panels[: 3 * WIDE].reshape(3, WIDE), w[:, :WIDE])
        last = panels[3 * WIDE :].reshape(3, -1)
        np.testing.assert_array_equal(last[:, :5], w[:, WIDE:])
        assert not last[:, 5:].any()


def test_nan_and_infinity_stay_in_their_row() -> None:
    a, b = draw(60, 40), draw(40, 35)
    a[3, 5], a[7, 1] = np.nan, np.inf
    for found in (product(a, b), product_few(a, np.ascontiguousarray(b.T))):
        assert np.isnan(found[3]).all() and np.isinf(found[7]).all()
        assert np.isfinite(np.delete(found, [3, 7], axis=0)).all()


@pytest.mark.parametrize("rows", range(1, 5))
@pytest.mark.parametrize(("sums", "columns"), [(1, 1), (17, 3), (300, 5), (1030, 700)])
def test_products_of_few_rows(rows: int, sums: int, columns: int) -> None:
    a, weight, bias = draw(rows, sums), draw(columns, sums), draw(columns)
    assert_product(row_product(a, weight, None), a, weight.T)
    assert_product(row_product(a, weight, bias), a, weight.T, bias)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("shape", [(21, 6), (3, 7, 6), (2, 0, 6), (6,), (1, 3, 6)], ids=str)
def test_linear_takes_them(monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...], few: bool, bias: bool) -> None:
    results = []
    for taken in (True, False):
        monkeypatch.setattr(numba_linear, "FEW", 100 if few else 0)
        monkeypatch.setattr(numba_linear, "LARGE", 0 if taken else 1 << 60)
        monkeypatch.setattr(numba_linear, "HEAVY", 0 if taken else 1 << 60)
        monkeypatch.setattr(linear, "large", 0)
        x, weight = sg.tensor(draw(*shape)), sg.tensor(draw(9, 6))
        given = [x, weight, sg.tensor(draw(9))] if bias else [x, weight]
        for t in given:
            t.requires_grad = True
        out = sg.nn.functional.linear(*given)
        first = sg.autograd.grad((out * out * out).sum(), given, create_graph=True)
        second = sg.autograd.grad(sum((g * g).sum() for g in first), given)
        plain = sg.autograd.grad((sg.nn.functional.linear(*given) * out.detach()).sum(), given)
        results.append([t.detach().array for t in (out, *first, *second, *plain)])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_linear_declines() -> None:
    forward = linear.kernels["numba"].forward
    x, w = draw(600, 300), draw(300, 300)
    assert forward(x, w) is not NotImplemented
    assert forward(x.astype(np.float64), w) is NotImplemented
    assert forward(x, w, np.zeros(300)) is NotImplemented
    assert forward(x, w[:2]) is NotImplemented
    assert forward(x[:4], w) is not NotImplemented
    assert forward(x[None, :1, :], w, np.zeros(300, np.float32)) is not NotImplemented
    assert forward(x[:5], w) is NotImplemented
    assert forward(x[:0], w) is NotImplemented
    assert forward(x[:4], w[:50]) is NotImplemented
    assert forward(x[:4], w.T) is NotImplemented
    assert forward(x[:4].astype(np.float64), w) is NotImplemented
    assert forward(x, w[:, :200]) is NotImplemented
    with pytest.raises(RuntimeError):
        sg.nn.functional.linear(sg.tensor(x), sg.tensor(w[:, :200]))


def test_views_are_copied() -> None:
    x, w = draw(300, 600), draw(300, 610)
    found = sg.nn.functional.linear(sg.tensor(x).T, sg.tensor(w)[:, 10:310])
    assert_product(found.array, x.T, w[:, 10:310].T)
