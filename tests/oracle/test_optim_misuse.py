"""What optimizers refuse, hooks, states and groups, against PyTorch."""

from __future__ import annotations

import copy
import importlib
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_pair import converted, form

NAMES = [
    "SGD",
    "ASGD",
    "Adagrad",
    "Adadelta",
    "RMSprop",
    "Rprop",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "SparseAdam",
    "LBFGS",
    "Adafactor",
    "Muon",
]
# Options out of range, with a part of what the error says.
BAD: dict[str, list[tuple[dict[str, Any], str]]] = {
    "SGD": [
        ({"lr": -1}, "Invalid learning rate: -1"),
        ({"momentum": -1}, "Invalid momentum value"),
        ({"weight_decay": -1}, "Invalid weight_decay value"),
        ({"nesterov": True}, "Nesterov momentum requires"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "Nesterov momentum requires"),
        ({"fused": True, "foreach": True}, "cannot be `True` together"),
        ({"fused": True, "differentiable": True}, "does not support `differentiable`"),
    ],
    "ASGD": [({"lr": -1}, "Invalid learning rate"), ({"weight_decay": -1}, "Invalid weight_decay value")],
    "Adagrad": [
        ({"lr": -1}, "Invalid learning rate"),
        ({"lr_decay": -1}, "Invalid lr_decay value"),
        ({"weight_decay": -1}, "Invalid weight_decay value"),
        ({"initial_accumulator_value": -1}, "Invalid initial_accumulator_value value"),
        ({"eps": -1}, "Invalid epsilon value"),
        ({"fused": True, "foreach": True}, "cannot be `True` together"),
        ({"fused": True, "differentiable": True}, "does not support `differentiable`"),
    ],
    "Adadelta": [
        ({"lr": -1}, "Invalid learning rate"),
        ({"rho": -0.1}, "Invalid rho value"),
        ({"rho": 1.1}, "Invalid rho value"),
        ({"eps": -1}, "Invalid epsilon value"),
        ({"weight_decay": -1}, "Invalid weight_decay value"),
    ],
    "RMSprop": [
        ({"lr": -1}, "Invalid learning rate"),
        ({"eps": -1}, "Invalid epsilon value"),
        ({"momentum": -1}, "Invalid momentum value"),
        ({"weight_decay": -1}, "Invalid weight_decay value"),
        ({"alpha": -1}, "Invalid alpha value"),
    ],
    "Rprop": [
        ({"lr": -1}, "Invalid learning rate"),
        ({"etas": (0.0, 1.2)}, "Invalid eta values: 0.0, 1.2"),
        ({"etas": (0.5, 1.0)}, "Invalid eta values"),
        ({"etas": (1.0, 1.2)}, "Invalid eta values"),
    ],
    **{
        name: [
            ({"lr": -1}, "Invalid learning rate"),
            ({"lr": float("nan")}, "Invalid learning rate"),
            ({"eps": -1}, "Invalid epsilon value"),
            ({"betas": (1.0, 0.9)}, "beta parameter at index 0"),
            ({"betas": (0.9, -0.1)}, "beta parameter at index 1"),
            ({"weight_decay": -1}, "Invalid weight_decay value"),
        ]
        for name in ("Adam", "AdamW", "Adamax", "NAdam", "RAdam")
    },
    "SparseAdam": [
        ({"lr": 0.0}, "Invalid learning rate"),
        ({"eps": 0.0}, "Invalid epsilon value"),
        ({"betas": (1.0, 0.9)}, "beta parameter at index 0"),
        ({"betas": (0.9, 1.0)}, "beta parameter at index 1"),
    ],
    "LBFGS": [({"lr": -1}, "Invalid learning rate")],
    "Adafactor": [
        ({"lr": -1}, "Learning rate should be >= 0 but is: -1"),
        ({"beta2_decay": 0.1}, "beta2_decay should be <= 0"),
        ({"eps": (-1, 1e-3)}, "epsilon1 should be >= 0"),
        ({"eps": (None, -1)}, "epsilon2 should be >= 0"),
        ({"d": 0.5}, "Clipping threshold d should be >= 1"),
        ({"weight_decay": -1}, "weight_decay should be >= 0"),
    ],
    "Muon": [
        ({"lr": -1}, "Learning rate should be >= 0 but is: -1"),
        ({"momentum": -1}, "momentum should be >= 0"),
        ({"weight_decay": -1}, "weight decay should be >= 0"),
        ({"adjust_lr_fn": "x"}, "Adjust learning rate function x is not supported"),
    ],
}
BAD["NAdam"].append(({"momentum_decay": -1}, "Invalid momentum_decay value"))
for _name in ("Adam", "AdamW"):
    BAD[_name] += [
        ({"betas": (0, 0.9)}, "betas must be either both floats or both Tensors"),
        ({"fused": True, "foreach": True}, "cannot be `True` together"),
        ({"fused": True, "differentiable": True}, "does not support `differentiable`"),
    ]


def _weight(lib: Any) -> Any:
    return lib.ones(2, 2, requires_grad=True)


@pytest.mark.parametrize(
    ("name", "options", "text"), [(name, o, t) for name, rows in BAD.items() for o, t in rows], ids=str
)
def test_option_out_of_range_is_refused(name: str, options: dict[str, Any], text: str) -> None:
    with pytest.raises(Exception) as theirs:
        getattr(torch.optim, name)([_weight(torch)], **options)
    with pytest.raises(theirs.type, match=text.replace("(", r"\(")):
        getattr(sg.optim, name)([_weight(sg)], **options)


@pytest.mark.parametrize("name", NAMES)
def test_rate_that_is_a_tensor_has_one_element(name: str) -> None:
    for lib in (torch, sg):
        with pytest.raises(ValueError, match="Tensor lr must be 1-element"):
            getattr(lib.optim, name)([_weight(lib)], lr=lib.tensor([0.1, 0.2]))
        getattr(lib.optim, name)([_weight(lib)], lr=lib.tensor([0.1]))


@pytest.mark.parametrize("name", NAMES)
def test_defaults_groups_and_printing_are_those_of_the_oracle(name: str) -> None:
    ours, theirs = (getattr(lib.optim, name)([_weight(lib)]) for lib in (sg, torch))
    assert ours.defaults == theirs.defaults
    assert ours.state_dict()["param_groups"] == theirs.state_dict()["param_groups"]
    assert repr(ours) == repr(theirs)
    assert form(ours.state_dict()) == form(theirs.state_dict())


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n not in ("SGD", "Adagrad", "SparseAdam", "LBFGS", "Adafactor", "Muon")]
)
def test_capturable_is_for_other_devices(name: str) -> None:
    for lib in (torch, sg):
        w = _weight(lib)
        optimizer = getattr(lib.optim, name)([w], capturable=True)
        optimizer.step()
        w.grad = lib.ones(2, 2)
        with pytest.raises(AssertionError, match="supported devices"):
            optimizer.step()


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_tensors_with_foreach_and_mixed_betas_are_refused(name: str) -> None:
    for lib in (torch, sg):
        make = getattr(lib.optim, name)
        beta = lib.tensor(0.9)
        with pytest.raises(ValueError, match="lr as a Tensor is not supported"):
            make([_weight(lib)], lr=lib.tensor(0.1), foreach=True)
        with pytest.raises(ValueError, match="both floats or both Tensors"):
            make([_weight(lib)], betas=(beta, 0.9))
        with pytest.raises(ValueError, match=r"betas\[0\] as a Tensor"):
            make([_weight(lib)], betas=(beta, beta), foreach=True)
        optimizer = make([_weight(lib)], betas=(lib.tensor([0.9]), beta))
        assert [b.ndim for b in optimizer.defaults["betas"]] == [0, 0]


def test_sparse_adam_refuses_dense_gradients_and_complex_parameters() -> None:
    for lib in (torch, sg):
        w = _weight(lib)
        optimizer = lib.optim.SparseAdam([w])
        w.grad = lib.ones(2, 2)
        with pytest.raises(RuntimeError, match="does not support dense gradients, please consider Adam instead"):
            optimizer.step()
        with pytest.raises(ValueError, match=r"Complex params at indices \[\[0, 0\]\]"):
            lib.optim.SparseAdam([lib.zeros(2, dtype=lib.complex64)])


@pytest.mark.parametrize("name", ["Adafactor", "Muon"])
def test_complex_parameters_are_refused_where_the_oracle_does(name: str) -> None:
    for lib in (torch, sg):
        w = lib.zeros(2, 2, dtype=lib.complex64, requires_grad=True)
        optimizer = getattr(lib.optim, name)([w])
        w.grad = lib.zeros(2, 2, dtype=lib.complex64)
        with pytest.raises(RuntimeError, match=f"{name} does not support complex parameters"):
            optimizer.step()


def test_fused_is_for_floats() -> None:
    for lib in (torch, sg):
        w = lib.zeros(2, 2, dtype=lib.complex64, requires_grad=True)
        optimizer = lib.optim.Adam([w], fused=True)
        w.grad = lib.zeros(2, 2, dtype=lib.complex64)
        with pytest.raises(RuntimeError, match="requires all the params to be floating point Tensors"):
            optimizer.step()


def test_muon_refuses_what_is_no_matrix() -> None:
    for lib in (torch, sg):
        with pytest.raises(ValueError, match="Muon only supports 2D parameters"):
            lib.optim.Muon([lib.ones(3)])
        w = _weight(lib)
        w.grad = lib.ones(2, 2)
        with pytest.raises(ValueError, match="must be less than 100"):
            lib.optim.Muon([w], ns_steps=100).step()
        with pytest.raises(ValueError, match="exactly 3 values"):
            lib.optim.Muon([w], ns_coefficients=(1.0, 2.0)).step()


def _module(lib: Any) -> Any:
    """What PyTorch hides as an attribute."""
    return importlib.import_module(f"{lib.__name__}.optim.optimizer")


def _named(lib: Any) -> Any:
    return lib.optim.SGD([("a", lib.ones(1)), ("b", lib.ones(2))], lr=1)


GROUPS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no parameters": (lambda lib: lib.optim.SGD([]), "empty parameter list"),
    "a tensor": (lambda lib: lib.optim.SGD(lib.ones(1)), "iterable of Tensors"),
    "a number": (lambda lib: lib.optim.SGD([1.0]), "can only optimize Tensors"),
    "a string": (lambda lib: lib.optim.SGD("ab"), "can only optimize Tensors"),
    "not iterable": (lambda lib: lib.optim.SGD(3), "not iterable"),
    "a set": (lambda lib: lib.optim.SGD([{"params": {lib.ones(1)}}]), "ordered collections"),
    "not a leaf": (lambda lib: lib.optim.SGD([_weight(lib) * 2]), "non-leaf"),
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
        lambda lib: lib.optim.Optimizer([lib.ones(1)], {"lr": _module(lib).required}),
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


def _calls(lib: Any) -> list[Any]:
    """All hooks, in the order in which they are called."""
    w = lib.ones(2, requires_grad=True)
    optimizer = lib.optim.SGD([w], lr=0.1)
    seen: list[Any] = []

    def note(name: str) -> Callable[..., None]:
        return lambda o, *more: seen.append((name, len(more), *[type(m).__name__ for m in more]))

    module = _module(lib)
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
