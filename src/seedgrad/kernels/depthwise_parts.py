"""What depthwise convolutions and their kernels' gradients share: bands of images as whole vectors of channels."""

from __future__ import annotations

from typing import Any

from .compile import compiled
from .lanes import fetch
from .numba_conv import fill
from .tile import LANES
from .turn import copy_run

# Multiplications that are worth a thread, and numbers of a band that should stay in a core's cache.
GRAIN, BAND = 1 << 18, 1 << 16
# Bands of all images, at least.
UNITS = 16
CACHE_LINE = 64  # bytes


@compiled
def fill_vectors(frame: Any, x: Any, n: int, top: int, left: int, rows: int, columns: int) -> None:
    """frame (rows, columns, whole vectors of channels), flat: an image from (top, left) on, zeros where there is none."""
    _, height, width, channels = x.shape
    wide = (channels + LANES - 1) // LANES * LANES
    if wide == channels:
        fill(frame, x, n, top, left, rows, columns)
        return
    for row in range(rows):
        for column in range(columns):
            start, a, b = (row * columns + column) * wide, row + top, column + left
            if 0 <= a < height and 0 <= b < width:
                source = x.ctypes.data + 4 * ((n * height + a) * width + b) * channels
                copy_run(source, frame.ctypes.data + 4 * start, channels)
                start += channels
            for c in range(start, (row * columns + column + 1) * wide):
                frame[c] = 0


@compiled
def fetch_run(start: int, numbers: int) -> None:
    """Bring so many numbers from memory. Vectors of channels are read one here and one there, which no core foresees."""
    for address in range(start, start + 4 * numbers, CACHE_LINE):
        fetch(address)


def bands_of(images: int, rows: int, numbers: int) -> int:
    """Into how many bands the rows of an image of so many numbers are cut."""
    return max(1, min(rows, max(-(-UNITS // images), -(-numbers // BAND))))


def grain_of(units: int, work: int) -> int:
    return max(1, GRAIN * units // max(1, work))
