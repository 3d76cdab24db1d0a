"""Memory that tensors share, leave and exchange; views and gradients through it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
def test_tensors_that_share_memory_have_one_storage() -> None:
    for m in (sg, torch):
        x = m.arange(6.0)
        views = [x[2:], x.view(2, 3).t(), x.detach()[1:], x.unfold(0, 2, 1), x.as_strided((2,), (3,)), x.view(m.int32)]
        assert {v.untyped_storage().data_ptr() for v in views} == {x.untyped_storage().data_ptr()}
        assert x.clone().untyped_storage().data_ptr() != x.untyped_storage().data_ptr()
        x.untyped_storage()[0:4].fill_(255)
        assert x.isnan().tolist() == [True] + [False] * 5
        assert views[0].storage()[5] == 5.0
        assert len(x.untyped_storage()) == 24


@pytest.mark.parametrize("write", ["masked_scatter_", "index_put_", "put_"])
def test_a_write_of_nothing_is_still_a_write(write: str) -> None:
    for m in (sg, torch):
        leaf, none = m.ones(2, 2, requires_grad=True), m.zeros(0, dtype=m.int64)
        arguments = {
            "masked_scatter_": (leaf.detach() > 2, m.ones(4)),
            "index_put_": ((none,), m.ones(2)),
            "put_": (none, m.ones(0)),
        }[write]
        with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
            getattr(leaf, write)(*arguments)
        y = leaf * 1
        assert getattr(y, write)(*arguments) is y
        y.sum().backward()
        assert leaf.grad.tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_write_to_the_storage_is_noticed_by_the_graph() -> None:
    x = sg.ones(3, requires_grad=True)
    y = x * 2
    z = y * y
    y.storage()[0] = 5.0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def programs() -> list[Callable[[Any], Any]]:
    def smaller(m: Any) -> Any:
        x = m.arange(6.0).reshape(2, 3)
        v = x[1]
        x.resize_(2, 2)
        v.fill_(7)
        return x, v

    def view_made_longer(m: Any) -> Any:
        x = m.arange(6.0)
        v = x[1:3]
        v.resize_(2, 2)
        v.mul_(10)
        return x, v

    def strided_in_place(m: Any) -> Any:
        x = m.arange(6.0).reshape(2, 3)
        v = x.t()
        x.as_strided_((2,), (4,), 1)
        x.zero_()
        return x, v

    def set_to_another(m: Any) -> Any:
        x, y = m.zeros(2), m.arange(4.0)
        v = x[:1]
        x.set_(y)
        x[0] = 9.0
        v.add_(1)
        return x, y, v

    def set_to_storage(m: Any) -> Any:
        x, y = m.zeros(2), m.arange(6.0)
        x.set_(y.untyped_storage(), 1, (2, 2), (2, 1))
        x.add_(100)
        return x, y

    def windows(m: Any) -> Any:
        x = m.arange(6.0)
        x.unfold(0, 2, 2)[1].fill_(-1)
        return x

    def bytes_of(m: Any) -> Any:
        x = m.arange(3.0)
        x.view(m.int32)[1] = 0
        return x

    return [smaller, view_made_longer, strided_in_place, set_to_another, set_to_storage, windows, bytes_of]


@pytest.mark.parametrize("program", programs(), ids=lambda f: f.__name__)
def test_programs_on_memory_leave_the_values_of_pytorch(program: Callable[[Any], Any]) -> None:
    ours, theirs = program(sg), program(torch)
    for a, b in zip(*(r if isinstance(r, tuple) else (r,) for r in (ours, theirs)), strict=True):
        assert a.tolist() == b.tolist()


def test_resize_beyond_the_memory_keeps_the_elements_and_leaves_views_behind() -> None:
    x = sg.arange(4.0)
    v = x[:2]
    x.resize_(3, 2)
    assert x.reshape(-1)[:4].tolist() == [0.0, 1.0, 2.0, 3.0]
    x.zero_()
    assert v.tolist() == [0.0, 1.0]
    v.requires_grad_()
    assert (v * v).sum().requires_grad


def test_write_to_a_view_of_a_transposed_product_reaches_the_gradient() -> None:
    results = []
    for m in (sg, torch):
        x = m.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
        y = x.t() * 1
        y.t().view(-1)[1:4].mul_(m.tensor([2.0, 3.0, 4.0]))
        (g,) = m.autograd.grad((y**3).sum(), [x], create_graph=True)
        (h,) = m.autograd.grad((g**2).sum(), [x])
        results.append((g.tolist(), h.tolist()))
    assert results[0] == results[1]


def test_write_through_strides_reaches_elements_of_the_base_beyond_the_view() -> None:
    results = []
    for m in (sg, torch):
        x = m.arange(1.0, 7.0).reshape(2, 3).requires_grad_()
        y = x * 2
        y[1:].as_strided((2, 2), (3, 1), 0).mul_(3.0)
        (y * y).sum().backward()
        results.append((y.tolist(), x.grad.tolist()))
    assert results[0] == results[1]


SCATTERS: list[Callable[[Any, Any], Any]] = [
    lambda x, v: x.as_strided_scatter(v, (2, 2), (4, 1), 1),
    lambda x, v: x.t().as_strided_scatter(v, (2, 2), (1, 2)),
    lambda x, v: x.t().as_strided_scatter(v[0], (2,), (5,)),
]


@pytest.mark.parametrize("function", SCATTERS)
def test_as_strided_scatter_has_the_right_gradients(function: Any) -> None:
    """Numerically: PyTorch 2.13 gives `input` the gradient of the elements that were replaced."""
    rng = np.random.default_rng(0)
    x = sg.tensor(rng.standard_normal((3, 4)), requires_grad=True)
    v = sg.tensor(rng.standard_normal((2, 2)), requires_grad=True)
    assert sg.autograd.gradcheck(function, (x, v))
    assert sg.autograd.gradgradcheck(lambda x, v: function(x, v) ** 2, (x, v))
    values = function(x, v).tolist()
    assert (
        values
        == function(
            torch.tensor(x.tolist(), dtype=torch.float64), torch.tensor(v.tolist(), dtype=torch.float64)
        ).tolist()
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process")  # Python warns of forks beside threads
def test_shared_memory_is_seen_by_a_forked_process() -> None:
    x = sg.zeros(4)
    v = x[1:3]
    assert x.share_memory_() is x and v.is_shared() and not sg.zeros(1).is_shared()
    child = os.fork()
    if not child:
        v.fill_(3.0)
        os._exit(0)
    os.waitpid(child, 0)
    assert x.tolist() == [0.0, 3.0, 3.0, 0.0]
    assert v.tolist() == [3.0, 3.0]
    assert x.untyped_storage().is_shared()


def test_channels_last_has_gradients_of_every_order() -> None:
    for convert in (
        lambda t, m: t.contiguous(memory_format=m.channels_last),
        lambda t, m: t.clone(memory_format=m.channels_last),
        lambda t, m: t.to(memory_format=m.channels_last),
    ):
        results = []
        for m in (sg, torch):
            x = m.arange(24.0).reshape(1, 2, 3, 4).requires_grad_()
            y = convert(x, m)
            assert y.is_contiguous(memory_format=m.channels_last) and not y.is_contiguous()
            (g,) = m.autograd.grad((y**3).sum(), [x], create_graph=True)
            (h,) = m.autograd.grad(g.sum(), [x])
            results.append((g.tolist(), h.tolist()))
        assert results[0] == results[1]


def test_device_as_a_context_and_as_an_argument_of_every_maker() -> None:
    with sg.device("cpu") as here:
        assert sg.zeros(2).device == here
    with pytest.raises(AssertionError, match="the only device is 'cpu', got 'cuda'"), sg.device("cuda"):
        pass
    for make in ("zeros", "ones", "empty", "rand", "randn", "arange", "eye", "randperm"):
        made = getattr(sg, make)(2, device=sg.device("cpu"), layout=sg.strided, pin_memory=False)
        assert made.device == sg.device("cpu")
        with pytest.raises(AssertionError, match="the only device is 'cpu'"):
            getattr(sg, make)(2, device="cuda:0")
        with pytest.raises(TypeError, match=r"'layout' must be seedgrad\.strided"):
            getattr(sg, make)(2, layout="sparse")
        with pytest.raises(RuntimeError, match="pin_memory=True requires an accelerator"):
            getattr(sg, make)(2, pin_memory=True)
    for make in ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like"):
        made = getattr(sg, make)(sg.zeros(2, 3, 4, 5), memory_format=sg.channels_last)
        assert made.stride() == (60, 1, 15, 3)


def test_view_as_another_type_follows_writes() -> None:
    x = sg.zeros(2, 2)
    v = x.view(sg.int32)
    x += 1
    assert v.tolist() == [[0x3F800000] * 2] * 2
    with pytest.raises(RuntimeError, match=r"self.storage_offset\(\) must be divisible by 2"):
        sg.zeros(5)[1:].view(sg.float64)
