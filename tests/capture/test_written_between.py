"""What the backward pass of a compiled function reads may not be overwritten before it, as in eager mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import seedgrad as sg
from seedgrad import nn

WRITTEN = "modified by an inplace operation"


def product(x: sg.Tensor, w: sg.Tensor) -> Any:
    return x * w


def layer(x: sg.Tensor, w: sg.Tensor) -> Any:
    return nn.functional.linear(x, w)


def layers(x: sg.Tensor, w: sg.Tensor) -> Any:
    return nn.functional.linear(nn.functional.linear(x, w).tanh(), w)


def view(x: sg.Tensor, w: sg.Tensor) -> Any:
    return x.reshape(-1)[: w.numel()] * w.reshape(-1)


def norm(x: sg.Tensor, w: sg.Tensor) -> Any:
    return nn.functional.layer_norm(x, (x.shape[-1],), w[0])


def external(function: Callable[..., Any], w: sg.Tensor) -> Callable[[sg.Tensor], Any]:
    return sg.compile(lambda x: function(x, w))


@pytest.mark.parametrize("function", [product, layer, layers, view, norm])
def test_an_argument_is_overwritten(function: Callable[..., Any]) -> None:
    x, w = sg.randn(150, 150), sg.randn(150, 150, requires_grad=True)
    f = sg.compile(function)
    for n in range(4):
        y = f(x, w).sum()
        if n > 1:
            x.mul_(2)
            with pytest.raises(RuntimeError, match=WRITTEN):
                y.backward()
        else:
            y.backward()
            x.mul_(2)
    assert f.replays == 2  # (the second call records anew: the weight has a gradient)


@pytest.mark.parametrize("function", [product, layer, layers, view, norm])
def test_a_weight_is_overwritten(function: Callable[..., Any]) -> None:
    w = sg.randn(150, 150, requires_grad=True)
    f = external(function, w)
    for n in range(4):
        y = f(sg.randn(150, 150, requires_grad=True)).sum()
        if n > 1:
            with sg.no_grad():
                w.mul_(2)
            with pytest.raises(RuntimeError, match=WRITTEN):
                y.backward()
        else:
            y.backward()
            with sg.no_grad():
                w.mul_(2)
    assert f.replays == 3


def test_what_is_not_read_may_be_overwritten() -> None:
    x, w, b = sg.randn(150, 150), sg.randn(150, 150), sg.randn(150, 150, requires_grad=True)
    f = sg.compile(lambda x, b: x @ w + b)
    for _ in range(3):
        y = f(x, b).sum()
        x.mul_(2)
        w.mul_(2)
        b.grad = None
        y.backward()
        assert (b.grad == 1).all()
    assert f.replays == 1


def test_statistics_of_a_second_forward_pass() -> None:
    torso = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2))
    torso(sg.randn(4, 3, 12, 12))
    f = sg.compile(torso)
    for _ in range(3):
        one, two = f(sg.randn(40, 3, 12, 12)), f(sg.randn(40, 3, 12, 12))
        (one.sum() + two.sum()).backward()
    assert all(p.grad is not None for p in torso.parameters())
