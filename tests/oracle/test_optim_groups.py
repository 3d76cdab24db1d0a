"""Parameter groups against PyTorch: names, errors, later additions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import seedgrad as sg

from .optim_pair import module_of


def _named(lib: Any) -> Any:
    return lib.optim.SGD([("a", lib.ones(1)), ("b", lib.ones(2))], lr=1)


GROUPS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no parameters": (lambda lib: lib.optim.SGD([]), "empty parameter list"),
    "a tensor": (lambda lib: lib.optim.SGD(lib.ones(1)), "iterable of Tensors"),
    "a number": (lambda lib: lib.optim.SGD([1.0]), "can only optimize Tensors"),
    "a string": (lambda lib: lib.optim.SGD("ab"), "can only optimize Tensors"),
    "not iterable": (lambda lib: lib.optim.SGD(3), "not iterable"),
    "a set": (lambda lib: lib.optim.SGD([{"params": {lib.ones(1)}}]), "ordered collections"),
    "not a leaf": (lambda lib: lib.optim.SGD([lib.ones(2, 2, requires_grad=True) * 2]), "non-leaf"),
    "no params": (lambda lib: lib.optim.SGD([{"lr": 3}]), "params"),
    "a tensor after a group": (lambda lib: lib.optim.SGD([{"params": lib.ones(1)}, lib.ones(1)]), "must be a dict"),
    "a group after a tensor": (lambda lib: lib.optim.SGD([lib.ones(1), {"params": []}]), "can only optimize Tensors"),
    "a list": (lambda lib: _named(lib).add_param_group([lib.ones(1)]), "must be a dict"),
    "some names": (lambda lib: lib.optim.SGD([("a", lib.ones(1)), lib.ones(1)]), "Some param names are missing"),
    "names, then none": (lambda lib: _named(lib).add_param_group({"params": lib.ones(1)}), "group without names"),
    "none, then names": (
        lambda lib: lib.optim.SGD([lib.ones(1)]).add_param_group({"params": [("a", lib.ones(1))]}),
        "group with names",
    ),
    "required": (
        lambda lib: lib.optim.Optimizer([lib.ones(1)], {"lr": module_of(lib).required}),
        "didn't specify a value of required optimization parameter lr",
    ),
    "no step": (lambda lib: lib.optim.Optimizer([lib.ones(1)], {}).step(), "^$|no formula"),
    "other groups": (
        lambda lib: lib.optim.SGD([lib.ones(1)]).load_state_dict(
            lib.optim.SGD([{"params": [lib.ones(1)]}, {"params": [lib.ones(1)]}]).state_dict()
        ),
        "different number of parameter groups",
    ),
    "another number of parameters": (
        lambda lib: lib.optim.SGD([lib.ones(1)]).load_state_dict(
            lib.optim.SGD([lib.ones(1), lib.ones(1)]).state_dict()
        ),
        "doesn't match the size of optimizer's group",
    ),
    "no state": (lambda lib: lib.optim.SGD([lib.ones(1)]).load_state_dict({}), "param_groups"),
    "text as a rate": (lambda lib: lib.optim.SGD([lib.ones(1)], lr="x"), "not supported between"),
    "two rates": (lambda lib: lib.optim.Adam([lib.ones(1)], lr=lib.tensor([1.0, 2.0])), "1-element"),
    "twice": (lambda lib: (lambda w: lib.optim.SGD([{"params": w}, {"params": w}]))(lib.ones(1)), "more than one"),
    "closure": (lambda lib: lib.optim.SGD([lib.ones(1)]).step(1), "not callable"),
    "hook": (lambda lib: _with_bad_hook(lib), "must return None or a tuple"),
}


def _with_bad_hook(lib: Any) -> None:
    optimizer = lib.optim.SGD([lib.ones(1)])
    optimizer.register_step_pre_hook(lambda *_: 3)
    optimizer.step()


@pytest.mark.parametrize("case", GROUPS)
def test_groups_and_states_are_refused_as_in_the_oracle(case: str) -> None:
    make, text = GROUPS[case]
    with pytest.raises(Exception) as theirs:
        make(torch)
    with pytest.raises(theirs.type, match=text):
        make(sg)


def test_a_parameter_given_twice_is_warned_of() -> None:
    for lib in (torch, sg):
        w = lib.ones(1)
        with pytest.warns(UserWarning, match="duplicate parameters"):
            lib.optim.SGD([w, w])


def test_a_group_given_is_the_group() -> None:
    for lib in (torch, sg):
        group = {"params": lib.ones(1), "lr": 0.5}
        optimizer = lib.optim.SGD([group], momentum=0.9)
        assert optimizer.param_groups[0] is group
        assert group["momentum"] == 0.9
        more = {"params": (lib.ones(2) for _ in range(2))}
        optimizer.add_param_group(more)
        assert len(more["params"]) == 2


def test_names_of_parameters_are_kept() -> None:
    for lib in (torch, sg):
        model = lib.nn.Linear(2, 1)
        optimizer = lib.optim.SGD(model.named_parameters(), lr=0.1)
        assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
        state = optimizer.state_dict()
        assert state["param_groups"][0]["param_names"] == ["weight", "bias"]
        other = lib.optim.SGD([("x", lib.ones(1, 2)), ("y", lib.ones(1))], lr=0.2)
        other.load_state_dict(state)
        assert other.param_groups[0]["param_names"] == ["weight", "bias"]
        del state["param_groups"][0]["param_names"]
        other = lib.optim.SGD([("x", lib.ones(1, 2)), ("y", lib.ones(1))], lr=0.2)
        other.load_state_dict(state)
        assert other.param_groups[0]["param_names"] == ["x", "y"]
