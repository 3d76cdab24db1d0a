"""Updates of optimizers in one pass over memory: `compiled_form` of each says which, and with what."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from .compile import compiled, part
from .numba_math import choose


@part
def _penalized(g: Any, p: Any, decay: Any) -> Any:
    """g + decay p; without decay g, even where p is infinite."""
    return choose(decay == 0, g, g + decay * p)


@compiled
def sgd(p: Any, g: Any, lr: Any, decay: Any) -> None:
    for i in range(p.size):
        p[i] -= lr * _penalized(g[i], p[i], decay)


@compiled
def sgd_momentum(p: Any, g: Any, b: Any, lr: Any, decay: Any, momentum: Any, share: Any, ahead: Any) -> None:
    """`ahead` is the momentum for Nesterov's form, else 0."""
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        b[i] = b[i] * momentum + share * d
        p[i] -= lr * choose(ahead == 0, b[i], d + ahead * b[i])


@compiled
def sgd_first(p: Any, g: Any, b: Any, lr: Any, decay: Any, momentum: Any, share: Any, ahead: Any) -> None:
    """The first step: the direction b, which nobody has written, becomes the gradient."""
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        b[i] = d
        p[i] -= lr * choose(ahead == 0, d, d + ahead * d)


@compiled
def adam(
    p: Any,
    g: Any,
    m: Any,
    v: Any,
    weight1: Any,
    beta2: Any,
    weight2: Any,
    size: Any,
    root: Any,
    eps: Any,
    penalty: Any,
    shrink: Any,
) -> None:
    """Adam and AdamW, as `Adam.update` has them: weight1 = 1 - beta1 and weight2 = 1 - beta2."""
    for i in range(p.size):
        x = p[i] * shrink
        d = g[i] + penalty * x
        m[i] += (d - m[i]) * weight1
        v[i] = v[i] * beta2 + d * d * weight2
        p[i] = x - m[i] * size / (np.sqrt(v[i]) / root + eps)


@compiled
def amsgrad(
    p: Any,
    g: Any,
    m: Any,
    v: Any,
    top: Any,
    weight1: Any,
    beta2: Any,
    weight2: Any,
    size: Any,
    root: Any,
    eps: Any,
    penalty: Any,
    shrink: Any,
) -> None:
    """The same with the largest v so far; NaN stays."""
    for i in range(p.size):
        x = p[i] * shrink
        d = g[i] + penalty * x
        m[i] += (d - m[i]) * weight1
        v[i] = v[i] * beta2 + d * d * weight2
        top[i] = choose((v[i] > top[i]) | (v[i] != v[i]), v[i], top[i])
        p[i] = x - m[i] * size / (np.sqrt(top[i]) / root + eps)


@compiled
def rmsprop(p: Any, g: Any, v: Any, lr: Any, alpha: Any, weight: Any, eps: Any, decay: Any) -> None:
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        v[i] = v[i] * alpha + d * d * weight
        p[i] -= lr * (d / (np.sqrt(v[i]) + eps))


@compiled
def rmsprop_momentum(
    p: Any, g: Any, v: Any, b: Any, lr: Any, alpha: Any, weight: Any, eps: Any, decay: Any, momentum: Any
) -> None:
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        v[i] = v[i] * alpha + d * d * weight
        b[i] = b[i] * momentum + d / (np.sqrt(v[i]) + eps)
        p[i] -= lr * b[i]


@compiled
def lion(p: Any, g: Any, m: Any, beta1: Any, weight1: Any, weight2: Any, lr: Any, shrink: Any) -> None:
    for i in range(p.size):
        d = beta1 * m[i] + weight1 * g[i]
        p[i] = p[i] * shrink - lr * np.sign(d)
        m[i] += (g[i] - m[i]) * weight2


@compiled
def adagrad(p: Any, g: Any, s: Any, lr: Any, decay: Any, eps: Any) -> None:
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        s[i] += d * d
        p[i] -= lr * d / (np.sqrt(s[i]) + eps)


for _update in (sgd, sgd_momentum, sgd_first, adam, amsgrad, rmsprop, rmsprop_momentum, lion, adagrad):
    functions[_update.__name__] = _update
