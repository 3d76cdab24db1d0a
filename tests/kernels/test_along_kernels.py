"""Compiled gather and scatter beside NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

import seedgrad as sg

pytest.importorskip("numba")

from seedgrad.core.kernel import LARGE
from seedgrad.kernels.numba_along import give_along, take_along

rng = np.random.default_rng(5)
SHAPES = [((300, 70), 0, 300), ((300, 70), 1, 45), ((7, 90, 40), 1, 90), ((7, 90, 40), -1, 77), ((5, 3, 4, 1), 2, 9)]


def _case(shape: tuple[int, ...], axis: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = rng.standard_normal(shape).astype(np.float32)
    wanted = list(shape)
    wanted[axis] = m
    return x, rng.integers(0, shape[axis], wanted), rng.standard_normal(wanted).astype(np.float32)


@pytest.mark.parametrize(("shape", "axis", "m"), SHAPES)
def test_equal_numpys(shape: tuple[int, ...], axis: int, m: int) -> None:
    x, places, value = _case(shape, axis, m)
    np.testing.assert_array_equal(take_along(x, places, axis), np.take_along_axis(x, places, axis))

    grid = list(np.ogrid[tuple(slice(n) for n in places.shape)])
    grid[axis] = places
    added, wanted = x.copy(), x.astype(np.float64)
    assert give_along(added, places, value, axis, True)
    np.add.at(wanted, tuple(grid), value)
    np.testing.assert_allclose(added, wanted, rtol=1e-5, atol=1e-5)

    put, wanted = x.copy(), x.copy()
    assert give_along(put, places, value, axis, False)
    wanted[tuple(grid)] = value  # of equal places the last one holds
    np.testing.assert_array_equal(put, wanted)
    assert give_along(put, places, np.float32(2), axis, False)
    assert (np.take_along_axis(put, places, axis) == 2).all()


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("bad", [-1, 40, 2**40])
def test_places_that_are_missing_are_refused(axis: int, bad: int) -> None:
    x, places, value = _case((40, 40), axis, 40)
    places[3, 5] = bad
    with pytest.raises(RuntimeError, match=f"index {bad} is out of bounds for dimension {axis} with size 40"):
        take_along(x, places, axis)
    for add in (True, False):
        with pytest.raises(RuntimeError, match=f"index {bad} is out of bounds for dimension {axis} with size 40"):
            give_along(x.copy(), places, value, axis, add)


def test_other_arrays_are_left_to_numpy() -> None:
    x, places, value = _case((40, 30), 0, 40)
    assert take_along(x.astype(np.float64), places, 0) is None
    assert take_along(x, places.astype(np.int32), 0) is None
    assert take_along(x.T, places.T, 1) is None
    assert take_along(x, places[:, :20].copy(), 0) is None
    assert not give_along(x.T, places.T, value.T, 1, True)


@pytest.mark.parametrize("axis", [0, 1])
def test_functions_reach_them_with_gradients(axis: int) -> None:
    x, places, value = _case((200, 250), axis, 180)
    assert places.size >= LARGE
    made = []
    for kind in (sg.float32, sg.float64):
        a, b = (sg.tensor(v, dtype=kind, requires_grad=True) for v in (x, value))
        index = sg.tensor(places)
        found = [a.gather(axis, index), a.scatter_add(axis, index, b), a.scatter(axis, index, 0.5)]
        grads = sg.autograd.grad(sum((f * f).sum() for f in found), [a, b])
        made.append([v.detach().numpy() for v in (*found, *grads)])
    for single, double in zip(*made, strict=True):
        np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-4)
