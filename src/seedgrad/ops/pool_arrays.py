"""Pooling of NumPy arrays, as work on strided views: one view of x for each place in the window.

Sums and maxima are taken along one axis after the other, k + k views for a window of k by k. Views keep the
memory layout of x, channels first or last.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Sizes = tuple[int, ...]


# Elements of x to work on at a time, so that what is read several times stays in a core's own cache.
BLOCK = 1 << 16


class Windows(NamedTuple):
    """How the windows lie, a number for each spatial axis.

    Attributes:
        size: of the input.
        kernel: places in a window.
        stride: from one window to the next.
        padding: places before and after the input that count as -inf or 0.
        dilation: from one place in the window to the next.
        out: the number of windows; the last may reach past the padded end.
    """

    size: Sizes
    kernel: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes
    out: Sizes

    def widths(self) -> tuple[tuple[int, int], ...]:
        """How far windows reach out of the input, before and after."""
        return _widths(self)

    def reach(self) -> Sizes:
        """The spatial shape of the input with all that windows reach."""
        return _reach(self)

    def apart(self) -> bool:
        """Whether no element lies in two windows."""
        return all(s > d * (k - 1) for k, s, d in zip(self.kernel, self.stride, self.dilation, strict=True))

    def exact(self) -> bool:
        """Whether every element lies in exactly one window, and windows hold nothing else."""
        return _exact(self)

    def dense(self) -> bool:
        """Whether the places of a window are neighbours."""
        return all(d == 1 or k == 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def along(self, axis: int, tap: int) -> slice:
        """Where place `tap` of the windows lies along one axis."""
        start = tap * self.dilation[axis]
        return slice(start, start + (self.out[axis] - 1) * self.stride[axis] + 1, self.stride[axis])


# What follows from the windows is worked out once for each: it takes longer than small images do.
_once = functools.lru_cache(maxsize=1024)


@_once
def _widths(w: Windows) -> tuple[tuple[int, int], ...]:
    pairs = []
    for n, k, s, p, d, m in zip(*w, strict=True):
        end = (m - 1) * s + d * (k - 1) + 1 - p  # one past the last place of the last window
        pairs.append((p, max(0, end - n)))
    return tuple(pairs)


@_once
def _reach(w: Windows) -> Sizes:
    return tuple(n + before + after for n, (before, after) in zip(w.size, _widths(w), strict=True))


@_once
def _exact(w: Windows) -> bool:
    covered = tuple(k * n for k, n in zip(w.kernel, w.out, strict=True))
    return w.kernel == w.stride and w.size == covered and not any(w.padding) and w.dense()


@_once
def _taps(w: Windows) -> tuple[tuple[tuple[slice, ...], ...], ...]:
    """For each axis, for each place of a window along it: the index of that place in all windows."""
    lead = (slice(None),) * 2
    return tuple(
        tuple((*lead, *(slice(None),) * axis, w.along(axis, tap)) for tap in range(k))
        for axis, k in enumerate(w.kernel)
    )


def with_padding(x: Array, w: Windows, value: Any) -> Array:
    """x with `value` wherever a window reaches out of it; x itself if none does."""
    widths = w.widths()
    if not any(map(any, widths)):
        return x
    out = np.empty_like(x, shape=x.shape[:2] + w.reach())
    out[...] = value
    without_padding(out, w)[...] = x
    return out


def without_padding(padded: Array, w: Windows) -> Array:
    """The part of a padded array that is the input."""
    if not any(map(any, w.widths())):
        return padded
    cut = tuple(slice(before, before + n) for n, (before, _) in zip(w.size, w.widths(), strict=True))
    return padded[(slice(None), slice(None), *cut)]


def _lowest(kind: np.dtype[Any]) -> Any:
    return np.iinfo(kind).min if kind.kind in "iu" else -np.inf


def _reduce(ufunc: Callable[..., Any], x: Array, w: Windows) -> Array:
    """Combine the places of every window, one axis after the other."""
    for taps in _taps(w):
        views = [x[tap] for tap in taps]
        if len(views) == 1:
            x = views[0]
            continue
        x = ufunc(views[0], views[1])
        for view in views[2:]:
            ufunc(x, view, out=x)
    return x


def max_pool(x: Array, windows: Windows) -> Array:
    """The largest element of every window; NaN where there is one."""
    padded = with_padding(x, windows, _lowest(x.dtype))
    out = _reduce(np.maximum, padded, windows)
    return out.copy() if np.may_share_memory(out, x) else out


def window_sum(x: Array, windows: Windows) -> Array:
    """The sum of every window, zeros outside of x."""
    if x.dtype.itemsize == 2 and x.dtype.kind not in "iu":
        return window_sum(x.astype(np.float32), windows).astype(x.dtype)
    out = _reduce(np.add, with_padding(x, windows, 0), windows)
    return out.copy() if np.may_share_memory(out, x) else out


@_once
def places_of(w: Windows) -> tuple[tuple[slice, ...], ...]:
    """For each place in the window: the index of that place in all windows."""
    spatial = [tuple(w.along(axis, t) for axis, t in enumerate(tap)) for tap in np.ndindex(*w.kernel)]
    return tuple((slice(None), slice(None), *place) for place in spatial)


def window_spread(y: Array, windows: Windows) -> Array:
    """Each y added to all elements of its window."""
    if y.dtype.itemsize == 2 and y.dtype.kind not in "iu":
        return window_spread(y.astype(np.float32), windows).astype(y.dtype)
    out, exact = np.empty_like(y, shape=y.shape[:2] + windows.reach()), windows.exact()
    if not exact:
        out[...] = 0
    for place in places_of(windows):
        if exact:
            out[place] = y
        else:
            out[place] += y
    return without_padding(out, windows)


def _hits(x: Array, top: Array, w: Windows) -> list[Array]:
    """For each place in the window: whether the window's maximum `top` is there, once for every window.

    Of equal elements the first counts, of several NaNs the last: that is where PyTorch's loop ends.
    """
    padded = with_padding(x, w, _lowest(x.dtype))
    free = np.empty_like(top, np.bool_)
    free[...] = True
    hits = []
    if padded is not x:  # -inf in the padding is not an element
        inside = with_padding(np.ones((1, 1, *w.size), np.bool_), w, False)
    for place in places_of(w):
        hit = padded[place] == top
        hit &= free
        if padded is not x:
            hit &= inside[place]
        free ^= hit
        hits.append(hit)
    if padded.dtype.kind not in "iu" and free.any():  # no element equals NaN, so these windows hold one
        for hit, place in zip(reversed(hits), reversed(places_of(w)), strict=True):
            nan = np.isnan(padded[place])
            nan &= free
            free ^= nan
            hit |= nan
    return hits


def _bits(x: Array) -> Array:
    """The memory of x as integers of the same size."""
    return x.view(f"i{x.dtype.itemsize}")


def _masked(y: Array, hit: Array, out: Array | None = None) -> Array:
    """The bits of y where `hit`, else zero: ten times as fast as a masked copy, and 0 even where y is inf."""
    mask = np.negative(hit.view(np.int8)).astype(f"i{y.dtype.itemsize}")
    return np.bitwise_and(_bits(y), mask, out=mask if out is None else _bits(out))


def max_place(y: Array, x: Array, top: Array, windows: Windows) -> Array:
    """Zeros of x's shape with y added where the windows of x have their maximum `top`."""
    out = np.empty_like(x, y.dtype, shape=x.shape[:2] + windows.reach())
    if not windows.exact():
        out[...] = 0
    apart, places = windows.apart(), places_of(windows)
    step = max(1, BLOCK // max(1, out[:1].size))
    for a in range(0, len(x), step):
        part, value = out[a : a + step], y[a : a + step]
        for hit, place in zip(_hits(x[a : a + step], top[a : a + step], windows), places, strict=True):
            if apart:
                _masked(value, hit, part[place])
            else:
                part[place] += _masked(value, hit).view(y.dtype)
    return without_padding(out, windows)


def max_pick(v: Array, x: Array, top: Array, windows: Windows) -> Array:
    """The elements of v at the places where the windows of x have their maximum `top`."""
    padded = with_padding(v, windows, 0)
    out = np.zeros_like(top, v.dtype)
    for hit, place in zip(_hits(x, top, windows), places_of(windows), strict=True):
        bits = _bits(out)
        bits |= _masked(padded[place], hit)  # one place of each window is hit
    return out


@functools.lru_cache(maxsize=256)
def counts(windows: Windows, include_padding: bool) -> Any:
    """How many elements each window holds: a number, or an array where they differ.

    Padding counts if `include_padding`; what lies past it never does.
    """
    axes = []
    for n, k, s, p, _, m in zip(*windows, strict=True):
        start = np.arange(m) * s - p
        end = np.minimum(start + k, n + p if include_padding else n)
        axes.append(end - (start if include_padding else np.maximum(start, 0)))
    found = functools.reduce(np.multiply.outer, axes).astype(np.float32)
    found.flags.writeable = False
    return int(found.flat[0]) if (found == found.flat[0]).all() else found
