"""Lazy modules against PyTorch: before, during and after their first call."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.nn.lazy import LazyModuleMixin

from .nn_pair import randomise, same, torch_state

CASES: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("LazyLinear", (3,), {}, (2, 4)),
    ("LazyLinear", (3, False), {}, (5, 2, 4)),
    ("LazyConv1d", (4, 3), {}, (2, 3, 8)),
    ("LazyConv1d", (4, 3), {"stride": 2, "padding": 1}, (3, 8)),
    ("LazyConv2d", (4, 3), {"padding": "same", "padding_mode": "circular"}, (2, 3, 5, 5)),
    ("LazyConv2d", (4, (3, 2), 1, 0, 2, 2, False), {}, (2, 6, 7, 7)),
    ("LazyConv3d", (2, 2), {}, (1, 3, 3, 4, 5)),
    ("LazyConvTranspose1d", (4, 3), {"stride": 2}, (2, 3, 5)),
    ("LazyConvTranspose2d", (4, 3), {"stride": 2, "output_padding": 1, "groups": 2}, (2, 6, 5, 4)),
    ("LazyConvTranspose2d", (4, 3), {"bias": False, "dilation": 2}, (3, 5, 4)),
    ("LazyConvTranspose3d", (2, 2), {}, (1, 3, 3, 4, 2)),
    ("LazyBatchNorm1d", (), {}, (4, 3)),
    ("LazyBatchNorm1d", (0.1, 0.3), {"bias": False}, (4, 3, 5)),
    ("LazyBatchNorm2d", (), {"affine": False}, (4, 3, 2, 2)),
    ("LazyBatchNorm2d", (), {"track_running_stats": False}, (4, 3, 2, 2)),
    ("LazyBatchNorm3d", (), {"momentum": None}, (4, 3, 2, 2, 2)),
    ("LazyInstanceNorm1d", (), {}, (4, 3, 5)),
    ("LazyInstanceNorm2d", (), {"track_running_stats": False}, (4, 3, 2, 2)),
    ("LazyInstanceNorm3d", (), {"affine": False}, (4, 3, 2, 2, 2)),
]
IDS = [f"{c[0]}{c[1]}{c[2]}" for c in CASES]


def both(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    return [getattr(package.nn, name)(*args, **kwargs) for package in (sg, torch)]


@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), CASES, ids=IDS)
def test_first_call_makes_an_ordinary_module(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], shape: tuple[int, ...]
) -> None:
    ours, theirs = both(name, args, kwargs)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [repr(v) for v in ours.parameters()] == [repr(v) for v in theirs.parameters()]
    array = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    ours(sg.tensor(array))
    theirs(torch.tensor(array))
    assert repr(ours) == repr(theirs)
    assert type(ours).__name__ == type(theirs).__name__
    assert type(ours) is getattr(sg.nn, name.removeprefix("Lazy"))
    randomise(ours)
    theirs.load_state_dict(torch_state(ours))
    for _ in range(2):
        a, b = ours(sg.tensor(array)), theirs(torch.tensor(array))
        same(a, b, 5)
    for key, value in theirs.state_dict().items():
        same(ours.state_dict()[key], value, 5, key)


@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), CASES, ids=IDS)
def test_state_is_loaded_before_the_first_call(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], shape: tuple[int, ...]
) -> None:
    array = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    first, fresh, copied = (getattr(sg.nn, name)(*args, **kwargs) for _ in range(3))
    first(sg.tensor(array))
    randomise(first)
    state = copy.deepcopy(first.state_dict())
    assert repr(fresh.load_state_dict(state)) == "<All keys matched successfully>"
    assert "Lazy" in repr(fresh)
    assert not fresh.has_uninitialized_params()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        same_values(fresh(sg.tensor(array)), first(sg.tensor(array)))
    assert repr(fresh) == repr(first)
    assert repr(copied.load_state_dict(copied.state_dict())) == "<All keys matched successfully>"
    copied(sg.tensor(array))
    assert repr(copied) == repr(first)


def same_values(a: Any, b: Any) -> None:
    np.testing.assert_array_equal(a.detach().array, b.detach().array)


@pytest.mark.parametrize(("name", "args", "kwargs", "shape"), [c for c in CASES if "Norm" not in c[0]])
def test_first_values_are_those_of_the_ordinary_module(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any], shape: tuple[int, ...]
) -> None:
    lazy = getattr(sg.nn, name)(*args, **kwargs)
    sg.manual_seed(5)
    lazy(sg.ones(*shape))
    sg.manual_seed(5)
    channels = shape[-1] if name == "LazyLinear" else shape[-len(lazy.weight.shape) + 1]
    ordinary = getattr(sg.nn, name.removeprefix("Lazy"))(channels, *args, **kwargs)
    for p, q in zip(lazy.parameters(), ordinary.parameters(), strict=True):
        same_values(p, q)


USES: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("shape", lambda p, w: w.shape),
    ("add", lambda p, w: w + 1),
    ("mul", lambda p, w: 2 * w),
    ("numel", lambda p, w: w.numel()),
    ("len", lambda p, w: len(w)),
    ("detach", lambda p, w: w.detach()),
    ("sum", lambda p, w: w.sum()),
    ("zeros_", lambda p, w: p.nn.init.zeros_(w)),
    ("vector", lambda p, w: p.nn.utils.parameters_to_vector([w])),
    ("linear", lambda p, w: p.nn.functional.linear(p.ones(2, 4), w)),
    ("type", lambda p, w: p.nn.LazyLinear(3).type(p.float64)),
]


@pytest.mark.parametrize("use", [u[1] for u in USES], ids=[u[0] for u in USES])
@pytest.mark.parametrize("kind", ["UninitializedParameter", "UninitializedBuffer"])
def test_use_of_what_has_no_shape_raises_what_torch_raises(use: Callable[[Any, Any], Any], kind: str) -> None:
    with pytest.raises(Exception) as expected:
        use(torch, getattr(torch.nn.parameter, kind)())
    with pytest.raises(expected.type, match=r"uninitialized parameter.*Call the lazy module once"):
        use(sg, getattr(sg.nn, kind)())


def test_uninitialized_parameter_and_buffer_become_ordinary() -> None:
    p = sg.nn.UninitializedParameter(dtype=sg.float64)
    assert p.requires_grad
    assert p.is_leaf
    assert p.grad is None
    assert p.dtype is sg.float64
    assert repr(p) == "<UninitializedParameter>"
    assert sg.nn.parameter.is_lazy(p)
    p.materialize((2, 3))
    assert type(p) is sg.nn.Parameter
    assert (tuple(p.shape), p.dtype) == ((2, 3), sg.float64)
    (p * 2).sum().backward()
    assert (p.grad.array == 2).all()
    assert not sg.nn.parameter.is_lazy(p)
    b = sg.nn.UninitializedBuffer()
    assert repr(b) == "<UninitializedBuffer>"
    b.materialize((2,), dtype=sg.float16)
    assert type(b) is sg.Tensor
    assert (b.dtype, b.requires_grad) == (sg.float16, False)
    assert not sg.nn.UninitializedParameter(requires_grad=False).requires_grad


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_lazy_and_independent(again: Callable[[Any], Any]) -> None:
    layer = sg.nn.Sequential(sg.nn.LazyLinear(3), sg.nn.LazyBatchNorm1d())
    other = again(layer)
    assert other(sg.ones(2, 4)).shape == (2, 3)
    assert type(other[0]) is sg.nn.Linear
    assert type(layer[0]) is sg.nn.LazyLinear
    assert layer(sg.ones(2, 5)).shape == (2, 3)
    assert layer[0].in_features == 5


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_optimizer_made_before_the_first_call_trains(name: str) -> None:
    layer = sg.nn.Sequential(sg.nn.LazyLinear(3), sg.nn.ReLU(), sg.nn.LazyLinear(1))
    optimizer = getattr(sg.optim, name)(layer.parameters(), lr=0.1)
    optimizer.zero_grad()
    layer(sg.ones(2, 4)).sum().backward()
    before = [p.array.copy() for p in layer.parameters()]
    optimizer.step()
    assert any((b != p.array).any() for b, p in zip(before, layer.parameters(), strict=True))


@pytest.mark.parametrize("convert", ["half", "double", "float"])
def test_conversion_before_the_first_call(convert: str) -> None:
    ours, theirs = sg.nn.LazyBatchNorm1d(), torch.nn.LazyBatchNorm1d()
    getattr(ours, convert)()
    getattr(theirs, convert)()
    assert [str(t.dtype)[9:] for t in ours.state_dict().values()] == [
        str(t.dtype)[6:] for t in theirs.state_dict().values()
    ]
    layer = getattr(sg.nn.LazyLinear(3), convert)()
    assert layer(sg.ones(2, 4).to(layer.weight.dtype)).dtype is layer.weight.dtype


BAD: list[tuple[str, Callable[[Any], Any], str]] = [
    (
        "load into an ordinary one",
        lambda p: p.nn.Linear(4, 3).load_state_dict(p.nn.LazyLinear(3).state_dict()),
        "shape",
    ),
    ("missing", lambda p: p.nn.LazyLinear(3).load_state_dict({}), r'Missing key\(s\) in state_dict: "weight", "bias"'),
    ("other features", lambda p: loaded(p)(p.ones(1, 5)), "inferred from input: 5 is not equal.*4"),
    ("conv dims", lambda p: p.nn.LazyConv2d(4, 3)(p.ones(8)), r"Expected 3D \(unbatched\) or 4D \(batched\) input"),
    ("conv groups", lambda p: p.nn.LazyConv2d(4, 3, groups=2)(p.ones(1, 3, 5, 5)), "divisible by groups"),
    ("norm dims", lambda p: p.nn.LazyBatchNorm1d()(p.ones(2, 3, 4, 4)), "expected 2D or 3D input"),
]


def loaded(package: Any) -> Any:
    layer = package.nn.LazyLinear(3)
    layer.load_state_dict(package.nn.Linear(4, 3).state_dict())
    return layer


@pytest.mark.parametrize(("call", "match"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_wrong_use_raises_what_torch_raises(call: Callable[[Any], Any], match: str) -> None:
    with pytest.raises(Exception) as expected:
        call(torch)
    with pytest.raises(expected.type, match=match):
        call(sg)


class Scale(LazyModuleMixin, sg.nn.Module):
    """A lazy module of a user, which stays what it is."""

    def __init__(self, finish: bool = True) -> None:
        super().__init__()
        self.factor = sg.nn.UninitializedParameter()
        self.finish, self.calls = finish, 0

    def initialize_parameters(self, x: Any, twice: bool = False) -> None:  # type: ignore[override]
        self.calls += 1
        if self.finish:
            self.factor.materialize((x.shape[-1],))
            sg.nn.init.constant_(self.factor, 3.0)

    def forward(self, x: Any, twice: bool = False) -> Any:
        return x * self.factor * (2 if twice else 1)


def test_lazy_module_of_ones_own() -> None:
    layer = Scale()
    assert layer(sg.ones(2), twice=True).tolist() == [6.0, 6.0]
    assert layer(sg.ones(2)).tolist() == [3.0, 3.0]
    assert (layer.calls, type(layer)) == (1, Scale)
    with pytest.raises(RuntimeError, match="module Scale has not been fully initialized"):
        Scale(finish=False)(sg.ones(2))

    class Empty(LazyModuleMixin, sg.nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="initialize_parameters is not implemented for Empty"):
        Empty()(sg.ones(2))


def test_hooks_run_in_the_first_call_and_its_errors_name_the_place() -> None:
    seen = []
    layer = sg.nn.LazyLinear(3)
    layer.register_forward_pre_hook(lambda m, args: seen.append(type(m).__name__))
    layer.register_forward_hook(lambda m, args, out: seen.append(tuple(out.shape)))
    layer(sg.ones(2, 4))
    assert seen == ["Linear", (2, 3)]
    with pytest.raises(RuntimeError) as found:
        sg.nn.Sequential(sg.nn.Identity(), sg.nn.LazyConv1d(3, 2))(sg.ones(4))
    assert found.value.__notes__ == ["in model[1]"]


def test_instance_norm_without_batch_finds_its_channels() -> None:
    # PyTorch takes the length of the sequence here, and then raises.
    layer = sg.nn.LazyInstanceNorm1d()
    assert layer(sg.randn(3, 4)).shape == (3, 4)
    assert layer.num_features == 3
