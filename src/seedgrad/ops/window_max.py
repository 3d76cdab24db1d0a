"""Where windows that are not all alike have their largest element: found along one axis after the other.

The columns of a row are reduced first, then its rows: k + k comparisons for a window of k by k. Of equal elements the
first counts, of several NaNs the last, as in the other pooling ops; both orders are those of whole windows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def window_argmax(x: Array, places: tuple[Array, ...]) -> Array:
    """The places of the maxima, as numbers of elements of the space, for each window of x (N, C, *space).

    Args:
        x: the elements.
        places: for each axis (m, k) or (N, C, m, k): the k places of the m windows. A window that is shorter than k
            repeats its last place.

    Returns:
        int64 of shape (N, C, m, m', ...).
    """
    value = x
    found: Any = np.arange(int(np.prod(x.shape[2:]))).reshape(1, 1, *x.shape[2:])
    for i in reversed(range(len(places))):
        value, found = _along(value, found, places[i], i + 2)
    return np.broadcast_to(found, value.shape)


def _along(x: Array, numbers: Array, places: Array, axis: int) -> tuple[Array, Array]:
    """The maxima over windows of one axis, and the numbers of their elements."""
    best: Any = None
    kept: Any = None
    for k in range(places.shape[-1]):
        place = places[..., k]
        value, number = _take(x, place, axis), _take(numbers, place, axis)
        if best is None:
            best, kept = value, number
            continue
        better = (value > best) | np.isnan(value)
        best, kept = np.where(better, value, best), np.where(better, number, kept)
    return best, kept


def _at(place: Array, axis: int, ndim: int) -> Array:
    """(m,) or (N, C, m) with m at an axis of an array of `ndim` axes."""
    shape = [1] * ndim
    shape[axis] = place.shape[-1]
    shape[: place.ndim - 1] = place.shape[:-1]
    return place.reshape(shape)


def _take(x: Array, place: Array, axis: int) -> Array:
    if place.ndim == 1:
        return x.take(place, axis=axis)
    at = _at(place, axis, x.ndim)
    lead = x if x.shape[:2] == at.shape[:2] else np.broadcast_to(x, (*at.shape[:2], *x.shape[2:]))
    return np.take_along_axis(lead, at, axis=axis)
