"""Which old elements make a new one, and with what weight, for each way to resample an axis."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...ops.resample import Taps, filled

Array = np.ndarray[Any, Any]


@functools.lru_cache(maxsize=128)
def axis_taps(
    mode: str, size: int, out: int, scale: float | None, align_corners: bool, antialias: bool, kind: str
) -> Taps | None:
    """The taps of one axis; None where it stays as it is.

    Args:
        mode: "nearest", "nearest-exact", "linear", "cubic" or "lanczos".
        size, out: the length before and after.
        scale: the factor that the caller gave, which decides where elements lie, or None for out / size.
        align_corners: whether the first and last elements of both lie upon each other, rather than their outer edges.
        antialias: whether the weights widen with the step where the axis shrinks.
        kind: the type to compute positions in; PyTorch's results depend on it.
    """
    if size == out and (antialias or mode == "linear"):
        return None  # whatever the scale
    real = np.dtype(kind).type
    if mode in ("nearest", "nearest-exact"):
        return _copies(size, out, _step(size, out, scale, False, real), mode == "nearest-exact")
    step = _step(size, out, scale, align_corners, real)
    i = np.arange(out).astype(kind)
    if antialias:
        return _filtered(size, (i + real(0.5)) * step, step, *FILTERS[mode])
    position = i * step if align_corners else (i + real(0.5)) * step - real(0.5)
    if mode == "linear":
        position = np.maximum(position, 0)
    below = np.minimum(np.floor(position), size - 1)
    t = np.clip(position - below, 0, 1)
    if mode == "linear":
        return _clamped(size, below, [1 - t, t])
    shares = [_cubic(t + 1, -0.75), _cubic(t, -0.75), _cubic(1 - t, -0.75), _cubic(2 - t, -0.75)]
    return _clamped(size, below - 1, shares)


def _step(size: int, out: int, scale: float | None, align_corners: bool, real: Any) -> Any:
    """How far apart new elements lie, counted in old ones."""
    if align_corners:
        return real(size - 1) / real(out - 1) if out > 1 else real(0)
    return real(1.0 / scale) if scale is not None and scale > 0 else real(size) / real(out)


def _copies(size: int, out: int, step: Any, middle: bool) -> Taps:
    """The old element in which each new one begins, or in which its `middle` lies."""
    i = np.arange(out, dtype=type(step))
    places = np.floor((i + type(step)(0.5)) * step if middle else i * step)
    return Taps(size, np.minimum(places.astype(np.intp), size - 1)[:, None], None)


def _clamped(size: int, first: Array, shares: list[Array]) -> Taps:
    """Neighbours from `first` on; beyond an end the element at the end takes their place."""
    places = first.astype(np.intp)[:, None] + np.arange(len(shares))
    return Taps(size, np.clip(places, 0, size - 1), np.stack(shares, axis=1))


def _filtered(size: int, center: Array, step: Any, reach: int, weight: Callable[[Array], Array]) -> Taps:
    """Weights of a filter around each center, as wide as the step, whose sum is 1."""
    real = center.dtype.type
    width = max(step, real(1))
    support = real(reach / 2) * width
    first = np.maximum((center - support + real(0.5)).astype(np.intp), 0)
    end = np.minimum((center + support + real(0.5)).astype(np.intp), size)
    return windows_taps(size, first, end, lambda place: weight((place - center[:, None] + real(0.5)) / width))


def windows_taps(size: int, first: Array, end: Array, weight: Callable[[Array], Array]) -> Taps:
    """Sums over the windows from `first` to `end`, of weights that are scaled so that their sum is 1."""
    place, part = filled(first, end)
    shares = weight(place)
    shares = shares * part.astype(shares.dtype)
    total = shares.sum(axis=1, keepdims=True)
    return Taps(size, place, np.divide(shares, total, out=shares, where=total != 0))


@functools.lru_cache(maxsize=32)
def byte_taps(taps: Taps) -> Taps:
    """The taps with shares that are multiples of a power of 2, as PyTorch has them for bytes: so 16 bits hold them."""
    shares = taps.matrix
    bits = 14 - int(np.floor(np.log2(shares.max())))
    while np.floor(shares.max() * 2.0**bits + 0.5) >= 1 << 15:
        bits -= 1
    rounded = np.trunc(shares * 2.0**bits + np.copysign(0.5, shares)) / 2.0**bits
    return Taps(taps.size, np.broadcast_to(np.arange(taps.size), shares.shape), rounded)


def _triangle(x: Array) -> Array:
    return np.maximum(1 - np.abs(x), 0)


def _cubic(x: Array, a: float) -> Array:
    """The cubic convolution kernel of Keys (1981) with slope a at 1; 0 from 2 on."""
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((x - 5) * x + 8) * x * a - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


def _lanczos(x: Array) -> Array:
    """sinc(x) sinc(x / 3), 0 from 3 on."""
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


# The width of each filter, and its weights.
FILTERS: dict[str, tuple[int, Callable[[Array], Array]]] = {
    "linear": (2, _triangle),
    "cubic": (4, lambda x: _cubic(x, -0.5)),
    "lanczos": (6, _lanczos),
}


def window_bounds(size: int, out: int) -> tuple[Array, Array]:
    """Where `out` windows that together cover an axis begin and end: window i from i size / out on, rounded outwards."""
    i = np.arange(out)
    return i * size // max(out, 1), -(-(i + 1) * size // max(out, 1))


@functools.lru_cache(maxsize=128)
def mean_taps(size: int, out: int) -> Taps:
    """The means of these windows."""
    return windows_taps(size, *window_bounds(size, out), lambda place: np.ones(place.shape))
