"""Checkpointing: the gradients of a plain run, with less memory, beside PyTorch's."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
import torch.utils.checkpoint

import seedgrad as sg
from seedgrad.utils.checkpoint import CheckpointError, checkpoint, checkpoint_sequential


def _block() -> Any:
    sg.manual_seed(1)
    nn = sg.nn
    return nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Dropout(0.4), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 6))


def _gradients(block: Any, call: Any, **options: Any) -> list[Any]:
    x = sg.tensor(np.random.default_rng(0).normal(size=(5, 6)), dtype=sg.float32, requires_grad=True)
    sg.manual_seed(3)
    out = call(block, x, **options)
    after = sg.rand(3)
    block.zero_grad()
    (out * out).sum().backward()
    return [out.detach(), x.grad, after, sg.rand(3), *(p.grad for p in block.parameters())]


@pytest.mark.parametrize("reentrant", [True, False, None])
def test_gradients_and_random_numbers_equal_those_of_a_plain_run(reentrant: bool | None) -> None:
    block = _block()
    plain = _gradients(block, lambda f, x: f(x))
    for got, expected in zip(_gradients(block, checkpoint, use_reentrant=reentrant), plain, strict=True):
        assert sg.equal(got, expected)


def test_sequential_segments_give_the_same() -> None:
    block = _block()
    plain = _gradients(block, lambda f, x: f(x))
    for segments in (1, 2, 4):
        for got, expected in zip(
            _gradients(block, lambda f, x, n=segments: checkpoint_sequential(f, n, x)), plain, strict=True
        ):
            assert sg.equal(got, expected)


@pytest.mark.parametrize("order", [1, 2])
def test_nested_closures_and_second_order_match_pytorch(order: int) -> None:
    w = np.random.default_rng(0).normal(size=(4, 4))

    def program(library: Any, check: Any) -> list[Any]:
        weight = library.tensor(w, requires_grad=True)
        x = library.tensor(w[:2], requires_grad=True)

        def inner(a: Any) -> Any:
            return (a @ weight).tanh()

        def outer(a: Any, *, scale: float) -> Any:
            b = check(inner, a, use_reentrant=False)
            c = b.clone()
            c[0] *= 2
            return {"value": c.exp() * scale, "other": [b.sum(), 3]}

        out = check(outer, x, scale=0.5, use_reentrant=False)
        y = out["value"].sum() + out["other"][0] ** 2
        grads = library.autograd.grad(y, [x, weight], create_graph=order == 2)
        if order == 2:
            grads = library.autograd.grad((grads[0] * grads[1][:2]).sum(), [x, weight])
        return [g.numpy() for g in grads]

    theirs = program(torch, torch.utils.checkpoint.checkpoint)
    for ours, expected in zip(program(sg, checkpoint), theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-10)


def test_users_functions_and_in_place_writes_inside() -> None:
    class Cube(sg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return 3 * g * x**2

    def function(x: Any) -> Any:
        y = Cube.apply(x) * 2
        y.relu_()
        return sg.nn.functional.softmax(y, -1).split(1, -1)

    x = sg.tensor([[1.0, 2.0], [-1.0, 0.5]], requires_grad=True)
    (expected,) = sg.autograd.grad(function(x)[0].sum(), x)
    (got,) = sg.autograd.grad(checkpoint(function, x)[0].sum(), x)
    assert sg.equal(got, expected)


def test_a_graph_kept_or_used_twice() -> None:
    x = sg.tensor([1.0, 2.0], requires_grad=True)
    y = checkpoint(lambda a: a.exp().sin(), x).sum()
    y.backward(retain_graph=True)
    once = x.grad.clone()
    y.backward()
    assert sg.allclose(x.grad, 2 * once)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.backward()


def test_without_recording_it_is_a_plain_call() -> None:
    calls = []
    x = sg.ones(2, requires_grad=True)
    with sg.no_grad():
        out = checkpoint(lambda a: calls.append(1) or a * 2, x)
    assert calls == [1] and not out.requires_grad


def test_memory_is_that_of_one_part() -> None:
    layers = [sg.nn.Sequential(*(sg.nn.Sigmoid() for _ in range(10))) for _ in range(10)]

    def peak(call: Any) -> float:
        x = sg.zeros(50_000, requires_grad=True)
        tracemalloc.start()
        y = x
        for layer in layers:
            y = call(layer, y)
        y.sum().backward()
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size / x.array.nbytes

    plain, saving = peak(lambda f, x: f(x)), peak(checkpoint)
    assert plain > 100 and saving < 40


def test_contexts_surround_both_runs() -> None:
    seen: list[str] = []

    class Mark:
        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> None:
            seen.append(self.name)

        def __exit__(self, *exc: object) -> None:
            pass

    x = sg.ones(2, requires_grad=True)
    checkpoint(lambda a: a.exp(), x, context_fn=lambda: (Mark("first"), Mark("again"))).sum().backward()
    assert seen == ["first", "again"]


def test_a_second_run_that_does_something_else_raises() -> None:
    count = iter(range(10))
    x = sg.ones(4, requires_grad=True)
    y = checkpoint(lambda a: a.exp() if next(count) else a.exp().exp(), x)
    with pytest.raises(CheckpointError, match=r"different number of operations was recorded.*2 and then 1"):
        y.sum().backward()
    count = iter(range(10))
    y = checkpoint(lambda a: a[: 2 + next(count)].exp().sum(), x)
    with pytest.raises(CheckpointError, match=r"different metadata.* of shape \(2,\).*then .* of shape \(3,\)"):
        y.backward()
    with pytest.raises(ValueError, match="determinism_check should be one of"):
        checkpoint(lambda a: a, x, determinism_check="some")


def test_a_tensor_overwritten_in_the_meantime_raises() -> None:
    w = sg.ones(3, requires_grad=True)
    x = sg.ones(3, requires_grad=True)
    y = checkpoint(lambda a: a * w, x)
    with sg.no_grad():
        w.mul_(2)
    with pytest.raises(RuntimeError, match="overwritten between the forward pass and the backward pass"):
        y.sum().backward()
