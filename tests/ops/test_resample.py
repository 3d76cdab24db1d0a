"""Weighted sums along axes, and sums at places: each op is the adjoint of its partner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedgrad.nn.functional.interpolation import axis_taps, mean_taps
from seedgrad.ops import resample, sample
from seedgrad.ops.fold import _columns_image, _image_columns
from seedgrad.ops.pool_arrays import Windows

MODES = ("nearest", "nearest-exact", "linear", "cubic", "area", "lanczos")


def taps_of(mode: str, size: int, out: int) -> resample.Taps | None:
    """The taps of one axis in float64."""
    if mode == "area":
        return mean_taps(size, out)
    return axis_taps(mode, size, out, None, False, mode == "lanczos", "float64")


@given(st.sampled_from(MODES), st.integers(1, 40), st.integers(1, 90), st.integers(1, 7), st.integers(1, 9))
def test_resampling_and_its_adjoint_are_the_same_matrix(mode: str, n: int, m: int, a: int, b: int) -> None:
    rng = np.random.default_rng(0)
    taps = (taps_of(mode, n, m), taps_of(mode, a, b))
    x, y = rng.standard_normal((2, 3, n, a)), rng.standard_normal((2, 3, m, b))
    forward, backward = resample._resample(x, taps), resample._resample_adjoint(y, taps)
    assert forward.shape == y.shape
    assert backward.shape == x.shape
    np.testing.assert_allclose((forward * y).sum(), (x * backward).sum(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("n", "m"), [(5, 3), (3, 50), (60, 7), (1, 20), (40, 41)])
def test_passes_and_the_product_give_the_same(mode: str, n: int, m: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    taps, x, y = taps_of(mode, n, m), rng.standard_normal((2, n, 3)), rng.standard_normal((2, m, 3))
    assert taps is not None
    monkeypatch.setattr(resample, "DENSE", 0)
    passes = resample._weigh(x, taps), resample._weigh(y, taps.transposed)
    monkeypatch.setattr(resample, "DENSE", 10**6)
    product = resample._weigh(x, taps), resample._weigh(y, taps.transposed)
    for one, other in zip(passes, product, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_half_types_are_rounded_once() -> None:
    x = np.random.default_rng(0).standard_normal((1, 2, 9, 9)).astype(np.float16)
    taps = (taps_of("linear", 9, 14), taps_of("linear", 9, 4))
    exact = resample._resample(x.astype(np.float32), taps).astype(np.float16)
    found = resample._resample(x, taps)
    assert found.dtype == np.float16
    assert (found == exact).all()


def test_the_result_never_shares_memory_with_the_input() -> None:
    x = np.ones((1, 2, 3, 4))
    assert not np.may_share_memory(resample._resample(x, (None, None)), x)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_places_outside_count_as_zero_even_among_inf(kind: type) -> None:
    x = np.full((1, 2, 3), np.inf, kind)
    places = np.array([[[-1, 0]]])
    out = sample._sample_places(x, np.ones((1, 1, 2), kind), places)
    assert out.dtype == kind
    assert out.tolist() == [[[0.0, np.inf], [0.0, np.inf]]]


@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 6), st.integers(1, 5), st.integers(0, 7))
def test_sums_at_places_are_adjoint(images: int, channels: int, count: int, summands: int, points: int) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((images, channels, count)), rng.standard_normal((images, summands, points))
    y, places = rng.standard_normal((images, channels, points)), rng.integers(-1, count, (images, summands, points))
    whole = (sample._sample_places(x, w, places) * y).sum()
    spread = sample._spread_places(y, w, places, count)
    weigh = sample._weigh_places(y, x, places)
    assert spread.shape == x.shape
    assert weigh.shape == w.shape
    np.testing.assert_allclose([(spread * x).sum(), (weigh * w).sum()], whole, rtol=1e-9, atol=1e-9)


@given(st.data())
def test_columns_and_image_are_adjoint(data: st.DataObject) -> None:
    size = tuple(data.draw(st.integers(3, 7)) for _ in range(2))
    kernel, stride, dilation = (tuple(data.draw(st.integers(1, 2)) for _ in range(2)) for _ in range(3))
    padding = tuple(data.draw(st.integers(0, 2)) for _ in range(2))
    out = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )
    windows = Windows(size, kernel, stride, padding, dilation, out)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, *size))
    columns = _image_columns(x, windows)
    y = rng.standard_normal(columns.shape)
    assert columns.shape == (2, 3 * kernel[0] * kernel[1], out[0] * out[1])
    np.testing.assert_allclose((columns * y).sum(), (x * _columns_image(y, windows)).sum(), rtol=1e-9, atol=1e-9)
