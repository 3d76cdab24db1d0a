"""Versions, hooks and extra parts of states, against PyTorch."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import torch

import seedgrad as sg

Packages = pytest.mark.parametrize("package", [sg, torch], ids=["ours", "theirs"])


def versioned(package: Any) -> Any:
    class Old(package.nn.Module):  # type: ignore[misc,name-defined]
        _version = 3

        def __init__(self) -> None:
            super().__init__()
            self.w = package.nn.Parameter(package.ones(2))
            self.seen: list[Any] = []

        def _load_from_state_dict(self, state: Any, prefix: str, metadata: Any, *rest: Any) -> None:
            self.seen.append(metadata.get("version"))
            if metadata.get("version") is None:
                state[prefix + "w"] = state.pop(prefix + "old")
            super()._load_from_state_dict(state, prefix, metadata, *rest)

    return package.nn.Sequential(Old(), package.nn.BatchNorm1d(2))


@Packages
def test_state_dict_knows_versions(package: Any) -> None:
    model = versioned(package)
    state = model.state_dict()
    assert dict(state._metadata) == {"": {"version": 1}, "0": {"version": 3}, "1": {"version": 2}}
    model.load_state_dict(state)
    plain = dict(state)
    plain["0.old"] = plain.pop("0.w")
    model.load_state_dict(plain)
    assert model[0].seen == [3, None]
    copied = pickle.loads(pickle.dumps(state)) if package is sg else copy.deepcopy(state)
    assert copied._metadata["0"] == {"version": 3}


@Packages
def test_private_state_hooks(package: Any) -> None:
    model = package.nn.Linear(2, 1)
    model._register_state_dict_hook(lambda m, state, prefix, metadata: {"all": list(state), "meta": metadata})
    assert model.state_dict() == {"all": ["weight", "bias"], "meta": {"version": 1}}
    other = package.nn.Linear(2, 1)
    seen: list[Any] = []
    other._register_load_state_dict_pre_hook(
        lambda state, prefix, *rest: seen.append((sorted(state), prefix, len(rest)))
    )
    other._register_load_state_dict_pre_hook(lambda m, *rest: seen.append((m is other, len(rest))), with_module=True)
    other.load_state_dict(package.nn.Linear(2, 1).state_dict())
    assert seen == [(["bias", "weight"], "", 5), (True, 7)]


@Packages
def test_extra_state_without_a_definition(package: Any) -> None:
    module = package.nn.Linear(1, 1)
    with pytest.raises(RuntimeError):
        module.get_extra_state()
    with pytest.raises(RuntimeError):
        module.set_extra_state(1)
    assert list(module.state_dict()) == ["weight", "bias"]


def test_extra_state_error_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"Linear has no extra state: define get_extra_state\(\)"):
        sg.nn.Linear(1, 1).get_extra_state()


@Packages
def test_assigned_parameters_keep_requires_grad_of_the_module(package: Any) -> None:
    model, other = package.nn.Linear(2, 1), package.nn.Linear(2, 1)
    model.weight.requires_grad_(False)
    state = other.state_dict(keep_vars=True)
    model.load_state_dict(state, assign=True)
    assert model.weight is other.weight
    assert not model.weight.requires_grad
    assert model.bias.requires_grad
