"""Hooks for all modules, hooks on registration, and moving modules in memory, against PyTorch."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import same

Packages = pytest.mark.parametrize("package", [sg, torch], ids=["ours", "theirs"])


def hooks_of(package: Any) -> Any:
    return importlib.import_module(f"{package.__name__}.nn.modules.module")


def shapes(values: Any) -> Any:
    return [None if v is None else tuple(v.shape) for v in (values if isinstance(values, tuple) else (values,))]


def journal(package: Any) -> list[str]:
    """What global and own hooks see, in order."""
    nn, everywhere, lines = package.nn, hooks_of(package), []
    model = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Linear(3, 2), nn.Tanh()))

    def note(tag: str) -> Callable[..., None]:
        return lambda m, *a: lines.append(f"{tag} {m._get_name()} {[shapes(x) for x in a if not isinstance(x, dict)]}")

    model[0].register_forward_pre_hook(note("own pre"))
    model[0].register_forward_hook(note("own post"))
    model[0].register_full_backward_hook(note("own back"))
    model[0].register_full_backward_pre_hook(note("own back pre"))
    handles = [
        everywhere.register_module_forward_pre_hook(note("pre")),
        everywhere.register_module_forward_hook(note("post")),
        everywhere.register_module_forward_hook(note("post with"), with_kwargs=True),
        everywhere.register_module_full_backward_hook(note("back")),
        everywhere.register_module_full_backward_pre_hook(note("back pre")),
    ]
    try:
        model(package.ones(4, 3).requires_grad_()).sum().backward()
    finally:
        for handle in handles:
            handle.remove()
    lines.append("removed")
    model(package.ones(4, 3).requires_grad_()).sum().backward()
    return lines


def test_global_hooks_run_in_the_same_order_with_the_same_shapes() -> None:
    assert journal(sg) == journal(torch)


def test_global_hooks_change_inputs_outputs_and_gradients() -> None:
    results = []
    for package in (sg, torch):
        everywhere, layer = hooks_of(package), package.nn.Tanh()
        x = package.tensor([0.5, -1.0], requires_grad=True)
        with (
            everywhere.register_module_forward_pre_hook(lambda m, args: (args[0] * 2,)),
            everywhere.register_module_forward_hook(lambda m, args, out: out + 1),
            everywhere.register_module_full_backward_pre_hook(lambda m, g: (g[0] * 3,)),
            everywhere.register_module_full_backward_hook(lambda m, gi, go: (gi[0] * 5,)),
        ):
            out = layer(x)
            out.sum().backward()
        results += [out, x.grad]
    same(results[0], results[2])
    same(results[1], results[3])
    assert sg.nn.Tanh()(sg.zeros(1)).item() == 0.0


def test_global_hook_that_is_always_called_runs_when_forward_fails() -> None:
    for package in (sg, torch):
        seen: list[Any] = []
        with (
            hooks_of(package).register_module_forward_hook(lambda m, a, o, s=seen: s.append(o), always_call=True),
            pytest.raises(RuntimeError),
        ):
            package.nn.Linear(2, 3)(package.ones(4))
        assert seen == [None]


def backward_hook(package: Any, layer: Any, everywhere: bool) -> tuple[list[Any], list[Any]]:
    seen: list[Any] = []

    def hook(m: Any, sent: Any, received: Any) -> None:
        seen.append((shapes(sent), shapes(received)))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        handle = (
            hooks_of(package).register_module_backward_hook(hook) if everywhere else layer.register_backward_hook(hook)
        )
        try:
            layer(package.ones(4).requires_grad_() * 1).sum().backward()
        finally:
            handle.remove()
    return seen, [w.category for w in caught]


def test_old_backward_hooks_see_the_last_node() -> None:
    assert backward_hook(sg, sg.nn.Tanh(), False) == backward_hook(torch, torch.nn.Tanh(), False)
    seen, categories = backward_hook(sg, sg.nn.Sequential(sg.nn.Tanh(), sg.nn.Tanh()), False)
    expected, other = backward_hook(torch, torch.nn.Sequential(torch.nn.Tanh(), torch.nn.Tanh()), False)
    assert (seen, categories) == (expected, other)
    assert backward_hook(sg, sg.nn.Tanh(), True)[0] == [([(4,)], [(4,)])]


def test_old_backward_hook_may_change_the_gradient() -> None:
    for package in (sg, torch):
        layer = package.nn.Tanh()
        layer.register_backward_hook(lambda m, sent, received: (sent[0] * 7,))
        x = package.zeros(2, requires_grad=True)
        layer(x * 1).sum().backward()
        assert x.grad.tolist() == [7.0, 7.0]


@Packages
def test_old_and_new_backward_hooks_do_not_mix(package: Any) -> None:
    layer = package.nn.Tanh()
    layer.register_backward_hook(lambda *a: None)
    with pytest.raises(
        RuntimeError, match="Cannot use both regular backward hooks and full backward hooks on a single"
    ):
        layer.register_full_backward_hook(lambda *a: None)
    layer = package.nn.Tanh()
    layer.register_full_backward_hook(lambda *a: None)
    with pytest.raises(RuntimeError, match="Cannot use both"):
        layer.register_backward_hook(lambda *a: None)


def test_old_and_new_global_backward_hooks_do_not_mix() -> None:
    everywhere = hooks_of(sg)
    with (
        everywhere.register_module_backward_hook(lambda *a: None),
        pytest.raises(RuntimeError, match="as a global Module hook"),
    ):
        everywhere.register_module_full_backward_hook(lambda *a: None)
    with (
        everywhere.register_module_full_backward_hook(lambda *a: None),
        pytest.raises(RuntimeError, match="as a global Module hook"),
    ):
        everywhere.register_module_backward_hook(lambda *a: None)


@Packages
def test_registration_hooks_see_and_replace(package: Any) -> None:
    nn, everywhere = package.nn, hooks_of(package)
    seen: list[tuple[str, str, str]] = []

    def note(m: Any, name: str, value: Any) -> None:
        seen.append((type(m).__name__, name, type(value).__name__))

    def ones(m: Any, name: str, value: Any) -> Any:
        return nn.Parameter(package.ones(3)) if name == "special" else None

    handles = [
        everywhere.register_module_parameter_registration_hook(note),
        everywhere.register_module_parameter_registration_hook(ones),
        everywhere.register_module_buffer_registration_hook(note),
        everywhere.register_module_buffer_registration_hook(
            lambda m, name, value: package.zeros(2) if name == "state" else None
        ),
        everywhere.register_module_module_registration_hook(note),
        everywhere.register_module_module_registration_hook(
            lambda m, name, child: nn.Identity() if name == "child" else None
        ),
    ]
    try:
        module = nn.Module()
        module.special = nn.Parameter(package.zeros(1))
        module.register_parameter("other", None)
        module.register_buffer("state", package.ones(1))
        module.child = nn.ReLU()
        module.add_module("second", nn.ReLU())
    finally:
        for handle in handles:
            handle.remove()
    assert [s for s in seen if s[0] == "Module"] == [
        ("Module", "special", "Parameter"),
        ("Module", "state", "Tensor"),
        ("Module", "child", "ReLU"),
        ("Module", "second", "ReLU"),
    ]
    assert module.special.tolist() == [1.0] * 3
    assert module.state.tolist() == [0.0] * 2
    assert type(module.child) is nn.Identity
    assert type(module._modules["child"]) is nn.Identity


# Whole modules


@Packages
def test_to_empty_keeps_parameters_shapes_and_types(package: Any) -> None:
    model = package.nn.Sequential(package.nn.Linear(3, 2), package.nn.BatchNorm1d(2)).double()
    before = [id(p) for p in model.parameters()]
    assert model.to_empty(device="cpu") is model
    assert [id(p) for p in model.parameters()] == before
    assert [tuple(p.shape) for p in model.parameters()] == [(2, 3), (2,), (2,), (2,)]
    assert {str(p.dtype).split(".")[1] for p in model.parameters()} == {"float64"}
    assert model[1].num_batches_tracked.dtype is package.int64
    with pytest.raises(RuntimeError):
        model.to_empty(device="elsewhere")


def test_to_empty_of_one_module_only() -> None:
    model = sg.nn.Sequential(sg.nn.Linear(2, 2))
    array = model[0].weight.array
    model.to_empty(device=None, recurse=False)
    assert model[0].weight.array is array
    model.to_empty(device=None)
    assert model[0].weight.array is not array


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_share_memory_is_seen_by_forked_processes() -> None:
    model = sg.nn.Linear(2, 2)
    values = model.weight.array.copy()
    optimizer = sg.optim.SGD(model.parameters(), lr=1.0)
    assert model.share_memory() is model
    np.testing.assert_array_equal(model.weight.array, values)
    child = os.fork()
    if child == 0:
        model.weight.array[...] = 7.0
        os._exit(0)
    os.waitpid(child, 0)
    assert (model.weight.array == 7.0).all()
    model(sg.ones(1, 2)).sum().backward()
    optimizer.step()
    assert (model.weight.array == 6.0).all()
    with pytest.raises(RuntimeError, match="Can't share memory on an uninitialized parameter"):
        sg.nn.LazyLinear(2).share_memory()


def test_compile_changes_nothing() -> None:
    model = sg.nn.Linear(2, 2)
    assert model.compile(fullgraph=True) is None
    assert model(sg.ones(1, 2)).shape == (1, 2)


@Packages
def test_set_submodule_takes_modules_only(package: Any) -> None:
    model = package.nn.Sequential(package.nn.ReLU())
    with pytest.raises(ValueError, match=r"is not an nn\.Module, found"):
        model.set_submodule("0", 3)
    model.set_submodule("0", package.nn.Tanh())
    assert type(model[0]) is package.nn.Tanh


def test_paths_of_pytorch_lead_to_the_same_classes() -> None:
    assert sg.nn.modules.Linear is sg.nn.Linear
    assert sg.nn.modules.module.Module is sg.nn.Module
    assert sg.nn.modules.linear.Linear is sg.nn.Linear
    assert importlib.import_module("seedgrad.nn.modules.lazy").LazyModuleMixin
    with pytest.raises(AttributeError, match="has no attribute 'Liner'"):
        sg.nn.modules.Liner  # noqa: B018
