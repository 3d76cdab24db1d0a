"""Modules as containers: order, names, repr, hooks and loading, against PyTorch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import to_torch, values_of
from .nn_pair import randomise, same, torch_state


def block(nn: Any) -> Any:
    """A module of the given package with every kind of member, and a parameter used twice."""

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            pack = sg if nn is sg.nn else torch
            self.scale = nn.Parameter(pack.ones(3))
            self.register_buffer("count", pack.zeros(2))
            self.register_buffer("scratch", pack.zeros(1), persistent=False)
            self.register_parameter("nothing", None)
            self.first = nn.Linear(3, 3)
            self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 3), nn.ReLU())])
            self.tied = nn.Linear(3, 3, bias=False)
            self.tied.weight = self.first.weight
            self.again = self.first
            self.heads = nn.ModuleDict({"a": nn.Linear(3, 1), "b": nn.Identity()})
            self.free = nn.ParameterList([pack.ones(2), pack.ones(1)])
            self.named = nn.ParameterDict({"x": pack.ones(2)})

        def forward(self, x: Any) -> Any:
            x = self.tied(self.again(self.first(x))) * self.scale
            for layer in self.layers:
                x = layer(x)
            return self.heads["a"](x)

    return Block()


def pair() -> tuple[Any, Any]:
    ours, theirs = block(sg.nn), block(torch.nn)
    randomise(ours)
    theirs.load_state_dict(torch_state(ours))
    return ours, theirs


def test_members_have_the_same_names_in_the_same_order() -> None:
    ours, theirs = pair()
    for what in ("parameters", "buffers"):
        for settings in ({}, {"recurse": False}, {"remove_duplicate": False}, {"prefix": "p"}):
            mine = [n for n, _ in getattr(ours, f"named_{what}")(**settings)]
            assert mine == [n for n, _ in getattr(theirs, f"named_{what}")(**settings)], (what, settings)
    for settings in ({}, {"prefix": "p"}, {"remove_duplicate": False}):
        mine = [n for n, _ in ours.named_modules(**settings)]
        assert mine == [n for n, _ in theirs.named_modules(**settings)], settings
    assert [n for n, _ in ours.named_children()] == [n for n, _ in theirs.named_children()]
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert list(ours.state_dict(prefix="p.")) == list(theirs.state_dict(prefix="p."))
    assert len(list(ours.parameters())) == len(list(theirs.parameters()))
    assert len(list(ours.modules())) == len(list(theirs.modules()))


def test_tied_parameters_get_the_sum_of_their_gradients() -> None:
    ours, theirs = pair()
    x = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    a, b = ours(sg.tensor(x)), theirs(torch.tensor(x))
    same(a, b)
    a.sum().backward()
    b.sum().backward()
    for (name, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert (p.grad is None) == (q.grad is None), name
        if q.grad is not None:
            same(p.grad, q.grad, 10, name)


REPRS: list[Callable[[Any], Any]] = [
    lambda nn: nn.Sequential(),
    lambda nn: nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Flatten()), nn.Identity()),
    lambda nn: nn.Sequential(OrderedDict(a=nn.Linear(2, 3), b=nn.Conv2d(1, 2, 3))),
    lambda nn: nn.ModuleList(),
    lambda nn: nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 2), nn.Linear(1, 1)]),
    lambda nn: nn.ModuleList([nn.Sequential(nn.ReLU(), nn.ReLU())] * 3),
    lambda nn: nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ModuleDict()}),
    lambda nn: nn.ModuleDict(),
    lambda nn: nn.ParameterList(),
    lambda nn: nn.ParameterDict(),
    lambda nn: nn.Sequential(nn.ParameterList(), nn.ModuleList([nn.ModuleList([nn.ReLU()] * 2)])),
]


@pytest.mark.parametrize("make", REPRS)
def test_container_repr_is_the_same(make: Callable[[Any], Any]) -> None:
    assert repr(make(sg.nn)) == repr(make(torch.nn))


def test_sequential_operations_agree() -> None:
    def names(nn: Any) -> list[Any]:
        seen: list[Any] = []

        def note(s: Any) -> None:
            seen.append([(n, m._get_name()) for n, m in s.named_children()])

        s = nn.Sequential(nn.ReLU(), nn.Tanh())
        note(s.append(nn.Sigmoid()))
        note(s.extend([nn.ELU(), nn.GELU()]))
        note(s.insert(1, nn.SiLU()))
        note(s.insert(-1, nn.Softplus()))
        note(s[1:4])
        note(s[::2])
        del s[0]
        note(s)
        del s[1:3]
        note(s)
        s[0] = nn.Identity()
        s[-1] = nn.Flatten()
        note(s)
        note(s + nn.Sequential(nn.ReLU()))
        s += nn.Sequential(nn.Tanh())
        note(s)
        note(s * 2)
        note(2 * s)
        s *= 2
        note(s)
        seen.append(s.pop(-2)._get_name())
        note(s)
        seen.append((len(s), [m._get_name() for m in s], s[-1]._get_name()))
        return seen

    assert names(sg.nn) == names(torch.nn)


def test_module_list_operations_agree() -> None:
    def names(nn: Any) -> list[Any]:
        seen: list[Any] = []

        def note(s: Any) -> None:
            seen.append([(n, m._get_name()) for n, m in s.named_children()])

        s = nn.ModuleList(m for m in (nn.ReLU(), nn.Tanh()))
        note(s.append(nn.Sigmoid()))
        note(s.extend([nn.ELU(), nn.GELU()]))
        s.insert(1, nn.SiLU())
        note(s)
        note(s[1:4])
        del s[0]
        del s[-2:]
        note(s)
        s[-1] = nn.Flatten()
        note(s + [nn.ReLU()])  # noqa: RUF005
        s += [nn.Tanh()]
        note(s)
        seen.append((s.pop(1)._get_name(), len(s), [m._get_name() for m in s]))
        return seen

    assert names(sg.nn) == names(torch.nn)


def test_parameter_containers_agree() -> None:
    def seen(pack: Any) -> list[Any]:
        nn = pack.nn
        p = nn.ParameterList([pack.ones(2), 5, nn.Parameter(pack.zeros(3))])
        p.append(pack.ones(1)).extend([pack.ones(4)])
        p += [pack.zeros(2)]
        p[0] = pack.zeros(7)
        d = nn.ParameterDict([("b", pack.ones(1)), ("a", pack.ones(2))])
        d["c"] = pack.zeros(3)
        d.update({"b": pack.ones(9), "d": None})
        e = d | {"z": pack.ones(1)}
        out = [
            len(p),
            [n for n, _ in p.named_parameters()],
            [tuple(x.shape) for x in p if not isinstance(x, int)],
        ]
        out += [len(p[1:3]), list(d), [n for n, _ in d.named_parameters()], list(e), "a" in d, d.get("q", 3)]
        out += [
            tuple(d.pop("a").shape),
            list(reversed(d)),
            d.popitem()[0],
            list(d.keys()),
            len(list(d.items())),
        ]
        out += [tuple(d.setdefault("s", pack.ones(5)).shape), list(d.copy()), list(d.fromkeys(["k", "l"], 1))]
        d.clear()
        return [*out, len(d), list(p.state_dict())]

    assert seen(sg) == seen(torch)


def test_module_dict_operations_agree() -> None:
    def seen(nn: Any) -> list[Any]:
        d = nn.ModuleDict([("b", nn.ReLU()), ("a", nn.Tanh())])
        d["c"] = nn.ELU()
        d.update({"a": nn.GELU(), "z": nn.SiLU()})
        out = [list(d), [m._get_name() for m in d.values()], "c" in d, len(d), d.pop("b")._get_name()]
        del d["c"]
        out += [[(k, m._get_name()) for k, m in d.items()], list(d.keys())]
        d.clear()
        return [*out, len(d)]

    assert seen(sg.nn) == seen(torch.nn)


def test_loading_problems_are_reported_alike() -> None:
    ours, theirs = block(sg.nn), block(torch.nn)
    state = torch_state(ours)
    del state["first.weight"], state["heads.a.bias"]
    state["other"] = state["layers.0.weight"] = torch.ones(2)
    with pytest.raises(RuntimeError) as expected:
        theirs.load_state_dict(state)
    with pytest.raises(RuntimeError) as found:
        ours.load_state_dict({k: v.numpy() for k, v in state.items()})
    for line in str(expected.value).splitlines()[:-1]:
        assert line.rstrip(". ") in str(found.value)
    assert "size mismatch for layers.0.weight" in str(expected.value)
    assert "size mismatch for layers.0.weight: copying a param with shape (2,) from checkpoint" in str(found.value)
    del state["layers.0.weight"]
    a = ours.load_state_dict({k: v.numpy() for k, v in state.items()}, strict=False)
    b = theirs.load_state_dict(state, strict=False)
    assert (a.missing_keys, a.unexpected_keys) == (b.missing_keys, b.unexpected_keys)
    assert repr(a).removeprefix("_") == repr(b).removeprefix("_")


def test_batch_norm_accepts_a_state_without_the_count() -> None:
    for nn, convert in ((sg.nn, lambda t: t), (torch.nn, to_torch)):
        state = {k: convert(np.ones(3, np.float32)) for k in ("weight", "bias", "running_mean", "running_var")}
        assert not nn.BatchNorm1d(3).load_state_dict(state).missing_keys


def test_conversion_agrees() -> None:
    for convert in ("float", "double", "half", "bfloat16"):
        ours, theirs = getattr(block(sg.nn), convert)(), getattr(block(torch.nn), convert)()
        mine = {k: str(v.dtype).split(".")[1] for k, v in ours.state_dict().items()}
        assert mine == {k: str(v.dtype).split(".")[1] for k, v in theirs.state_dict().items()}
    ours, theirs = sg.nn.BatchNorm1d(2).to(sg.float64), torch.nn.BatchNorm1d(2).to(torch.float64)
    for name, t in theirs.state_dict().items():
        assert values_of(ours.state_dict()[name]).dtype == values_of(t).dtype
