"""Fourier transforms of nothing, and of many numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import seedgrad as sg


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_a_batch_without_samples_gives_none(name: str) -> None:
    x = sg.zeros(0, 4, requires_grad=True)
    out = getattr(sg.fft, name)(x)
    assert out.shape[0] == 0 and out.shape[1] == getattr(np.fft, name)(np.ones(4)).shape[0]
    (out * out.conj()).real.sum().backward()
    assert x.grad is not None and x.grad.shape == (0, 4)


def test_single_precision_stays_single() -> None:
    assert sg.fft.rfft(sg.ones(8)).dtype is sg.complex64
    assert sg.fft.irfft(sg.fft.rfft(sg.ones(8))).dtype is sg.float32
    assert sg.fft.fft(sg.ones(8, dtype=sg.float64), norm="ortho").dtype is sg.complex128


def test_energy_is_kept_by_the_orthonormal_transform() -> None:
    x = sg.randn(3, 1009, generator=sg.Generator().manual_seed(0))
    energy = sg.fft.fft(x, norm="ortho").abs().square().sum()
    assert math.isclose(energy.item(), x.square().sum().item(), rel_tol=1e-5)


def test_a_product_of_spectra_is_a_circular_convolution() -> None:
    a, b = sg.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True), sg.tensor([1.0, 0.0, -1.0, 0.5])
    out = sg.fft.irfft(sg.fft.rfft(a) * sg.fft.rfft(b), n=4)
    direct = sg.stack([sum(a[j] * b[(k - j) % 4] for j in range(4)) for k in range(4)])
    assert sg.allclose(out, direct)
    weights = sg.tensor([1.0, -2.0, 0.5, 3.0])
    (one,) = sg.autograd.grad((out * weights).sum(), a)
    (other,) = sg.autograd.grad((direct * weights).sum(), a)
    assert sg.allclose(one, other, atol=1e-6)
