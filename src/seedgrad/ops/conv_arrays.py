"""Convolution of NumPy arrays: which algorithm for which shapes.

Inside, channels are the last axis: a row is one place with all of its channels, and the work is products of matrices
of rows. Results are (N, C, *space) views of such memory; elementwise work, pooling and the next convolution keep that
layout, so it is converted only where a network begins.

    each channel a group of its own     conv_depthwise: multiply and add
    stride 1, 32 numbers or more in     conv_rows: products of shifted rows, no copies
      a line of the kernel
    else                                conv_columns: copy what the kernel sees, one product

The gradient of the input for stride 1 is a convolution itself, of the output's gradient with the flipped kernel, and
takes the same way; for other strides outputs are spread over what they saw, a place of the kernel at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import conv_columns, conv_depthwise, conv_rows
from .conv_geometry import Array, Geometry, Pairs, Sizes, geometry, prod


def convolve(
    x: Array, w: Array, bias: Array | None, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """out[n, o, p] = sum over c, k of x[n, c, p stride - padding + k dilation] w[o, c, k], plus bias[o]."""
    if x.dtype.itemsize == 2:
        return _in_single(convolve, x, w, bias, stride, padding, dilation, groups)
    geo = geometry(x.shape[2:], w.shape, stride, padding, dilation, groups)
    return np.moveaxis(_forward(x, w, bias, geo), -1, 1)


def convolve_input(
    y: Array, w: Array, size: Sizes, stride: Sizes, padding: Pairs, dilation: Sizes, groups: int
) -> Array:
    """The gradient of `convolve` for x, where y is that of its output."""
    if y.dtype.itemsize == 2:
        return _in_single(convolve_input, y, w, size, stride, padding, dilation, groups)
    geo = geometry(size, w.shape, stride, padding, dilation, groups)
    if y.size and prod(stride) == 1:
        back = geo.backward()
        return np.moveaxis(_forward(y, _flipped(w, geo), None, back), -1, 1)
    algorithm = conv_depthwise if conv_depthwise.fits(geo) else conv_columns
    return np.moveaxis(algorithm.spread(y, w, geo), -1, 1)


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
    algorithm: Any = conv_columns
    if conv_depthwise.fits(geo):
        algorithm = conv_depthwise
    elif conv_rows.fits(geo):
        algorithm = conv_rows
    return algorithm.convolve_weight(y, x, geo)


def _forward(x: Array, w: Array, bias: Array | None, geo: Geometry) -> Array:
    algorithm: Any = conv_columns
    if not x.size:
        pass
    elif conv_depthwise.fits(geo):
        algorithm = conv_depthwise
    elif conv_rows.fits(geo):
        algorithm = conv_rows
    return algorithm.convolve(x, w, bias, geo)


def _flipped(w: Array, geo: Geometry) -> Array:
    """The kernel turned around, its input and output channels exchanged."""
    split = w.reshape(geo.groups, geo.outer, geo.inner, *geo.kernel).swapaxes(1, 2)
    turned = np.flip(split, axis=tuple(range(3, split.ndim)))
    return turned.reshape(geo.groups * geo.inner, geo.outer, *geo.kernel)


def _in_single(function: Callable[..., Array], a: Array, b: Array, *rest: Any) -> Array:
    """Half-precision numbers are computed in float32, which BLAS knows, and rounded once."""
    single = [x.astype(np.float32) if isinstance(x, np.ndarray) else x for x in (a, b, *rest)]
    return function(*single).astype(a.dtype)
