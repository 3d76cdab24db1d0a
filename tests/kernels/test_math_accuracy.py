"""The error of every approximate function over its whole range, against NumPy and SciPy in float64."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import numba
import scipy.special

from seedgrad.kernels import numba_math
from seedgrad.kernels.compile import compiled

Array = np.ndarray[Any, Any]


def _loop(f: Callable[..., Any]) -> Callable[..., None]:
    @compiled
    def run(x: Any, out: Any) -> None:
        for i in range(x.size):
            out[i] = f(x[i])

    return run


@compiled
def _normal_loop(x: Any, below: Any, bell: Any) -> None:
    for i in range(x.size):
        below[i], bell[i] = numba_math.normal(x[i])


REFERENCES: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "log1p_exp": lambda x: np.logaddexp(0, x),
    "sigmoid": scipy.special.expit,
    "tanh": np.tanh,
    "erf": scipy.special.erf,
}
LOOPS = {name: _loop(getattr(numba_math, name)) for name in REFERENCES}
EDGES = np.array(
    [
        0.0,
        -0.0,
        1,
        -1,
        np.inf,
        -np.inf,
        np.nan,
        -np.nan,
        88.72,
        88.73,
        -87.4,
        -103.9,
        -104.1,
        1e-45,
        -1e-45,
        1.17e-38,
        0.95,
        -0.95,
        0.9499,
        3.9,
        4.1,
        -4.1,
        0.70710677,
        0.7071068,
        1.4142135,
        1.4142137,
        3.4e38,
        -3.4e38,
        9.99,
        10.01,
    ],
    np.float32,
)
# exp(-x) overflows below: the result is 0 where denormal numbers would be left.
SIGMOID_ENDS = np.float32(-88.37)


def whole_range() -> Array:
    """Floats of every exponent and sign, and many more where the functions bend."""
    spread = np.arange(0, 2**32, 4099, dtype=np.uint64).astype(np.uint32).view(np.float32)
    bends = np.linspace(-5, 5, 200_001, dtype=np.float32)
    wide = np.linspace(-110, 110, 200_001, dtype=np.float32)
    return np.concatenate([spread, bends, wide, EDGES, np.nextafter(EDGES, np.float32(0))])


def apply(name: str, x: Array) -> Array:
    out = np.empty_like(x)
    LOOPS[name](x, out)
    return out


@pytest.mark.parametrize("name", REFERENCES)
def test_error_over_the_whole_range(name: str) -> None:
    x = whole_range()
    found = apply(name, x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = REFERENCES[name](x.astype(np.float64))
        rounded = exact.astype(np.float32)
    special = ~np.isfinite(rounded)
    np.testing.assert_array_equal(found[special], rounded[special])
    if name == "sigmoid":
        assert (found[x < SIGMOID_ENDS - 0.5] <= 1e-38).all()
        special |= x < SIGMOID_ENDS
    x, found, exact, rounded = (a[~special] for a in (x, found, exact, rounded))
    with np.errstate(over="ignore"):
        ulps = np.abs(found.astype(np.float64) - exact) / np.spacing(np.abs(rounded)).astype(np.float64)
    assert ulps.max() <= numba_math.MAX_ULP[name], (ulps.max(), x[ulps.argmax()])


def test_normal_probability() -> None:
    x = whole_range()
    x = x[np.isfinite(x)]
    below, bell = np.empty_like(x), np.empty_like(x)
    _normal_loop(x, below, bell)
    exact = scipy.special.ndtr(x.astype(np.float64))
    assert np.abs(below - exact).max() <= 2.2e-7
    near = x > -12
    lost = np.abs(below[near] / exact[near] - 1)
    assert (lost <= 1.5e-6 + 1e-7 * np.minimum(x[near], 20) ** 2).all()
    np.testing.assert_allclose(bell, np.exp(-0.5 * x.astype(np.float64) ** 2), atol=1e-7)
    ends = np.array([np.inf, -np.inf, np.nan], np.float32)
    below, bell = np.empty_like(ends), np.empty_like(ends)
    _normal_loop(ends, below, bell)
    np.testing.assert_array_equal(below, [1, 0, np.nan])
    np.testing.assert_array_equal(bell, [0, 0, np.nan])


@pytest.mark.parametrize("name", ["expm1", "log1p", "tanh", "erf"])
def test_zeros_keep_their_sign(name: str) -> None:
    found = apply(name, np.array([0.0, -0.0], np.float32))
    assert found.tolist() == [0.0, 0.0]
    assert np.signbit(found).tolist() == [False, True]


@pytest.mark.parametrize("name", REFERENCES)
def test_loops_are_compiled_to_vector_instructions(name: str) -> None:
    """A branch or a call left in a loop would make it ten times slower, and no other test would notice."""
    loop = numba.njit(error_model="numpy", fastmath={"contract"})(LOOPS[name].py_func)  # type: ignore[attr-defined]
    loop(np.zeros(4, np.float32), np.zeros(4, np.float32))
    assert "x float>" in "".join(loop.inspect_llvm().values())


def test_every_approximate_function_has_its_error_in_the_table() -> None:
    assert set(numba_math.MAX_ULP) == set(REFERENCES)
