"""Hooks, copies and loaded states of optimizers, against PyTorch."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_pair import NAMES, converted, form, module_of


def _calls(lib: Any) -> list[Any]:
    """All hooks, in the order in which they are called."""
    w = lib.ones(2, requires_grad=True)
    optimizer = lib.optim.SGD([w], lr=0.1)
    seen: list[Any] = []

    def note(name: str) -> Callable[..., None]:
        return lambda o, *more: seen.append((name, len(more), *[type(m).__name__ for m in more]))

    module = module_of(lib)
    handles = [
        module.register_optimizer_step_pre_hook(note("all before")),
        module.register_optimizer_step_post_hook(note("all after")),
        optimizer.register_step_pre_hook(note("before")),
        optimizer.register_step_post_hook(note("after")),
        optimizer.register_state_dict_pre_hook(note("state before")),
        optimizer.register_state_dict_pre_hook(note("state first"), prepend=True),
        optimizer.register_state_dict_post_hook(note("state after")),
        optimizer.register_state_dict_post_hook(note("state after first"), prepend=True),
        optimizer.register_load_state_dict_pre_hook(note("load before")),
        optimizer.register_load_state_dict_pre_hook(note("load first"), prepend=True),
        optimizer.register_load_state_dict_post_hook(note("load after")),
        optimizer.register_load_state_dict_post_hook(note("load after first"), prepend=True),
    ]
    optimizer.step()
    optimizer.step(lambda: 1.5)
    optimizer.load_state_dict(optimizer.state_dict())
    lib.optim.Adam([w]).step()
    for handle in handles:
        handle.remove()
    optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    return seen


@pytest.mark.filterwarnings("ignore::seedgrad.SilentFailureWarning")  # steps without gradients
def test_hooks_are_called_as_in_the_oracle() -> None:
    assert _calls(sg) == _calls(torch)


def test_hooks_may_change_what_passes_through_them() -> None:
    for lib in (torch, sg):
        w = lib.ones(2, requires_grad=True)
        optimizer = lib.optim.SGD([w], lr=0.1)
        handle = optimizer.register_step_pre_hook(lambda o, args, kwargs: ((args[0], lambda: 7), {}))
        assert optimizer.step() == 7
        handle.remove()
        optimizer.register_state_dict_post_hook(lambda o, state: {**state, "more": 1})
        assert optimizer.state_dict()["more"] == 1

        def faster(o: Any, state: dict[str, Any]) -> dict[str, Any]:
            groups = [{**group, "lr": 2.0} for group in state["param_groups"]]
            return {**state, "param_groups": groups}

        optimizer.register_load_state_dict_pre_hook(faster)
        optimizer.load_state_dict(optimizer.state_dict())
        assert optimizer.param_groups[0]["lr"] == 2.0


def test_an_optimizer_of_your_own_has_hooks_and_schedules() -> None:
    def train(lib: Any) -> list[Any]:
        class Sign(lib.optim.Optimizer):
            def __init__(self, params: Any, lr: float) -> None:
                super().__init__(params, {"lr": lr})

            def step(self, closure: Any = None) -> None:
                with lib.no_grad():
                    for group in self.param_groups:
                        for p in group["params"]:
                            p -= group["lr"] * lib.sign(p.grad)

        w = lib.tensor([1.0, -2.0], requires_grad=True)
        optimizer = Sign([w], 0.5)
        schedule = lib.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        seen: list[str] = []
        optimizer.register_step_post_hook(lambda *_: seen.append("after"))
        for _ in range(3):
            w.grad = w.detach().clone()
            optimizer.step()
            schedule.step()
        return [*w.tolist(), *seen, repr(optimizer)]

    assert train(sg) == train(torch)


def _trained(lib: Any, name: str) -> tuple[Any, Any]:
    w = lib.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=lib.float64, requires_grad=True)
    optimizer = getattr(lib.optim, name)([w], lr=0.1)
    for _ in range(3):
        w.grad = w.detach().clone()
        optimizer.step()
    return w, optimizer


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("SparseAdam", "LBFGS", "Muon")])
def test_copies_and_pickles_go_on_like_the_original(name: str) -> None:
    w, optimizer = _trained(sg, name)
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        p = twin.param_groups[0]["params"][0]
        p.grad = w.detach().clone()
        twin.step()
        fresh, again = _trained(sg, name)
        fresh.grad = fresh.detach().clone()
        again.step()
        np.testing.assert_array_equal(p.detach().numpy(), fresh.detach().numpy())


@pytest.mark.parametrize("name", ["Adam", "RAdam", "ASGD", "NAdam"])
def test_loading_takes_the_types_of_the_parameters(name: str) -> None:
    """A state in float64 for float32 parameters; the number of steps keeps its type, and may be a plain number."""

    def load(lib: Any, plain: bool) -> Any:
        _, trained = _trained(lib, name)
        state = copy.deepcopy(trained.state_dict())
        if plain:
            state["state"][0]["step"] = 3
        w = lib.ones(2, 2, requires_grad=True)
        optimizer = getattr(lib.optim, name)([w])
        optimizer.load_state_dict(state)
        w.grad = lib.ones(2, 2)
        optimizer.step()
        return w, optimizer

    for plain in (False, True):
        (p, ours), (q, theirs) = load(sg, plain), load(torch, plain)
        assert form(ours.state_dict()) == form(theirs.state_dict())
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-6)


def test_loading_copies_and_keeps_options_that_are_missing() -> None:
    w, optimizer = _trained(sg, "Adam")
    state = optimizer.state_dict()
    del state["param_groups"][0]["amsgrad"]
    other = sg.optim.Adam([w], amsgrad=True)
    other.load_state_dict(state)
    assert other.param_groups[0]["amsgrad"] is True
    before = optimizer.state[w]["exp_avg"].numpy().copy()
    other.step()
    np.testing.assert_array_equal(optimizer.state[w]["exp_avg"].numpy(), before)


def test_loading_keeps_what_belongs_to_no_parameter() -> None:
    for lib in (torch, sg):
        optimizer = lib.optim.SGD([lib.ones(1)])
        state = optimizer.state_dict()
        state["state"]["note"] = {"text": "x"}
        optimizer.load_state_dict(state)
        assert optimizer.state_dict()["state"]["note"] == {"text": "x"}


def test_an_old_state_of_sgd_without_a_momentum_goes_on() -> None:
    for lib in (torch, sg):
        w = lib.ones(2, requires_grad=True)
        optimizer = lib.optim.SGD([w], momentum=0.9, lr=0.5)
        optimizer.load_state_dict({**optimizer.state_dict(), "state": {0: {"momentum_buffer": None}}})
        w.grad = lib.ones(2)
        optimizer.step()
        assert w.tolist() == [0.5, 0.5]


def test_state_of_a_group_added_later() -> None:
    def train(lib: Any, name: str) -> Any:
        w, v = (lib.tensor([1.0, 2.0], dtype=lib.float64, requires_grad=True) for _ in range(2))
        optimizer = getattr(lib.optim, name)([w], lr=0.1)
        for t in range(4):
            if t == 2:
                optimizer.add_param_group({"params": v, "lr": 0.3})
            w.grad, v.grad = w.detach() * 2, v.detach() * 3
            optimizer.step()
        return converted([w, v], torch), form(optimizer.state_dict())

    for name in [n for n in NAMES if n not in ("SparseAdam", "LBFGS", "Muon")]:
        (ours, form_ours), (theirs, form_theirs) = train(sg, name), train(torch, name)
        assert form_ours == form_theirs
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.numpy(), q.numpy(), rtol=1e-9)


@pytest.mark.parametrize("foreach", [None, True])
def test_zero_grad_detaches_what_it_fills(foreach: bool | None) -> None:
    for lib in (torch, sg):
        w = lib.ones(2, requires_grad=True)
        optimizer = lib.optim.SGD([w], foreach=foreach)
        (grad,) = lib.autograd.grad((w**3).sum(), [w], create_graph=True)
        w.grad = grad
        optimizer.zero_grad(set_to_none=False)
        assert w.grad.tolist() == [0.0, 0.0]
        assert not w.grad.requires_grad
        optimizer.zero_grad()
        assert w.grad is None


def test_number_of_steps_has_the_default_type() -> None:
    for lib in (torch, sg):
        lib.set_default_dtype(lib.float64)
        try:
            for fused, kind in ((None, lib.float64), (True, lib.float32)):
                w = lib.ones(2, requires_grad=True)
                w.grad = lib.ones(2)
                optimizer = lib.optim.Adam([w], fused=fused)
                optimizer.step()
                assert optimizer.state[w]["step"].dtype == kind
        finally:
            lib.set_default_dtype(lib.float32)
