"""The functions without gradients as ops on arrays: from SciPy, and by recurrence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.batching import elementwise
from ..core.namespace import by_scipy
from ..core.op import Op, op
from . import recurrences

Array = np.ndarray[Any, Any]


def _one(name: str, of: Callable[[Array], Array]) -> Op:
    def definition(xp: Any, x: Any, /) -> Any:
        return of(x)

    definition.__name__ = name
    made: Op = op(definition, cast="float", differentiable=False, real=NotImplementedError)
    made.defbatch(elementwise)
    return made


def _two(name: str, of: Callable[[Array, Array], Array]) -> Op:
    def definition(xp: Any, x: Any, n: Any, /) -> Any:
        return of(x, n)

    definition.__name__ = name
    made: Op = op(definition, cast="float", differentiable=False, real=NotImplementedError)
    made.defbatch(elementwise)
    return made


def _sine_over(x: Array) -> Array:
    """sin(x) / x: 1 at 0, and 0 at infinity."""
    ratio = np.sin(x) / x
    return np.where(x == 0, x.dtype.type(1), np.where(np.isinf(x), x.dtype.type(0), ratio))


airy_ai = _one("airy_ai", lambda x: by_scipy("airy", x)[0])
bessel_j0 = _one("bessel_j0", lambda x: by_scipy("j0", x))
bessel_j1 = _one("bessel_j1", lambda x: by_scipy("j1", x))
bessel_y0 = _one("bessel_y0", lambda x: by_scipy("y0", x))
bessel_y1 = _one("bessel_y1", lambda x: by_scipy("y1", x))
modified_bessel_i0 = _one("modified_bessel_i0", lambda x: by_scipy("i0", x))
modified_bessel_i1 = _one("modified_bessel_i1", lambda x: by_scipy("i1", x))
modified_bessel_k0 = _one("modified_bessel_k0", lambda x: by_scipy("k0", x))
modified_bessel_k1 = _one("modified_bessel_k1", lambda x: by_scipy("k1", x))
scaled_modified_bessel_k0 = _one("scaled_modified_bessel_k0", lambda x: by_scipy("k0e", x))
scaled_modified_bessel_k1 = _one("scaled_modified_bessel_k1", lambda x: by_scipy("k1e", x))
spherical_bessel_j0 = _one("spherical_bessel_j0", _sine_over)

chebyshev_polynomial_t = _two("chebyshev_polynomial_t", recurrences.chebyshev_t)
chebyshev_polynomial_u = _two("chebyshev_polynomial_u", recurrences.chebyshev_u)
chebyshev_polynomial_v = _two("chebyshev_polynomial_v", recurrences.chebyshev_v)
chebyshev_polynomial_w = _two("chebyshev_polynomial_w", recurrences.chebyshev_w)
shifted_chebyshev_polynomial_t = _two("shifted_chebyshev_polynomial_t", recurrences.shifted(recurrences.chebyshev_t))
shifted_chebyshev_polynomial_u = _two("shifted_chebyshev_polynomial_u", recurrences.shifted(recurrences.chebyshev_u))
shifted_chebyshev_polynomial_v = _two("shifted_chebyshev_polynomial_v", recurrences.shifted(recurrences.chebyshev_v))
shifted_chebyshev_polynomial_w = _two("shifted_chebyshev_polynomial_w", recurrences.shifted(recurrences.chebyshev_w))
hermite_polynomial_h = _two("hermite_polynomial_h", recurrences.hermite_h)
hermite_polynomial_he = _two("hermite_polynomial_he", recurrences.hermite_he)
laguerre_polynomial_l = _two("laguerre_polynomial_l", recurrences.laguerre)
legendre_polynomial_p = _two("legendre_polynomial_p", recurrences.legendre)
