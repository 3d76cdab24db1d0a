"""Sums over rows by BLAS against NumPy's, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from seedgrad.core import sum_arrays as sums

SHAPES = [(1000, 3), (16, 150), (15, 200), (3000, 1), (1, 3000), (40, 15, 7), (2600,), (3, 200, 4), (80, 30, 1)]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_sums_over_all_axes_are_numpys(shape: tuple[int, ...], keepdims: bool, kind: type) -> None:
    x = np.random.default_rng(0).standard_normal(shape).astype(kind)
    axes = [0, -1, (0,), tuple(range(len(shape))), tuple(range(max(1, len(shape) - 1))), None]
    for axis in axes:
        for y in (x, x.T, x[::2], x[..., ::-1]):
            for ours, theirs in ((sums.sum, np.sum), (sums.mean, np.mean)):
                found = np.asarray(ours(y, axis, keepdims))
                true = theirs(y.astype(np.float64), axis=axis, keepdims=keepdims)
                assert found.shape == true.shape and found.dtype == kind
                np.testing.assert_allclose(found, true, rtol=1e-5, atol=2e-4 if kind is np.float32 else 1e-12)


def test_infinities_and_nan_stay_in_their_columns() -> None:
    x = np.ones((64, 40), np.float32)
    x[3, 1], x[9, 2], x[4, 2], x[5, 7] = np.inf, np.inf, -np.inf, np.nan
    with np.errstate(invalid="ignore"):  # as every op is run
        found = sums.sum(x, 0)
    assert found[1] == np.inf and np.isnan(found[[2, 7]]).all()
    assert (np.delete(found, [1, 2, 7]) == 64).all()
