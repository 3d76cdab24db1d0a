"""Convolutions whose places fill the vectors, against the definition in float64."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from ops.conv_checks import TILES, check, normal

from seedgrad.kernels import numba_conv_planes
from seedgrad.ops.conv_geometry import geometry


def lying_last(kernel: Any) -> Any:
    """The kernel for an image whose channels are its last axis in memory."""
    return lambda x, *rest: kernel(np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1), *rest)


@pytest.mark.parametrize(("stride", "dilation"), list(itertools.product((1, 2, 3), (1, 2))))
def test_planes_are_the_definition(stride: int, dilation: int) -> None:
    rng = np.random.default_rng(0)
    pads = (((0, 0), (0, 0)), ((1, 1), (1, 2)), ((3, 0), (0, 3)), ((-1, 0), (2, -2)))
    channels = ((3, 40), (40, 3), (1, 16), (4, 4), (18, 1), (6, 5))
    for kernel, padding, (c, o) in itertools.product(((3, 3), (5, 2), (2, 3), (1, 1)), pads, channels):
        x, w = normal(rng, 2, c, 11, 21), normal(rng, o, c, *kernel)
        plain, last = numba_conv_planes.convolve, lying_last(numba_conv_planes.convolve)
        back, back_last = numba_conv_planes.convolve_input, lying_last(numba_conv_planes.convolve_input)
        settings = ((stride, 3 - stride if stride < 3 else 1), padding, (dilation, 1), 1)
        ones = settings[0] == (1, 1)
        check((plain if ones else TILES[0], back, TILES[2]), x, w, settings)
        check((last if ones else TILES[0], back_last, TILES[2]), x, w, settings)
        if not ones:
            check((last, back, TILES[2]), x, w, ((1, 1), *settings[1:]))


def test_planes_of_one_dimension_and_of_bands() -> None:
    rng = np.random.default_rng(0)
    planes = (numba_conv_planes.convolve, numba_conv_planes.convolve_input, TILES[2])
    check(planes, normal(rng, 3, 20, 70), normal(rng, 2, 20, 5), ((1,), ((1, 3),), (2,), 1))
    check(planes, normal(rng, 2, 64, 50, 45), normal(rng, 3, 64, 3, 3), ((1, 1), ((1, 1), (1, 1)), (1, 1), 1))
    x, w = normal(rng, 2, 3, 101, 44), normal(rng, 64, 3, 5, 4)
    check((TILES[0], *planes[1:]), x, w, ((2, 2), ((2, 1), (1, 2)), (1, 1), 1))


def test_planes_keep_places_apart() -> None:
    """What is not finite stays where the kernel sees it, though vectors run on from line to line."""
    x, w = np.zeros((1, 20, 12, 13), np.float32), np.ones((3, 20, 3, 3), np.float32)
    x[0, 4, 5, 12], x[0, 7, 0, 0] = np.inf, np.nan
    geo = geometry(x.shape[2:], w.shape, (1, 1), ((1, 1), (1, 1)), (1, 1), 1)
    for kernel in (numba_conv_planes.convolve, lying_last(numba_conv_planes.convolve)):
        found, expected = kernel(x, w, None, geo), TILES[0](x, w, None, geo)
        np.testing.assert_array_equal(found, expected)
        assert np.isinf(found[0, 0]).sum() == 6 and np.isnan(found[0, 0]).sum() == 4
