"""The random factors of dropout, which depend on a seed alone, so that a derivative can make them again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kernel import find

NDArray = np.ndarray[Any, Any]


def seeded_noise(shape: tuple[int, ...], p: float, seed: int, kind: np.dtype[Any]) -> NDArray:
    """1 / (1 - p) with probability 1 - p, else 0; the same for the same shape and seed, whatever the type.

    Many numbers come from a compiled generator, if numba is installed: others than without it.
    """
    if p == 1.0:
        return np.zeros(shape, kind)
    scale = 1 / (1 - p)
    compiled = find("noise", math.prod(shape))
    if compiled is not None:
        noise = np.empty(shape, np.float32)
        compiled(noise.reshape(-1), p, seed)
        noise = noise.astype(kind, copy=False)
    else:
        noise = (np.random.default_rng(seed).random(shape, np.float32) >= p).astype(kind)
    noise *= scale
    return noise
