"""Depthwise convolution (each channel with one kernel of its own) over images, channels last, float32.

Sums of whole vectors of channels stay in registers. The input's gradient is a convolution of each of its phases, as in
numba_conv. Where channels don't fill whole vectors, a band of the image is copied with zeros behind them.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..core.dtype import F32
from ..ops import conv
from ..ops.conv_geometry import Geometry, Pairs, Sizes, geometry
from .compile import Array, compiled
from .conv_plan import reach_in_band, seen_taps
from .depthwise_parts import bands_of, fetch_run, fill_vectors, grain_of
from .lanes import outputs
from .layout import as_channels_last
from .numba_depthwise_weight import kernel_gradient
from .phases import backward_axis, forward_axis
from .sharing import in_parts
from .tile import LANES
from .turn import copy_run

_eight, _four, _one = (outputs(n) for n in (8, 4, 1))
_eight_3, _four_3, _eight_3_apart, _four_3_apart = (outputs(n, 3, stride) for stride in (1, 2) for n in (8, 4))


@compiled
def _line(
    x: int,
    nothing: int,
    width: int,
    down: int,
    taps: int,
    line: int,
    high: int,
    wide: int,
    bias: int,
    out: int,
    phase: Any,
) -> None:
    """One phase of the outputs in a row; see `outputs`."""
    column, column_step, many, place, across, apart, taps_wide, other, other_step = phase
    if apart < 0:  # from the last tap to the first
        place, other = place + (taps_wide - 1) * apart, other + (taps_wide - 1) * other_step
        apart, other_step = -apart, -other_step
    three = taps_wide == 3 and apart == 1
    tap, step = other_step * wide, column_step * wide
    for c in range(0, 4 * wide, 4 * LANES):
        a, w, b, s = x + c, taps + 4 * other * wide + c, bias + c, 0
        while s < many:
            s = min(s, many - 8) if many >= 8 else min(s, many - 4) if many >= 4 else s  # the last ones may overlap
            first, to = place + s * across, out + 4 * (column + s * column_step) * wide + c
            seen, kernel = (a, nothing, first, width, across, apart, wide, down), (w, line, tap, high, taps_wide)
            if many >= 8:
                if three and across == 1:
                    _eight_3(*seen, *kernel, b, to, step)
                elif three and across == 2:
                    _eight_3_apart(*seen, *kernel, b, to, step)
                else:
                    _eight(*seen, *kernel, b, to, step)
                s += 8
            elif many >= 4:
                if three and across == 1:
                    _four_3(*seen, *kernel, b, to, step)
                elif three and across == 2:
                    _four_3_apart(*seen, *kernel, b, to, step)
                else:
                    _four(*seen, *kernel, b, to, step)
                s += 4
            else:
                _one(*seen, *kernel, b, to, step)
                s += 1


@compiled
def _convolve(x: Any, taps: Any, bias: Any, out: Any, high: Any, broad: Any, bands: int, first: int, last: int) -> None:
    """The units first to last, each a band of one image's rows of outputs."""
    _, height, width, channels = x.shape
    _, rows, columns, _ = out.shape
    kernel_wide, wide = taps.shape[1:]
    ragged = wide != channels
    frame = np.empty(height * width * wide if ragged else 0, np.float32)
    buffer = np.empty(columns * wide if ragged else 0, np.float32)
    nothing = np.zeros(LANES, np.float32)
    for unit in range(first, last):
        n, band = unit // bands, unit % bands
        base = x.ctypes.data + 4 * n * height * width * channels
        low, top = reach_in_band(high, band, bands)
        low, top = max(0, low), min(height - 1, top)
        if ragged:
            fill_vectors(frame, x, n, low, 0, max(0, top - low + 1), width)
            base = frame.ctypes.data - 4 * low * width * wide
            low = height  # nothing is left to be fetched
        for p in range(len(high)):
            row, row_step, many, start, along, tap_row, times, tap, tap_step = high[p]
            for t in range(many * band // bands, many * (band + 1) // bands):
                ahead = min(top + 1, start + (t + 1) * along + max(0, (times - 1) * tap_row) + 1)
                if low < ahead:
                    fetch_run(base + 4 * low * width * wide, (ahead - low) * width * wide)
                    low = ahead
                up, down = seen_taps(height, start + t * along, tap_row, times)
                seen = base + 4 * (start + t * along + up * tap_row) * width * wide
                weights = taps.ctypes.data + 4 * (tap + up * tap_step) * kernel_wide * wide
                target = out.ctypes.data + 4 * (n * rows + row + t * row_step) * columns * channels
                to = buffer.ctypes.data if ragged else target
                for q in range(len(broad)):
                    _line(
                        seen,
                        nothing.ctypes.data,
                        width,
                        tap_row * width * wide,
                        weights,
                        tap_step * kernel_wide * wide,
                        down - up,
                        wide,
                        bias.ctypes.data,
                        to,
                        broad[q],
                    )
                if ragged:
                    for column in range(columns):
                        copy_run(to + 4 * column * wide, target + 4 * column * channels, channels)


def _taps(w: Array) -> Array:
    """(kh, kw, whole vectors of channels), zeros behind the last."""
    taps = np.zeros((*w.shape[2:], -(-len(w) // LANES) * LANES), np.float32)
    taps[..., : len(w)] = w[:, 0].transpose(1, 2, 0)
    return taps


@functools.lru_cache(maxsize=1024)
def _phases(geo: Geometry, back: bool) -> tuple[Array, Array]:
    axis = backward_axis if back else forward_axis
    return axis(geo, 0), axis(geo, 1)


def _run(x: Array, taps: Array, bias: Array | None, geo: Geometry, back: bool) -> Array:
    """The convolution of x, channels last, with the taps, or, where x is the output's gradient, the input's."""
    out = np.empty((len(x), *(geo.size if back else geo.out), geo.groups), np.float32)
    start_value = np.zeros(taps.shape[2], np.float32)
    if bias is not None:
        start_value[: len(bias)] = bias
    high, broad = _phases(geo, back)
    bands = bands_of(len(x), int(high[0, 2]), x[0].size)
    grain = grain_of(len(x) * bands, math.prod(geo.out) * len(x) * taps.size)
    in_parts(_convolve, len(x) * bands, grain, x, taps, start_value, out, high, broad, bands)
    return out.transpose(0, 3, 1, 2)


@conv.convolve.kernel("numba")
def _forward(
    x: Array,
    w: Array,
    bias: Array | None = None,
    stride: Sizes = (),
    padding: Pairs = (),
    dilation: Sizes = (),
    groups: int = 1,
) -> Any:
    if x.ndim != 4 or x.dtype is not F32 or not x.size or groups == 1 or w.shape[:2] != (groups, 1):
        return NotImplemented
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    return _run(as_channels_last(x), _taps(w), bias, geo, False), geo


@conv.convolve.kernel_vjp("numba")
def _vjp(g: Array, needs: Any, inputs: Any, out: None, saved: Geometry, last: int) -> Any:
    x, w = inputs[:2]
    if x is None or w is None or not g.size:  # where one of the two has no gradient, the other was not kept
        return NotImplemented
    y, taps = as_channels_last(g), _taps(w)
    dx = _run(y, taps, None, saved, True) if needs[0] else None
    dw = kernel_gradient(y, as_channels_last(x), taps, saved) if needs[1] else None
    db = conv.conv_arrays.channel_sum(y.transpose(0, 3, 1, 2)) if len(needs) > 2 and needs[2] else None
    return dx, dw, db
