"""Updates of optimizers in one pass over memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import functions
from .compile import compiled


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


functions["adam"] = adam
