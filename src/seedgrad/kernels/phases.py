"""What an output of a convolution sees along one axis, as arithmetic progressions.

An output sees an arithmetic progression of inputs with one of the kernel. For the input's gradient, and a transposed
convolution, which is the same, each input is a sum over the outputs that saw it: with a stride, the inputs that are
`stride` apart are such sums over the same part of the kernel. They are one *phase*; there are `stride` of them.
"""

from __future__ import annotations

import math

import numpy as np

from ..ops.conv_geometry import Geometry
from .compile import Array


def lifted_to_images(geo: Geometry) -> Geometry:
    """The same convolution over images, where it is one over lines."""
    if len(geo.size) == 2:
        return geo
    one = (1,)
    return geo._replace(
        size=one + geo.size,
        padded=one + geo.padded,
        kernel=one + geo.kernel,
        out=one + geo.out,
        stride=one + geo.stride,
        padding=((0, 0), *geo.padding),
        dilation=one + geo.dilation,
    )


def forward_axis(geo: Geometry, axis: int) -> Array:
    """(output, its step, how many, input, its step, step of a tap in it, taps, tap, its step) of the one phase."""
    before = geo.padding[axis][0]
    found = (0, 1, geo.out[axis], -before, geo.stride[axis], geo.dilation[axis], geo.kernel[axis], 0, 1)
    return np.array([found])


def backward_axis(geo: Geometry, axis: int) -> Array:
    """The same for each phase of the input's gradient, where y plays the input.

    The input at h = o + t stride was seen by the outputs (h + padding - tap dilation) / stride. The taps for which
    this is whole are `period` apart, and from one to the next the output moves back by dilation / divisor.
    """
    stride, dilation, before = geo.stride[axis], geo.dilation[axis], geo.padding[axis][0]
    divisor = math.gcd(stride, dilation)
    period, back = stride // divisor, dilation // divisor
    phases = []
    for start in range(min(stride, geo.size[axis])):
        many = -(-(geo.size[axis] - start) // stride)
        first = next((k for k in range(period) if (start + before - k * dilation) % stride == 0), geo.kernel[axis])
        taps = max(0, -(-(geo.kernel[axis] - first) // period))
        seen = (start + before - first * dilation) // stride
        phases.append((start, stride, many, seen, 1, -back, taps, first, period))
    return np.array(phases)


def reach_of(phases: Array, parts: int) -> tuple[int, int]:
    """The first input that is seen, and how many to the last; of the largest of `parts` bands of outputs."""
    rows = phases[(phases[:, 6] > 0) & (phases[:, 2] > 0)]
    if not len(rows):
        return 0, 1
    low, high = [], []
    for band in range(parts):
        begin, end = rows[:, 2] * band // parts, rows[:, 2] * (band + 1) // parts
        real = begin < end
        reach = (rows[:, 6] - 1) * rows[:, 5]
        if real.any():
            low.append(int((rows[:, 3] + begin * rows[:, 4] + np.minimum(0, reach))[real].min()))
            high.append(int((rows[:, 3] + (end - 1) * rows[:, 4] + np.maximum(0, reach))[real].max()))
    return min(low), max(b - a for a, b in zip(low, high, strict=True)) + 1
