"""Print the coefficients of `erf` and `normal` in kernels/numba_math.py: minimax fits by weighted least squares.

Lawson's method: where the error is large, the weight of the point grows, until the error is the same at all its peaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

Array = np.ndarray[Any, Any]


def fit(f: Callable[[Array], Array], low: float, high: float, terms: int, scale: Callable[[Array], Array]) -> Array:
    """The polynomial whose largest error, times `scale`, is the smallest on [low, high]; constant term first."""
    angles = np.pi * (np.arange(200) + 0.5) / 200
    x = (low + high) / 2 + (high - low) / 2 * np.cos(angles)
    powers, goal, weight = x[:, None] ** np.arange(terms), f(x), np.ones(len(x))
    for _ in range(60):
        row = scale(x) * np.sqrt(weight)
        found = np.linalg.lstsq(powers * row[:, None], goal * row, rcond=None)[0]
        weight *= np.abs(powers @ found - goal) * scale(x)
        weight /= weight.sum()
    return found


def main() -> None:
    """erf(x)/x in powers of x^2 below 0.95, and -log(erfc(x)) in powers of x from there to 4."""
    ratio = lambda z: scipy.special.erf(np.sqrt(z)) / np.sqrt(z)
    near = fit(ratio, 1e-12, 0.95**2, 7, lambda z: 1 / ratio(z))
    tail = lambda x: -np.log(scipy.special.erfc(x))
    far = fit(tail, 0.95, 4.0, 8, lambda x: scipy.special.erfc(x) / scipy.special.erf(x))
    # erfcx(t) / 2u in powers of u = 1 / (1 + t/2), which goes from 1 at t = 0 to 0 at infinity
    half = lambda u: scipy.special.erfcx(2 / u - 2) / (2 * u)
    tail_of_normal = fit(half, 1 / 6, 1.0, 9, lambda u: 1 / half(u))
    for name, found in (("near", near), ("far", far), ("normal", tail_of_normal)):
        print(name, *(f"{np.float32(c):.9g}" for c in found))


if __name__ == "__main__":
    main()
