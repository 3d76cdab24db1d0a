"""Products by tiles against float64, and linear layers that take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel as registry
from seedgrad.core import product_arrays
from seedgrad.kernels.numba_product import NONE, product
from seedgrad.kernels.product import panels_of, product_by_panels, product_by_rows
from seedgrad.kernels.product_few import product_few
from seedgrad.kernels.row_product import row_product, row_sums
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


@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_products_are_those_of_matrices(shape: tuple[int, int, int], biased: bool) -> None:
    rows, sums, columns = shape
    a, b, bias = draw(rows, sums), draw(sums, columns), draw(columns) if biased else NONE
    start, turned = bias if biased else 0.0, np.ascontiguousarray(b.T)
    for by in (product_by_rows, product_by_panels):
        for left, down in ((a, False), (np.ascontiguousarray(a.T), True)):
            for right, across in ((b, False), (turned, True)):
                found = np.full((rows, columns), np.nan, np.float32)
                by(left, down, right, across, bias, found)
                assert_product(found, a, b, start)
    found = np.full((rows, columns), np.nan, np.float32)
    product_few(a, turned, bias, found)
    assert_product(found, a, b, start)


@pytest.mark.parametrize(
    "shape", [*SHAPES, (40, 700, 1), (40, 700, 3), (1, 700, 40), (3, 700, 40), (20, 70, 90)], ids=str
)
def test_products_of_views(shape: tuple[int, int, int]) -> None:
    rows, sums, columns = shape
    a, b, bias = draw(rows, sums), draw(sums, columns), draw(columns)
    wide = draw(2 * rows, sums + 3)
    for left in (a, np.asfortranarray(a), wide[::2, 2:-1], wide[::-2, 3:], np.broadcast_to(a[:1], a.shape)):
        for right in (b, np.asfortranarray(b), draw(sums, columns + 2)[::-1, 1:-1]):
            assert_product(product(left, right), left, right)
            assert_product(product(left, right, bias=bias), left, right, bias)
            target = np.empty((rows, columns), np.float32)
            assert product(left, right, target) is target
            assert_product(target, left, right)


def test_a_matrix_times_its_transpose() -> None:
    a = draw(70, 130)
    assert_product(product(a, a.T), a, a.T)
    assert_product(product(a.T, a), a.T, a)


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
    for found in (product(a, b), product(a, np.asfortranarray(b)), product(np.asfortranarray(a), b)):
        assert np.isnan(found[3]).all() and np.isinf(found[7]).all()
        assert np.isfinite(np.delete(found, [3, 7], axis=0)).all()


@pytest.mark.parametrize("rows", range(1, 5))
@pytest.mark.parametrize(("sums", "columns"), [(1, 1), (17, 3), (300, 5), (1030, 700)])
def test_products_of_few_rows(rows: int, sums: int, columns: int) -> None:
    a, weight, bias, out = draw(rows, sums), draw(columns, sums), draw(columns), np.empty((rows, columns), np.float32)
    row_product(a, weight, NONE, out)
    assert_product(out, a, weight.T)
    row_product(a, weight, bias, out)
    assert_product(out, a, weight.T, bias)
    turned = np.ascontiguousarray(weight.T)
    row_sums(a, turned, NONE, out)
    assert_product(out, a, turned)
    row_sums(a, turned, bias, out)
    assert_product(out, a, turned, bias)


def limits(monkeypatch: pytest.MonkeyPatch, multiplications: int) -> None:
    monkeypatch.setattr(product_arrays, "LARGE", multiplications)
    monkeypatch.setattr(product_arrays, "LARGE_BY_VECTOR", multiplications)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(21, 6), (3, 7, 6), (2, 0, 6), (6,), (1, 3, 6)], ids=str)
def test_linear_takes_them(monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...], bias: bool) -> None:
    results = []
    for taken in (True, False):
        limits(monkeypatch, 1 if taken else 1 << 60)
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


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((21, 6), (6, 40)),
        ((1, 6), (6, 40)),
        ((21, 6), (6, 1)),
        ((21, 1), (1, 40)),
        ((1, 1), (1, 40)),
        ((21, 1), (1, 1)),
        ((3, 7, 6), (6, 9)),
        ((2, 3, 7, 6), (6, 9)),
        ((0, 6), (6, 9)),
        ((5, 0), (0, 9)),
        ((5, 6), (6, 0)),
        ((6,), (6, 9)),
        ((5, 6), (6,)),
        ((2, 5, 6), (2, 6, 9)),
    ],
    ids=str,
)
def test_matmul_takes_them(monkeypatch: pytest.MonkeyPatch, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    monkeypatch.setattr(product_arrays, "SMALL", 0)
    results = []
    for taken in (True, False):
        limits(monkeypatch, 1 if taken else 1 << 60)
        given = [sg.tensor(draw(*shape)).requires_grad_() for shape in (left, right)]
        out = given[0] @ given[1]
        first = sg.autograd.grad((out * out * out).sum(), given, create_graph=True)
        second = sg.autograd.grad(sum((g * g).sum() for g in first), given)
        results.append([t.detach().array for t in (out, *first, *second)])
    for a, b in zip(*results, strict=True):
        assert a.shape == b.shape and a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-3)


def test_matmul_of_other_types_and_wrong_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, 1)
    monkeypatch.setattr(product_arrays, "SMALL", 0)
    a, b = draw(50, 60), draw(60, 70)
    for kind in (np.float64, np.complex64, np.int64):
        np.testing.assert_array_equal(
            (sg.tensor(a.astype(kind)) @ sg.tensor(b.astype(kind))).array, a.astype(kind) @ b.astype(kind)
        )
    half = sg.tensor(a).half() @ sg.tensor(b).half()
    assert half.dtype == sg.float16
    np.testing.assert_allclose(half.array.astype(np.float32), a @ b, rtol=1e-2, atol=0.1)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        sg.tensor(a) @ sg.tensor(b[:59])


def test_linear_declines() -> None:
    forward = linear.kernels["numba"].forward
    x, w = draw(600, 300), draw(300, 300)
    assert forward(x, w) is not NotImplemented
    assert forward(x.astype(np.float64), w) is NotImplemented
    assert forward(x, w, np.zeros(300)) is NotImplemented
    assert forward(x, w[:2]) is not NotImplemented
    assert forward(x[:4], w) is not NotImplemented
    assert forward(x[None, :1, :], w, np.zeros(300, np.float32)) is not NotImplemented
    assert forward(x[:2], w) is NotImplemented
    assert forward(x[:0], w) is NotImplemented
    assert forward(x[:4].astype(np.float64), w) is NotImplemented
    assert forward(x, w[:, :200]) is NotImplemented
    with pytest.raises(RuntimeError):
        sg.nn.functional.linear(sg.tensor(x), sg.tensor(w[:, :200]))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(21, 6), (3, 7, 6), (1, 6), (2, 0, 6), (6,)], ids=str)
def test_linear_in_a_recording(monkeypatch: pytest.MonkeyPatch, shape: tuple[int, ...], bias: bool) -> None:
    """Weights that are used twice, and gradients that are views of one number."""
    limits(monkeypatch, 1)
    monkeypatch.setattr(linear, "large", 0)
    layer = sg.nn.Linear(6, 6, bias=bias)

    def step(x: sg.Tensor) -> sg.Tensor:
        layer.zero_grad()
        y = layer(layer(x).tanh())
        loss = (y * x).sum() + layer(x).mean()
        loss.backward()
        return loss

    compiled = sg.compile(step)
    for n in range(3):
        x = sg.tensor(draw(*shape) + n)
        wanted = [step(x).detach().array, *[p.grad.array.copy() for p in layer.parameters()]]
        found = [compiled(x).detach().array, *[p.grad.array.copy() for p in layer.parameters()]]
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_views_are_copied() -> None:
    x, w = draw(300, 600), draw(300, 610)
    found = sg.nn.functional.linear(sg.tensor(x).T, sg.tensor(w)[:, 10:310])
    assert_product(found.array, x.T, w[:, 10:310].T)


@pytest.fixture
def threads() -> Iterator[None]:
    before = sg.get_num_threads()
    yield
    sg.set_num_threads(before)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    "shape", [(70, 300, 200), (300, 64, 70), (70, 4000, 90), (20, 300, 900), (2, 900, 400), (400, 900, 1)], ids=str
)
def test_the_number_of_threads_changes_nothing(shape: tuple[int, int, int]) -> None:
    rows, sums, columns = shape
    a, b, bias = draw(rows, sums), draw(sums, columns), draw(columns)
    results = []
    for number in (1, 2, 3):
        sg.set_num_threads(number)
        results.append(
            [
                product(left, right, bias=bias)
                for left in (a, np.asfortranarray(a))
                for right in (b, np.asfortranarray(b))
            ]
        )
    for found in zip(*results, strict=True):
        assert_product(found[0], a, b, bias)
        for other in found[1:]:
            np.testing.assert_array_equal(found[0], other)
