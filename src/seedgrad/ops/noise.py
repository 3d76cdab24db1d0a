"""The random factors of dropout, which depend on a seed alone, so that a derivative can make them again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.kernel import find
from ..core.mode import mode

NDArray = np.ndarray[Any, Any]


def seeded_noise(shape: tuple[int, ...], p: float, seed: int, kind: np.dtype[Any]) -> NDArray:
    """1 / (1 - p) with probability 1 - p, else 0; the same for the same shape and seed, whatever the type.

    Many numbers come from a compiled generator, if numba is installed: others than without it.
    """
    trace = mode.now.trace
    if trace is not None and trace.state == "on":  # the seed is another one at each replay
        noise: NDArray = trace.whole(_all, (shape, p, seed, kind), {})
        return noise
    return _all(shape, p, seed, kind)


def _all(shape: tuple[int, ...], p: float, seed: int, kind: np.dtype[Any]) -> NDArray:
    size = math.prod(shape)
    return noise_between(size, 0, size, p, seed, kind).reshape(shape)


def noise_between(size: int, first: int, last: int, p: float, seed: int, kind: np.dtype[Any]) -> NDArray:
    """The numbers at first to last in a row of `size` of them, without drawing the others."""
    if p == 1.0:
        return np.zeros(last - first, kind)
    compiled = find("noise", size)
    if compiled is not None:
        noise = np.empty(last - first, np.float32)
        compiled(noise, p, seed, first)
        noise = noise.astype(kind, copy=False)
    else:
        # One step of the generator gives two numbers of float32.
        steps = np.random.PCG64(seed).advance(first // 2)
        odd = first % 2
        noise = (np.random.Generator(steps).random(last - first + odd, np.float32)[odd:] >= p).astype(kind)
    noise *= 1 / (1 - p)
    return noise
