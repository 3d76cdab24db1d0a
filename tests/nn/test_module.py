"""Module: attributes, modes, state, copies, and what a failing call says."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn


class Net(nn.Module):
    """Two layers, a buffer and a plain attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(3, 3), nn.Tanh()) for _ in range(2))
        self.head = nn.ModuleDict({"out": nn.Linear(3, 1, bias=False)})
        self.register_buffer("steps", sg.zeros(2))
        self.note = "plain"

    def forward(self, x: sg.Tensor) -> sg.Tensor:
        for block in self.blocks:
            x = block(x)
        return self.head["out"](x)


def test_attribute_of_every_kind_replaces_the_one_before() -> None:
    m = nn.Module()
    values: list[Any] = [
        nn.Parameter(sg.ones(1)),
        nn.ReLU(),
        nn.Buffer(sg.ones(2)),
        nn.Parameter(sg.ones(3)),
        nn.ReLU(),
    ]
    for value in values:
        m.member = value
        assert m.member is value
        stores = [m._parameters, m._modules, m._buffers]
        assert sum("member" in store for store in stores) == 1
    del m.member
    assert not hasattr(m, "member")
    m.member = 3
    m.member = nn.ReLU()
    assert list(m._modules) == ["member"]
    m.member = None
    assert m.member is None and m._modules == {"member": None}


def test_plain_tensor_is_an_attribute_and_not_a_buffer() -> None:
    m = nn.Module()
    m.x = sg.ones(2)
    assert not list(m.buffers())
    m.register_buffer("b", None)
    m.b = sg.ones(2)
    assert [n for n, _ in m.named_buffers()] == ["b"]


def test_buffer_class_sets_persistence() -> None:
    m = nn.Module()
    m.kept, m.dropped = nn.Buffer(sg.ones(1)), nn.Buffer(sg.zeros(2), persistent=False)
    assert isinstance(m.kept, nn.Buffer) and not isinstance(sg.ones(1), nn.Buffer)
    assert list(m.state_dict()) == ["kept"]
    assert [n for n, _ in m.named_buffers()] == ["kept", "dropped"]
    assert nn.Buffer().shape == (0,)
    with pytest.raises(TypeError, match=r"data must be a Tensor, got list"):
        nn.Buffer([1.0])


def test_member_put_into_the_store_directly_is_found() -> None:
    m = nn.Module()
    m._parameters["w"] = nn.Parameter(sg.ones(1))
    assert m.w is m._parameters["w"]


def test_unknown_attribute_suggests_a_known_one() -> None:
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'wieght'") as error:
        _ = nn.Linear(1, 1).wieght
    assert error.value.name == "wieght" and isinstance(error.value.obj, nn.Linear)


def test_dir_lists_members_and_hides_numbers() -> None:
    names = dir(nn.Sequential(nn.Linear(1, 1)))
    assert "0" not in names and "forward" in names
    assert {"weight", "bias"} <= set(dir(nn.Linear(1, 1)))


def test_train_and_eval_reach_every_module_through_its_own_method() -> None:
    class Frozen(nn.Linear):
        def train(self, mode: bool = True) -> Frozen:
            return super().train(False)

    model = nn.Sequential(Frozen(1, 1), nn.Sequential(nn.ReLU()))
    assert model.train() is model
    assert [m.training for m in model.modules()] == [True, False, True, True]
    assert not any(m.training for m in model.eval().modules())


def test_zero_grad_forgets_or_clears() -> None:
    model = Net()
    model(sg.ones(2, 3)).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    kept = {p: p.grad for p in model.parameters()}
    model.zero_grad(set_to_none=False)
    assert all(p.grad is g and not g.array.any() for p, g in kept.items())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_zero_grad_cuts_a_gradient_with_a_graph() -> None:
    w = nn.Linear(1, 1, bias=False)
    (w(sg.ones(1, 1)) ** 3).sum().backward(create_graph=True)
    assert w.weight.grad.requires_grad
    w.zero_grad(set_to_none=False)
    assert not w.weight.grad.requires_grad and not w.weight.grad.array.any()


def test_apply_visits_children_first_and_returns_the_module() -> None:
    seen: list[str] = []
    model = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
    assert model.apply(lambda m: seen.append(type(m).__name__)) is model
    assert seen == ["ReLU", "Sequential", "Tanh", "Sequential"]


def test_requires_grad_freezes_a_part() -> None:
    model = Net()
    assert model.blocks.requires_grad_(False) is model.blocks
    assert [p.requires_grad for p in model.parameters()] == [False] * 4 + [True]


def test_conversion_keeps_parameter_objects_and_converts_gradients() -> None:
    model = Net()
    model(sg.ones(2, 3)).sum().backward()
    before = list(model.parameters())
    assert model.double() is model
    assert all(a is b for a, b in zip(before, model.parameters(), strict=True))
    assert all(p.dtype == p.grad.dtype == sg.float64 for p in before)
    assert model.steps.dtype == model._buffers["steps"].dtype == sg.float64
    model.zero_grad()
    model(sg.ones(2, 3).double()).sum().backward()
    assert all(p.grad.dtype == sg.float64 for p in before)


@pytest.mark.parametrize("args", [(sg.float64,), ("cpu", sg.float64), (sg.ones(1).double(),), (None, sg.float64, True)])
def test_to_takes_a_type_a_device_or_a_tensor(args: Any) -> None:
    assert nn.Linear(1, 1).to(*args).weight.dtype == sg.float64
    assert nn.Linear(1, 1).to(dtype=sg.float64, device="cpu").bias.dtype == sg.float64


def test_other_devices_are_refused() -> None:
    with pytest.raises(AssertionError, match="the only device is 'cpu', got 'cuda'"):
        nn.Linear(1, 1).to("cuda")
    with pytest.raises(AssertionError, match="the only device"):
        nn.Linear(1, 1, device="cuda:0")
    layer = nn.Linear(1, 1)
    assert layer.cpu() is layer and layer.to("cpu") is layer


def test_type_converts_integer_buffers_too() -> None:
    m = nn.Module()
    m.register_buffer("count", sg.tensor([1, 2]))
    assert m.to(sg.float64).count.dtype == sg.int64
    assert m.type(sg.float64).count.dtype == sg.float64


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_equal_and_independent(clone: Any) -> None:
    model = Net()
    model.head["out"].weight.no_decay = True
    model.tied = model.blocks[0][0]
    model.eval()
    other = clone(model)
    assert repr(other) == repr(model) and other.note == "plain" and not other.training
    assert other.tied is other.blocks[0][0] and other.tied.weight is other.blocks[0][0]._parameters["weight"]
    assert type(other.tied.weight) is nn.Parameter and other.tied.weight.requires_grad
    assert other.head["out"].weight.no_decay
    for (name, a), (_, b) in zip(model.state_dict().items(), other.state_dict().items(), strict=True):
        assert np.array_equal(a.array, b.array) and not np.shares_memory(a.array, b.array), name
    other(sg.ones(1, 3)).sum().backward()
    assert other.tied.weight.grad is not None and model.tied.weight.grad is None


def test_hooks_survive_copies() -> None:
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(_doubled)
    x = sg.ones(1, 2)
    assert np.array_equal(copy.deepcopy(layer)(x).array, layer(x).array)
    assert np.array_equal(pickle.loads(pickle.dumps(layer))(x).array, layer(x).array)


def _doubled(module: Any, args: Any, out: sg.Tensor) -> sg.Tensor:
    return out * 2


def test_deep_nesting_is_walked_without_recursion() -> None:
    deep: nn.Module = nn.Linear(1, 1)
    for _ in range(5 * sys.getrecursionlimit()):
        deep = nn.Sequential(deep)
    assert sum(1 for _ in deep.modules()) == 5 * sys.getrecursionlimit() + 1
    assert len(list(deep.named_parameters())) == 2
    deep.double().zero_grad()
    assert all(p.dtype == sg.float64 for p in deep.parameters())
    while len(list(deep.children())):  # taken apart by hand: dropping it at once would recurse in Python itself
        deep = next(deep.children())


def test_parameter_shares_memory_and_keeps_its_class() -> None:
    data = sg.ones(2)
    p = nn.Parameter(data)
    p.no_decay = True
    data.array[0] = 5
    assert p.array[0] == 5 and p.requires_grad and p.is_leaf
    assert repr(p).startswith("Parameter containing:\ntensor([5., 1.]")
    for other in (copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert type(other) is nn.Parameter and other.no_decay and other.requires_grad
    assert type(p.detach()) is type(p.data) is type(p * 2) is sg.Tensor
    assert nn.Parameter().shape == (0,) and not nn.Parameter(data, requires_grad=False).requires_grad
    with pytest.raises(TypeError, match=r"data must be a Tensor, got list. Convert it first: seedgrad.tensor"):
        nn.Parameter([1.0])


def test_layers_take_the_default_type_and_their_own() -> None:
    assert nn.Linear(1, 1, dtype=sg.float64).weight.dtype == sg.float64
    sg.set_default_dtype(sg.float64)
    try:
        assert nn.Linear(1, 1).weight.dtype == nn.Conv2d(1, 1, 1).bias.dtype == sg.float64
    finally:
        sg.set_default_dtype(sg.float32)


def test_set_submodule_replaces_a_layer() -> None:
    model = Net()
    model.set_submodule("blocks.1.0", nn.Identity())
    assert isinstance(model.get_submodule("blocks.1.0"), nn.Identity)
    assert model.get_submodule("") is model
    assert model.get_parameter("blocks.0.0.weight") is model.blocks[0][0].weight
    assert model.get_buffer("steps") is model.steps


def test_extra_repr_of_several_lines_stands_above_the_children() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.ReLU()

        def extra_repr(self) -> str:
            return "one\ntwo"

    assert repr(Odd()) == "Odd(\n  one\n  two\n  (a): ReLU()\n)"


def test_a_step_with_hooks_leaves_no_cycles() -> None:
    model = Net()
    for module in model.modules():
        module.register_full_backward_hook(lambda m, a, b: None)
        module.register_forward_hook(lambda m, a, out: None)
    gc.collect()
    gc.disable()
    try:
        x = sg.ones(2, 3, requires_grad=True)
        out = model(x)
        node = weakref.ref(out.grad_fn)
        out.sum().backward()
        del out
        assert node() is None
        gone = weakref.ref(model)
        del model, module
        assert gone() is None
    finally:
        gc.enable()


def test_call_without_hooks_is_one_frame() -> None:
    class Deep(nn.Module):
        def forward(self) -> int:
            return len(_frames())

    def _frames() -> list[Any]:
        found, frame = [], sys._getframe()
        while frame is not None:
            found.append(frame)
            frame = frame.f_back  # type: ignore[assignment]
        return found

    here = len(_frames())
    assert Deep()() - here == 2  # __call__ and forward


def test_in_place_write_to_the_input_of_a_hooked_module_is_refused() -> None:
    act = nn.ReLU(inplace=True)
    act.register_full_backward_hook(lambda m, a, b: None)
    with pytest.raises(RuntimeError, match="view"):
        act(sg.ones(2, requires_grad=True) * 1)
