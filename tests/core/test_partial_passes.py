"""A pass that wants some gradients computes no others."""

from __future__ import annotations

import pytest

import seedgrad as sg
from seedgrad.core.op import op


@op
def _weighted(xp, x, w, /):
    return x * w


_asked: list[str] = []


def _rule(name):
    def rule(g, x, w):
        _asked.append(name)
        return g * (w if name == "x" else x)

    return rule


_weighted.defvjp(x=_rule("x"), w=_rule("w"))


@pytest.mark.parametrize("create_graph", [False, True])
def test_rules_of_inputs_that_nobody_asked_for_are_not_called(create_graph):
    x, w = sg.tensor([2.0, 3.0], requires_grad=True), sg.tensor([5.0, 7.0], requires_grad=True)
    y = _weighted.call(x, w).sum()
    _asked.clear()
    (g,) = sg.autograd.grad(y, x, retain_graph=True, create_graph=create_graph)
    assert _asked == ["x"] and g.tolist() == [5.0, 7.0]
    _asked.clear()
    assert sg.autograd.grad(y, w, retain_graph=True, create_graph=create_graph)[0].tolist() == [2.0, 3.0]
    assert _asked == ["w"]
    _asked.clear()
    y.backward()  # all of them
    assert _asked == ["x", "w"] and x.grad.tolist() == [5.0, 7.0] and w.grad.tolist() == [2.0, 3.0]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("shape", [(3, 4), (200, 128)])  # the NumPy kernel and, where there is one, the compiled one
def test_kernels_give_what_is_asked_for(create_graph, shape):
    x = sg.randn(*shape, requires_grad=True)
    layer = sg.nn.LayerNorm(shape[1])
    weights = sg.randn(*shape)
    everything = sg.autograd.grad((layer(x) * weights).sum(), [x, layer.weight, layer.bias])
    for wanted, expected in zip([x, layer.weight, layer.bias], everything, strict=True):
        (g,) = sg.autograd.grad((layer(x) * weights).sum(), wanted, create_graph=create_graph)
        assert sg.allclose(g, expected, atol=1e-4)


def test_an_input_given_twice_and_one_of_several_outputs():
    x = sg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    w = sg.tensor([2.0, 2.0, 2.0], requires_grad=True)
    a, b = (x * w).split([1, 2])
    assert sg.autograd.grad(a.sum() + (b * b).sum(), x)[0].tolist() == [2.0, 16.0, 24.0]
    assert sg.autograd.grad(_weighted.call(x, x).sum(), x)[0].tolist() == [2.0, 4.0, 6.0]


def test_complex_numbers_need_only_what_is_asked_for():
    z = sg.tensor([1 + 2j, 3 - 1j], requires_grad=True)
    w = sg.tensor([2 - 1j, 1j], requires_grad=True)
    y = (z * w).real.sum()
    assert sg.autograd.grad(y, z, retain_graph=True)[0].tolist() == w.detach().conj().tolist()
    assert sg.autograd.grad(y, w)[0].tolist() == z.detach().conj().tolist()
