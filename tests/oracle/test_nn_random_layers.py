"""Layers with random slopes and random channels, and activations that write into their input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same


def test_rrelu_slopes_are_drawn_evenly_and_carry_the_gradient() -> None:
    x = -sg.ones(20_000).requires_grad_()
    for out in (
        sg.nn.functional.rrelu(x, 0.1, 0.5, training=True, generator=sg.Generator(seed=0)),
        sg.nn.RReLU(0.1, 0.5).train()(x),
    ):
        slopes = -out.detach().array
        assert 0.1 <= slopes.min() < 0.102
        assert 0.498 < slopes.max() <= 0.5
        np.testing.assert_allclose(np.quantile(slopes, [0.25, 0.5, 0.75]), [0.2, 0.3, 0.4], atol=0.01)
        (g,) = sg.autograd.grad(out.sum(), [x])
        np.testing.assert_array_equal(-g.array if g.array[0] < 0 else g.array, slopes)
    y = sg.tensor([-1.0, 2.0])
    assert sg.nn.functional.rrelu(y, training=True, inplace=True) is y
    assert -1 / 3 <= y[0].item() <= -1 / 8
    assert y[1].item() == 2


def test_feature_alpha_dropout_drops_channels_and_keeps_mean_and_variance() -> None:
    x = sg.randn(200, 50, 20, generator=sg.Generator(seed=0))
    out = sg.nn.functional.feature_alpha_dropout(x, 0.4, training=True, generator=sg.Generator(seed=1))
    constant = (out.array == out.array[:, :, :1]).all(axis=2)
    assert 0.37 < constant.mean() < 0.43
    assert abs(out.mean().item()) < 0.03
    assert abs(out.std().item() - 1) < 0.03
    y = sg.ones(2, 3)
    assert sg.nn.FeatureAlphaDropout(0.5, inplace=True)(y) is y


IN_PLACE: list[tuple[str, tuple[Any, ...]]] = [
    ("relu_", ()),
    ("elu_", (0.5,)),
    ("selu_", ()),
    ("celu_", (0.5,)),
    ("leaky_relu_", (0.2,)),
    ("hardtanh_", (-0.5, 0.25)),
    ("threshold_", (0.1, -2.0)),
    ("rrelu_", (0.1, 0.5)),
]


@pytest.mark.parametrize(("name", "args"), IN_PLACE)
def test_in_place_activation_agrees(name: str, args: tuple[Any, ...]) -> None:
    array = np.random.default_rng(0).standard_normal((4, 5)) * 2
    x, y = sg.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    a, b = x * 1.0, y * 1.0
    assert getattr(sg.nn.functional, name)(a, *args) is a
    getattr(torch.nn.functional, name)(b, *args)
    same(a, b)
    (a * a).sum().backward()
    (b * b).sum().backward()
    same(x.grad, y.grad)
    with pytest.raises(RuntimeError, match="leaf"):
        getattr(sg.nn.functional, name)(x, *args)
    assert hasattr(sg, name) == hasattr(torch, name)
