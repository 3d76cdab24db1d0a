"""A step length along a direction that satisfies the strong Wolfe conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
ARMIJO, CURVATURE = 1e-4, 0.9  # c₁ and c₂ in f(t) ≤ f(0) + c₁·t·f'(0) and |f'(t)| ≤ c₂·|f'(0)|


class Point(NamedTuple):
    """A step length, and the loss, its gradient and its slope along the direction there."""

    t: Any
    f: float
    g: Array
    slope: Any


def cubic_minimum(a: Point, b: Point, bounds: tuple[Any, Any] | None = None) -> Any:
    """Where the cubic polynomial through two points, with their slopes, is smallest; the middle if nowhere.

    Source: Nocedal and Wright, "Numerical Optimization" (2006), equation 3.59.
    """
    first, last = (a, b) if a.t <= b.t else (b, a)
    low, high = bounds or (first.t, last.t)
    d1 = a.slope + b.slope - 3 * (a.f - b.f) / (a.t - b.t)
    square = d1**2 - a.slope * b.slope
    if not square >= 0:
        return (low + high) / 2.0
    d2 = np.sqrt(square)
    t = last.t - (last.t - first.t) * ((last.slope + d2 - d1) / (last.slope - first.slope + 2 * d2))
    return min(max(t, low), high)


def strong_wolfe(
    evaluate: Callable[[Any], Point], t: Any, start: Point, size: Any, tolerance: float, most: int
) -> tuple[Point, int]:
    """Search a step length: first a bracket that holds one, then smaller and smaller ones inside.

    Args:
        evaluate: the point at a step length.
        t: the first length to try.
        start: the point at 0.
        size: the largest element of the direction; a bracket whose ends differ by less than `tolerance` / size is final.
        tolerance: the least change of a parameter that counts.
        most: how many lengths are tried beyond the first.

    Returns:
        The point found, and how many were evaluated.

    Source: Nocedal and Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6.
    """

    def too_high(point: Point) -> bool:
        return bool(point.f > start.f + ARMIJO * point.t * start.slope)

    def flat(point: Point) -> bool:
        return bool(abs(point.slope) <= -CURVATURE * start.slope)

    before, now = start, evaluate(t)
    tried = 0
    while True:
        if tried >= most:
            before = start
            break
        if too_high(now) or (tried > 1 and now.f >= before.f):
            break
        if flat(now):
            return now, tried + 1
        if now.slope >= 0:
            break
        limits = now.t + 0.01 * (now.t - before.t), now.t * 10
        before, now = now, evaluate(cubic_minimum(before, now, limits))
        tried += 1
    ends = [before, now]
    stalled = False
    low, high = _ordered(ends)
    while tried < most and not abs(ends[1].t - ends[0].t) * size < tolerance:
        t, stalled = _inside(cubic_minimum(ends[0], ends[1]), ends, stalled)
        now = evaluate(t)
        tried += 1
        if too_high(now) or now.f >= ends[low].f:
            ends[high] = now
            low, high = _ordered(ends)
            continue
        if flat(now):
            return now, tried + 1
        if now.slope * (ends[high].t - ends[low].t) >= 0:
            ends[high] = ends[low]
        ends[low] = now
    return ends[low], tried + 1


def _ordered(ends: list[Point]) -> tuple[int, int]:
    """The places of the lower and of the higher end."""
    return (0, 1) if ends[0].f <= ends[1].f else (1, 0)


def _inside(t: Any, ends: list[Point], stalled: bool) -> tuple[Any, bool]:
    """Keep a tenth of the bracket away from its ends, if `t` is near one for the second time in a row."""
    left, right = min(p.t for p in ends), max(p.t for p in ends)
    margin = 0.1 * (right - left)
    if not min(right - t, t - left) < margin:
        return t, False
    if stalled or t >= right or t <= left:
        return (right - margin if abs(t - right) < abs(t - left) else left + margin), False
    return t, True
