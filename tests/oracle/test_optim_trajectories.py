"""Every optimizer against PyTorch: 30 steps, every option and pair of options, states exchanged on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_pair import converted, form, give_gradients, options, parameters, trajectory, values

# Steps without gradients are part of what is compared here.
pytestmark = pytest.mark.filterwarnings("ignore::seedgrad.SilentFailureWarning")

# A rate of float32 would be computed with in float32 by PyTorch, and exactly here.
RATE = torch.tensor(0.1, dtype=torch.float64)

CHOICES: dict[str, dict[str, list[Any]]] = {
    "SGD": {
        "lr": [0.1],
        "momentum": [0.9],
        "dampening": [0.5],
        "weight_decay": [0.1],
        "maximize": [True],
        "foreach": [True],
        "fused": [True],
    },
    "ASGD": {
        "lr": [0.1],
        "lambd": [0.01],
        "alpha": [0.5],
        "t0": [5, 25.0],
        "weight_decay": [0.1],
        "maximize": [True],
    },
    "Adagrad": {
        "lr": [0.1],
        "lr_decay": [0.1],
        "weight_decay": [0.1],
        "initial_accumulator_value": [0.5],
        "eps": [1e-3],
        "maximize": [True],
        "foreach": [True],
        "fused": [True],
    },
    "Adadelta": {
        "lr": [0.3],
        "rho": [0.5, 1.0],
        "eps": [1e-3],
        "weight_decay": [0.1],
        "maximize": [True],
        "foreach": [True],
    },
    "RMSprop": {
        "lr": [0.1],
        "alpha": [0.8],
        "eps": [1e-3],
        "weight_decay": [0.1],
        "momentum": [0.9],
        "centered": [True],
        "maximize": [True],
        "foreach": [True],
    },
    "Rprop": {
        "lr": [0.1],
        "etas": [(0.3, 1.5)],
        "step_sizes": [(1e-2, 0.2)],
        "maximize": [True],
        "foreach": [True],
    },
    "Adam": {
        "lr": [0.1, RATE, RATE[None]],
        "betas": [(0.8, 0.95)],
        "eps": [1e-4],
        "weight_decay": [0.1],
        "amsgrad": [True],
        "maximize": [True],
        "decoupled_weight_decay": [True],
        "fused": [True],
    },
    "AdamW": {
        "lr": [0.1],
        "betas": [(0.8, 0.95)],
        "eps": [1e-4],
        "weight_decay": [0.1, 0],
        "amsgrad": [True],
        "maximize": [True],
        "foreach": [True],
    },
    "Adamax": {
        "lr": [0.1, RATE],
        "betas": [(0.8, 0.95)],
        "eps": [1e-4],
        "weight_decay": [0.1],
        "maximize": [True],
        "foreach": [True],
    },
    "NAdam": {
        "lr": [0.1],
        "betas": [(0.8, 0.95)],
        "eps": [1e-4],
        "weight_decay": [0.1],
        "momentum_decay": [0.1],
        "decoupled_weight_decay": [True],
        "maximize": [True],
        "foreach": [True],
    },
    "RAdam": {
        "lr": [0.1],
        "betas": [(0.8, 0.95), (0.5, 0.5)],
        "eps": [1e-4],
        "weight_decay": [0.1],
        "decoupled_weight_decay": [True],
        "maximize": [True],
        "foreach": [True],
    },
}
# What no optimizer of PyTorch takes together.
REFUSED = [{"foreach", "fused"}]
# Another option for the second group.
OWN: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.05, "momentum": 0.5},
    "ASGD": {"lr": 0.3, "t0": 3},
    "Rprop": {"lr": 0.3},
    "Adam": {"lr": 0.3, "amsgrad": True},
    "RMSprop": {"lr": 0.3, "centered": True},
}


def _cases() -> list[Any]:
    found = []
    for name, choices in CHOICES.items():
        for chosen in options(**choices):
            if not any(pair <= set(chosen) for pair in REFUSED):
                found.append(pytest.param(name, chosen, id=f"{name}-{chosen}"))
    for momentum in (0.9, 0.5):
        for more in ({}, {"weight_decay": 0.1}, {"maximize": True}, {"foreach": True}, {"fused": True}):
            chosen = {"momentum": momentum, "nesterov": True, **more}
            found.append(pytest.param("SGD", chosen, id=f"SGD-{chosen}"))
    return found


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 8 elements: most parameters have several."""
    monkeypatch.setattr("seedgrad.optim.blocks.BLOCK", 8)


@pytest.mark.parametrize(("name", "chosen"), _cases())
def test_trajectory_equals_the_oracle(name: str, chosen: dict[str, Any]) -> None:
    trajectory(name, chosen)


@pytest.mark.parametrize("name", CHOICES)
def test_groups_have_options_of_their_own(name: str) -> None:
    trajectory(name, {}, OWN.get(name, {"lr": 0.3, "weight_decay": 0.1}))


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("flag", ["foreach", "fused"])
def test_flags_of_implementations_change_nothing(name: str, flag: str) -> None:
    """PyTorch's own foreach form of ASGD keeps its rate in float32, so it is not compared with that."""
    if flag not in getattr(sg.optim, name)([sg.ones(1)]).defaults:
        return
    results = []
    for value in (None, True, False):
        params = parameters(sg, values(0))
        optimizer = getattr(sg.optim, name)(params, lr=0.1, **{flag: value})
        for t in range(5):
            give_gradients(sg, params, t)
            optimizer.step()
        results.append([p.detach().numpy() for p in params])
    for first, *others in zip(*results, strict=True):
        for other in others:
            np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("name", CHOICES)
def test_trajectory_in_float32(name: str) -> None:
    # Ratios of running means magnify the last bit where they nearly cancel.
    trajectory(name, {"lr": 0.01, "foreach": False}, dtype="float32", rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", CHOICES)
def test_complex_parameters_are_two_real_ones(name: str) -> None:
    trajectory(name, {"lr": 0.01}, dtype="complex128", shapes=((3, 4), (4, 3), (5,), ()))


@pytest.mark.parametrize("name", [*CHOICES, "Adafactor"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision(name: str, dtype: str) -> None:
    """Each operation rounds; after a few steps both are as near to each other as the type allows."""

    def train(lib: Any) -> np.ndarray[Any, Any]:
        kind = getattr(lib, dtype)
        p = lib.tensor(np.linspace(-1, 1, 12).reshape(3, 4), dtype=kind).requires_grad_()
        optimizer = getattr(lib.optim, name)([p], lr=0.05)
        for t in range(5):
            p.grad = lib.tensor(np.cos(np.arange(12) + t).reshape(3, 4), dtype=kind)
            optimizer.step()
        assert p.dtype == kind
        for value in optimizer.state[p].values():
            assert value.dtype == kind or value.ndim == 0
        return p.detach().float().numpy()

    tolerance = 4e-3 if dtype == "float16" else 3e-2
    np.testing.assert_allclose(train(sg), train(torch), rtol=tolerance, atol=tolerance)


FACTORS = {
    "lr": [0.1, RATE],
    "beta2_decay": [-0.5, 0.0],
    "eps": [(1e-2, 1e-2), (None, 1.0)],
    "d": [2.0],
    "weight_decay": [0.1],
    "maximize": [True],
    "foreach": [True],
}


@pytest.mark.parametrize("chosen", options(**FACTORS), ids=str)
def test_adafactor_trajectory_equals_the_oracle(chosen: dict[str, Any]) -> None:
    trajectory("Adafactor", chosen, {"d": 1.5}, shapes=((6, 5), (5, 4), (9,), (), (4, 3, 2, 2), (1, 1), (2, 3)))


def test_adafactor_in_float32() -> None:
    trajectory("Adafactor", {}, dtype="float32", shapes=((6, 5), (5, 4), (9,), ()), rtol=2e-5, atol=2e-6)


def test_adafactor_leaves_an_empty_parameter_alone() -> None:
    p = sg.zeros(0, 3, requires_grad=True)
    p.grad = sg.zeros(0, 3)
    sg.optim.Adafactor([p]).step()
    assert p.shape == (0, 3)


MATRICES = {
    "lr": [0.02],
    "weight_decay": [0.0],
    "momentum": [0.5],
    "nesterov": [False],
    "ns_coefficients": [(2.0, -1.5, 0.5)],
    "eps": [1e-2],
    "ns_steps": [3],
    "adjust_lr_fn": ["original", "match_rms_adamw"],
}


@pytest.mark.parametrize("chosen", options(**MATRICES), ids=str)
def test_muon_trajectory_equals_the_oracle(chosen: dict[str, Any]) -> None:
    """Its products are rounded to bfloat16, where another order of addition may change the last of eight bits."""
    shapes = ((6, 5), (5, 4), (4, 9), (1, 3), (3, 1))
    ours, theirs = (parameters(lib, values(0, shapes)) for lib in (sg, torch))
    a, b = sg.optim.Muon(ours, **chosen), torch.optim.Muon(theirs, **chosen)
    for t in range(30):
        if t == 15:
            mine, other = a.state_dict(), b.state_dict()
            assert form(mine) == form(other)
            a.load_state_dict(converted(other, sg))
            b.load_state_dict(converted(mine, torch))
        give_gradients(sg, ours, t)
        give_gradients(torch, theirs, t)
        a.step()
        b.step()
    reach = 30 * a.param_groups[0]["lr"] * (2 if chosen.get("adjust_lr_fn") != "match_rms_adamw" else 1)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=0, atol=reach / 256)
        x, y = a.state[p]["momentum_buffer"], b.state[q]["momentum_buffer"]
        np.testing.assert_allclose(x.numpy(), y.numpy(), rtol=1e-10, atol=1e-12)


def test_large_parameters_are_updated_in_the_default_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    trajectory("Adam", {"amsgrad": True, "weight_decay": 0.1}, steps=6, shapes=((300, 101), (150, 200)))
