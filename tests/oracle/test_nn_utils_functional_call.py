"""Modules as functions of their parameters, ensembles and gradients of single samples, against PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same, torch_state
from .nn_utils_pair import both_raise, pair

LIBRARIES = [sg, torch]
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")


def _values(library: Any, *shape: int) -> Any:
    return library.tensor(np.random.default_rng(sum(shape)).standard_normal(shape))


class Made:
    """Modules of one of the packages."""

    def __init__(self, library: Any) -> None:
        nn = library.nn

        class Counting(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.w = nn.Parameter(library.ones(2))
                self.register_buffer("b", library.zeros(1))
                self.l = nn.Linear(2, 2)
                self.plain = library.ones(1)

            def forward(self, x: Any, k: float = 1) -> Any:
                self.b = self.b + 1
                return self.l(x * self.w) * k + self.b + self.plain

        class Tied(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a = nn.Parameter(library.ones(1, dtype=library.float64))
                self.b = self.a
                self.register_buffer("c", library.zeros(1, dtype=library.float64))
                self.register_buffer("e", self.c)
                self.inner = nn.Module()
                self.inner.a = self.a

            def forward(self, x: Any) -> Any:
                return x * self.a + self.b * 10 + 100 * self.c + 1000 * self.e + 1e4 * self.inner.a

        class Failing(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a = nn.Parameter(library.ones(1))

            def forward(self, x: Any) -> Any:
                raise ZeroDivisionError

        self.Counting, self.Tied, self.Failing = Counting, Tied, Failing


MADE = {library: Made(library) for library in LIBRARIES}


def _d(library: Any, **values: float) -> dict[str, Any]:
    return {k.replace("__", "."): library.tensor([v], dtype=library.float64) for k, v in values.items()}


TIED: list[Callable[[Any], Any]] = [
    lambda L: (_d(L, a=2.0), {}),
    lambda L: (_d(L, b=2.0, e=1.0), {}),
    lambda L: (_d(L, inner__a=2.0), {}),
    lambda L: (_d(L, a=2.0), {"tie_weights": False}),
    lambda L: (_d(L, a=2.0, b=3.0), {"tie_weights": False}),
    lambda L: (_d(L, a=2.0, c=3.0), {"strict": True}),
    lambda L: ([_d(L, a=2.0), _d(L, c=3.0)], {}),
    lambda L: ((_d(L, a=2.0), {}), {}),
    lambda L: ({}, {}),
    lambda L: (dict.fromkeys(["a", "b", "inner.a"], L.tensor([4.0]).double()), {}),
]


@pytest.mark.parametrize("number", range(len(TIED)))
def test_tied_tensors_are_replaced_together(number: int) -> None:
    results = []
    for library in LIBRARIES:
        module = MADE[library].Tied()
        before = (module.a, module.b, module.c, module.e, module.inner.a)
        dicts, options = TIED[number](library)
        results.append(library.func.functional_call(module, dicts, library.ones(1).double(), **options))
        after = (module.a, module.b, module.c, module.e, module.inner.a)
        assert all(x is y for x, y in zip(before, after, strict=True))
    same(*results)
    assert results[0].requires_grad == results[1].requires_grad


def test_gradients_reach_what_was_given_and_buffers_come_back() -> None:
    ours, theirs = pair(lambda library: MADE[library].Counting())
    found = []
    for library, module in ((sg, ours), (torch, theirs)):
        w = _values(library, 2).requires_grad_()
        weight = _values(library, 2, 2).requires_grad_()
        given = {"w": w, "l.weight": weight, "b": library.ones(1).double(), "plain": library.ones(1).double() * 5}
        y = library.func.functional_call(module, given, (_values(library, 3, 2),), {"k": 2.0})
        found.append([y, *library.autograd.grad((y**2).sum(), [w, weight, module.l.bias]), given["b"], module.b])
        assert module.w is not w and module.plain.item() == 1.0 and not hasattr(module, "extra")
        two = ({"b": library.ones(1).double()}, {"extra": library.ones(1), "l.extra": library.ones(1)})
        library.func.functional_call(module, two, _values(library, 2))
        assert two[0]["b"].item() == 1.0 and not hasattr(module, "extra") and not hasattr(module.l, "extra")
        names = [name for name, _ in module.named_parameters()]
        assert names == ["w", "l.weight", "l.bias"]
    for a, b in zip(*found, strict=True):
        same(a, b)


def test_the_members_come_back_after_an_error() -> None:
    for library in LIBRARIES:
        module = MADE[library].Failing()
        before = module.a
        with pytest.raises(ZeroDivisionError):
            library.func.functional_call(module, {"a": library.ones(1)}, library.ones(1))
        assert module.a is before and dict(module.named_parameters())["a"] is before


def test_parametrized_modules_take_what_they_store() -> None:
    results = []
    for library in LIBRARIES:
        layer = library.nn.utils.parametrizations.weight_norm(library.nn.Linear(2, 3).double())
        g, v = _values(library, 3, 1), _values(library, 3, 2)
        given = {"parametrizations.weight.original0": g, "parametrizations.weight.original1": v}
        given["bias"] = _values(library, 3)
        results.append(library.func.functional_call(layer, given, _values(library, 4, 2), strict=True))
    same(*results)


def test_the_deprecated_form_warns_and_agrees() -> None:
    for library in LIBRARIES:
        layer = library.nn.Linear(2, 1, bias=False)
        given = {"weight": library.ones(1, 2)}
        with pytest.warns(FutureWarning, match=r"func\.functional_call"):
            y = library.nn.utils.stateless.functional_call(layer, given, library.ones(2))
        assert y.item() == 2.0


def _call(library: Any, tensors: Any, kind: str = "Counting", **options: Any) -> Any:
    return library.func.functional_call(getattr(MADE[library], kind)(), tensors, library.ones(2), **options)


def _stack(library: Any, *models: Any) -> Any:
    return library.func.stack_module_state(models)


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda L: _call(L, ({"b": L.ones(1)}, {"b": L.ones(1)})), ValueError, r"\['b'\] appeared in multiple"),
    (lambda L: _call(L, [{"b": L.ones(1)}, 3]), ValueError, r"to be dictionaries, got \['dict', 'int'\]"),
    (lambda L: _call(L, 3), ValueError, "or a list/tuple of dicts, but got <class 'int'>"),
    (lambda L: _call(L, {"q.w": L.ones(1)}), AttributeError, "has no attribute `q`"),
    (lambda L: _call(L, {"l": L.ones(1)}), TypeError, "attribute `l`: Linear.* is not an instance"),
    (lambda L: _call(L, {"": L.ones(1)}), KeyError, "be empty string"),
    (lambda L: _call(L, {"w": 5}), TypeError, "5 is not an instance of .*, given for 'w'"),
    (lambda L: _call(L, {"w": L.ones(2)}, strict=True), RuntimeError, "Missing key.*'b', 'l.bias', 'l.weight'"),
    (
        lambda L: _call(L, {"a": L.ones(1), "z": L.ones(1)}, "Failing", strict=True),
        RuntimeError,
        r"Unexpected key\(s\): 'z'",
    ),
    (
        lambda L: _call(L, dict(a=L.ones(1), b=L.zeros(1), **{"inner.a": L.ones(1)}), "Tied"),
        ValueError,
        r"keys \['a', 'b', 'inner.a'\], which are tied",
    ),
    (
        lambda L: _call(L, {"a": L.ones(1), "c": L.zeros(1)}, "Tied", strict=True, tie_weights=False),
        RuntimeError,
        "Missing key",
    ),
    (lambda L: _stack(L), RuntimeError, "at least one model"),
    (lambda L: _stack(L, L.nn.Linear(2, 2), L.nn.Linear(2, 2).eval()), RuntimeError, "same training/eval mode"),
    (lambda L: _stack(L, L.nn.Linear(2, 2), L.nn.BatchNorm1d(2)), RuntimeError, "got BatchNorm1d, Linear"),
    (lambda L: _stack(L, L.nn.Linear(2, 2), L.nn.Linear(2, 3)), RuntimeError, r"one shape .* \[\[2, 2\], \[3, 2\]\]"),
    (lambda L: _stack(L, L.nn.Linear(2, 2), L.nn.Linear(2, 2, bias=False)), KeyError, "bias"),
    (
        lambda L: _stack(L, L.nn.Linear(2, 2), L.nn.Linear(2, 2).requires_grad_(False)),
        RuntimeError,
        "weight from each model to have the same .requires_grad",
    ),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_calls_are_refused(number: int) -> None:
    both_raise(*WRONG[number])


def mlp(library: Any) -> Any:
    nn = library.nn
    return nn.Sequential(nn.Linear(3, 5), nn.LayerNorm(5), nn.Tanh(), nn.Linear(5, 2))


def convolutional(library: Any) -> Any:
    nn = library.nn
    return nn.Sequential(nn.Unflatten(-1, (1, 3)), nn.Flatten(-2), nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2))


def normalised(library: Any) -> Any:
    nn = library.nn
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    return library.func.replace_all_batch_norm_modules_(net)


@pytest.mark.parametrize("make", [mlp, convolutional])
def test_gradients_of_single_samples(make: Any) -> None:
    ours, theirs = pair(make)
    found = []
    for library, net in ((sg, ours), (torch, theirs)):
        f = library.func
        params = {k: v.detach() for k, v in net.named_parameters()}
        x, y = _values(library, 6, 3), _values(library, 6, 2)

        def loss(params: Any, x: Any, y: Any, net: Any = net, f: Any = f) -> Any:
            return ((f.functional_call(net, params, (x,)) - y) ** 2).mean()

        single = f.vmap(f.grad(loss), in_dims=(None, 0, 0))(params, x, y)
        whole = f.grad(loss)(params, x, y)
        for name in params:
            np.testing.assert_allclose(single[name].mean(0).numpy(), whole[name].numpy(), atol=1e-9)
        found.append(single)
    assert list(found[0]) == list(found[1])
    for name in found[0]:
        same(found[0][name], found[1][name])


@pytest.mark.parametrize("make", [mlp, convolutional, normalised])
@pytest.mark.parametrize("shared", [True, False])
def test_ensembles_run_together(make: Any, shared: bool) -> None:
    found = []
    ours = [make(sg).double() for _ in range(3)]
    theirs = [make(torch).double() for _ in range(3)]
    for a, b in zip(ours, theirs, strict=True):
        b.load_state_dict(torch_state(a))
    for library, models in ((sg, ours), (torch, theirs)):
        f = library.func
        params, buffers = f.stack_module_state(models)
        x = _values(library, 4, 3) if shared else _values(library, 3, 4, 3)

        def run(params: Any, buffers: Any, x: Any, net: Any = models[0], f: Any = f) -> Any:
            return f.functional_call(net, (params, buffers), (x,))

        y = f.vmap(run, in_dims=(0, 0, None if shared else 0))(params, buffers, x)
        for i, model in enumerate(models):
            expected = model(x if shared else x[i])
            np.testing.assert_allclose(y[i].detach().numpy(), expected.detach().numpy(), atol=1e-9)
        grads = library.autograd.grad((y**2).sum(), list(params.values()))
        found.append([y, *params.values(), *buffers.values(), *grads])
        assert all(p.is_leaf and p.requires_grad for p in params.values())
    for a, b in zip(*found, strict=True):
        same(a, b)


def test_ensembles_of_batch_norms_in_evaluation_mode() -> None:
    models = [sg.nn.Sequential(sg.nn.Linear(3, 2), sg.nn.BatchNorm1d(2)).double() for _ in range(3)]
    for model in models:
        model(_values(sg, 6, 3))
        model.eval()
    params, buffers = sg.func.stack_module_state(models)
    assert buffers["1.num_batches_tracked"].tolist() == [1, 1, 1]
    x = _values(sg, 4, 3)
    y = sg.func.vmap(lambda params, buffers: sg.func.functional_call(models[0], (params, buffers), x))(params, buffers)
    for i, model in enumerate(models):
        same(y[i], model(x))


def test_batch_norms_lose_their_running_averages() -> None:
    nets = []
    for library in LIBRARIES:
        nn = library.nn
        net = nn.Sequential(nn.BatchNorm1d(2), nn.Sequential(nn.BatchNorm2d(3), nn.GroupNorm(1, 3)))
        assert library.func.replace_all_batch_norm_modules_(net) is net
        assert net[0].track_running_stats is False and net[1][0].running_mean is None
        assert library.func.replace_all_batch_norm_modules_(nn.BatchNorm3d(1)).num_batches_tracked is None
        nets.append(net)
    assert list(nets[0].state_dict()) == list(nets[1].state_dict())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sg.func.jacrev(
            lambda w: sg.func.functional_call(nets[0], {"0.weight": w}, sg.ones(3, 3, 2, 2)[0, :2, 0, :1].T)
        )


SEQUENCES: list[tuple[str, tuple[int, ...], str]] = [
    ("LSTM", (3, 4), "weight_hh_l0"),
    ("GRU", (3, 4), "weight_ih_l0"),
    ("RNN", (3, 4), "weight_hh_l0"),
    ("MultiheadAttention", (4, 2), "in_proj_weight"),
]


@pytest.mark.parametrize(("kind", "args", "name"), SEQUENCES)
def test_layers_that_gather_their_weights_see_the_new_ones(kind: str, args: Any, name: str) -> None:
    def call(library: Any, layer: Any, x: Any) -> Any:
        return layer(x, x, x)[0] if kind == "MultiheadAttention" else layer(x)[0]

    class Calling:
        def __init__(self, library: Any) -> None:
            nn = library.nn

            class Net(nn.Module):
                def __init__(self) -> None:
                    super().__init__()
                    self.layer = getattr(nn, kind)(*args)

                def forward(self, x: Any) -> Any:
                    return call(library, self.layer, x)

            self.net = Net()

    ours, theirs = pair(lambda library: Calling(library).net)
    results = []
    for library, net in ((sg, ours), (torch, theirs)):
        x = _values(library, 5, 2, args[0])
        given = _values(library, *getattr(net.layer, name).shape).requires_grad_()
        y = library.func.functional_call(net, {f"layer.{name}": given}, x)
        results.append([y, library.autograd.grad((y**2).sum(), given)[0], net(x)])
        library.nn.utils.parametrizations.weight_norm(net.layer, name)
        results[-1].append(net(x))
        results[-1].append(library.autograd.grad((net(x) ** 3).sum(), net.layer.parametrizations[name].original0)[0])
    for a, b in zip(*results, strict=True):
        same(a, b)
