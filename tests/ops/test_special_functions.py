"""Bessel and Airy functions where PyTorch is not exact enough to compare with: by integrals and identities."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

import seedgrad as sg

FAR = np.concatenate([np.linspace(0.5, 60, 400), -np.linspace(0.5, 60, 400)])


def _bessel(order: int, x: np.ndarray) -> np.ndarray:
    """Bessel's integral; the mean over a period of a smooth periodic function converges exponentially."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    return np.cos(order * angle - x[:, None] * np.sin(angle)).mean(1)


@pytest.mark.parametrize("order", [0, 1])
def test_bessel_functions_of_the_first_kind_are_their_integral(order: int) -> None:
    function = (sg.special.bessel_j0, sg.special.bessel_j1)[order]
    np.testing.assert_allclose(function(sg.tensor(FAR)).array, _bessel(order, FAR), atol=1e-13)


def test_wronskian_ties_the_second_kind_to_the_first() -> None:
    x = sg.tensor(FAR[FAR > 0])
    f = sg.special
    left = f.bessel_j1(x) * f.bessel_y0(x) - f.bessel_j0(x) * f.bessel_y1(x)
    np.testing.assert_allclose(left.array, 2 / (np.pi * x.array), rtol=1e-12)


def test_wronskian_ties_the_modified_functions_together() -> None:
    x = sg.tensor(np.linspace(0.1, 40, 200))
    f = sg.special
    left = f.modified_bessel_i0(x) * f.modified_bessel_k1(x) + f.modified_bessel_i1(x) * f.modified_bessel_k0(x)
    np.testing.assert_allclose(left.array, 1 / x.array, rtol=1e-12)
    scaled = f.i0e(x) * f.scaled_modified_bessel_k1(x) + f.i1e(x) * f.scaled_modified_bessel_k0(x)
    np.testing.assert_allclose(scaled.array, 1 / x.array, rtol=1e-12)


def test_airy_function_of_negative_numbers() -> None:
    x = np.linspace(0.5, 20, 200)
    z = 2 / 3 * x**1.5
    expected = np.sqrt(x) / 3 * (scipy.special.jv(1 / 3, z) + scipy.special.jv(-1 / 3, z))
    np.testing.assert_allclose(sg.special.airy_ai(sg.tensor(-x)).array, expected, atol=1e-12)


@pytest.mark.parametrize("shifted", [False, True])
def test_chebyshev_polynomials_of_high_degree_are_finite_and_quick(shifted: bool) -> None:
    x = sg.tensor(np.linspace(0, 1, 11))
    n = 10**9
    prefix = "shifted_" if shifted else ""
    for kind in "tuvw":
        assert np.isfinite(getattr(sg.special, f"{prefix}chebyshev_polynomial_{kind}")(x, n).array).all()


def test_legendre_polynomials_are_orthogonal() -> None:
    points, weights = np.polynomial.legendre.leggauss(20)
    values = sg.special.legendre_polynomial_p(sg.tensor(points)[:, None], sg.arange(10)).array
    gram = (values * weights[:, None]).T @ values
    np.testing.assert_allclose(gram, np.diag(2 / (2 * np.arange(10) + 1)), atol=1e-13)
