"""Conversions of type, writes of whole tensors, names, and results with names, compared with PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.functions.public import registry

KINDS = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64"]
METHODS = ["bool", "char", "byte", "short", "int", "long", "half", "bfloat16", "float", "double"]


@pytest.mark.parametrize("source", KINDS)
def test_conversion_between_all_types(source: str) -> None:
    values = [0.0, 1.0, 2.75, 100.0]
    x = sg.Tensor(np.array(values)).to(getattr(sg, source))
    y = torch.tensor(values, dtype=torch.float64).to(getattr(torch, source))
    for target in KINDS:
        a, b = x.to(getattr(sg, target)), y.to(getattr(torch, target))
        assert str(a.dtype).split(".")[1] == str(b.dtype).split(".")[1]
        assert a.double().tolist() == b.double().tolist()
    for name in METHODS:
        assert getattr(x, name)().double().tolist() == getattr(y, name)().double().tolist()


def test_to_returns_the_tensor_itself_when_nothing_changes() -> None:
    x = sg.ones(2)
    assert x.to(sg.float32) is x
    assert x.to("cpu") is x
    assert x.to(sg.ones(1)) is x
    assert x.float() is x
    assert x.cpu() is x
    assert x.to(sg.float32, copy=True) is not x
    assert x.to("cpu", sg.int64).dtype == sg.int64
    assert x.to(device="cpu", dtype=sg.float64, non_blocking=True).dtype == sg.float64
    assert x.type_as(sg.tensor(1)).dtype == sg.int64


def test_to_refuses_other_devices_and_unknown_arguments() -> None:
    x = sg.ones(2)
    with pytest.raises(RuntimeError, match="at start of device string: 'meta2'"):
        x.to("meta2")
    with pytest.raises(TypeError, match="unexpected keyword argument 'speed'"):
        x.to(speed=1)
    with pytest.raises(TypeError, match="at most two flags"):
        x.to(sg.float32, True, True, True)


def test_gradient_passes_through_conversions_in_the_type_of_the_input() -> None:
    x = sg.tensor([1.0, 2.0], requires_grad=True)
    (x.double() * 3).half().float().sum().backward()
    assert x.grad.dtype == sg.float32
    assert x.grad.tolist() == [3.0, 3.0]


def write_programs() -> list[Any]:
    def fill(p: Any, x: Any, v: Any) -> Any:
        y = x * 2
        y.fill_(v.sum())
        return y

    def zero(p: Any, x: Any, v: Any) -> Any:
        y = x * 2
        y.zero_()
        return y * x + v

    def copy(p: Any, x: Any, v: Any) -> Any:
        y = x * 2
        y.copy_(v)
        return y * x

    def copy_of_other_type(p: Any, x: Any, v: Any) -> Any:
        y = x * 2
        y.copy_(v.double())
        return y * y

    def copy_into_view(p: Any, x: Any, v: Any) -> Any:
        y = (x * 2).reshape(2, 3)
        z = y.transpose(0, 1)
        z.mul_(v[:2])
        return y * y

    return [fill, zero, copy, copy_of_other_type, copy_into_view]


@pytest.mark.parametrize("program", write_programs(), ids=lambda f: f.__name__)
def test_written_tensor_has_the_gradients_of_pytorch(program: Any) -> None:
    results = []
    for p in (sg, torch):
        x = p.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
        v = p.tensor([0.5, -1.0, 2.0], requires_grad=True)
        out = program(p, x, v)
        (out * p.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).sum().backward()
        zeros = [[0.0] * 3] * 2
        results.append((out.tolist(), x.grad.tolist() if x.grad is not None else zeros, v.grad.tolist()))
    assert results[0] == results[1]


def test_fill_and_copy_refuse_what_does_not_fit() -> None:
    x = sg.ones(3)
    with pytest.raises(RuntimeError, match="only supports a 0-dimensional value"):
        x.fill_(sg.ones(1))
    with pytest.raises(TypeError, match="must be a number or a 0-d Tensor, not str"):
        x.fill_("a")
    with pytest.raises(TypeError, match="must be a Tensor, not list"):
        x.copy_([1.0, 2.0, 3.0])
    with pytest.raises(RuntimeError, match="can't be broadcast"):
        x.copy_(sg.ones(2))
    with pytest.raises(RuntimeError, match=r"cannot be converted to type seedgrad\.uint8 without overflow"):
        sg.ones(2).byte().fill_(300)


def test_every_public_name_exists_in_pytorch() -> None:
    for entry in registry.values():
        for name in entry.names:
            if entry.method:
                assert hasattr(torch.Tensor, name), name
            if entry.inplace:
                assert hasattr(torch.Tensor, f"{name}_"), f"{name}_"


def test_results_have_names() -> None:
    x = sg.tensor([[1.0, 3.0], [4.0, 2.0]])
    for result in (x.max(1), x.min(1), x.sort(1), x.topk(1), x.kthvalue(1), x.median(1), x.cummax(1)):
        assert result.values is result[0]
        assert result.indices is result[1]
    assert x.aminmax().min.item() == 1
    assert x.aminmax().max.item() == 4


def test_max_with_a_tensor_is_maximum() -> None:
    x = sg.tensor([1.0, 3.0])
    assert x.max(sg.tensor([2.0, 2.0])).tolist() == [2.0, 3.0]
    assert sg.min(x, sg.tensor([2.0, 2.0])).tolist() == [1.0, 2.0]


def test_where_method_chooses_self() -> None:
    x = sg.tensor([1.0, -3.0])
    assert x.where(x > 0, 0.0).tolist() == [1.0, 0.0]


def test_the_logarithm_of_a_determinant_may_be_written_to() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 3))
    results = []
    for package in (sg, torch):
        a = package.tensor(x, requires_grad=True)
        size = package.linalg.slogdet(a)[1]
        size -= 1.0
        size.sum().backward()
        results.append(a.grad.numpy())
    np.testing.assert_allclose(*results, rtol=1e-10)
