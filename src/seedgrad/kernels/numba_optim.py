"""Updates of optimizers in one pass over memory: `compiled_form` of each says which, and with what.

What was just written is not read again: arrays rarely begin where a cache line does, and waiting for a store that
crosses a line made Adam three to four times as slow.
"""

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
        c = b[i] * momentum + share * d
        b[i] = c
        p[i] -= lr * choose(ahead == 0, c, d + ahead * c)


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
    """Adam and AdamW, as `Adam.update` has them: weight1 = 1 - beta1 and weight2 = 1 - beta2.

    size m / (sqrt(v) / root + eps), with root on the other side: a division less.
    """
    size, eps = size * root, eps * root
    for i in range(p.size):
        x = p[i] * shrink
        d = g[i] + penalty * x
        a = m[i] + (d - m[i]) * weight1
        b = v[i] * beta2 + d * d * weight2
        m[i], v[i] = a, b
        p[i] = x - a * size / (np.sqrt(b) + eps)


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
    size, eps = size * root, eps * root
    for i in range(p.size):
        x = p[i] * shrink
        d = g[i] + penalty * x
        a = m[i] + (d - m[i]) * weight1
        b = v[i] * beta2 + d * d * weight2
        c = choose((b > top[i]) | (b != b), b, top[i])
        m[i], v[i], top[i] = a, b, c
        p[i] = x - a * size / (np.sqrt(c) + eps)


@compiled
def rmsprop(p: Any, g: Any, v: Any, lr: Any, alpha: Any, weight: Any, eps: Any, decay: Any) -> None:
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        a = v[i] * alpha + d * d * weight
        v[i] = a
        p[i] -= lr * (d / (np.sqrt(a) + eps))


@compiled
def rmsprop_momentum(
    p: Any, g: Any, v: Any, b: Any, lr: Any, alpha: Any, weight: Any, eps: Any, decay: Any, momentum: Any
) -> None:
    for i in range(p.size):
        d = _penalized(g[i], p[i], decay)
        a = v[i] * alpha + d * d * weight
        c = b[i] * momentum + d / (np.sqrt(a) + eps)
        v[i], b[i] = a, c
        p[i] -= lr * c


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
        a = s[i] + d * d
        s[i] = a
        p[i] -= lr * d / (np.sqrt(a) + eps)


for _update in (sgd, sgd_momentum, sgd_first, adam, amsgrad, rmsprop, rmsprop_momentum, lion, adagrad):
    functions[_update.__name__] = _update
