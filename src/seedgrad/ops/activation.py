"""Activation functions, each with its derivative.

At a kink the derivative is PyTorch's: 0 for relu at 0, 0 for hardtanh at both ends, the left one for elu at
0. `step` and `mix` stand for the branches of a piecewise function: multiplying by an array of zeros and ones
is many times faster in NumPy than `where`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batching import along, elementwise
from ..core.dtype import F32, F64
from ..core.kernel import LARGE
from ..core.op import op

NDArray = np.ndarray[Any, Any]

# A 0-d array takes a faster path through np.maximum than a number, a row of zeros the vectorised one.
_ZERO: dict[Any, Any] = {F32: np.zeros((), np.float32), F64: np.zeros((), np.float64)}
_ROW = 1024


def _relu(x: NDArray) -> NDArray:
    """max(x, 0)."""
    zero = _ZERO.get(x.dtype)
    if zero is None:
        return np.maximum(x, x.dtype.type(0))
    if x.size > 4 * _ROW and x.shape[-1] >= 64 and x.strides[-1] == x.itemsize:
        zero = np.zeros(x.shape[-1], x.dtype)
    return np.maximum(x, zero)


def _negative_part(x: NDArray) -> NDArray:
    """min(x, 0)."""
    return np.minimum(x, _ZERO.get(x.dtype, x.dtype.type(0)))


def _log1p_exp(x: NDArray) -> NDArray:
    """log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|))."""
    out = np.absolute(x, out=np.empty_like(x))
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    return np.add(out, _relu(x), out=out)


vars(namespace).update(relu=_relu, negative_part=_negative_part, log1p_exp=_log1p_exp)


@op(ufunc=True, real=NotImplementedError)
def relu(xp: Any, x: Any, /) -> Any:
    return xp.relu(x)


@op(ufunc=True)
def negative_part(xp: Any, x: Any, /) -> Any:
    return xp.negative_part(x)


@op(ufunc=True, real=NotImplementedError)
def log1p_exp(xp: Any, x: Any, /) -> Any:
    return xp.log1p_exp(x)


# out is never negative; the gradient passes where it is NaN, as in PyTorch.
relu.defvjp(x=lambda g, xp, out: xp.gate(g, out != 0))
negative_part.defvjp(x=lambda g, xp, x: xp.gate(g, x < 0))
log1p_exp.defvjp(x=lambda g, xp, x: g * xp.sigmoid(x))


def wide(xp: Any, x: Any) -> Any:
    """x, in float32 if it is a half type, which rounds after every step and loses its type to numbers."""
    return xp.astype(x, F32) if x.dtype.itemsize == 2 else x


def step(xp: Any, x: Any) -> Any:
    """1 where x > 0, else 0, in x's type."""
    return xp.astype(x > 0, x.dtype)


def mix(m: Any, low: Any) -> Any:
    """1 where the step m is 1, `low` where it is 0."""
    return m + low * (1 - m)


@op(cast="float", name="LeakyRelu", real=NotImplementedError)
def leaky_relu(xp: Any, x: Any, /, negative_slope: float = 0.01) -> Any:
    z = wide(xp, x)
    return xp.astype(xp.relu(z) + negative_slope * xp.negative_part(z), x.dtype)


leaky_relu.defvjp(x=lambda g, xp, x, negative_slope: g * mix(step(xp, x), negative_slope))


@op(cast="float", real=NotImplementedError)
def prelu(xp: Any, x: Any, weight: Any, /) -> Any:
    """relu(x) + weight min(x, 0); weight broadcasts."""
    return xp.relu(x) + weight * xp.negative_part(x)


prelu.defvjp(
    x=lambda g, xp, x, weight: g * mix(step(xp, x), weight),
    weight=lambda g, xp, x: xp.gate(g * x, xp.logical_not(x > 0)),
)


@op(cast="float", real=NotImplementedError)
def elu(xp: Any, x: Any, /, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> Any:
    """scale times x where x > 0, times alpha (exp(input_scale x) - 1) elsewhere: elu, celu and selu."""
    z = wide(xp, x)
    out = scale * (xp.relu(z) + alpha * xp.expm1(input_scale * xp.negative_part(z)))
    return xp.astype(out, x.dtype)


elu.defvjp(
    x=lambda g, xp, x, alpha, scale, input_scale: (
        g * (scale * mix(step(xp, x), alpha * input_scale * xp.exp(input_scale * xp.negative_part(x))))
    )
)


@op(cast="float")
def silu(xp: Any, x: Any, /) -> Any:
    return x * xp.sigmoid(x)


def _silu_vjp(g: Any, xp: Any, x: Any) -> Any:
    s = xp.sigmoid(x)
    return g * (s * (1 + x * (1 - s)))


silu.defvjp(x=_silu_vjp)


@op(cast="float", real=NotImplementedError)
def mish(xp: Any, x: Any, /) -> Any:
    return x * xp.tanh(xp.log1p_exp(x))


def _mish_vjp(g: Any, xp: Any, x: Any) -> Any:
    t = xp.tanh(xp.log1p_exp(x))
    return g * (t + x * xp.sigmoid(x) * (1 - t * t))


mish.defvjp(x=_mish_vjp)

_SQRT_HALF = math.sqrt(0.5)
_INV_SQRT_2PI = 1 / math.sqrt(2 * math.pi)
_SQRT_2_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715  # Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016


@op(cast="float")
def gelu(xp: Any, x: Any, /) -> Any:
    """x times the probability that a standard normal number is below x."""
    z = wide(xp, x)
    return xp.astype(0.5 * z * (1 + xp.erf(z * _SQRT_HALF)), x.dtype)


gelu.defvjp(x=lambda g, xp, x: g * (0.5 * (1 + xp.erf(x * _SQRT_HALF)) + x * (xp.exp(-0.5 * x * x) * _INV_SQRT_2PI)))


@op(cast="float", name="Gelu")
def gelu_tanh(xp: Any, x: Any, /) -> Any:
    """gelu with erf approximated by a tanh."""
    z = wide(xp, x)
    return xp.astype(0.5 * z * (1 + xp.tanh(_SQRT_2_PI * (z + _CUBIC * (z * z * z)))), x.dtype)


def _gelu_tanh_vjp(g: Any, xp: Any, x: Any) -> Any:
    square = x * x
    t = xp.tanh(_SQRT_2_PI * x * (1 + _CUBIC * square))
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * (_SQRT_2_PI * (1 + 3 * _CUBIC * square)))


gelu_tanh.defvjp(x=_gelu_tanh_vjp)


@op(cast="float", real=NotImplementedError)
def softplus(xp: Any, x: Any, /, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta x)) / beta, and x where beta x > threshold."""
    z = beta * wide(xp, x)
    bend = xp.log1p_exp(z) * (1 / beta if beta else math.inf)
    return xp.astype(xp.where(z > threshold, wide(xp, x), bend), x.dtype)


softplus.defvjp(x=lambda g, xp, x, beta, threshold: xp.where(beta * x > threshold, g, g * xp.sigmoid(beta * x)))


@op(cast="float", name="LogSigmoid", real=NotImplementedError)
def logsigmoid(xp: Any, x: Any, /) -> Any:
    return -xp.log1p_exp(-x)


logsigmoid.defvjp(x=lambda g, xp, x: g * xp.sigmoid(-x))


@op(cast="float")
def softsign(xp: Any, x: Any, /) -> Any:
    return x / (1 + xp.absolute(x))


softsign.defvjp(x=lambda g, xp, x: g / xp.square(1 + xp.absolute(x)))


@op(cast="float", complex=True)
def tanhshrink(xp: Any, x: Any, /) -> Any:
    return x - xp.tanh(x)


tanhshrink.defvjp(x=lambda g, xp, x: g * xp.square(xp.tanh(x)))


@op(cast=None, real=NotImplementedError)
def hardtanh(xp: Any, x: Any, /, low: float = -1.0, high: float = 1.0) -> Any:
    return xp.astype(xp.minimum(xp.maximum(x, low), high), x.dtype)


hardtanh.defvjp(x=lambda g, xp, x, low, high: xp.gate(g, (x > low) & (x < high)))


@op(cast="float", real=NotImplementedError)
def hardsigmoid(xp: Any, x: Any, /) -> Any:
    """relu6(x + 3) / 6."""
    return xp.astype(xp.minimum(xp.relu(wide(xp, x) + 3), 6.0) * (1 / 6), x.dtype)


hardsigmoid.defvjp(x=lambda g, xp, x: xp.gate(g, (x > -3) & (x < 3)) * (1 / 6))


@op(cast="float", real=NotImplementedError)
def hardswish(xp: Any, x: Any, /) -> Any:
    """x relu6(x + 3) / 6."""
    z = wide(xp, x)
    return xp.astype(z * xp.minimum(xp.relu(z + 3), 6.0) * (1 / 6), x.dtype)


# PyTorch counts the left end as 0 and the right end as part of the line.
hardswish.defvjp(x=lambda g, xp, x: xp.where(x < 3, xp.gate(g, x > -3) * (x * (1 / 3) + 0.5), g))


@op(cast=None, real=NotImplementedError)
def threshold(xp: Any, x: Any, /, threshold: float = 0.0, value: float = 0.0) -> Any:
    """x where it exceeds the threshold, else the value."""
    return xp.astype(xp.where(x <= threshold, value, x), x.dtype)


threshold.defvjp(x=lambda g, xp, x, threshold: xp.gate(g, xp.logical_not(x <= threshold)))


@op(cast="float", real=NotImplementedError)
def hardshrink(xp: Any, x: Any, /, lambd: float = 0.5) -> Any:
    return xp.astype(xp.where(xp.absolute(x) <= lambd, 0.0, x), x.dtype)


@op(cast="float", real=NotImplementedError)
def softshrink(xp: Any, x: Any, /, lambd: float = 0.5) -> Any:
    z = wide(xp, x)
    return xp.astype(xp.relu(z - lambd) + xp.negative_part(z + lambd), x.dtype)


hardshrink.defvjp(x=lambda g, xp, x, lambd: xp.gate(g, xp.logical_not(xp.absolute(x) <= lambd)))
softshrink.defvjp(x=lambda g, xp, x, lambd: xp.gate(g, xp.logical_not(xp.absolute(x) <= lambd)))


@op(cast="float")
def glu(xp: Any, x: Any, /, axis: int = -1) -> Any:
    """The first half of x along `axis`, times the sigmoid of the second half."""
    first, second = _halves(xp, x, axis)
    return first * xp.sigmoid(second)


def _halves(xp: Any, x: Any, axis: int) -> Any:
    half = x.shape[axis] // 2
    return xp.split(x, (half, half), axis % x.ndim)


def _glu_vjp(g: Any, xp: Any, x: Any, axis: int) -> Any:
    first, second = _halves(xp, x, axis)
    s = xp.sigmoid(second)
    return xp.concatenate([g * s, g * first * (s * (1 - s))], axis=axis % x.ndim)


glu.defvjp(x=_glu_vjp)


for each in (
    prelu,
    relu,
    negative_part,
    log1p_exp,
    leaky_relu,
    elu,
    silu,
    mish,
    gelu,
    gelu_tanh,
    softplus,
    logsigmoid,
    softsign,
    tanhshrink,
    hardtanh,
    hardsigmoid,
    hardswish,
    threshold,
    hardshrink,
    softshrink,
):
    each.defbatch(elementwise)
glu.defbatch(along("axis"))

for each in (
    relu,
    leaky_relu,
    elu,
    silu,
    mish,
    gelu,
    gelu_tanh,
    softplus,
    logsigmoid,
    softsign,
    tanhshrink,
    hardtanh,
    hardsigmoid,
    hardswish,
):
    each.large = LARGE
