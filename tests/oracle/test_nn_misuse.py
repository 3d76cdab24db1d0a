"""Wrong use of modules and containers: the class of error is PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import seedgrad as sg

REGISTRATION: list[tuple[Callable[[Any], Any], str]] = [
    (lambda p: p.nn.Module()(1), 'missing the required "forward" function'),
    (lambda p: p.nn.Module(3), "positional argument"),
    (lambda p: p.nn.Linear(1, 1).foo, "object has no attribute 'foo'"),
    (lambda p: delattr(p.nn.Linear(1, 1), "foo"), "foo"),
    (
        lambda p: setattr(p.nn.Linear(1, 1), "weight", p.ones(1)),
        "cannot assign 'Tensor' as parameter 'weight'",
    ),
    (
        lambda p: setattr(p.nn.BatchNorm1d(1), "running_mean", 3),
        "cannot assign 'int' as buffer 'running_mean'",
    ),
    (lambda p: setattr(p.nn.Sequential(p.nn.ReLU()), "0", 1), "cannot assign 'int' as child module '0'"),
    (lambda p: p.nn.Module().register_parameter("a.b", None), "name can.+t contain"),
    (lambda p: p.nn.Module().register_parameter("", None), "name can.+t be empty string"),
    (lambda p: p.nn.Module().register_parameter(3, None), "should be a string"),
    (lambda p: p.nn.Module().register_parameter("forward", None), "attribute 'forward' already exists"),
    (lambda p: p.nn.Module().register_parameter("a", p.ones(1)), "wrap it: nn.Parameter"),
    (lambda p: p.nn.Module().register_buffer("a", 3), "cannot assign 'int' object to buffer 'a'"),
    (lambda p: p.nn.Linear(1, 1).register_buffer("weight", None), "attribute 'weight' already exists"),
    (lambda p: p.nn.Module().add_module("a", 3), "int is not a Module subclass"),
    (lambda p: p.nn.Module().add_module("a.b", p.nn.ReLU()), "name can.+t contain"),
    (lambda p: p.nn.Sequential(p.nn.ReLU, p.nn.ReLU()), "ReLU is not a Module subclass"),
    (lambda p: p.nn.Sequential(p.nn.ReLU())[1], "out of range"),
    (
        lambda p: p.nn.Sequential() + [p.nn.ReLU()],  # noqa: RUF005
        "supports only objects of Sequential class",
    ),
    (lambda p: p.nn.Sequential().insert(0, 3), "module should be of type"),
    (lambda p: p.nn.Sequential().insert(2, p.nn.ReLU()), "out of range"),
    (lambda p: p.nn.Sequential(p.nn.ReLU()) * 0, "Non-positive multiplication factor 0"),
    (lambda p: p.nn.Sequential(p.nn.ReLU()) * "x", "unsupported operand"),
    (lambda p: p.nn.ModuleList([3]), "int is not a Module subclass"),
    (lambda p: p.nn.ModuleList([p.nn.ReLU()])[1], "out of range"),
    (lambda p: p.nn.ModuleList().extend(3), "should be called with an iterable"),
    (lambda p: p.nn.ModuleDict({"a": 3}), "int is not a Module subclass"),
    (lambda p: p.nn.ModuleDict({"pop": p.nn.ReLU()}), "attribute 'pop' already exists"),
    (lambda p: p.nn.ModuleDict()["a"], "a"),
    (lambda p: p.nn.ModuleDict(3), "iterable of key/value pairs"),
    (lambda p: p.nn.ModuleDict([3]), "should be Iterable"),
    (lambda p: p.nn.ModuleDict([("a",)]), "has length 1; 2 is required"),
    (lambda p: p.nn.ParameterList(3), "iterable"),
    (lambda p: p.nn.ParameterList()[0], "out of range"),
    (lambda p: p.nn.ParameterList()(1), "should not be called"),
    (lambda p: p.nn.ParameterDict()(1), "should not be called"),
    (lambda p: p.nn.Sequential(p.nn.ReLU()).get_submodule("0.x"), "ReLU has no attribute `x`"),
    (lambda p: p.nn.Sequential(p.nn.ReLU()).get_submodule("0.training"), "`training` is not an nn.Module"),
    (lambda p: p.nn.Linear(1, 1).get_parameter("training"), "`training` is not an nn.Parameter"),
    (lambda p: p.nn.Linear(1, 1).get_parameter("w"), "Linear has no attribute `w`"),
    (lambda p: p.nn.Linear(1, 1).get_buffer("weight"), "`weight` is not a buffer"),
    (lambda p: p.nn.Sequential().set_submodule("", p.nn.ReLU()), "without a target name"),
    (lambda p: p.nn.Sequential().set_submodule("a", p.nn.ReLU(), strict=True), "no attribute `a`"),
    (lambda p: p.nn.Linear(1, 1).train(1), "expected to be boolean"),
    (lambda p: p.nn.Linear(1, 1).load_state_dict(3), "Expected state_dict to be dict-like"),
    (
        lambda p: p.nn.Linear(1, 1).load_state_dict({"weight": 3, "bias": p.ones(1)}),
        "expected a Tensor from the checkpoint",
    ),
    (lambda p: p.nn.Linear(1, 1).to(p.int64), "only accepts floating point or complex dtypes"),
]


@pytest.mark.parametrize(("call", "match"), REGISTRATION)
def test_wrong_use_raises_what_torch_raises(call: Callable[[Any], Any], match: str) -> None:
    with pytest.raises(Exception) as expected:
        call(torch)
    with pytest.raises(expected.type, match=match):
        call(sg)


def test_member_assigned_before_init_is_refused() -> None:
    def make(nn: Any, value: Any) -> None:
        class Early(nn.Module):  # type: ignore[misc]
            def __init__(self) -> None:
                self.member = value

        Early()

    for make_value in (lambda p: p.nn.ReLU(), lambda p: p.nn.Parameter(p.ones(1))):
        for pack in (torch, sg):
            with pytest.raises(AttributeError, match=r"before Module.__init__\(\) call"):
                make(pack.nn, make_value(pack))
