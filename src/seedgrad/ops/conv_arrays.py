"""Convolution of NumPy arrays and its gradients, by the algorithm that `conv_choice` chooses.

Inside, channels are the last axis: a row is one place with all of its channels, and the work is products of
matrices of rows. Results are (N, C, *space) views of such memory; elementwise work, pooling and the next
convolution keep that layout, so it is converted only where a network begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import namespace
from ..core.dtype import F32
from ..core.kernel import find, functions
from . import conv_columns, conv_depthwise
from .conv_choice import choose
from .conv_geometry import Array, Geometry, Pairs, Sizes, geometry

COMPILED = ("few", "planes", "tiles", "winograd")


def convolve(
    x: Array, w: Array, bias: Array | None, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """out[n, o, p] = sum over c, k of x[n, c, p stride - padding + k dilation] w[o, c, k], plus bias[o]."""
    if x.dtype.itemsize == 2:
        return _in_single(convolve, x, w, bias, stride, padding, dilation, groups)
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    if not x.size or not w.size:
        out = np.zeros((len(x), *geo.out, w.shape[0]), x.dtype)
        return np.moveaxis(out if bias is None else out + bias, -1, 1)
    algorithm = choose("forward", x, w.size, geo)
    if algorithm in COMPILED:
        return functions[f"{algorithm}_forward"](x, w, bias, geo)
    return np.moveaxis((conv_depthwise if algorithm == "depthwise" else conv_columns).convolve(x, w, bias, geo), -1, 1)


def convolve_input(
    y: Array, w: Array, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """The gradient of `convolve` for x, where y is that of its output."""
    if y.dtype.itemsize == 2:
        return _in_single(convolve_input, y, w, size, stride, padding, dilation, groups)
    geo = geometry(size, w.shape, stride, padding, dilation, groups)
    if not y.size or not w.size:
        return np.zeros((len(y), groups * w.shape[1], *size), y.dtype)
    algorithm = choose("input", y, w.size, geo)
    if algorithm in COMPILED:
        return functions[f"{algorithm}_input"](y, w, geo)
    if algorithm == "columns":
        return np.moveaxis(conv_columns.convolve(y, _flipped(w, geo), None, geo.backward()), -1, 1)
    return np.moveaxis((conv_depthwise if algorithm == "depthwise" else conv_columns).spread(y, w, geo), -1, 1)


def convolve_weight(
    y: Array, x: Array, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """The gradient of `convolve` for w, where y is that of its output."""
    if y.dtype.itemsize == 2:
        return _in_single(convolve_weight, y, x, size, stride, padding, dilation, groups)
    w_shape = (y.shape[1], x.shape[1] // groups, *size)
    geo = geometry(x.shape[2:], w_shape, stride, padding, dilation, groups)
    if not y.size or not x.size:
        return np.zeros(w_shape, y.dtype)
    algorithm = choose("weight", x, math.prod(w_shape), geo)
    if algorithm in COMPILED:
        return functions[f"{algorithm}_weight"](y, x, geo)
    return (conv_depthwise if algorithm == "depthwise" else conv_columns).convolve_weight(y, x, geo)


def _flipped(w: Array, geo: Geometry) -> Array:
    """The kernel turned around, its input and output channels exchanged."""
    split = w.reshape(geo.groups, geo.outer, geo.inner, *geo.kernel).swapaxes(1, 2)
    turned = np.flip(split, axis=tuple(range(3, split.ndim)))
    return turned.reshape(geo.groups * geo.inner, geo.outer, *geo.kernel)


def _in_single(function: Callable[..., Array], a: Array, b: Array, *rest: Any) -> Array:
    """Half-precision numbers are computed in float32, which BLAS knows, and rounded once."""
    single = [x.astype(np.float32) if isinstance(x, np.ndarray) else x for x in (a, b, *rest)]
    return function(*single).astype(a.dtype)


def channel_sum(x: Array) -> Array:
    """The sum of each channel, compiled or by a product with ones: NumPy's sum is slow over runs so short."""
    compiled = find("channel_sum", x.size) if x.dtype is F32 else None
    found = compiled(x) if compiled else None
    if found is not None:
        return found
    rows = np.moveaxis(x, 1, -1)
    if not rows.size or not rows.flags.c_contiguous or x.dtype.kind != "f" or x.dtype.itemsize == 2:
        return namespace.sum(x, axis=(0, *range(2, x.ndim)))
    rows = rows.reshape(-1, rows.shape[-1])
    parts = [np.ones(len(part), x.dtype) @ part for part in np.array_split(rows, -(-len(rows) // 1024))]
    return np.sum(parts, axis=0)
