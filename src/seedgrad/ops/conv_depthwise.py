"""Convolution in which every input channel has kernels of its own: too little work for products of matrices.

Each place of the kernel multiplies a shifted view of the input by one number for each channel.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .conv_geometry import Array, Block, Geometry, blocks, prod, run, total


def fits(geo: Geometry) -> bool:
    """Whether each channel is a group."""
    return geo.inner == 1 and geo.groups > 1


def _blocks(images: int, geo: Geometry) -> list[Block]:
    return blocks(images, geo, 3 * prod(geo.padded) * geo.groups * geo.outer, whole=True)


def _views(padded: Array, geo: Geometry) -> Iterator[Array]:
    """For each place of the kernel: (N, *out, C, 1), what it sees."""
    for tap in np.ndindex(*geo.kernel):
        yield padded[(slice(None), *geo.place(tap))][..., None]


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, *out, O)."""
    padded = geo.pad(x, -1)
    taps = np.ascontiguousarray(w.reshape(geo.groups, geo.outer, -1).transpose(2, 0, 1))  # (taps, C, m)
    out = np.empty((len(x), *geo.out, geo.groups, geo.outer), x.dtype)

    def work(mine: Iterator[Block]) -> None:
        for block in mine:
            target = out[block.first : block.last]
            part = np.empty_like(target)
            for k, seen in enumerate(_views(padded[block.first : block.last], geo)):
                if k == 0:
                    np.multiply(seen, taps[0], out=target)
                else:
                    np.multiply(seen, taps[k], out=part)
                    target += part
            if bias is not None:
                target += bias.reshape(geo.groups, geo.outer)

    run(_blocks(len(x), geo), work)
    return out.reshape(len(x), *geo.out, -1)


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, 1, *kernel), where y is that of the output."""
    padded = geo.pad(x, -1)
    gradient = np.moveaxis(y, 1, -1)

    def work(mine: Iterator[Block]) -> Array:
        sums = np.zeros((prod(geo.kernel), geo.groups * geo.outer), y.dtype)
        for block in mine:
            g = np.ascontiguousarray(gradient[block.first : block.last])
            g = g.reshape(*g.shape[:-1], geo.groups, geo.outer)
            part = np.empty_like(g)
            ones = np.ones(part.size // sums.shape[1], y.dtype)
            for k, seen in enumerate(_views(padded[block.first : block.last], geo)):
                np.multiply(seen, g, out=part)
                sums[k] += ones @ part.reshape(len(ones), -1)
        return sums

    return np.ascontiguousarray(total(run(_blocks(len(x), geo), work)).T).reshape(-1, 1, *geo.kernel)


def spread(y: Array, w: Array, geo: Geometry) -> Array:
    """The input's gradient, (N, *size, C), where y is that of the output."""
    taps = np.ascontiguousarray(w.reshape(geo.groups, geo.outer, -1).transpose(2, 0, 1))
    gradient = np.moveaxis(y, 1, -1)
    out = np.zeros((len(y), *geo.padded, geo.groups), y.dtype)

    def work(mine: Iterator[Block]) -> None:
        for block in mine:
            g = np.ascontiguousarray(gradient[block.first : block.last])
            g = g.reshape(*g.shape[:-1], geo.groups, geo.outer)
            target = out[block.first : block.last]
            for k, tap in enumerate(np.ndindex(*geo.kernel)):
                part = g * taps[k]
                target[(slice(None), *geo.place(tap))] += part.sum(axis=-1) if geo.outer > 1 else part[..., 0]

    run(_blocks(len(y), geo), work)
    return geo.cut(out)
