"""Optimizers and schedules against PyTorch: 30 steps in float64, for every option, with state carried over midway."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

SHAPES = [(3, 4), (5,), (), (300, 100)]  # the last is longer than one block of the update


def _options(**choices: list[Any]) -> list[dict[str, Any]]:
    """The defaults, each choice alone, and each pair of choices."""
    found: list[dict[str, Any]] = [{}]
    for name, values in choices.items():
        found += [{name: value} for value in values]
    for (a, xs), (b, ys) in itertools.combinations(choices.items(), 2):
        found += [{a: xs[0], b: y} for y in ys]
    return found


CASES = [
    *[("SGD", o) for o in _options(lr=[0.1], momentum=[0.9], dampening=[0.5], weight_decay=[0.1], maximize=[True])],
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.1, "foreach": True}),
    *[
        (name, o)
        for name in ("Adam", "AdamW")
        for o in _options(
            lr=[0.1], betas=[(0.8, 0.95)], eps=[1e-4], weight_decay=[0.1, 0], amsgrad=[True], maximize=[True]
        )
    ],
    ("Adam", {"decoupled_weight_decay": True, "weight_decay": 0.1}),
    ("Adam", {"foreach": False}),
]


def _values(seed: int) -> list[np.ndarray[Any, Any]]:
    draw = np.random.default_rng(seed)
    return [np.asarray(draw.standard_normal(shape)) for shape in SHAPES]


def _step(parameters: list[Any], optimizer: Any, make: Any, t: int) -> None:
    for p, g in zip(parameters, _values(100 + t), strict=True):
        p.grad = make(g)
    optimizer.step()


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_optimizer_trajectory_equals_the_oracle(name: str, options: dict[str, Any]) -> None:
    ours = [sg.tensor(a, requires_grad=True) for a in _values(0)]
    theirs = [torch.tensor(a, requires_grad=True) for a in _values(0)]
    a, b = getattr(sg.optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)
    for t in range(30):
        if t == 15:  # another optimizer takes over from the state
            fresh = getattr(sg.optim, name)(ours, lr=0.5)
            fresh.load_state_dict(a.state_dict())
            a = fresh
        _step(ours, a, sg.tensor, t)
        _step(theirs, b, torch.tensor, t)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("name", "options"), [("SGD", {"momentum": 0.9}), ("Adam", {"amsgrad": True}), ("AdamW", {})])
def test_optimizer_state_has_the_oracle_keys_and_moves_both_ways(name: str, options: dict[str, Any]) -> None:
    ours = [sg.tensor(a, requires_grad=True) for a in _values(0)]
    theirs = [torch.tensor(a, requires_grad=True) for a in _values(0)]
    a, b = getattr(sg.optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)
    for t in range(3):
        _step(ours, a, sg.tensor, t)
        _step(theirs, b, torch.tensor, t)
    mine, other = a.state_dict(), b.state_dict()
    assert mine["state"].keys() == other["state"].keys()
    assert mine["state"][0].keys() == other["state"][0].keys()
    assert set(mine["param_groups"][0]) == set(other["param_groups"][0])
    converted = {
        "state": {
            i: {k: sg.tensor(v.numpy()) if isinstance(v, torch.Tensor) else v for k, v in values.items()}
            for i, values in other["state"].items()
        },
        "param_groups": other["param_groups"],
    }
    a.load_state_dict(converted)
    back = {
        "state": {
            i: {k: torch.tensor(v.numpy()) if isinstance(v, sg.Tensor) else v for k, v in values.items()}
            for i, values in mine["state"].items()
        },
        "param_groups": mine["param_groups"],
    }
    b.load_state_dict(back)
    _step(ours, a, sg.tensor, 3)
    _step(theirs, b, torch.tensor, 3)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-10, atol=1e-10)


SCHEDULES: list[tuple[str, dict[str, Any]]] = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 1, "gamma": 0.97}),
    ("MultiStepLR", {"milestones": [3, 3, 9, 50], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.98}),
    ("CosineAnnealingLR", {"T_max": 10}),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("CosineAnnealingLR", {"T_max": 150}),
    ("LambdaLR", {"lr_lambda": lambda t: 0.95**t}),
]


def _scheduled(lib: Any, name: str, options: dict[str, Any]) -> list[list[float]]:
    w = lib.ones(2, requires_grad=True)
    v = lib.ones(2, requires_grad=True)
    optimizer = lib.optim.SGD([{"params": [w]}, {"params": [v], "lr": 0.3}], lr=0.1)
    schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **options)
    rates = []
    for _ in range(100):
        rates.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        schedule.step()
        assert schedule.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
    return rates


@pytest.mark.parametrize(("name", "options"), SCHEDULES, ids=[f"{name}-{i}" for i, (name, _) in enumerate(SCHEDULES)])
def test_schedule_gives_the_oracle_rates(name: str, options: dict[str, Any]) -> None:
    np.testing.assert_allclose(_scheduled(sg, name, options), _scheduled(torch, name, options), rtol=1e-12, atol=1e-15)


def test_schedule_resumes_from_its_state() -> None:
    def start() -> tuple[Any, Any]:
        optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=0.1)
        return optimizer, sg.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)

    optimizer, schedule = start()
    rates = []
    for _ in range(20):
        optimizer.step()
        schedule.step()
        rates.append(schedule.get_last_lr())
    optimizer, schedule = start()
    for _ in range(8):
        optimizer.step()
        schedule.step()
    second, resumed = start()
    second.load_state_dict(optimizer.state_dict())
    resumed.load_state_dict(schedule.state_dict())
    for t in range(8, 20):
        second.step()
        resumed.step()
        assert resumed.get_last_lr() == rates[t]


BAD: list[tuple[Any, str]] = [
    (lambda lib: lib.optim.SGD([lib.ones(1, requires_grad=True)], lr=-1), "Invalid learning rate"),
    (lambda lib: lib.optim.SGD([lib.ones(1)], lr=1, momentum=-1), "Invalid momentum"),
    (lambda lib: lib.optim.SGD([lib.ones(1)], lr=1, weight_decay=-1), "Invalid weight_decay"),
    (lambda lib: lib.optim.SGD([lib.ones(1)], lr=1, nesterov=True), "Nesterov"),
    (lambda lib: lib.optim.SGD([], lr=1), "empty parameter list"),
    (lambda lib: lib.optim.SGD(lib.ones(1), lr=1), "iterable of Tensors"),
    (lambda lib: lib.optim.SGD([1.0], lr=1), "can only optimize Tensors"),
    (lambda lib: lib.optim.SGD([lib.ones(1, requires_grad=True) * 2], lr=1), "non-leaf"),
    (lambda lib: lib.optim.SGD([{"params": {lib.ones(1)}}], lr=1), "ordered collections"),
    (lambda lib: lib.optim.Adam([lib.ones(1)], betas=(1.0, 0.9)), "beta parameter at index 0"),
    (lambda lib: lib.optim.Adam([lib.ones(1)], betas=(0.9, -0.1)), "beta parameter at index 1"),
    (lambda lib: lib.optim.Adam([lib.ones(1)], eps=-1), "epsilon"),
    (lambda lib: lib.optim.AdamW([lib.ones(1)], weight_decay=-1), "weight_decay"),
    (lambda lib: lib.optim.lr_scheduler.StepLR(1, 2), "is not an Optimizer"),
    (
        lambda lib: lib.optim.lr_scheduler.LambdaLR(lib.optim.SGD([lib.ones(1)], lr=1), [abs, abs]),
        "Expected 1 lr_lambdas",
    ),
    (lambda lib: lib.optim.lr_scheduler.StepLR(lib.optim.SGD([lib.ones(1)], lr=1), 2, last_epoch=3), "initial_lr"),
]


@pytest.mark.parametrize(("make", "text"), BAD, ids=[text for _, text in BAD])
def test_optimizer_refuses_what_the_oracle_refuses(make: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:
        make(torch)
    with pytest.raises(theirs.type, match=text):
        make(sg)


def test_optimizer_refuses_a_parameter_in_two_groups() -> None:
    w = sg.ones(1, requires_grad=True)
    with pytest.raises(ValueError, match="more than one parameter group"):
        sg.optim.SGD([{"params": [w]}, {"params": [w]}], lr=1)
    with pytest.warns(UserWarning, match="duplicate"):
        sg.optim.SGD([w, w], lr=1)


def test_optimizer_step_calls_the_closure_and_the_hooks() -> None:
    w = sg.tensor([1.0], requires_grad=True)
    optimizer = sg.optim.SGD([w], lr=0.5)
    seen: list[str] = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    handle = optimizer.register_step_post_hook(lambda *_: seen.append("after"))

    def closure() -> sg.Tensor:
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with sg.no_grad():
        assert optimizer.step(closure).item() == 1.0
    assert w.item() == 0.0
    assert seen == ["before", "after"]
    handle.remove()
    optimizer.step(closure)
    assert seen == ["before", "after", "before"]


def test_optimizer_write_is_noticed_by_graphs_that_saved_the_parameter() -> None:
    w = sg.tensor([2.0], requires_grad=True)
    x = sg.tensor([3.0], requires_grad=True)
    loss = (w * x).sum()
    w.grad = sg.tensor([1.0])
    sg.optim.SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_optimizer_updates_non_contiguous_and_half_parameters() -> None:
    for dtype in ("float16", "bfloat16", "float32"):
        base = torch.linspace(-1, 1, 12, dtype=getattr(torch, dtype)).reshape(3, 4)
        theirs = base.t().clone().requires_grad_()
        ours = sg.tensor(base.float().numpy()).to(getattr(sg, dtype)).t().requires_grad_()
        theirs.grad, ours.grad = torch.ones_like(theirs), sg.ones_like(ours)
        torch.optim.Adam([theirs], lr=0.1).step()
        sg.optim.Adam([ours], lr=0.1).step()
        np.testing.assert_allclose(ours.detach().float().numpy(), theirs.detach().float().numpy(), rtol=1e-2, atol=1e-2)


def test_schedule_warns_when_it_steps_before_the_optimizer() -> None:
    optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=0.1)
    schedule = sg.optim.lr_scheduler.StepLR(optimizer, 2)
    with pytest.warns(UserWarning, match="before `optimizer.step"):
        schedule.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()
        schedule.step()


def test_zero_grad_to_none_or_to_zeros() -> None:
    w = sg.ones(2, requires_grad=True)
    optimizer = sg.optim.SGD([w], lr=0.1)
    w.grad = sg.ones(2)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0.0, 0.0]
    optimizer.zero_grad()
    assert w.grad is None
