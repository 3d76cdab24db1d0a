"""Exponentials and their relatives for float32, written so that a loop over them is compiled to vector instructions.

No branches: both sides are computed and one is selected. No calls and no tables: polynomials, and integer arithmetic on
the bits of a float. Sums keep their order in here, whatever the caller allows.

The largest errors, in units in the last place of the correctly rounded result, stand in `MAX_ULP` (measured on every 61st
float of the whole range; `tests/kernels` checks them). Infinities, NaN, zeros and denormal numbers are handled as in
NumPy, but sigmoid is 0 below -88.4, where its value is a denormal number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from .compile import part

F, I = np.float32, np.int32

MAX_ULP = {
    "exp": 1.1,
    "expm1": 1.7,
    "log": 0.9,
    "log1p": 1.5,
    "sigmoid": 2.6,
    "log1p_exp": 2.1,
    "tanh": 2.5,
    "erf": 1.8,
}

_LOG2E = F(1.4426950408889634)
# log(2) in two parts; the first has 12 bits, so its product with a small whole number is exact.
_LN2_HIGH, _LN2_LOW = F(0.693359375), F(-2.1219444005469057e-4)
# Adding it leaves a float whose last bits are the nearest whole number.
_ROUND = F(12582912.0)  # 1.5 * 2^23
_ROUND_BITS = I(0x4B400000)
_intrinsic: Any = intrinsic
_INF, _NAN = F(np.inf), F(np.nan)
_OTHER = {types.float32: types.int32, types.int32: types.float32}


@_intrinsic
def bits(_: Any, x: Any) -> Any:
    """The bits of a float32 as an int32, and back."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(signature.return_type))

    return _OTHER[x](x), generate


@_intrinsic
def choose(_: Any, condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y: both are computed, where `x if condition else y` may become a branch."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(*args)

    return x(types.boolean, x, x), generate


@part
def power_of_two(n: Any) -> Any:
    """2^n for -126 <= n <= 127."""
    return bits(I((n + I(127)) << I(23)))


@part
def _reduced(x: Any) -> Any:
    """The whole number n and the float r, |r| < 0.35, for which x = n log(2) + r."""
    shifted = x * _LOG2E + _ROUND
    n = I(bits(shifted) - _ROUND_BITS)
    whole = shifted - _ROUND
    return n, (x - whole * _LN2_HIGH) - whole * _LN2_LOW


@part
def _exp_tail(r: Any) -> Any:
    """exp(r) - 1 for |r| < 0.35: Taylor's series; the first term left out is below 6e-9."""
    p = F(1 / 5040)
    p = p * r + F(1 / 720)
    p = p * r + F(1 / 120)
    p = p * r + F(1 / 24)
    p = p * r + F(1 / 6)
    p = p * r + F(1 / 2)
    return (p * r) * r + r


@part
def exp(x: Any) -> Any:
    """e^x. The power of two is applied in two halves, so that results overflow and become denormal as they should."""
    x = choose(x > F(89), F(89), x)
    x = choose(x < F(-105), F(-105), x)
    n, r = _reduced(x)
    half = I(n >> I(1))
    return ((F(1) + _exp_tail(r)) * power_of_two(half)) * power_of_two(I(n - half))


@part
def expm1(x: Any) -> Any:
    """e^x - 1, exact near 0: 2^n (e^r - 1) + (2^n - 1)."""
    kept = x
    x = choose(x > F(89), F(89), x)
    x = choose(x < F(-30), F(-30), x)
    n, r = _reduced(x)
    over = n > I(127)
    scale = power_of_two(choose(over, I(127), n))
    out = scale * _exp_tail(r) + (scale - F(1))
    # 2^128 is no float: the last halving is undone here.
    large = ((F(1) + _exp_tail(r)) * power_of_two(I(127))) * F(2)
    out = choose(over, large, out)
    return choose(kept == F(0), kept, out)  # -0


@part
def _log_split(x: Any) -> Any:
    """The float e and f in (-0.3, 0.42) for which x = 2^e (1 + f); x is positive and not denormal."""
    i = bits(x)
    # The exponent that leaves the significand in [sqrt(1/2), sqrt(2)).
    e = I((i - I(0x3F3504F3)) >> I(23))
    return F(e), bits(I(i - I(e << I(23)))) - F(1)


@part
def _log1p_series(f: Any) -> tuple[Any, Any]:
    """f^2/2, and what log(1 + f) - f + f^2/2 is: from 2 artanh(f / (2 + f)) by its series, whose rest is below 1e-9."""
    s = f / (F(2) + f)
    z = s * s
    p = F(2 / 9)
    p = p * z + F(2 / 7)
    p = p * z + F(2 / 5)
    p = p * z + F(2 / 3)
    half = (F(0.5) * f) * f
    return half, s * (half + p * z)


@part
def log(x: Any) -> Any:
    """The natural logarithm: -inf at 0, NaN below."""
    small = x < F(1.17549435e-38)
    e, f = _log_split(choose(small, x * F(8388608), x))
    e = choose(small, e - F(23), e)
    half, rest = _log1p_series(f)
    out = e * _LN2_HIGH - ((half - (rest + e * _LN2_LOW)) - f)
    out = choose(x == _INF, x, out)
    out = choose(x == F(0), -_INF, out)
    return choose(x >= F(0), out, _NAN)


@part
def log1p(x: Any) -> Any:
    """log(1 + x), exact near 0: what rounding took from 1 + x is put back."""
    y = F(1) + x
    lost = choose(y < F(1e8), (x - (y - F(1))) / y, F(0))
    out = log(y) + choose(y <= F(0), F(0), lost)
    return choose((x == F(0)) | (x == _INF), x, out)


@part
def log1p_exp(x: Any) -> Any:
    """log(1 + e^x) = max(x, 0) + log(1 + u), u = e^-|x| <= 1: by the series of 2 artanh(u / (2 + u)), without a split."""
    u = exp(-abs(x))
    s = u / (F(2) + u)
    z = s * s
    p = F(2 / 17)
    p = p * z + F(2 / 15)
    p = p * z + F(2 / 13)
    p = p * z + F(2 / 11)
    p = p * z + F(2 / 9)
    p = p * z + F(2 / 7)
    p = p * z + F(2 / 5)
    p = p * z + F(2 / 3)
    half = (F(0.5) * u) * u
    return choose(x <= F(0), F(0), x) + (u - (half - s * (half + p * z)))


@part
def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x)."""
    return F(1) / (F(1) + exp(-x))


@part
def tanh(x: Any) -> Any:
    """m / (m + 2) for m = e^2|x| - 1, with the sign of x."""
    size = abs(x)
    twice = F(2) * choose(size > F(10), F(10), size)
    n, r = _reduced(twice)
    scale = power_of_two(n)
    m = scale * _exp_tail(r) + (scale - F(1))
    return np.copysign(m / (m + F(2)), x)


@part
def erf(x: Any) -> Any:
    """The error function: x p(x^2) below 0.95, 1 - exp(-q(|x|)) above.

    The coefficients are minimax fits of erf(x)/x and -log(erfc(x)); see `tools/fit_polynomials.py`.
    """
    size = abs(x)
    t = choose(size > F(4), F(4), size)
    z = x * x
    p = F(8.1850907e-05)
    p = p * z + F(-0.00080977025)
    p = p * z + F(0.0051969518)
    p = p * z + F(-0.026857706)
    p = p * z + F(0.11283664)
    p = p * z + F(-0.37612632)
    p = p * z + F(0.12837923)
    near = p * x + x
    q = F(2.1445552e-05)
    q = q * t + F(-0.0004385298)
    q = q * t + F(0.0041908552)
    q = q * t + F(-0.025171807)
    q = q * t + F(0.10836155)
    q = q * t + F(0.63327241)
    q = q * t + F(0.12955200)
    q = (q * t + F(-0.00018246035)) + t
    far = np.copysign(F(1) - exp(-q), x)
    out = choose(size < F(0.95), near, far)
    return choose(x != x, x, out)


@part
def normal(x: Any) -> Any:
    """The probability that a standard normal number is below x, and exp(-x^2 / 2), of which its density is a multiple.

    Below 0 it is exp(-x^2 / 2) q(u) u with u = 1 / (1 + |x| / sqrt(8)), so that the two share the exponential; q is a
    minimax fit (`tools/fit_polynomials.py`). The error is at most 2.2e-7, and small beside the result in the lower
    tail too, where (1 + erf) / 2 has lost all digits.
    """
    bell = exp(F(-0.5) * x * x)
    u = F(1) / (F(1) + abs(x) * F(0.35355339))
    q = F(-0.0295346081)
    q = q * u + F(0.142288089)
    q = q * u + F(-0.243601143)
    q = q * u + F(0.139034897)
    q = q * u + F(-0.0133136921)
    q = q * u + F(0.101343781)
    q = q * u + F(0.121551804)
    q = q * u + F(0.141187668)
    q = q * u + F(0.141043201)
    tail = (q * u) * bell
    return choose(x < F(0), tail, F(1) - tail), bell
