"""Convolution as a product with columns: what the kernel sees at each output, side by side.

For a block of outputs at a time, so that the columns stay in the cache. They are copied in one of two orders: channels
last, in runs of a line of the kernel with all channels; or, where these runs would be short (an image of one or three
channels), channels first, in runs of a line of the output.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .conv_geometry import Array, Block, Geometry, blocks, prod, run


def channels_first(geo: Geometry) -> bool:
    """Whether the runs along the output are the longer ones."""
    return geo.groups == 1 and geo.kernel[-1] * geo.inner < geo.out[-1]


def pointwise(geo: Geometry) -> bool:
    """Whether the columns are the input itself."""
    return geo.padded == geo.out and prod(geo.kernel) == 1


def _windows(x: Array, geo: Geometry, channel: int, outputs: int) -> Array:
    """A view (N, *out, *kernel, C) of the padded input, `outputs` of them along the first axis."""
    steps = list(x.strides)
    last = steps.pop(channel)
    batch, *steps = steps
    return np.lib.stride_tricks.as_strided(
        x,
        (len(x), outputs, *geo.out[1:], *geo.kernel, x.shape[channel]),
        (
            batch,
            *(step * s for step, s in zip(steps, geo.stride, strict=True)),
            *(step * d for step, d in zip(steps, geo.dilation, strict=True)),
            last,
        ),
        writeable=False,
    )


class _Columns:
    """The columns of one convolution: (groups, outputs, taps * channels of the group) for a block."""

    def __init__(self, x: Array, geo: Geometry) -> None:
        self.geo = geo
        self.first = channels_first(geo)
        self.padded = geo.pad(x, 1 if self.first else -1)
        self.direct = not self.first and pointwise(geo)

    def __call__(self, block: Block) -> Array:
        geo = self.geo
        images, rows = block.inputs(geo)
        outputs = (block.last - block.first) * (block.bottom - block.top) * prod(geo.out[1:])
        if self.direct:
            seen = self.padded[images, rows].reshape(outputs, geo.groups, geo.inner)
            return seen.transpose(1, 0, 2)
        spatial, height = len(geo.kernel), block.bottom - block.top
        if self.first:
            view = _windows(self.padded[images, :, rows], geo, 1, height)
            axes = (2 * spatial + 1, *range(spatial + 1, 2 * spatial + 1), *range(spatial + 1))
            return view.transpose(axes).reshape(1, -1, outputs).transpose(0, 2, 1)  # copied as (C, *kernel, N, *out)
        view = _windows(self.padded[images, rows], geo, -1, height)
        if geo.groups > 1:
            view = view.reshape(*view.shape[:-1], geo.groups, geo.inner)
            view = np.moveaxis(view, -2, 0)
        return view.reshape(geo.groups, outputs, -1)

    def kernel(self, w: Array) -> Array:
        """The kernel as a matrix in the order of the columns: (groups, taps * channels, out)."""
        geo = self.geo
        split = w.reshape(geo.groups, geo.outer, geo.inner, -1)  # (G, O, C, taps)
        order = (0, 2, 3, 1) if self.first else (0, 3, 2, 1)
        return split.transpose(order).reshape(geo.groups, -1, geo.outer)

    def kernel_shape(self, matrix: Array) -> Array:
        """The other way: (O, C of the group, *kernel)."""
        geo, taps = self.geo, prod(self.geo.kernel)
        if self.first:
            split = matrix.reshape(geo.groups, geo.inner, taps, geo.outer).transpose(0, 3, 1, 2)
        else:
            split = matrix.reshape(geo.groups, taps, geo.inner, geo.outer).transpose(0, 3, 2, 1)
        return np.ascontiguousarray(split).reshape(-1, geo.inner, *geo.kernel)

    def blocks(self) -> list[Block]:
        geo = self.geo
        return blocks(len(self.padded), geo, prod(geo.out) * prod(geo.kernel) * geo.groups * geo.inner)


def _grouped(rows: Array, groups: int) -> Array:
    """(..., G * O) as (G, places, O)."""
    return rows.reshape(-1, groups, rows.shape[-1] // groups).transpose(1, 0, 2)


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, *out, O)."""
    columns = _Columns(x, geo)
    matrix = columns.kernel(w)
    out = np.empty((len(x), *geo.out, w.shape[0]), x.dtype)

    def work(mine: Iterator[Block]) -> None:
        for block in mine:
            target = block.outputs(out)
            np.matmul(columns(block), matrix, out=_grouped(target, geo.groups))
            if bias is not None:
                target += bias

    run(columns.blocks(), work)
    return out


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, C, *kernel), where y is that of the output."""
    columns = _Columns(x, geo)
    gradient = np.moveaxis(y, 1, -1)
    sums: list[Array] = []

    def work(mine: Iterator[Block]) -> None:
        total: Any = 0.0
        for block in mine:
            g = _grouped(np.ascontiguousarray(block.outputs(gradient)), geo.groups)
            total += np.matmul(columns(block).transpose(0, 2, 1), g)
        sums.append(total)

    run(columns.blocks(), work)
    return columns.kernel_shape(sum(sums[1:], start=sums[0]))


def spread(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, *size, C), for any stride: every output added to what it saw, a tap at a time."""
    channels = geo.groups * geo.inner
    split = w.reshape(geo.groups, geo.outer, geo.inner, -1)
    matrix = np.ascontiguousarray(split.transpose(3, 0, 1, 2))  # (taps, G, O, C)
    gradient = np.moveaxis(y, 1, -1)
    out = np.zeros((len(y), *geo.padded, channels), y.dtype)

    def work(mine: Iterator[Block]) -> None:
        for block in mine:
            source = _grouped(np.ascontiguousarray(block.outputs(gradient)), geo.groups)  # (G, P, O)
            target = out[block.first : block.last]
            part = np.empty((len(target), *geo.out, channels), y.dtype)
            for k, tap in enumerate(np.ndindex(*geo.kernel)):
                np.matmul(source, matrix[k], out=_grouped(part, geo.groups))
                target[(slice(None), *geo.place(tap))] += part

    run(blocks(len(y), geo, prod(geo.padded) * channels + prod(geo.out) * w.shape[0], whole=True), work)
    return geo.cut(out)
