"""Optimizers that PyTorch does not have, against their papers' formulas written down once more."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import seedgrad as sg

Array = np.ndarray[Any, Any]
START = [np.array([[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]]), np.array(0.7), np.array([2.0, -0.1])]


def _gradients(arrays: list[Array]) -> list[Array]:
    """Of sum((a - 1)^4)/4 + (sum of all)^2/2: not the same direction everywhere."""
    total = sum(a.sum() for a in arrays)
    return [(a - 1) ** 3 + total for a in arrays]


def _tensors(dtype: str = "float64") -> list[sg.Tensor]:
    return [sg.tensor(a.astype(dtype), requires_grad=True) for a in START]


def _give(params: list[sg.Tensor]) -> None:
    for p, g in zip(params, _gradients([p.detach().numpy() for p in params]), strict=True):
        p.grad = sg.tensor(g)


def _closure(optimizer: Any, params: list[sg.Tensor]) -> Any:
    def closure() -> sg.Tensor:
        optimizer.zero_grad()
        total = sum(p.sum() for p in params)
        loss = sum(((p - 1) ** 4).sum() for p in params) / 4 + total * total / 2
        loss.backward()
        return loss

    return closure


def _assert_equal(params: list[sg.Tensor], arrays: list[Array], rtol: float = 1e-12) -> None:
    for p, a in zip(params, arrays, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), a, rtol=rtol, atol=1e-14)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lr": 0.01, "betas": (0.5, 0.7)},
        {"lr": 0.01, "weight_decay": 0.3},
        {"lr": 0.01, "maximize": True, "weight_decay": 0.1},
        {"lr": sg.tensor(0.01, dtype=sg.float64), "foreach": True},
    ],
    ids=str,
)
def test_lion_follows_its_paper(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedgrad.optim.blocks.BLOCK", 4)
    params, optimizer = _tensors(), None
    lr, (b1, b2) = float(options.get("lr", 1e-4)), options.get("betas", (0.9, 0.99))
    decay, sign = options.get("weight_decay", 0.0), -1 if options.get("maximize") else 1
    x, m = [a.copy() for a in START], [np.zeros_like(a) for a in START]
    for t in range(30):
        if t in (0, 15):
            fresh = sg.optim.Lion(params, **options)
            if optimizer is not None:
                fresh.load_state_dict(copy.deepcopy(optimizer.state_dict()))
            optimizer = fresh
        _give(params)
        optimizer.step()
        for i, g in enumerate(_gradients(x)):
            direction = np.sign(b1 * m[i] + (1 - b1) * sign * g)
            m[i] = b2 * m[i] + (1 - b2) * sign * g
            x[i] = x[i] - lr * (direction + decay * x[i])
    _assert_equal(params, x)


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("halves", [False, True])
def test_sam_follows_its_paper(adaptive: bool, halves: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedgrad.optim.blocks.BLOCK", 4)
    params, rho, lr, momentum = _tensors(), 0.1, 0.01, 0.9
    optimizer = sg.optim.SAM(params, sg.optim.SGD, rho=rho, adaptive=adaptive, lr=lr, momentum=momentum)
    x, b = [a.copy() for a in START], [np.zeros_like(a) for a in START]
    for t in range(30):
        if t == 15:
            fresh = sg.optim.SAM(params, sg.optim.SGD, lr=1.0)
            fresh.load_state_dict(copy.deepcopy(optimizer.state_dict()))
            optimizer = fresh
            assert optimizer.base_optimizer.param_groups[0]["momentum"] == momentum
        if halves:
            _give(params)
            optimizer.first_step(zero_grad=True)
            assert all(p.grad is None for p in params)
            _give(params)
            optimizer.second_step(zero_grad=True)
        else:
            optimizer.step(_closure(optimizer, params))
        g = _gradients(x)
        scale = [np.abs(a) if adaptive else np.ones_like(a) for a in x]
        norm = np.sqrt(sum(((s * d) ** 2).sum() for s, d in zip(scale, g, strict=True)))
        worst = _gradients([a + rho * s * s * d / norm for a, s, d in zip(x, scale, g, strict=True)])
        b = [momentum * c + d for c, d in zip(b, worst, strict=True)]
        x = [a - lr * c for a, c in zip(x, b, strict=True)]
    _assert_equal(params, x, rtol=1e-9)


def test_sam_has_one_radius_for_each_group_and_one_norm_for_all() -> None:
    a, b = (sg.tensor([x], requires_grad=True, dtype=sg.float64) for x in (3.0, 4.0))
    optimizer = sg.optim.SAM([{"params": [a], "rho": 1.0}, {"params": [b]}], sg.optim.SGD, rho=2.0, lr=0.1)
    a.grad, b.grad = a.detach().clone(), b.detach().clone()
    optimizer.first_step()
    np.testing.assert_allclose([a.item(), b.item()], [3 + 3 / 5, 4 + 2 * 4 / 5])
    with pytest.raises(RuntimeError, match="first_step was called twice"):
        optimizer.first_step()
    optimizer.add_param_group({"params": sg.ones(1)})
    assert optimizer.param_groups[2]["rho"] == 2.0
    assert optimizer.param_groups is optimizer.base_optimizer.param_groups


def test_sam_returns_to_the_parameters_when_the_second_closure_fails() -> None:
    w = sg.tensor([3.0], requires_grad=True)
    optimizer = sg.optim.SAM([w], sg.optim.SGD, rho=1.0, lr=0.1)
    calls: list[int] = []

    def closure() -> sg.Tensor:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        loss = (w * w).sum()
        loss.backward()
        return loss

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert w.item() == 3.0
    with pytest.raises(RuntimeError, match="give step\\(\\) a closure"):
        optimizer.step()
    with pytest.raises(ValueError, match="Invalid rho value"):
        sg.optim.SAM([w], sg.optim.SGD, rho=-1)


def test_sam_bumps_what_graphs_have_saved() -> None:
    w = sg.tensor([3.0], requires_grad=True)
    optimizer = sg.optim.SAM([w], sg.optim.SGD, lr=0.1)
    loss = (w * w).sum()
    w.grad = sg.ones(1)
    optimizer.first_step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.parametrize(
    "options", [{}, {"k": 3, "alpha": 0.8}, {"k": 1, "alpha": 1.0}, {"k": 7, "alpha": 0.0}], ids=str
)
@pytest.mark.parametrize("base", ["SGD", "Adam"])
def test_lookahead_follows_its_paper(options: dict[str, Any], base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seedgrad.optim.blocks.BLOCK", 4)
    params = _tensors()
    optimizer = sg.optim.Lookahead(getattr(sg.optim, base)(params, lr=0.01), **options)
    k, alpha = options.get("k", 5), options.get("alpha", 0.5)
    fast = _tensors()
    inner, slow = getattr(sg.optim, base)(fast, lr=0.01), [a.copy() for a in START]
    for t in range(1, 31):
        if t == 17:
            fresh = sg.optim.Lookahead(getattr(sg.optim, base)(params, lr=1.0))
            fresh.load_state_dict(copy.deepcopy(optimizer.state_dict()))
            optimizer = fresh
        _give(params)
        optimizer.step()
        _give(fast)
        inner.step()
        if t % k == 0:
            slow = [s + alpha * (f.detach().numpy() - s) for s, f in zip(slow, fast, strict=True)]
            for f, s in zip(fast, slow, strict=True):
                f.data = sg.tensor(s)
    _assert_equal(params, [f.detach().numpy() for f in fast])


def test_lookahead_steps_with_a_closure_and_a_schedule() -> None:
    w = sg.tensor([3.0], requires_grad=True)
    optimizer = sg.optim.Lookahead(sg.optim.LBFGS([w], line_search_fn="strong_wolfe"), k=2)
    schedule = sg.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    seen: list[str] = []
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    loss = optimizer.step(_closure(optimizer, [w]))
    schedule.step()
    assert loss.item() > 0
    assert seen == ["after"]
    assert optimizer.base_optimizer.param_groups[0]["lr"] == 0.5
    twin = copy.deepcopy(optimizer)
    assert twin.param_groups is twin.base_optimizer.param_groups
    assert "lookahead_k: 2" in repr(optimizer)


def test_lookahead_refuses_bad_options() -> None:
    base = sg.optim.SGD([sg.ones(1)])
    for options, text in (
        ({"k": 0}, "Invalid k"),
        ({"alpha": -0.1}, "Invalid alpha"),
        ({"alpha": 1.1}, "Invalid alpha"),
    ):
        with pytest.raises(ValueError, match=text):
            sg.optim.Lookahead(base, **options)
    with pytest.raises(TypeError, match="must be an Optimizer"):
        sg.optim.Lookahead(sg.optim.SGD)  # type: ignore[arg-type]


def test_lion_refuses_bad_options() -> None:
    for options, text in (
        ({"lr": -1}, "Invalid learning rate"),
        ({"betas": (1.0, 0.9)}, "beta parameter at index 0"),
        ({"weight_decay": -1}, "Invalid weight_decay"),
    ):
        with pytest.raises(ValueError, match=text):
            sg.optim.Lion([sg.ones(1)], **options)
