"""Convolution with stride 1 as products of shifted rows, without copies of the input.

With channels last, the padded input is a matrix of rows, one for each place. The kw rows under one line of the kernel
lie next to each other, so they are one row of a matrix of kw * C columns that begins at every kw-th place; kw such
matrices, each beginning one place later, hold them for all places. Line i of the kernel then adds

    out[s::kw] += rows[s + i * width :].reshape(-1, kw * C) @ w[i]           for s = 0 ... kw - 1

Some outputs at the end of a line see both margins and are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .conv_geometry import Array, Block, Geometry, blocks, prod, run


def fits(geo: Geometry) -> bool:
    """Whether this algorithm applies, and is better than columns: enough channels, little dropped."""
    return (
        geo.groups == 1
        and prod(geo.stride) == 1
        and geo.dilation[-1] == 1
        and geo.kernel[-1] * geo.inner >= 32
        and prod(geo.padded[1:]) <= 1.5 * prod(geo.out[1:])
    )


def _shifts(geo: Geometry) -> list[int]:
    """How many rows further each line of the kernel begins, for a block that is a whole number of top rows."""
    steps = [prod(geo.padded[axis + 1 :]) * geo.dilation[axis] for axis in range(len(geo.kernel) - 1)]
    return [sum(t * s for t, s in zip(tap, steps, strict=True)) for tap in np.ndindex(*geo.kernel[:-1])]


def _lines(w: Array, geo: Geometry) -> Array:
    """The kernel as (lines, kw * C, O)."""
    split = w.reshape(w.shape[0], w.shape[1], -1, geo.kernel[-1])  # (O, C, lines, kw)
    return np.ascontiguousarray(split.transpose(2, 3, 1, 0)).reshape(split.shape[2], -1, w.shape[0])


def _seen(rows: Array, start: int, count: int, kw: int) -> Array:
    """Every kw-th place from `start`, `count` of them, with the kw rows that begin there."""
    return rows[start : start + count * kw].reshape(count, -1)


def _blocks(images: int, geo: Geometry) -> list[Block]:
    return blocks(images, geo, prod(geo.padded) * (geo.inner + geo.outer))


def convolve(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    """The output, (N, *out, O)."""
    padded, lines, shifts, kw = geo.pad(x, -1), _lines(w, geo), _shifts(geo), geo.kernel[-1]
    out = np.empty((len(x), *geo.out, geo.outer), x.dtype)

    def work(mine: Iterator[Block]) -> None:
        total = part = np.empty((0, geo.outer), x.dtype)
        for block in mine:
            source = padded[block.inputs(geo)]
            rows = source.reshape(-1, geo.inner)
            places = len(rows) - shifts[-1] - kw + 1
            if len(total) < len(rows):
                total = np.empty((len(rows), geo.outer), x.dtype)
                part = np.empty((-(-places // kw), geo.outer), x.dtype)
            for s in range(kw):
                count = (places - s + kw - 1) // kw
                target = total[s : s + (count - 1) * kw + 1 : kw]
                np.matmul(_seen(rows, s, count, kw), lines[0], out=target)
                for shift, line in zip(shifts[1:], lines[1:], strict=True):
                    np.matmul(_seen(rows, s + shift, count, kw), line, out=part[:count])
                    target += part[:count]
            result = total[: len(rows)].reshape(*source.shape[:-1], -1)
            wanted = (slice(None), slice(block.bottom - block.top), *map(slice, geo.out[1:]))
            if bias is None:
                block.outputs(out)[...] = result[wanted]
            else:
                np.add(result[wanted], bias, out=block.outputs(out))

    run(_blocks(len(x), geo), work)
    return out


def convolve_weight(y: Array, x: Array, geo: Geometry) -> Array:
    """The kernel's gradient, (O, C, *kernel), where y is that of the output."""
    padded, shifts, kw = geo.pad(x, -1), _shifts(geo), geo.kernel[-1]
    gradient = np.moveaxis(y, 1, -1)
    sums: list[Array] = []

    def work(mine: Iterator[Block]) -> None:
        total: Any = np.zeros((len(shifts), kw * geo.inner, geo.outer), x.dtype)
        part = np.empty(total.shape[1:], x.dtype)
        for block in mine:
            source = padded[block.inputs(geo)]
            rows = source.reshape(-1, geo.inner)
            places = len(rows) - shifts[-1] - kw + 1
            wide = np.zeros((*source.shape[:-1], geo.outer), x.dtype)  # zeros where outputs are dropped
            wide[(slice(None), slice(block.bottom - block.top), *map(slice, geo.out[1:]))] = block.outputs(gradient)
            g = wide.reshape(-1, geo.outer)
            for s in range(kw):
                count = (places - s + kw - 1) // kw
                seen = g[s : s + (count - 1) * kw + 1 : kw]
                for i, shift in enumerate(shifts):
                    total[i] += np.matmul(_seen(rows, s + shift, count, kw).T, seen, out=part)
        sums.append(total)

    run(_blocks(len(x), geo), work)
    total = sum(sums[1:], start=sums[0])
    lines = total.reshape(len(shifts), kw, geo.inner, geo.outer).transpose(3, 2, 0, 1)  # (O, C, lines, kw)
    return np.ascontiguousarray(lines).reshape(geo.outer, geo.inner, *geo.kernel)
