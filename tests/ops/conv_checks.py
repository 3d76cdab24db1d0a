"""A compiled convolution, and both of its gradients, beside the definition in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from seedgrad.core import kernel as registry
from seedgrad.ops import conv_arrays
from seedgrad.ops.conv_geometry import geometry

registry.load()
from seedgrad.kernels import numba_conv, numba_conv_weight  # noqa: E402

Array = np.ndarray[Any, Any]


def normal(rng: np.random.Generator, *shape: int) -> Array:
    return rng.standard_normal(shape).astype(np.float32)


def check(kernels: tuple[Any, Any, Any], x: Array, w: Array, settings: Any, tolerance: float = 3e-6) -> None:
    """The three convolutions of float32 arrays beside those of float64 by NumPy, per root of the terms of a sum."""
    rng = np.random.default_rng(1)
    geo = geometry(x.shape[2:], w.shape, *settings)
    bias, wide = normal(rng, len(w)), lambda a: a.astype(np.float64)
    expected = conv_arrays.convolve(wide(x), wide(w), wide(bias), *settings)
    y = normal(rng, *expected.shape)
    found = [kernels[0](x, w, bias, geo), kernels[1](y, w, geo), kernels[2](y, x, geo)]
    expected_all = [
        expected,
        conv_arrays.convolve_input(wide(y), wide(w), x.shape[2:], *settings),
        conv_arrays.convolve_weight(wide(y), wide(x), w.shape[2:], *settings),
    ]
    terms = (w[0].size, w.size // max(1, w.shape[1]), y.size // y.shape[1])
    for a, b, number in zip(found, expected_all, terms, strict=True):
        assert a.dtype == np.float32 and a.shape == b.shape
        np.testing.assert_allclose(a, b, atol=tolerance * np.sqrt(number), rtol=tolerance)


TILES = (numba_conv.convolve, numba_conv.convolve_input, numba_conv_weight.convolve_weight)
