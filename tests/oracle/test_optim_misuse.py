"""What optimizers refuse, and their defaults, against PyTorch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from ids import shown

import seedgrad as sg

from .optim_pair import NAMES, form

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
    ("name", "options", "text"), [(name, o, t) for name, rows in BAD.items() for o, t in rows], ids=shown
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
