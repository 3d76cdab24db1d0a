"""Derivatives by differences, with their own error: how far off they may be by rounding and by the finite step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

# A value along a line through a point, and the sum of the sizes of the terms it is the sum of: what rounding is relative to.
Line = Callable[[float], tuple[float, float]]

STEPS = (4e-3, 1e-4, 1e-5)
SAFETY = 10.0  # the estimate of the error is one; the error of a right derivative stays below this many times it


class Slope(NamedTuple):
    """A derivative along a line, and by how much it may be wrong."""

    value: float
    error: float


def slope(line: Line, eps: float) -> Slope:
    """The derivative at 0: central differences at h, h/2 and h/4, from which the errors in h² and h⁴ are removed.

    What the last removal changes estimates the error; of several h the one with the smallest error is taken.

    Args:
        line: the function.
        eps: the spacing of its numbers at 1.
    """
    best = Slope(np.nan, np.inf)
    for h in STEPS:
        h *= max(1.0, (eps / 2.2e-16) ** 0.2)  # coarser numbers need longer steps
        halves, size = [], 0.0
        for step in (h, h / 2, h / 4):
            (high, a), (low, b) = line(step), line(-step)
            halves.append((high - low) / (2 * step))
            size = max(size, a, b)
        first, second = ((4 * fine - coarse) / 3 for coarse, fine in pairwise(halves))
        value = (16 * second - first) / 15
        rounding = 2 * eps * (size / (h / 4) + abs(value))
        error = abs(value - second) + rounding
        if error < best.error or not np.isfinite(best.value):
            best = Slope(value, error)
        if error <= 1e-9 * max(abs(value), size, 1e-3):
            return best
    return best


def sides(line: Line, eps: float) -> tuple[float, float] | None:
    """The smaller and the greater one-sided derivative at 0, a little widened, if they differ: at a kink or jump."""
    h = 10 * eps ** (1 / 2.5)
    middle, size = line(0.0)
    right, left = (line(h)[0] - middle) / h, (middle - line(-h)[0]) / h
    slack = 1e-3 * (abs(right) + abs(left)) + 4 * eps * size / h
    if not abs(right - left) > slack:
        return None
    return min(left, right) - slack, max(left, right) + slack
