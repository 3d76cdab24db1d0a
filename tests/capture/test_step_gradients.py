"""Gradients, and the memory of a replay, that somebody holds or reads; passes of other kinds."""

from __future__ import annotations

import copy
import re
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn import functional as F

from .beside import Program, same
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = pytest.mark.filterwarnings("error::seedgrad.capture.CompileWarning")


@pytest.mark.parametrize("set_to_none", [True, False])
def test_gradient_accumulation(set_to_none: bool) -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            return loss

        return [model, optimizer], step

    program = Program(make)
    for n, (x, y) in enumerate(batches(9)):
        program.run(x, y)
        if n % 3 == 2:
            for _, optimizer in (program.state, program.plain_state):
                optimizer.step()
                optimizer.zero_grad(set_to_none)
    assert program.compiled.eager == 0
    assert program.compiled.records == 2


def test_gradients_that_somebody_keeps_are_not_overwritten() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    kept: list[Any] = []
    views: list[Any] = []
    for x, y in batches(8):
        program.run(x, y)
        p = program.state[0][0].weight
        kept.append((p.grad, p.grad.clone()))
        views.append((p.grad.numpy()[:2], p.grad.numpy()[:2].copy()))
    for g, before in kept:
        same(g, before, "a kept gradient")
    for array, before in views:
        np.testing.assert_array_equal(array, before)
    assert program.compiled.eager == 0


def test_gradients_from_before_are_read_after_new_ones_were_made() -> None:
    def make() -> Any:
        w = sg.randn(4, 3).requires_grad_()
        w.grad = sg.zeros(4, 3)

        def step(x: sg.Tensor) -> Any:
            old = w.grad
            w.grad = None
            (x @ w).square().mean().backward()
            return (w.grad - old).abs().sum(), w.grad.sum()

        return [w], step

    program = Program(make)
    for n in range(6):
        program.run(sg.full((2, 4), float(n)))
    assert program.compiled.replays == 5


@pytest.mark.parametrize("before", [False, True])
def test_an_optimizer_that_steps_between_a_gradient_and_its_assignment(before: bool) -> None:
    def make() -> Any:
        w = sg.randn(4, 3).requires_grad_()
        optimizer = sg.optim.SGD([w], lr=0.1)

        def step(x: sg.Tensor) -> sg.Tensor:
            loss = (x @ w).square().mean()
            (g,) = sg.autograd.grad(loss, w)
            if before:
                optimizer.step()
            w.grad = g.clone()
            if not before:
                optimizer.step()
            return loss.detach()

        return [w], step

    program = Program(make)
    for n in range(6):
        program.run(sg.full((2, 4), float(n)))


def test_one_copy_of_memory_is_enough_where_nobody_holds_results() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for x, y in batches(8):
        program.run(x, y)
    ((recording,),) = program.compiled._recordings.values()
    assert len(recording.copies) == 1 and program.compiled.replays == 7


def test_memory_of_what_a_replay_needs_no_more_is_given_back() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    for x, y in batches(3):
        program.run(x, y)
    lines = program.compiled.code.splitlines()
    ended = [name for line in lines if line.strip().startswith("del ") for name in line.strip()[4:].split(", ")]
    assert ended and len(set(ended)) == len(ended)
    for name in ended:
        uses = [n for n, line in enumerate(lines) if re.search(rf"\b{name}\b", line)]
        assert lines[uses[-1]].strip().startswith("del ")


def test_losses_are_new_tensors() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    losses = [program.run(x, y) for x, y in batches(5)]
    assert len({float(loss) for loss in losses}) == 5
    assert losses[-1].requires_grad
    with pytest.raises(RuntimeError, match="a second time"):
        losses[-1].backward()


def test_double_backward() -> None:
    def make() -> Any:
        critic = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 1))
        optimizer = sg.optim.Adam(critic.parameters())

        def step(x: sg.Tensor, share: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            between = (share * x + (1 - share) * x.flip(0)).requires_grad_()
            (g,) = sg.autograd.grad(critic(between).sum(), between, create_graph=True)
            loss = critic(x).mean() + 10 * ((g.norm(2, 1) - 1) ** 2).mean()
            loss.backward()
            optimizer.step()
            return loss

        return [critic, optimizer], step

    program = Program(make)
    for n in range(4):
        sg.manual_seed(n)
        program.run(sg.randn(6, 4), sg.rand(6, 1))
    assert program.counts() == (1, 3, 0)


def test_retain_graph_and_no_grad_inside() -> None:
    def make() -> Any:
        model = mlp()
        average = copy.deepcopy(model)

        def step(x: sg.Tensor, y: sg.Tensor) -> Any:
            model.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward(retain_graph=True)
            loss.backward()
            with sg.no_grad():
                for p, q in zip(average.parameters(), model.parameters(), strict=True):
                    p.lerp_(q, 0.1)
                q = average(x).argmax(1)
            return {"loss": loss.detach(), "classes": q, "n": len(x)}

        return [model, average], step

    program = Program(make)
    for x, y in batches(4):
        program.run(x, y)
    assert program.counts() == (1, 3, 0)


def test_results_of_modules_have_gradients() -> None:
    for more in ((), (nn.Dropout(0.3),), (nn.BatchNorm1d(8),)):
        sg.manual_seed(2)
        model = mlp(8, *more)
        twin = copy.deepcopy(model)
        compiled = sg.compile(model)
        assert isinstance(compiled, nn.Sequential)
        assert list(compiled.state_dict()) == list(model.state_dict())
        for n in range(4):
            x, y = batches(4)[n]
            x2 = x.clone()
            results = []
            for f, a in ((twin, x), (compiled, x2)):
                sg.manual_seed(n)
                a.requires_grad_()
                loss = F.cross_entropy(f(a * 2) + f(a), y)  # the second call needs memory of its own
                loss.backward()
                results.append(loss)
            same(results[1], results[0], "loss")
            same(x2.grad, x.grad, "the input's gradient")
            for p, q in zip(model.parameters(), twin.parameters(), strict=True):
                same(p.grad, q.grad, "a gradient")
            for p, q in zip(model.buffers(), twin.buffers(), strict=True):
                same(p, q, "a buffer")
        assert compiled.compiled.eager == 0
        assert compiled.compiled.replays >= 6


def test_a_module_s_backward_twice_and_second_derivatives() -> None:
    model = mlp()
    compiled = sg.compile(model)
    x = batches(1)[0][0]
    compiled(x)
    out = compiled(x).sum()
    out.backward(retain_graph=True)
    first = model[0].weight.grad.clone()
    compiled(x * 3).sum().backward()
    model.zero_grad()
    out.backward()
    same(model[0].weight.grad, first, "the second pass")
    with pytest.raises(RuntimeError, match="a second time"):
        out.backward()
    x.requires_grad_()
    compiled(x)
    out = compiled(x).sum()
    with pytest.raises(RuntimeError, match="first derivatives only"):
        sg.autograd.grad(out, x, create_graph=True)
