"""Modules as containers: order, names, repr, hooks and loading, against PyTorch."""

from __future__ import annotations

import warnings
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
        s.insert(-1, nn.Softplus())
        note(s)
        note(s[1:4])
        del s[0]
        del s[-2:]
        note(s)
        s[-1] = nn.Flatten()
        note(s + [nn.ReLU()])
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
        out = [len(p), [n for n, _ in p.named_parameters()], [tuple(x.shape) for x in p if not isinstance(x, int)]]
        out += [len(p[1:3]), list(d), [n for n, _ in d.named_parameters()], list(e), "a" in d, d.get("q", 3)]
        out += [tuple(d.pop("a").shape), list(reversed(d)), d.popitem()[0], list(d.keys()), len(list(d.items()))]
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


def journal(pack: Any) -> list[str]:
    """What hooks of all kinds see, in order, in a small model."""
    nn, lines = pack.nn, []
    model = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 2), nn.Tanh()))

    def shapes(values: Any) -> Any:
        return [None if v is None else tuple(v.shape) for v in (values if isinstance(values, tuple) else (values,))]

    def note(tag: str) -> Callable[..., None]:
        return lambda m, *a: lines.append(f"{tag} {m._get_name()} {[shapes(x) for x in a if not isinstance(x, dict)]}")

    for i, m in enumerate(model.modules()):
        m.register_forward_pre_hook(note(f"pre{i}"))
        m.register_forward_pre_hook(note(f"pre-first{i}"), prepend=True)
        m.register_forward_hook(note(f"post{i}"))
        m.register_forward_hook(note(f"post-kwargs{i}"), with_kwargs=True)
        m.register_forward_hook(note(f"post-first{i}"), prepend=True)
        m.register_full_backward_hook(note(f"back{i}"))
        m.register_full_backward_pre_hook(note(f"back-pre{i}"))
    x = pack.tensor(np.ones((4, 3), np.float32), requires_grad=True) if pack is sg else torch.ones(4, 3, requires_grad=True)
    model(x).sum().backward()
    return lines


def test_hooks_run_in_the_same_order_with_the_same_shapes() -> None:
    assert journal(sg) == journal(torch)


def both_hooked(change: Callable[[Any, Any], Any], needs: bool = True) -> None:
    """Assert that two equal Bilinear-like modules with the same hooks have equal outputs and gradients."""

    def run(pack: Any, make: Callable[..., Any]) -> list[Any]:
        class Two(pack.nn.Module):  # type: ignore[misc, name-defined]
            def forward(self, x: Any, y: Any, *, k: float = 1.0) -> Any:
                return x * y * k, x + y

        module = Two()
        change(module, pack)
        x, y = make([1.0, 2.0], needs), make([3.0, -1.0], False)
        a, b = module(x, y, k=2.0)
        if a.requires_grad:
            (a * make([1.0, 5.0], False)).sum().backward(retain_graph=True)
            (b * b).sum().backward()
        return [a, b, x.grad]

    ours = run(sg, lambda v, g: sg.tensor(v, requires_grad=g))
    theirs = run(torch, lambda v, g: torch.tensor(v, requires_grad=g))
    for a, b in zip(ours, theirs, strict=True):
        assert (a is None) == (b is None)
        if b is not None:
            same(a, b)


CHANGES: list[Callable[[Any, Any], Any]] = [
    lambda m, p: m.register_forward_pre_hook(lambda m, a: (a[0] * 3, a[1])),
    lambda m, p: m.register_forward_pre_hook(lambda m, a, k: (a, {"k": k["k"] + 1}), with_kwargs=True),
    lambda m, p: m.register_forward_hook(lambda m, a, out: (out[0] * 2, out[1])),
    lambda m, p: m.register_forward_hook(lambda m, a, k, out: (out[0] * k["k"], out[1]), with_kwargs=True),
    lambda m, p: m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10, None)),
    lambda m, p: m.register_full_backward_pre_hook(lambda m, go: (None if go[0] is None else go[0] * 7, go[1])),
    lambda m, p: [
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] * 10, None)),
        m.register_full_backward_hook(lambda m, gi, go: (gi[0] + 1, None)),
        m.register_full_backward_pre_hook(lambda m, go: None),
    ],
]


@pytest.mark.parametrize("change", CHANGES)
def test_hooks_change_values_and_gradients_alike(change: Callable[[Any, Any], Any]) -> None:
    both_hooked(change)


@pytest.mark.parametrize(
    ("register", "needs", "match"),
    [
        (lambda m: m.register_forward_pre_hook(lambda m, a, k: a, with_kwargs=True), True, r"tuple of \(new_args, new_kwargs\)"),
        (lambda m: m.register_full_backward_hook(lambda m, a, b: (None, None)), True, "number of grad_input, got 2, but expected 1"),
        (lambda m: m.register_full_backward_pre_hook(lambda m, b: (None, None)), True, "number of grad_output, got 2, but exp"),
        (lambda m: m.register_full_backward_hook(lambda m, a, b: (a[0][0],)), True, "has changed the size of value"),
        (lambda m: m.register_full_backward_hook(lambda m, a, b: (b[0],)), False, "no input requires gradient should always"),
    ],
)
def test_hooks_that_return_the_wrong_thing(register: Any, needs: bool, match: str) -> None:
    def run(pack: Any) -> None:
        module = pack.nn.Linear(2, 2)
        register(module)
        x = pack.ones(3, 2)
        x.requires_grad = needs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module(x).sum().backward()

    with pytest.raises(RuntimeError):
        run(torch)
    with pytest.raises(RuntimeError, match=match):
        run(sg)


def test_always_called_hook_runs_after_an_error_and_its_own_error_is_a_warning() -> None:
    def run(pack: Any) -> list[str]:
        seen: list[str] = []
        layer = pack.nn.Linear(2, 2)
        layer.register_forward_hook(lambda m, a, out: seen.append(f"always {out}"), always_call=True)
        layer.register_forward_hook(lambda m, a, out: seen.append("normal"))
        layer.register_forward_hook(lambda m, a, out: 1 / 0, always_call=True)
        with pytest.warns(UserWarning, match="was silenced as another error was raised"), pytest.raises(RuntimeError):
            layer(pack.ones(1, 5))
        return seen

    assert run(sg) == run(torch)


def test_backward_hook_without_gradient_inputs_warns_and_runs() -> None:
    def run(pack: Any) -> list[Any]:
        seen: list[Any] = []
        layer = pack.nn.Linear(2, 2)
        layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, tuple(go[0].shape))))
        with pytest.warns(UserWarning, match="no inputs require gradients"):
            layer(pack.ones(3, 2)).sum().backward()
        return seen

    assert run(sg) == run(torch)


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


REGISTRATION: list[tuple[Callable[[Any], Any], str]] = [
    (lambda p: p.nn.Module()(1), 'missing the required "forward" function'),
    (lambda p: p.nn.Module(3), "positional argument"),
    (lambda p: p.nn.Linear(1, 1).foo, "object has no attribute 'foo'"),
    (lambda p: delattr(p.nn.Linear(1, 1), "foo"), "foo"),
    (lambda p: setattr(p.nn.Linear(1, 1), "weight", p.ones(1)), "cannot assign 'Tensor' as parameter 'weight'"),
    (lambda p: setattr(p.nn.BatchNorm1d(1), "running_mean", 3), "cannot assign 'int' as buffer 'running_mean'"),
    (lambda p: setattr(p.nn.Sequential(p.nn.ReLU()), "0", 1), "cannot assign 'int' as child module '0'"),
    (lambda p: p.nn.Module().register_parameter("a.b", None), 'can\'t contain "."'),
    (lambda p: p.nn.Module().register_parameter("", None), "can't be empty string"),
    (lambda p: p.nn.Module().register_parameter(3, None), "should be a string"),
    (lambda p: p.nn.Module().register_parameter("forward", None), "attribute 'forward' already exists"),
    (lambda p: p.nn.Module().register_parameter("a", p.ones(1)), "wrap it: nn.Parameter"),
    (lambda p: p.nn.Module().register_buffer("a", 3), "cannot assign 'int' object to buffer 'a'"),
    (lambda p: p.nn.Linear(1, 1).register_buffer("weight", None), "attribute 'weight' already exists"),
    (lambda p: p.nn.Module().add_module("a", 3), "int is not a Module subclass"),
    (lambda p: p.nn.Module().add_module("a.b", p.nn.ReLU()), 'can\'t contain "."'),
    (lambda p: p.nn.Sequential(p.nn.ReLU, p.nn.ReLU()), "ReLU is not a Module subclass"),
    (lambda p: p.nn.Sequential(p.nn.ReLU())[1], "out of range"),
    (lambda p: p.nn.Sequential() + [p.nn.ReLU()], "supports only objects of Sequential class"),
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
    (lambda p: p.nn.ParameterDict()["a"], "a"),
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
    (lambda p: p.nn.Linear(1, 1).load_state_dict({"weight": 3, "bias": p.ones(1)}), "expected a Tensor from the checkpoint"),
    (lambda p: p.nn.Linear(1, 1).to(p.int64), "only accepts floating point or complex dtypes"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "match"), REGISTRATION)
def test_wrong_use_raises_what_torch_raises(call: Callable[[Any], Any], match: str) -> None:
    with pytest.raises(Exception) as expected:  # noqa: B017  (the class is what is asked for)
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
