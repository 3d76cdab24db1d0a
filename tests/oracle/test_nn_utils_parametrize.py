"""Parametrized modules against PyTorch."""

from __future__ import annotations

import copy
import importlib
import pickle
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same
from .nn_utils_pair import both_raise, check_call, check_members, pair

LIBRARIES = [sg, torch]


def parametrize(library: Any) -> Any:
    return importlib.import_module(f"{library.__name__}.nn.utils.parametrize")


def define(library: Any) -> Any:
    """Parametrizations of one of the packages."""
    nn = library.nn

    class Exp(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.exp()

        def right_inverse(self, value: Any) -> Any:
            return value.log()

    class Symmetric(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.triu() + x.triu(1).mT

    class Sum(nn.Module):
        def forward(self, a: Any, b: Any) -> Any:
            return a + 2 * b

        def right_inverse(self, value: Any) -> Any:
            return value / 2, value / 4

    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(library.ones(1) * 1.5)

        def forward(self, x: Any) -> Any:
            return x * self.scale

        def right_inverse(self, value: Any) -> Any:
            return value / self.scale

    class NoInverse(Symmetric):
        def right_inverse(self, value: Any) -> Any:
            raise NotImplementedError

    class First(nn.Module):
        def forward(self, x: Any) -> Any:
            return x[:1]

    class Half(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.half()

    class Number(nn.Module):
        def forward(self, x: Any) -> Any:
            return 3

    class Inverse(nn.Module):
        def __init__(self, inverse: Any) -> None:
            super().__init__()
            self.right_inverse = inverse

        def forward(self, *x: Any) -> Any:
            return x[0]

    found = {k: v for k, v in locals().items() if isinstance(v, type)}
    return type("Made", (), found)


MADE = {library: define(library) for library in LIBRARIES}


def register(library: Any, module: Any, name: str, *kinds: str, unsafe: bool = False) -> Any:
    for kind in kinds:
        parametrize(library).register_parametrization(module, name, getattr(MADE[library], kind)(), unsafe=unsafe)
    return module


CHAINS: list[tuple[str, ...]] = [
    ("Symmetric",),
    ("Sum",),
    ("Scale",),
    ("Sum", "Scale"),
    ("Scale", "Symmetric"),
    ("NoInverse",),
]


@pytest.mark.parametrize("kinds", CHAINS, ids="-".join)
@pytest.mark.parametrize("training", [True, False])
def test_chains_of_parametrizations_agree(kinds: tuple[str, ...], training: bool) -> None:
    def make(library: Any) -> Any:
        net = library.nn.Sequential(library.nn.Linear(3, 3).train(training), library.nn.Tanh()).train(training)
        register(library, net[0], "weight", *kinds)
        return net

    ours, theirs = pair(make)
    assert repr(ours) == repr(theirs)
    assert [m.training for m in ours.modules()] == [m.training for m in theirs.modules()]
    check_members(ours, theirs)
    check_call(ours, theirs, (2, 3))
    same(ours[0].weight, theirs[0].weight)
    for leave in (True, False):
        a, b = pair(make)
        stored = None if kinds[0] == "Sum" else a[0].parametrizations.weight.original
        if kinds[0] == "Sum" and not leave:
            for library, module in ((sg, a), (torch, b)):
                with pytest.raises(ValueError, match="sequence of tensors"):
                    parametrize(library).remove_parametrizations(module[0], "weight", leave_parametrized=False)
            continue
        parametrize(sg).remove_parametrizations(a[0], "weight", leave_parametrized=leave)
        parametrize(torch).remove_parametrizations(b[0], "weight", leave_parametrized=leave)
        assert type(a[0]) is sg.nn.Linear
        assert stored is None or a[0].weight is stored
        check_members(a, b)
        check_call(a, b, (2, 3))


@pytest.mark.parametrize("kinds", [("Exp",), ("Sum",), ("Exp", "Scale")], ids="-".join)
def test_assignment_goes_through_the_inverses(kinds: tuple[str, ...]) -> None:
    ours, theirs = pair(lambda library: register(library, library.nn.PReLU(4), "weight", *kinds))
    same(ours.weight, theirs.weight)
    value = np.asarray([0.5, 1.0, 2.0, 3.0])
    ours.weight, theirs.weight = sg.tensor(value), torch.tensor(value)
    same(ours.weight, sg.tensor(value))
    check_members(ours, theirs)
    check_call(ours, theirs, (2, 4))


@pytest.mark.parametrize("kinds", [("Sum",), ("Scale",), ("NoInverse",)], ids="-".join)
def test_a_buffer_and_a_frozen_parameter(kinds: tuple[str, ...]) -> None:
    def buffer(library: Any) -> Any:
        module = library.nn.Module()
        module.register_buffer("b", library.ones(2, 2) * 3)
        return register(library, module, "b", *kinds)

    def frozen(library: Any) -> Any:
        module = library.nn.Linear(2, 2)
        module.weight.requires_grad_(False)
        return register(library, module, "weight", *kinds)

    for make, name in ((buffer, "b"), (frozen, "weight")):
        ours, theirs = pair(make)
        check_members(ours, theirs)
        same(getattr(ours, name), getattr(theirs, name))
        for library, module in ((sg, ours), (torch, theirs)):
            parametrize(library).remove_parametrizations(module, name)
        check_members(ours, theirs)


def test_two_tensors_of_a_module_and_the_class_that_it_has() -> None:
    for library in LIBRARIES:
        p = parametrize(library)
        layer = register(library, library.nn.Linear(3, 3), "weight", "Symmetric")
        other = register(library, library.nn.Linear(3, 3), "weight", "Symmetric")
        register(library, layer, "bias", "Sum")
        assert type(layer).__name__ == "ParametrizedLinear" and isinstance(layer, library.nn.Linear)
        assert p.type_before_parametrizations(layer) is library.nn.Linear
        assert p.type_before_parametrizations(library.nn.ReLU()) is library.nn.ReLU
        assert p.is_parametrized(layer) and p.is_parametrized(layer, "bias") and not p.is_parametrized(layer, "foo")
        assert not p.is_parametrized(library.nn.Linear(2, 2)) and not p.is_parametrized(5)
        assert len(layer.parametrizations.weight) == 1 and layer.parametrizations["bias"].ntensors == 2
        assert layer.parametrizations.weight.is_tensor and not layer.parametrizations.bias.is_tensor
        p.remove_parametrizations(layer, "weight")
        assert type(layer).__name__ == "ParametrizedLinear" and list(layer.parametrizations) == ["bias"]
        p.remove_parametrizations(layer, "bias")
        assert type(layer) is library.nn.Linear and not hasattr(layer, "parametrizations")
        with pytest.raises(RuntimeError, match=r"through state_dict\(\)"):
            pickle.dumps(other)
        with pytest.raises(RuntimeError, match=r"through state_dict\(\)"):
            copy.copy(other)
        assert copy.deepcopy(other)(library.ones(3)).shape == (3,)


def test_a_copy_keeps_its_parametrization_when_another_loses_it() -> None:
    layer = register(sg, sg.nn.Linear(3, 3), "weight", "Symmetric")
    twin = copy.deepcopy(layer)
    assert type(twin) is type(layer)
    parametrize(sg).remove_parametrizations(twin, "weight")
    register(sg, copy.deepcopy(layer), "bias", "Sum")
    assert (layer.weight == layer.weight.T).all() and isinstance(layer.bias, sg.nn.Parameter)


@pytest.mark.parametrize("library", LIBRARIES)
def test_cached_computes_once_and_forgets(library: Any) -> None:
    p = parametrize(library)
    layer = register(library, library.nn.Linear(2, 2), "weight", "Symmetric")
    other = register(library, library.nn.Linear(2, 2), "weight", "Symmetric")
    with p.cached():
        first = layer.weight
        assert other.weight is not first
        with p.cached():
            assert layer.weight is first
        assert layer.weight is first
    assert layer.weight is not first


def test_transfer_shares_what_is_stored() -> None:
    for library in LIBRARIES:
        p = parametrize(library)
        for kinds in (("Scale", "Symmetric"), ("Sum",)):
            source = register(library, library.nn.Linear(3, 3), "weight", *kinds)
            target = p.transfer_parametrizations_and_params(source, library.nn.Linear(3, 3))
            assert list(target.state_dict()) == list(source.state_dict())
            a, b = source.parametrizations.weight, target.parametrizations.weight
            assert all(x is y for x, y in zip(a.parameters(), b.parameters(), strict=True))
            assert (source.weight == target.weight).all()
            bare = p.transfer_parametrizations_and_params(source, library.nn.Module(), "weight")
            assert (bare.weight == source.weight).all()
            with pytest.raises(KeyError):
                p.transfer_parametrizations_and_params(source, library.nn.Linear(3, 3), "bias")
        plain = p.transfer_parametrizations_and_params(library.nn.Linear(3, 3), library.nn.Linear(3, 3))
        assert not p.is_parametrized(plain)


def test_unsafe_may_change_shape_and_type() -> None:
    for library in LIBRARIES:
        layer = register(library, library.nn.Linear(3, 3), "weight", "First", unsafe=True)
        assert layer.weight.shape == (1, 3)
        assert parametrize(library).remove_parametrizations(layer, "weight").weight.shape == (1, 3)
    both_raise(
        lambda library: parametrize(library).remove_parametrizations(
            register(library, library.nn.Linear(3, 3), "weight", "Half", unsafe=True), "weight"
        ),
        RuntimeError,
        "leave_parametrized=False, or convert",
    )


def _wrong(inverse: Any, unsafe: bool = False, first: bool = True) -> Any:
    def program(library: Any) -> Any:
        layer = library.nn.Linear(3, 3)
        if not first:
            register(library, layer, "weight", "Symmetric")
        module = MADE[library].Inverse(lambda x: inverse(library, x))
        return parametrize(library).register_parametrization(layer, "weight", module, unsafe=unsafe)

    return program


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda L: register(L, L.nn.Linear(3, 3), "weight", "Half"), ValueError, "may not change the dtype .*float16"),
    (lambda L: register(L, L.nn.Linear(3, 3), "weight", "First"), ValueError, "may not change the shape"),
    (lambda L: register(L, L.nn.Linear(3, 3), "weight", "Number"), ValueError, "must return a tensor. Got int"),
    (lambda L: register(L, L.nn.Linear(3, 3), "weight", "Scale", "Half"), ValueError, "may not change the dtype"),
    (lambda L: register(L, L.nn.Linear(3, 3), "weight", "Scale", "First"), ValueError, "may not change the shape"),
    (
        lambda L: register(L, L.nn.Linear(3, 3), "weight", "Scale", "Number"),
        ValueError,
        "must return a tensor. Got int",
    ),
    (lambda L: register(L, L.nn.Linear(3, 3), "foo", "Scale"), ValueError, "element with name 'foo'"),
    (lambda L: register(L, L.nn.Linear(3, 3), "in_features", "Scale"), ValueError, "element with name 'in_features'"),
    (lambda L: register(L, L.nn.Linear(3, 3, bias=False), "bias", "Scale"), AttributeError, "its bias is None"),
    (_wrong(lambda L, x: 5), ValueError, "or a Sequence of tensors .* Got int"),
    (_wrong(lambda L, x: [x, 3]), ValueError, "Got element 1 of the sequence with type int"),
    (_wrong(lambda L, x: x.double()), ValueError, "it may not change the dtype"),
    (_wrong(lambda L, x: x.double(), unsafe=True), ValueError, "it may not change the dtype"),
    (_wrong(lambda L, x: 5, first=False), ValueError, "right_inverse must return a tensor. Got: int"),
    (_wrong(lambda L, x: x.double(), first=False), ValueError, "right_inverse may not change the dtype"),
    (_wrong(lambda L, x: x[:1], first=False), ValueError, "right_inverse may not change the shape"),
    (
        lambda L: parametrize(L).ParametrizationList([], L.ones(2)),
        ValueError,
        "requires one or more modules",
    ),
    (
        lambda L: parametrize(L).remove_parametrizations(L.nn.Linear(2, 2), "weight"),
        ValueError,
        "does not have a parametrization on weight",
    ),
    (
        lambda L: setattr(register(L, L.nn.Linear(2, 2), "weight", "Symmetric"), "weight", L.ones(2, 2)),
        RuntimeError,
        "Symmetric does not implement right_inverse",
    ),
    (
        lambda L: setattr(register(L, L.nn.Linear(2, 2), "weight", "Scale"), "weight", L.nn.Parameter(L.ones(2, 2))),
        KeyError,
        "attribute 'weight' already exists",
    ),
    (
        lambda L: setattr(register(L, L.nn.Linear(2, 2), "weight", "Sum"), "weight", L.ones(2, 2).double()),
        ValueError,
        "has dtype .*float64 while `original0` has dtype",
    ),
    (
        lambda L: delattr(register(L, L.nn.Linear(2, 2), "weight", "Scale"), "weight"),
        AttributeError,
        "has no deleter",
    ),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_parametrizations_are_refused(number: int) -> None:
    both_raise(*WRONG[number])


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_inverse_that_changes_its_mind_is_refused(library: Any) -> None:
    answers: list[Any] = [lambda x: (x, x)]
    layer = library.nn.Linear(2, 2)
    parametrize(library).register_parametrization(layer, "weight", MADE[library].Inverse(lambda x: answers[-1](x)))
    for answer, text in ((lambda x: 3, "sequence of"), (lambda x: (x,), "length 2"), (lambda x: (x, 3), "tensor")):
        answers.append(answer)
        with pytest.raises(ValueError, match=text):
            layer.weight = library.ones(2, 2)
    single = library.nn.Linear(2, 2)
    answers.append(lambda x: x)
    parametrize(library).register_parametrization(single, "weight", MADE[library].Inverse(lambda x: answers[-1](x)))
    answers.append(lambda x: 3)
    with pytest.raises(ValueError, match="should return a tensor"):
        single.weight = library.ones(2, 2)


def test_load_state_dict_and_conversion_reach_what_is_stored() -> None:
    ours = register(sg, sg.nn.Linear(3, 3), "weight", "Scale")
    other = register(sg, sg.nn.Linear(3, 3), "weight", "Scale")
    other.load_state_dict(ours.state_dict())
    same(other.weight, ours.weight)
    assert other.double().weight.dtype == sg.float64
    optimizer = sg.optim.SGD(ours.parameters(), lr=0.1)
    before = ours.weight.detach().clone()
    ours(sg.ones(2, 3)).sum().backward()
    optimizer.step()
    assert not sg.equal(before, ours.weight)
