"""Activation functions and their derivatives on one number: the formulas of `ops/activation.py` in one pass.

`f(x, s)` is the function and `f_vjp(g, v, s)` the gradient for x, where `v` is what the op's rule reads: x, or the
result. `s` are the settings in the order of the op's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import numba_math as m
from .compile import part

F = np.float32
_HALF, _ONE, _ZERO, _SIXTH = F(0.5), F(1), F(0), F(1 / 6)
_INV_SQRT_2PI = F(1 / math.sqrt(2 * math.pi))
_TWICE_SQRT_2_PI = F(2 * math.sqrt(2 / math.pi))
_TWO_SQRT_PI = F(2 / math.sqrt(math.pi))
_CUBIC = F(0.044715)


@part
def positive(x: Any) -> Any:
    """max(x, 0), and NaN for NaN."""
    return m.choose(x <= _ZERO, _ZERO, x)


@part
def negative(x: Any) -> Any:
    """min(x, 0), and NaN for NaN."""
    return m.choose(x >= _ZERO, _ZERO, x)


@part
def tanh_log1p_exp(x: Any) -> Any:
    """tanh(log(1 + e^x)) = n / (n + 2) for n = e^x (e^x + 2); 1 above 20."""
    e = m.exp(m.choose(x > F(20), F(20), x))
    n = e * (e + F(2))
    return n / (n + F(2))


@part
def exp(x: Any, s: Any) -> Any:
    return m.exp(x)


@part
def exp_vjp(g: Any, out: Any, s: Any) -> Any:
    return g * out


@part
def expm1(x: Any, s: Any) -> Any:
    return m.expm1(x)


@part
def expm1_vjp(g: Any, out: Any, s: Any) -> Any:
    return g * (out + _ONE)


@part
def log(x: Any, s: Any) -> Any:
    return m.log(x)


@part
def log_vjp(g: Any, x: Any, s: Any) -> Any:
    return g / x


@part
def log1p(x: Any, s: Any) -> Any:
    return m.log1p(x)


@part
def log1p_vjp(g: Any, x: Any, s: Any) -> Any:
    return g / (x + _ONE)


@part
def tanh(x: Any, s: Any) -> Any:
    return m.tanh(x)


@part
def tanh_vjp(g: Any, out: Any, s: Any) -> Any:
    return g - g * (out * out)


@part
def erf(x: Any, s: Any) -> Any:
    return m.erf(x)


@part
def erf_vjp(g: Any, x: Any, s: Any) -> Any:
    return g * _TWO_SQRT_PI * m.exp(-x * x)


@part
def sigmoid(x: Any, s: Any) -> Any:
    return m.sigmoid(x)


@part
def sigmoid_vjp(g: Any, out: Any, s: Any) -> Any:
    return g * (_ONE - out) * out


@part
def relu(x: Any, s: Any) -> Any:
    return positive(x)


@part
def relu_vjp(g: Any, out: Any, s: Any) -> Any:
    return m.choose(out == _ZERO, _ZERO, g)


@part
def leaky_relu(x: Any, s: Any) -> Any:
    return positive(x) + s[0] * negative(x)


@part
def leaky_relu_vjp(g: Any, x: Any, s: Any) -> Any:
    return g * m.choose(x > _ZERO, _ONE, s[0])


@part
def elu(x: Any, s: Any) -> Any:
    return s[1] * (positive(x) + s[0] * m.expm1(s[2] * negative(x)))


@part
def elu_vjp(g: Any, x: Any, s: Any) -> Any:
    return g * (s[1] * m.choose(x > _ZERO, _ONE, s[0] * s[2] * m.exp(s[2] * negative(x))))


@part
def silu(x: Any, s: Any) -> Any:
    return x * m.sigmoid(x)


@part
def silu_vjp(g: Any, x: Any, s: Any) -> Any:
    y = m.sigmoid(x)
    return g * (y * (_ONE + x * (_ONE - y)))


@part
def mish(x: Any, s: Any) -> Any:
    return x * tanh_log1p_exp(x)


@part
def mish_vjp(g: Any, x: Any, s: Any) -> Any:
    t = tanh_log1p_exp(x)
    return g * (t + x * m.sigmoid(x) * (_ONE - t * t))


@part
def gelu(x: Any, s: Any) -> Any:
    return x * m.normal(x)[0]


@part
def gelu_vjp(g: Any, x: Any, s: Any) -> Any:
    below, bell = m.normal(x)
    return g * (below + x * (bell * _INV_SQRT_2PI))


@part
def gelu_tanh(x: Any, s: Any) -> Any:
    """(1 + tanh(u)) / 2 is sigmoid(2 u), which loses nothing where tanh is near -1."""
    return x * m.sigmoid(_TWICE_SQRT_2_PI * (x + _CUBIC * (x * x * x)))


@part
def gelu_tanh_vjp(g: Any, x: Any, s: Any) -> Any:
    square = x * x
    y = m.sigmoid(_TWICE_SQRT_2_PI * x * (_ONE + _CUBIC * square))
    slope = _TWICE_SQRT_2_PI * (_ONE + F(3) * _CUBIC * square)
    return g * (y + x * (y * (_ONE - y)) * slope)


@part
def softplus(x: Any, s: Any) -> Any:
    z = s[0] * x
    return m.choose(z > s[1], x, m.log1p_exp(z) * (_ONE / s[0]))


@part
def softplus_vjp(g: Any, x: Any, s: Any) -> Any:
    z = s[0] * x
    return m.choose(z > s[1], g, g * m.sigmoid(z))


@part
def logsigmoid(x: Any, s: Any) -> Any:
    return -m.log1p_exp(-x)


@part
def logsigmoid_vjp(g: Any, x: Any, s: Any) -> Any:
    return g * m.sigmoid(-x)


@part
def softsign(x: Any, s: Any) -> Any:
    return x / (_ONE + abs(x))


@part
def softsign_vjp(g: Any, x: Any, s: Any) -> Any:
    y = _ONE + abs(x)
    return g / (y * y)


@part
def tanhshrink(x: Any, s: Any) -> Any:
    return x - m.tanh(x)


@part
def tanhshrink_vjp(g: Any, x: Any, s: Any) -> Any:
    t = m.tanh(x)
    return g * (t * t)


@part
def hardtanh(x: Any, s: Any) -> Any:
    y = m.choose(x < s[0], s[0], x)
    return m.choose(y > s[1], s[1], y)


@part
def hardtanh_vjp(g: Any, x: Any, s: Any) -> Any:
    return m.choose((x > s[0]) & (x < s[1]), g, _ZERO)


@part
def _six(x: Any) -> Any:
    """min(max(x + 3, 0), 6)."""
    y = positive(x + F(3))
    return m.choose(y > F(6), F(6), y)


@part
def hardsigmoid(x: Any, s: Any) -> Any:
    return _six(x) * _SIXTH


@part
def hardsigmoid_vjp(g: Any, x: Any, s: Any) -> Any:
    return m.choose((x > F(-3)) & (x < F(3)), g, _ZERO) * _SIXTH


@part
def hardswish(x: Any, s: Any) -> Any:
    return x * _six(x) * _SIXTH


@part
def hardswish_vjp(g: Any, x: Any, s: Any) -> Any:
    inner = m.choose(x > F(-3), g, _ZERO) * (x * F(1 / 3) + _HALF)
    return m.choose(x < F(3), inner, g)
