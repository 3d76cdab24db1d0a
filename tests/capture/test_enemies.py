"""Programs that try to get a wrong number out of a replay: memory that is held, shared or strange; odd calls."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn import functional as F

from .beside import Program, same
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = [
    pytest.mark.filterwarnings("ignore::seedgrad.capture.CompileWarning"),
    pytest.mark.filterwarnings("ignore:Full backward hook is firing"),
]


def test_results_that_are_kept_stay() -> None:
    def make() -> Any:
        w = sg.randn(4, 3).requires_grad_()

        def step(x: sg.Tensor) -> Any:
            h = x @ w
            loss = h.square().sum()
            loss.backward()
            return h.detach(), h.detach().T, loss.detach(), {"first": h[0].detach()}

        return [w], step

    program = Program(make)
    kept = []
    for n in range(6):
        found = program.run(sg.full((2, 4), float(n)))
        kept.append((found, copy.deepcopy(found)))
    for found, before in kept:
        same(found, before, "a result")


@pytest.mark.parametrize("transposed", [False, True])
def test_views_of_gradients_and_states_that_are_kept_stay(transposed: bool) -> None:
    def make() -> Any:
        w = sg.randn(3, 4).T.requires_grad_() if transposed else sg.randn(4, 3).requires_grad_()
        optimizer = sg.optim.SGD([w], lr=0.1, momentum=0.9)

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = (x @ w).tanh().sum()
            loss.backward()
            optimizer.step()
            return loss

        return [w, optimizer], step

    program = Program(make)
    kept: list[Any] = []
    twins: list[Any] = []
    for n in range(7):
        program.run(sg.full((2, 4), n / 7 - 0.3))
        for (w, _), held in ((program.state, kept), (program.plain_state, twins)):
            g = w.grad
            held.append((g[1:, 0], g.T.detach(), g.reshape(-1)[::2], g.numpy()[0], memoryview(g.numpy())))
    for a, b in zip(kept, twins, strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=1e-5, atol=1e-6)


def test_running_statistics_with_and_without_momentum() -> None:
    for momentum in (0.1, None):
        program = training(lambda m=momentum: mlp(8, nn.BatchNorm1d(8, momentum=m)), OPTIMIZERS["SGD"])
        for x, y in batches(6):
            program.run(x, y)


def test_groups_that_are_added() -> None:
    def make() -> Any:
        model, head = mlp(), nn.Linear(3, 3)
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(head(model(x)), y)
            loss.backward()
            optimizer.step()
            return loss

        return [model, optimizer, head], step

    program = Program(make)
    for n, (x, y) in enumerate(batches(8)):
        for _, optimizer, head in (program.state, program.plain_state):
            if n == 3:
                optimizer.add_param_group({"params": list(head.parameters()), "lr": 0.05})
        program.run(x, y)


def test_gradients_that_are_set_by_hand() -> None:
    def make() -> Any:
        w, v = sg.randn(3).requires_grad_(), sg.randn(3).requires_grad_()

        def step(x: sg.Tensor) -> sg.Tensor:
            loss = (w * x + v * w).sum()
            loss.backward()
            return loss

        return [w, v], step

    program = Program(make)
    for n in range(10):
        for w, v in (program.state, program.plain_state):
            if n == 2:
                w.grad = None
            if n == 4:
                w.grad = sg.ones(3)
            if n == 5:
                w.grad = v.grad = sg.ones(3)  # one tensor for both
            if n == 7:
                w.grad, v.grad = sg.ones(1).expand(3).clone(), w.detach()  # the parameter's own memory
            if n == 8:
                w.grad = v.grad = None
        program.run(sg.full((3,), float(n)))


def test_arguments_that_share_memory() -> None:
    def make() -> Any:
        return [], lambda x, y: (x * 2 + y, x.sum() - y.mean())

    program = Program(make)
    x = sg.arange(6.0)
    for a, b in ((x, x), (x, x.clone()), (x[:3], x[3:]), (x[:3], x[1:4]), (x, x), (x[:3], x.clone()[3:]), (x, x * 2)):
        program.run(a, b)


def test_arguments_that_are_written() -> None:
    def make() -> Any:
        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            x.mul_(2)
            return x + y

        return [], step

    plain = make()[1]
    compiled = sg.compile(plain)
    for _ in range(3):
        x, twin = sg.ones(4), sg.ones(4)
        same(compiled(x, x[:]), plain(twin, twin[:]), "result")
        same(x, twin, "the argument")


def test_lists_and_dictionaries_that_are_written() -> None:
    def step(x: sg.Tensor, out: list[Any], named: dict[str, Any]) -> sg.Tensor:
        y = x * 2
        out.append(y)
        named["y"] = y
        return y

    compiled = sg.compile(step)
    for n in range(3):
        out: list[Any] = []
        named: dict[str, Any] = {}
        compiled(sg.full((2,), float(n)), out, named)
        assert out[0].tolist() == [2.0 * n] * 2
        assert named["y"] is out[0]


def test_results_in_other_objects() -> None:
    @dataclass
    class Output:
        loss: Any

    def make() -> Any:
        return [], lambda x: Output(x.sum() * 2)

    plain, compiled = make()[1], sg.compile(make()[1])
    for n in range(4):
        x = sg.full((3,), float(n))
        same(compiled(x).loss, plain(x).loss, "the field")


def test_strange_shapes_and_layouts() -> None:
    def make() -> Any:
        w = sg.randn(4).requires_grad_()

        def step(x: sg.Tensor) -> Any:
            w.grad = None
            h = (x * w).tanh()
            h.sum().backward()
            return h.detach(), h.detach().sum(0)

        return [w], step

    program = Program(make)
    base = sg.randn(8, 8)
    for _ in range(3):
        for x in (
            base[:3, :4], base[::2, ::2], base.T[:3, 2:6], base[:0, :4], base[:1, :4], base[0, :4].expand(5, 4),
            base[:3, :4].contiguous(), base.double()[:3, :4], base[3:6, :4], sg.randn(2, 3, 4), base[:3, :4].flip(0),
        ):  # fmt: skip
            program.run(x)


def test_numbers_that_are_no_numbers() -> None:
    def make() -> Any:
        return [], lambda x: ((x / 0 - x.log()).exp(), x.sqrt().maximum(x), x.clamp(-1, 1), x.sigmoid() * x.tanh())

    program = Program(make)
    special = [0.0, -0.0, 1e-45, -1e-45, 1e38, -1e38, float("inf"), float("-inf"), float("nan"), 88.0, -104.0]
    for n in range(4):
        program.run(sg.tensor(special[n:] + special[:n]))


def test_modes_in_the_middle() -> None:
    def make() -> Any:
        model = mlp(8, nn.Dropout(0.5), nn.BatchNorm1d(8))

        def step(x: sg.Tensor) -> Any:
            model.eval()
            with sg.no_grad():
                a = model(x)
            model.train()
            b = model(x)
            with sg.inference_mode():
                c = model(x) * 2
            with sg.no_grad(), sg.enable_grad():
                d = (model(x) * 2).sum()
            d.backward()
            return a, b, c.clone(), d.detach()

        return [model], step

    program = Program(make)
    for x, _ in batches(4):
        program.run(x)


def test_returning_arguments_and_views_of_them() -> None:
    def make() -> Any:
        return [], lambda x, y: [x, y[0], (x * 1, x), y.T, x[:]]

    program = Program(make)
    for n in range(4):
        program.run(sg.full((2, 2), float(n)), sg.full((2, 2), float(-n)))


def test_an_error_at_a_replay_leaves_it_usable() -> None:
    tables = []

    def make() -> Any:
        table = nn.Embedding(5, 2)
        tables.append(table)

        def step(i: sg.Tensor) -> sg.Tensor:
            table.zero_grad()
            loss = table(i).sum()
            loss.backward()
            return loss

        return [table], step

    program = Program(make)
    program.run(sg.tensor([1, 2]))
    held = []  # gradients, each in memory of its own
    for n in range(3):
        program.run(sg.tensor([0, n]))
        held += [table.weight.grad for table in tables]
    for _ in range(2):
        for f in (program.plain, program.compiled):
            with pytest.raises(IndexError):
                f(sg.tensor([1, 9]))
        program.run(sg.tensor([3, 4]))
        held.clear()
