"""Gradients through optimizer steps, against PyTorch and numerically."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

CASES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"maximize": True}),
    ("ASGD", {"weight_decay": 0.1, "lambd": 0.1, "t0": 1}),
    ("ASGD", {"maximize": True}),
    ("Adagrad", {"weight_decay": 0.1, "lr_decay": 0.1}),
    ("Adagrad", {"initial_accumulator_value": 0.1, "maximize": True}),
    ("Adadelta", {"weight_decay": 0.1}),
    ("Adadelta", {"maximize": True}),
    ("RMSprop", {"weight_decay": 0.1, "momentum": 0.9}),
    ("RMSprop", {"maximize": True}),
    ("Adam", {"weight_decay": 0.1}),
    ("Adam", {"maximize": True, "decoupled_weight_decay": True, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("NAdam", {"weight_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {"weight_decay": 0.1}),
    ("RAdam", {"betas": (0.5, 0.5), "decoupled_weight_decay": True, "weight_decay": 0.1}),
]
START, TOWARDS = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.4, -0.7])


# Several steps of these can't be differentiated in PyTorch: it overwrites what its graph needs.
ALONE: list[tuple[str, dict[str, Any]]] = [
    ("Rprop", {"lr": 0.1}),
    ("Rprop", {"lr": 0.1, "maximize": True, "step_sizes": (0.01, 0.11)}),
    ("Adam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "amsgrad": True}),
    ("AdamW", {"amsgrad": True}),
    ("RMSprop", {"weight_decay": 0.1, "momentum": 0.9, "centered": True}),
    ("Adamax", {"weight_decay": 0.1}),
    ("Adamax", {"maximize": True}),
    ("SGD", {"momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Lion", {"weight_decay": 0.1}),
]


@pytest.fixture(autouse=True)
def _default_type() -> Iterator[None]:
    """PyTorch computes differentiable coefficients in the default type, and both keep states like the rate of ASGD in it."""
    for lib in (sg, torch):
        lib.set_default_dtype(lib.float64)
    yield
    for lib in (sg, torch):
        lib.set_default_dtype(lib.float32)


def _train(lib: Any, name: str, options: dict[str, Any], start: Any, target: Any) -> Any:
    """Three steps down (w - target)^4, written so that the gradient is part of the graph; returns the parameter."""
    p = start.clone()
    optimizer = getattr(lib.optim, name)([p], differentiable=True, **options)
    for _ in range(3):
        p.grad = 4 * (p - target) ** 3
        optimizer.step()
    return p


def _gradients(lib: Any, name: str, options: dict[str, Any]) -> list[Any]:
    start = lib.tensor(START, requires_grad=True)
    target = lib.tensor(TOWARDS, requires_grad=True)
    p = _train(lib, name, options, start, target)
    found = lib.autograd.grad((p**2).sum(), [start, target], create_graph=True)
    second = lib.autograd.grad(sum((g**2).sum() for g in found), [start, target], allow_unused=True)
    second = [lib.zeros(3, dtype=lib.float64) if s is None else s for s in second]
    return [t.detach().numpy() for t in (p, *found, *second)]


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_gradients_flow_through_steps_as_in_the_oracle(name: str, options: dict[str, Any]) -> None:
    for ours, theirs in zip(_gradients(sg, name, options), _gradients(torch, name, options), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(("name", "options"), ALONE, ids=str)
def test_gradients_through_steps_are_right_where_the_oracle_has_none(name: str, options: dict[str, Any]) -> None:
    """PyTorch also cuts the graph where the momentum of SGD begins; here the derivative is the true one."""
    start, target = sg.tensor(START, requires_grad=True), sg.tensor(TOWARDS, requires_grad=True)
    options = {"lr": 0.01, **options}
    assert sg.autograd.gradcheck(lambda a, b: _train(sg, name, options, a, b), (start, target))


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES + ALONE}))
def test_gradients_flow_through_steps_of_complex_parameters(name: str) -> None:
    """A complex parameter is two real ones, whose graph leads back to the complex one."""
    values = (np.array([1 + 2j, -2 + 0.4j]), np.array([0.3 - 1j, 0.4 + 0.6j]))

    def train(start: sg.Tensor, target: sg.Tensor) -> sg.Tensor:
        p = start.clone()
        optimizer = getattr(sg.optim, name)([p], lr=0.01, differentiable=True)
        for _ in range(3):
            p.grad = sg.view_as_complex(4 * (sg.view_as_real(p) - sg.view_as_real(target)) ** 3)
            optimizer.step()
        return p

    found = sg.view_as_real(train(*[sg.tensor(v) for v in values]))
    pairs = [sg.tensor(np.stack([v.real, v.imag], -1)) for v in values]
    expected = _train(sg, name, {"lr": 0.01}, *pairs)
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-10)
    assert sg.autograd.gradcheck(train, tuple(sg.tensor(v, requires_grad=True) for v in values))


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES + ALONE}))
def test_gradients_flow_to_the_learning_rate(name: str) -> None:
    if name in ("ASGD", "Rprop"):  # their rates are states: numbers
        return
    start, target = sg.tensor(START), sg.tensor(TOWARDS)
    lr = sg.tensor(0.05, dtype=sg.float64, requires_grad=True)
    decay = {"weight_decay": 0.1}
    assert sg.autograd.gradcheck(lambda rate: _train(sg, name, {"lr": rate, **decay}, start, target), (lr,))


def test_gradients_flow_to_betas_and_weight_decay() -> None:
    def train(lib: Any) -> list[Any]:
        numbers = [lib.tensor(x, dtype=lib.float64, requires_grad=True) for x in (0.8, 0.9, 0.1, 0.2)]
        beta1, beta2, decay, lr = numbers
        start, target = lib.tensor(START), lib.tensor(TOWARDS)
        p = _train(lib, "Adam", {"betas": (beta1, beta2), "weight_decay": decay, "lr": lr}, start, target)
        return [t.numpy() for t in lib.autograd.grad((p**2).sum(), numbers)]

    np.testing.assert_allclose(train(sg), train(torch), rtol=1e-8)


def test_differentiable_states_are_part_of_the_graph() -> None:
    start = sg.tensor(START, requires_grad=True)
    p = start.clone()
    optimizer = sg.optim.Adam([p], differentiable=True)
    p.grad = p * 2
    optimizer.step()
    assert optimizer.state[p]["exp_avg"].requires_grad
    assert not optimizer.state[p]["step"].requires_grad


def test_differentiable_steps_refuse_leaves_and_foreach_as_the_oracle() -> None:
    for lib in (torch, sg):
        leaf = lib.ones(2, requires_grad=True)
        leaf.grad = lib.ones(2)
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
            lib.optim.Adam([leaf], differentiable=True).step()
        with pytest.raises(AssertionError, match="foreach ops don't support autograd"):
            lib.optim.Adam([leaf], differentiable=True, foreach=True).step()
        with pytest.raises(ValueError, match="non-leaf"):
            lib.optim.Adam([leaf * 2])


def test_step_records_nothing_without_differentiable() -> None:
    w = sg.ones(2, requires_grad=True)
    w.grad = sg.ones(2, requires_grad=True) * 3
    lr = sg.tensor(0.1, requires_grad=True)
    optimizer = sg.optim.Adam([w], lr=lr)
    optimizer.step()
    assert w.is_leaf
    assert not optimizer.state[w]["exp_avg"].requires_grad
