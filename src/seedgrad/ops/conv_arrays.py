"""Convolution of NumPy arrays.

Inside, channels are the last axis: a row is one place with all of its channels, and the work is products of matrices
of rows. Results are (N, C, *space) views of such memory; elementwise work, pooling and the next convolution keep that
layout, so it is converted only where a network begins.

Which algorithm:

    kernel 1, stride 1, no padding      one product of rows
    one channel per group               multiply and add, one pass per tap of the kernel
    else                                columns: for a block of images that fits the cache, the rows under the
                                        kernel side by side, and one product
"""

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
Index = tuple[slice, ...]

# Bytes of columns at a time: they, the padded input and the output of a block should stay in a core's cache.
BLOCK = 1 << 19


class Geometry(NamedTuple):
    """Shapes of one convolution; the batch is left out."""

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

    @property
    def pointwise(self) -> bool:
        return math.prod(self.kernel) == 1 and self.padded == self.size == self.out

    @property
    def depthwise(self) -> bool:
        return self.inner == 1 and self.groups > 1

    def taps(self) -> Iterator[tuple[Sizes, Index]]:
        """Each place of the kernel, and where in the padded input it lies over all outputs."""
        for tap in np.ndindex(*self.kernel):
            starts = [t * d for t, d in zip(tap, self.dilation, strict=True)]
            yield (
                tap,
                tuple(
                    slice(a, a + (n - 1) * s + 1, s)
                    for a, n, s in zip(starts, self.out, self.stride, strict=True)
                ),
            )


@functools.lru_cache(maxsize=1024)
def geometry(
    size: Sizes, w_shape: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Geometry:
    """The shapes that follow from the arguments of a convolution."""
    kernel = w_shape[2:]
    padded = tuple(n + before + after for n, (before, after) in zip(size, padding, strict=True))
    out = tuple(
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(padded, kernel, stride, dilation, strict=True)
    )
    return Geometry(
        size, padded, kernel, out, stride, padding, dilation, groups, w_shape[1], w_shape[0] // groups
    )


def convolve(
    x: Array, w: Array, bias: Array | None, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """out[n, o, p] = sum over c, k of x[n, c, p stride - padding + k dilation] w[o, c, k], plus bias[o]."""
    if x.dtype.itemsize == 2:
        single = [a if a is None else a.astype(np.float32) for a in (x, w, bias)]
        return convolve(*single, stride, padding, dilation, groups).astype(x.dtype)  # type: ignore[arg-type]
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    out = np.empty((len(x), *geo.out, w.shape[0]), x.dtype)
    rows = padded_rows(x, geo)
    matrix = kernel_matrix(w, geo)

    def work(start: int, stop: int) -> None:
        for a, b in blocks(start, stop, geo, x.dtype):
            target = out[a:b].reshape(-1, geo.groups, geo.outer)  # (P, G, O)
            np.matmul(columns(rows[a:b], geo), matrix, out=target.transpose(1, 0, 2))
            if bias is not None:
                out[a:b] += bias

    _over_images(work, len(x), geo)
    return np.moveaxis(out, -1, 1)


def convolve_input(
    y: Array, w: Array, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """The gradient of `convolve` for x, where y is that of its output: every output spread over the rows it saw."""
    if y.dtype.itemsize == 2:
        single = convolve_input(
            y.astype(np.float32), w.astype(np.float32), size, stride, padding, dilation, groups
        )
        return single.astype(y.dtype)
    geo = geometry(size, w.shape, stride, padding, dilation, groups)
    channels = geo.groups * geo.inner
    matrix = (
        kernel_matrix(w, geo).reshape(geo.groups, -1, geo.inner, geo.outer).transpose(1, 0, 3, 2)
    )  # (K, G, O, C)
    rows = np.moveaxis(y, 1, -1)
    out = np.zeros((len(y), *geo.padded, channels), y.dtype)

    def work(start: int, stop: int) -> None:
        for a, b in blocks(start, stop, geo, y.dtype):
            source = (
                np.ascontiguousarray(rows[a:b]).reshape(-1, geo.groups, geo.outer).transpose(1, 0, 2)
            )  # (G, P, O)
            spread = np.empty((b - a, *geo.out, channels), y.dtype)
            target = spread.reshape(-1, geo.groups, geo.inner).transpose(1, 0, 2)  # (G, P, C)
            for k, (_, place) in enumerate(geo.taps()):
                np.matmul(source, matrix[k], out=target)
                out[a:b][(slice(None), *place)] += spread

    _over_images(work, len(y), geo)
    inner = tuple(slice(before, before + n) for n, (before, _) in zip(geo.size, geo.padding, strict=True))
    return np.moveaxis(out[(slice(None), *inner)], -1, 1)


def convolve_weight(
    y: Array, x: Array, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """The gradient of `convolve` for w, where y is that of its output: each tap's rows times the gradient."""
    if y.dtype.itemsize == 2:
        single = convolve_weight(
            y.astype(np.float32), x.astype(np.float32), size, stride, padding, dilation, groups
        )
        return single.astype(y.dtype)
    w_shape = (y.shape[1], x.shape[1] // groups, *size)
    geo = geometry(x.shape[2:], w_shape, stride, padding, dilation, groups)
    source = padded_rows(x, geo)
    rows = np.moveaxis(y, 1, -1)
    parts: list[Array] = []

    def work(start: int, stop: int) -> None:
        total = np.zeros((geo.groups, math.prod(size) * geo.inner, geo.outer), y.dtype)
        for a, b in blocks(start, stop, geo, y.dtype):
            g = (
                np.ascontiguousarray(rows[a:b]).reshape(-1, geo.groups, geo.outer).transpose(1, 0, 2)
            )  # (G, P, O)
            total += np.matmul(columns(source[a:b], geo).transpose(0, 2, 1), g)
        parts.append(total)

    _over_images(work, len(x), geo)
    total = sum(parts[1:], start=parts[0]) if parts else np.zeros((geo.groups, 0, geo.outer), y.dtype)
    total = total.reshape(geo.groups, math.prod(size), geo.inner, geo.outer).transpose(
        0, 3, 2, 1
    )  # (G, O, C, K)
    return np.ascontiguousarray(total).reshape(w_shape)


def padded_rows(x: Array, geo: Geometry) -> Array:
    """x with its channels last and zeros around it, contiguous."""
    rows = np.moveaxis(x, 1, -1)
    if geo.padded == geo.size:
        return np.ascontiguousarray(rows)
    out = np.zeros((len(x), *geo.padded, x.shape[1]), x.dtype)
    inner = tuple(slice(before, before + n) for n, (before, _) in zip(geo.size, geo.padding, strict=True))
    out[(slice(None), *inner)] = rows
    return out


def kernel_matrix(w: Array, geo: Geometry) -> Array:
    """The kernel as a matrix for each group: (G, taps * channels, out)."""
    split = w.reshape(geo.groups, geo.outer, geo.inner, -1)  # (G, O, C, K)
    return split.transpose(0, 3, 2, 1).reshape(geo.groups, -1, geo.outer)


def columns(rows: Array, geo: Geometry) -> Array:
    """The rows under the kernel side by side, for every output: (G, images * places, taps * channels)."""
    n = len(rows)
    if geo.pointwise:
        return rows.reshape(-1, geo.groups, geo.inner).transpose(1, 0, 2)
    batch, *steps, last = rows.strides
    windows = np.lib.stride_tricks.as_strided(
        rows,
        (geo.groups, n, *geo.out, *geo.kernel, geo.inner),
        (
            geo.inner * last,
            batch,
            *(step * s for step, s in zip(steps, geo.stride, strict=True)),
            *(step * d for step, d in zip(steps, geo.dilation, strict=True)),
            last,
        ),
        writeable=False,
    )
    return windows.reshape(geo.groups, n * math.prod(geo.out), math.prod(geo.kernel) * geo.inner)


def blocks(start: int, stop: int, geo: Geometry, kind: np.dtype[Any]) -> Iterator[tuple[int, int]]:
    """Ranges of images whose columns fit the cache."""
    one = math.prod(geo.out) * math.prod(geo.kernel) * geo.groups * geo.inner * kind.itemsize
    step = max(1, BLOCK // max(1, one))
    for a in range(start, stop, step):
        yield a, min(a + step, stop)


def _over_images(work: Callable[[int, int], None], images: int, geo: Geometry) -> None:
    """Run the work on ranges of images, in several threads if there is enough of it."""
    if images:
        parallel_for(work, images, 1, blas=True)
