"""Convolution as a product with columns: what the kernel sees at each output, side by side.

For a block of outputs at a time, so that the columns stay in the cache; copying them there costs less than
the copies save in the product. They are copied in one of three orders:

    tap, channel    in runs of a line of the kernel with all its channels: the usual one
    channel, tap    where outputs are fewer than output channels: the kernel is larger, and used as it is
    the same, transposed    in runs of a line of the output, where those are longer (one or three channels)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .conv_geometry import Array, Block, Geometry, blocks, prod, run, total


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
    """The columns of one convolution: (groups, outputs, columns of the group) for a block."""

    def __init__(self, x: Array, geo: Geometry) -> None:
        self.geo = geo
        self.first = geo.groups == 1 and geo.kernel[-1] * geo.inner < geo.out[-1]
        self.by_channel = self.first or len(x) * prod(geo.out) < geo.outer
        self.padded = geo.pad(x, 1 if self.first else -1)
        self.direct = not self.by_channel and geo.pointwise()

    def __call__(self, block: Block) -> Array:
        geo = self.geo
        images, rows = block.inputs(geo)
        height = block.bottom - block.top
        outputs = (block.last - block.first) * height * prod(geo.out[1:])
        if self.direct:
            return _grouped(self.padded[images, rows].reshape(outputs, -1), geo.groups)
        if self.first:
            view = _windows(self.padded[images, :, rows], geo, 1, height)  # (N, *out, *kernel, C)
            half = len(geo.kernel) + 1
            axes = (2 * half - 1, *range(half, 2 * half - 1), *range(half))
            return view.transpose(axes).reshape(1, -1, outputs).transpose(0, 2, 1)  # copied as (C, *kernel, N, *out)
        view = _windows(self.padded[images, rows], geo, -1, height)
        view = view.reshape(*view.shape[:-1], geo.groups, geo.inner) if geo.groups > 1 else view[..., None, :]
        if self.by_channel:
            view = np.moveaxis(view, -1, len(geo.kernel) + 1)  # (N, *out, C, *kernel, G)
            return np.moveaxis(view, -1, 0).reshape(geo.groups, outputs, -1)
        return np.moveaxis(view, -2, 0).reshape(geo.groups, outputs, -1)

    def kernel(self, w: Array) -> Array:
        """The kernel as a matrix in the order of the columns: (groups, columns, out)."""
        geo = self.geo
        if self.by_channel:
            return w.reshape(geo.groups, geo.outer, -1).swapaxes(1, 2)
        split = w.reshape(geo.groups, geo.outer, geo.inner, -1)  # (G, O, C, taps)
        return split.transpose(0, 3, 2, 1).reshape(geo.groups, -1, geo.outer)

    def weight(self, g: Array, block: Block) -> Array:
        """The block's part of the kernel's gradient, in the order of `kernel` or, `by_channel`, of w."""
        columns = self(block)
        if self.by_channel:
            return np.matmul(g.swapaxes(1, 2), columns)  # (G, O, C * taps)
        return np.matmul(columns.swapaxes(1, 2), g)  # (G, taps * C, O)

    def kernel_shape(self, matrix: Array) -> Array:
        """A sum of such parts as (O, C of the group, *kernel)."""
        geo = self.geo
        if not self.by_channel:
            split = matrix.reshape(geo.groups, -1, geo.inner, geo.outer)
            matrix = np.ascontiguousarray(split.transpose(0, 3, 2, 1))
        return matrix.reshape(-1, geo.inner, *geo.kernel)

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

    def work(mine: Iterator[Block]) -> Any:
        sums: Any = 0.0
        for block in mine:
            g = _grouped(np.ascontiguousarray(block.outputs(gradient)), geo.groups)
            sums += columns.weight(g, block)
        return sums

    return columns.kernel_shape(total(run(columns.blocks(), work)))


def spread(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, *size, C), for any stride: every output added to what it saw, tap by tap."""
    channels, taps = geo.groups * geo.inner, prod(geo.kernel)
    small = len(y) * prod(geo.out) < geo.outer  # then the kernel is the larger array, and used as it is
    kernel = w.reshape(geo.groups, geo.outer, geo.inner, taps)
    kernels = None if small else np.ascontiguousarray(kernel.transpose(3, 0, 1, 2))  # (taps, G, O, C)
    gradient = np.moveaxis(y, 1, -1)
    out = np.zeros((len(y), *geo.padded, channels), y.dtype)

    def work(mine: Iterator[Block]) -> None:
        for block in mine:
            source = _grouped(np.ascontiguousarray(gradient[block.first : block.last]), geo.groups)  # (G, P, O)
            target = out[block.first : block.last]
            part = np.empty((len(target), *geo.out, channels), y.dtype)
            if small:
                product = np.matmul(source, kernel.reshape(geo.groups, geo.outer, -1)).swapaxes(0, 1)
                parts = product.reshape(*part.shape, taps)
            for k, tap in enumerate(np.ndindex(*geo.kernel)):
                if kernels is not None:
                    np.matmul(source, kernels[k], out=_grouped(part, geo.groups))
                target[(slice(None), *geo.place(tap))] += parts[..., k] if small else part

    run(blocks(len(y), geo, prod(geo.padded) * channels + prod(geo.out) * w.shape[0], whole=True), work)
    return geo.cut(out)
