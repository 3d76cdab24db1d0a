"""L-BFGS against PyTorch: the same iterates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_pair import converted, form


def _rosenbrock(params: list[Any]) -> Any:
    x = params[0]
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


def _several(params: list[Any]) -> Any:
    a, b, c = params[:3]
    return ((a * b - c) ** 2).sum() + ((a - 1) ** 4).sum() + (c * c).sum() * 0.1


STARTS: dict[str, tuple[Any, list[Any]]] = {
    "rosenbrock": (_rosenbrock, [np.array([-1.2, 1.0])]),
    "rosenbrock in five dimensions": (_rosenbrock, [np.array([-1.2, 1.0, 0.3, -0.5, 2.0])]),
    # A matrix, a vector, a number, and one that gets no gradient.
    "several": (_several, [np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([1.0, 2.0]), np.array(0.7), np.ones(3)]),
}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"line_search_fn": "strong_wolfe"},
    {"lr": 0.1},
    {"lr": 0.5, "line_search_fn": "strong_wolfe"},
    {"max_iter": 4, "line_search_fn": "strong_wolfe"},
    {"max_iter": 4, "lr": 0.01},
    {"max_eval": 3, "line_search_fn": "strong_wolfe"},
    {"max_eval": 1, "line_search_fn": "strong_wolfe"},
    {"history_size": 2, "line_search_fn": "strong_wolfe"},
    {"history_size": 1, "lr": 0.01},
    {"tolerance_grad": 0.5, "line_search_fn": "strong_wolfe"},
    {"tolerance_change": 1e-2, "line_search_fn": "strong_wolfe"},
    {"tolerance_change": 1e-2, "lr": 0.01},
]


class Run:
    """One optimizer on one problem, with every point at which the closure was called."""

    def __init__(self, lib: Any, problem: str, options: dict[str, Any], dtype: str = "float64") -> None:
        self.lib = lib
        self.loss, arrays = STARTS[problem]
        self.params = [lib.tensor(a.astype(dtype), requires_grad=True) for a in arrays]
        self.optimizer = lib.optim.LBFGS(self.params, **options)
        self.seen: list[list[float]] = []

    def closure(self) -> Any:
        self.optimizer.zero_grad()
        loss = self.loss(self.params)
        loss.backward()
        points = [p.detach().numpy().copy().reshape(-1) for p in self.params]
        self.seen.append([*np.concatenate(points), loss.item()])
        return loss

    def step(self) -> float:
        return self.optimizer.step(self.closure).item()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("problem", STARTS)
def test_lbfgs_has_the_oracle_iterates(problem: str, options: dict[str, Any]) -> None:
    ours, theirs = Run(sg, problem, options), Run(torch, problem, options)
    # Without a line search the iterates may explode, and rounding with them.
    for _ in range(6 if options.get("line_search_fn") else 1):
        a, b = ours.step(), theirs.step()
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-10)
    assert len(ours.seen) == len(theirs.seen)
    np.testing.assert_allclose(ours.seen, theirs.seen, rtol=1e-6, atol=1e-8)
    first, second = (run.optimizer.state_dict()["state"][0] for run in (ours, theirs))
    assert set(first) == set(second)
    assert first["func_evals"] == second["func_evals"]
    assert first["n_iter"] == second["n_iter"]


def test_lbfgs_finds_the_minimum_of_rosenbrock() -> None:
    run = Run(sg, "rosenbrock", {"line_search_fn": "strong_wolfe", "max_iter": 100, "tolerance_change": 0.0})
    for _ in range(3):
        run.step()
    np.testing.assert_allclose(run.params[0].detach().numpy(), [1.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("options", OPTIONS[1:6], ids=str)
def test_lbfgs_states_move_both_ways(options: dict[str, Any]) -> None:
    problem = "rosenbrock in five dimensions"
    ours, theirs = Run(sg, problem, {"max_iter": 5, **options}), Run(torch, problem, {"max_iter": 5, **options})
    ours.step()
    theirs.step()
    mine, other = ours.optimizer.state_dict(), theirs.optimizer.state_dict()
    assert form(mine) == form(other)
    ours.optimizer.load_state_dict(converted(other, sg))
    theirs.optimizer.load_state_dict(converted(mine, torch))
    for _ in range(3):
        ours.step()
        theirs.step()
    np.testing.assert_allclose(ours.seen, theirs.seen, rtol=1e-6, atol=1e-8)


def test_lbfgs_in_float32_stays_in_float32() -> None:
    ours, theirs = (Run(lib, "several", {"line_search_fn": "strong_wolfe"}, "float32") for lib in (sg, torch))
    for _ in range(2):
        ours.step()
        theirs.step()
    for p, q in zip(ours.params, theirs.params, strict=True):
        assert p.dtype == sg.float32
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-3, atol=1e-4)
    assert form(ours.optimizer.state_dict())["state"][0]["d"] == ("float32", (10,))


def test_lbfgs_refuses_what_the_oracle_refuses() -> None:
    for lib in (torch, sg):
        w = lib.ones(2, requires_grad=True)

        def closure(w: Any = w) -> Any:
            loss = (w * w).sum()
            loss.backward()
            return loss

        with pytest.raises(ValueError, match="doesn't support per-parameter options"):
            lib.optim.LBFGS([{"params": [w]}, {"params": [lib.ones(1)]}])
        with pytest.raises(ValueError, match="Invalid learning rate"):
            lib.optim.LBFGS([w], lr=-1)
        with pytest.raises(RuntimeError, match="only 'strong_wolfe' is supported"):
            lib.optim.LBFGS([w], line_search_fn="armijo").step(closure)
        with pytest.raises(TypeError, match="closure"):
            lib.optim.LBFGS([w]).step()


def test_lbfgs_calls_hooks_and_leaves_the_mode_alone() -> None:
    run = Run(sg, "rosenbrock", {"line_search_fn": "strong_wolfe"})
    calls: list[str] = []
    run.optimizer.register_step_pre_hook(lambda *_: calls.append("before"))
    run.optimizer.register_step_post_hook(lambda *_: calls.append("after"))
    with sg.no_grad():
        run.step()
        assert not sg.is_grad_enabled()
    assert calls == ["before", "after"]
