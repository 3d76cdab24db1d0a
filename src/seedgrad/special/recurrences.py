"""Orthogonal polynomials: each from the two of lower degree, for all elements at once.

The degree differs from element to element, so the recurrence runs up to the highest one, and each element takes its
value when its degree is reached. Where a closed form is known (Chebyshev's between -1 and 1, all at the ends), high
degrees need no recurrence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Polynomial = Callable[[Array, Array], Array]
# From this degree on the closed form is both faster and more exact.
HIGH = 8


def by_recurrence(x: Array, degree: Array, first: Array, step: Callable[[int, Array, Array], Array]) -> Array:
    """The polynomials of each degree at x, 0 for negative degrees.

    Args:
        x: the points.
        degree: integers that broadcast with them.
        first: the polynomial of degree 1 at x.
        step: (k, p_k, p_(k-1)) -> p_(k+1).
    """
    shape = np.broadcast_shapes(x.shape, degree.shape)
    out = np.zeros(shape, x.dtype)
    wanted = {int(k) for k in np.unique(degree)}
    before, now = np.ones_like(x), first
    for k in range(max(wanted, default=-1) + 1):
        if k in wanted:
            np.copyto(out, before, where=degree == k)
        before, now = now, step(k + 1, now, before)
    return out


def _whole(n: Array) -> Array:
    return np.trunc(n).astype(np.int64)


def _chebyshev(
    x: Array, n: Array, first: Array, at_one: Callable[[Array], Any], at_minus_one: Any, inside: Any
) -> Array:
    """A Chebyshev polynomial: T_(n+1) = 2 x T_n - T_(n-1), with the closed form where it holds."""
    degree = _whole(n)
    ends = (np.abs(x) == 1) & (degree >= 0)
    closed = (np.abs(x) < 1) & (degree >= HIGH)
    rest = np.where(ends | closed, -1, degree)
    out = by_recurrence(x, rest, first, lambda k, now, before: 2 * x * now - before)
    n, sign = degree.astype(x.dtype), np.where(degree % 2 == 0, 1, -1).astype(x.dtype)
    out = np.where(ends, np.where(x > 0, at_one(n), sign * at_minus_one(n)), out)
    return np.where(closed, inside(n, np.arccos(x)), out).astype(x.dtype, copy=False) if closed.any() else out


def chebyshev_t(x: Array, n: Array) -> Array:
    one = np.ones_like
    return _chebyshev(x, n, x, one, one, lambda n, a: np.cos(n * a))


def chebyshev_u(x: Array, n: Array) -> Array:
    def ends(n: Array) -> Array:
        return n + 1

    return _chebyshev(x, n, 2 * x, ends, ends, lambda n, a: np.sin((n + 1) * a) / np.sin(a))


def chebyshev_v(x: Array, n: Array) -> Array:
    return _chebyshev(
        x, n, 2 * x - 1, np.ones_like, lambda n: 2 * n + 1, lambda n, a: np.cos((n + 0.5) * a) / np.cos(a / 2)
    )


def chebyshev_w(x: Array, n: Array) -> Array:
    return _chebyshev(
        x, n, 2 * x + 1, lambda n: 2 * n + 1, np.ones_like, lambda n, a: np.sin((n + 0.5) * a) / np.sin(a / 2)
    )


def shifted(polynomial: Polynomial) -> Polynomial:
    """The polynomial of 2 x - 1, which has on [0, 1] the values that it has on [-1, 1]."""
    return lambda x, n: polynomial(2 * x - 1, n)


def _hermite(x: Array, n: Array, factor: float) -> Array:
    """H_(k+1) = f (x H_k - k H_(k-1)); NaN for degrees whose values no number of the type could hold."""
    degree = _whole(n)
    limit = 128 if x.dtype == np.float32 else 512
    out = by_recurrence(
        x, np.where(degree > limit, -1, degree), factor * x, lambda k, now, before: factor * (x * now - k * before)
    )
    return np.where(degree > limit, x.dtype.type(np.nan), out)


def hermite_h(x: Array, n: Array) -> Array:
    return _hermite(x, n, 2)


def hermite_he(x: Array, n: Array) -> Array:
    return _hermite(x, n, 1)


def laguerre(x: Array, n: Array) -> Array:
    return by_recurrence(x, _whole(n), 1 - x, lambda k, now, before: ((2 * k + 1 - x) * now - k * before) / (k + 1))


def legendre(x: Array, n: Array) -> Array:
    return by_recurrence(x, _whole(n), x, lambda k, now, before: ((2 * k + 1) * x * now - k * before) / (k + 1))
