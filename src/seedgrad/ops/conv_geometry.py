"""The shapes of a convolution, and how its work is cut into blocks."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core.parallel import parallel_for

Array = np.ndarray[Any, Any]
Sizes = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

# Elements that a block works on at a time: they should stay in a core's own cache, usually of 1 or 2 MB.
BLOCK = 1 << 18


class Geometry(NamedTuple):
    """Shapes of one convolution, a number for each spatial axis; the batch is left out."""

    size: Sizes  # of the input
    padded: Sizes
    kernel: Sizes
    out: Sizes
    stride: Sizes
    padding: Pairs
    dilation: Sizes
    groups: int
    inner: int  # input channels of a group
    outer: int  # output channels of a group

    def pointwise(self) -> bool:
        """Whether each output sees the one place of the input where it stands."""
        return self.padded == self.out and prod(self.kernel) == 1

    def place(self, tap: Sizes) -> tuple[slice, ...]:
        """Where one place of the kernel lies in the padded input, over all outputs."""
        starts = [t * d for t, d in zip(tap, self.dilation, strict=True)]
        return tuple(slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(starts, self.out, self.stride, strict=True))

    def pad(self, x: Array, channel: int) -> Array:
        """x with zeros around its spatial axes (cut where padding is negative), channels at axis 1 or last.

        Contiguous; x itself if it is that already.
        """
        rows = x if channel == 1 else np.moveaxis(x, 1, -1)
        if not any(map(any, self.padding)):  # (the sizes are equal for a shift too, padding -1 and 1)
            return np.ascontiguousarray(rows)
        start = 2 if channel == 1 else 1
        shape = (*rows.shape[:start], *self.padded, *rows.shape[start + len(self.padded) :])
        out = np.zeros(shape, x.dtype)
        lead = (slice(None),) * start
        target = tuple(slice(max(0, b), m - max(0, a)) for m, (b, a) in zip(self.padded, self.padding, strict=True))
        source = tuple(slice(max(0, -b), n - max(0, -a)) for n, (b, a) in zip(self.size, self.padding, strict=True))
        out[(*lead, *target)] = rows[(*lead, *source)]
        return out

    def cut(self, padded: Array) -> Array:
        """The input within its padding, channels last; zeros where padding is negative and nothing was seen."""
        inner = tuple(slice(max(0, b), m - max(0, a)) for m, (b, a) in zip(self.padded, self.padding, strict=True))
        seen = padded[(slice(None), *inner)]
        if min(map(min, self.padding)) >= 0:
            return seen
        out = np.zeros((len(padded), *self.size, padded.shape[-1]), padded.dtype)
        place = tuple(slice(max(0, -b), n - max(0, -a)) for n, (b, a) in zip(self.size, self.padding, strict=True))
        out[(slice(None), *place)] = seen
        return out

    def backward(self) -> Geometry:
        """The convolution of the output's gradient that is the input's gradient; only for stride 1."""
        full = [d * (k - 1) for k, d in zip(self.kernel, self.dilation, strict=True)]
        padding = tuple((n - before, n - after) for n, (before, after) in zip(full, self.padding, strict=True))
        padded = tuple(n + before + after for n, (before, after) in zip(self.out, padding, strict=True))
        return self._replace(
            size=self.out, padded=padded, out=self.size, padding=padding, inner=self.outer, outer=self.inner
        )


@functools.lru_cache(maxsize=1024)
def geometry(size: Sizes, w_shape: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int) -> Geometry:
    """The shapes that follow from the arguments of a convolution."""
    kernel = w_shape[2:]
    padded = tuple(n + before + after for n, (before, after) in zip(size, padding, strict=True))
    out = tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(padded, kernel, stride, dilation, strict=True))
    return Geometry(size, padded, kernel, out, stride, padding, dilation, groups, w_shape[1], w_shape[0] // groups)


class Block(NamedTuple):
    """The outputs of the images first to last, in the rows top to bottom of the first spatial axis."""

    first: int
    last: int
    top: int
    bottom: int

    def outputs(self, out: Array) -> Array:
        """The block's part of an output, channels last."""
        return out[self.first : self.last, self.top : self.bottom]

    def inputs(self, geo: Geometry) -> tuple[slice, slice]:
        """The images and rows of the padded input that the outputs see."""
        stride, reach = geo.stride[0], geo.dilation[0] * (geo.kernel[0] - 1) + 1
        return slice(self.first, self.last), slice(self.top * stride, (self.bottom - 1) * stride + reach)


def blocks(images: int, geo: Geometry, elements: int, whole: bool = False) -> list[Block]:
    """Blocks that cover all outputs; `elements` is what one image keeps in the cache.

    Several images, or, unless `whole`, part of one.
    """
    rows = geo.out[0]
    if elements <= BLOCK or whole:
        step = max(1, BLOCK // max(1, elements))
        return [Block(a, min(a + step, images), 0, rows) for a in range(0, images, step)]
    step = max(1, rows * BLOCK // elements)
    return [Block(n, n + 1, a, min(a + step, rows)) for n in range(images) for a in range(0, rows, step)]


def run(blocks: list[Block], work: Callable[[Iterator[Block]], Any]) -> list[Any]:
    """Have the blocks worked on, in several threads; what the parts of the work returned."""
    return parallel_for(lambda start, stop: work(iter(blocks[start:stop])), len(blocks), blas=True)


def total(parts: list[Any]) -> Any:
    """The sum of the parts, in their order: the same at every run."""
    return sum(parts[1:], start=parts[0])


def prod(numbers: Sizes) -> int:
    return math.prod(numbers)
