"""Where the points of a grid lie in an image, and which elements with which weights make the value there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.batch_values import on_values
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...ops.sample import piecewise

Array = np.ndarray[Any, Any]

# The elements around a point, from the first one.
AROUND = {"nearest": np.zeros((1, 1)), "bilinear": np.arange(2.0)[:, None], "bicubic": np.arange(-1.0, 3.0)[:, None]}


def axis_weights(points: Tensor, size: int, mode: str, padding_mode: str, align_corners: bool) -> tuple[Tensor, Tensor]:
    """The elements along one axis, and their weights, for points (N, P) between -1 and 1.

    Returns:
        (N, K, P) int64, -1 for what lies outside; and (N, K, P).
    """
    kind = points.array.dtype.type
    half = kind((size - 1) / 2 if align_corners else size / 2)

    def found(points: Array) -> tuple[Array, ...]:
        """Where the points lie, with the derivative; the first of the elements around, and all of these."""
        # From -1 to 1 go the middles of the outer elements, or their outer edges.
        raw = (points + kind(1)) * half - kind(0 if align_corners else 0.5)
        value, slope = raw, np.full_like(raw, half)
        if mode != "bicubic":
            value, turned = _into_range(raw, size, padding_mode, align_corners)
            slope *= turned
        low = np.rint(value) if mode == "nearest" else np.floor(value)
        around = low[..., None, :] + AROUND[mode]
        if mode == "bicubic":
            around = _into_range(around, size, padding_mode, align_corners)[0]
        return value, slope, low, _inside(around, size)

    value, slope, low, places = on_values(found, points)
    if mode == "nearest":
        one = piecewise.call(points, xp.ones_like(value), xp.zeros_like(value))
        return places, xp.expand_dims(one, 1)
    t = piecewise.call(points, value, slope) - low
    return places, xp.stack([1 - t, t], axis=1) if mode == "bilinear" else _cubic_weights(t)


def _inside(places: Array, size: int) -> Array:
    return np.where((places >= 0) & (places < size), places, -1).astype(np.int64)


def _into_range(x: Array, size: int, padding_mode: str, align_corners: bool) -> tuple[Array, Array]:
    """Positions moved into the image as the padding mode says, and the derivative of that: 1, -1 or 0."""
    slope = np.ones_like(x)
    if padding_mode == "zeros":
        return x, slope
    if padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if align_corners else (-0.5, float(size))
        if span:
            away = np.abs(x - x.dtype.type(low))
            turns = np.floor(away / x.dtype.type(span))
            rest = away - turns * x.dtype.type(span)
            back = turns % 2 == 1
            slope = np.where(back, -1, 1) * np.where(x < low, -1, 1).astype(x.dtype)
            x = np.where(back, x.dtype.type(span) - rest, rest) + x.dtype.type(low)
        else:
            x, slope = np.zeros_like(x), np.zeros_like(x)
    within = (x > 0) & (x < size - 1)
    return np.clip(x, 0, size - 1), slope * within


def _cubic_weights(t: Tensor, a: float = -0.75) -> Tensor:
    """The weights of four neighbours, by the kernel of Keys with slope a, for a fraction t of the way from the second."""
    u = 1 - t

    def outer(s: Tensor) -> Any:  # distance 1 + s
        return ((a * s - 2 * a) * s + a) * s

    def inner(s: Tensor) -> Any:  # distance s
        return ((a + 2) * s - (a + 3)) * s * s + 1

    return xp.stack([outer(t), inner(t), inner(u), outer(u)], axis=1)
