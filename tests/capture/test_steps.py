"""Whole training steps: compiled and as they are written, they leave the same behind."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.capture import CompileWarning
from seedgrad.nn import functional as F

from .beside import Program, same
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = pytest.mark.filterwarnings("error::seedgrad.capture.CompileWarning")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str) -> None:
    program = training(mlp, OPTIMIZERS[name])
    for x, y in batches(5):
        program.run(x, y)
    assert program.counts() == (1, 4, 0)


LAYERS = {
    "dropout": lambda: mlp(8, nn.Dropout(0.4)),
    "batch norm": lambda: mlp(8, nn.BatchNorm1d(8)),
    "layer norm": lambda: mlp(8, nn.LayerNorm(8), nn.GELU()),
    "silu, softmax": lambda: mlp(8, nn.SiLU(), nn.Softmax(-1)),
    "tanh, dropout": lambda: mlp(8, nn.Tanh(), nn.Dropout(0.1), nn.Sigmoid()),
    "in place": lambda: mlp(8, nn.Linear(8, 8), nn.LeakyReLU(0.1, inplace=True)),
    "rrelu": lambda: mlp(8, nn.RReLU()),
    "conv": lambda: nn.Sequential(
        nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 4, 2, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(4, 3),
    ),
    "spectral norm": lambda: nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3))),
    "weight norm": lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    program = training(LAYERS[name], OPTIMIZERS["SGD"])
    for x, y in batches(5):
        program.run(x, y)
    assert program.counts() == (1, 4, 0)


def test_attention_with_dropout_and_many_elements() -> None:
    def make() -> Any:
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.2, batch_first=True)
        optimizer = sg.optim.AdamW(layer.parameters(), lr=1e-3)

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = layer(x).square().mean()
            loss.backward()
            nn.utils.clip_grad_norm_(layer.parameters(), 0.05)
            optimizer.step()
            return loss

        return [layer, optimizer], step

    program = Program(make)
    for n in range(4):
        sg.manual_seed(n)
        program.run(sg.randn(4, 40, 16))  # 4 x 2 x 40 x 40 weights: the generator that counts
    assert program.counts() == (1, 3, 0)


def test_rates_of_a_schedule_are_seen() -> None:
    optimizers: list[Any] = []

    def make_optimizer(p: Any) -> Any:
        optimizers.append(sg.optim.Adam(p, lr=0.1, weight_decay=0.1))
        return optimizers[-1]

    program = training(mlp, make_optimizer)
    schedules = [sg.optim.lr_scheduler.StepLR(o, 1, gamma=0.5) for o in optimizers]
    for x, y in batches(6):
        program.run(x, y)
        for schedule in schedules:
            schedule.step()
    optimizers[0].param_groups[0]["weight_decay"] = optimizers[1].param_groups[0]["weight_decay"] = 0.0
    program.run(*batches(1)[0])
    assert program.counts() == (1, 6, 0)


def test_a_schedule_inside_of_the_step_is_not_compiled() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
        schedule = sg.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            return loss

        return [model, optimizer], step

    program = Program(make)
    with pytest.warns(CompileWarning, match=r"it changes what a replay would not change: schedule\.\w+ changed"):
        for x, y in batches(4):
            program.run(x, y)
    assert program.counts() == (0, 0, 4)


def test_a_rate_that_the_step_reads_itself() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            with sg.no_grad():
                for p in model.parameters():
                    p -= optimizer.param_groups[0]["lr"] * p.grad
            return loss

        return [model, optimizer], step

    program = Program(make)
    for n, (x, y) in enumerate(batches(5)):
        for optimizer in (program.state[1], program.plain_state[1]):
            optimizer.param_groups[0]["lr"] = 0.1 if n < 3 else 0.01
        program.run(x, y)
    assert program.counts() == (2, 3, 0)


def test_two_models_and_two_optimizers() -> None:
    def make() -> Any:
        g = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 4))
        d = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
        og, od = sg.optim.Adam(g.parameters()), sg.optim.Adam(d.parameters())

        def step(x: sg.Tensor) -> Any:
            fake = g(sg.randn(len(x), 2))
            od.zero_grad()
            loss_d = F.softplus(-d(x)).mean() + F.softplus(d(fake.detach())).mean()
            loss_d.backward()
            od.step()
            og.zero_grad()
            loss_g = F.softplus(-d(fake)).mean()
            loss_g.backward()
            og.step()
            return loss_d, loss_g

        return [g, d, og, od], step

    program = Program(make)
    for x, _ in batches(5):
        program.run(x)
    assert program.counts() == (1, 4, 0)


def test_nested_compile_and_decorators() -> None:
    inner = sg.compile(lambda x: x.sin() * 2)

    @sg.compile(debug=False)
    def outer(x: sg.Tensor) -> sg.Tensor:
        return inner(x) + inner(x * 2)

    for n in range(3):
        x = sg.full((3,), float(n))
        same(outer(x), x.sin() * 2 + (x * 2).sin() * 2, "result")
    assert "recorded 1, replayed 2" in outer.explain()
    assert "recorded 0" in inner.explain()
    assert "sin" in outer.code  # by itself, or in a chain where numba is loaded
    assert sg.compile(outer) is outer
    assert sg.compile(inner.function, disable=True) is inner.function
    with pytest.raises(TypeError, match="compile takes a function or a module, got int"):
        sg.compile(3)


def test_threads() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    model = program.state[0]
    forward = sg.compile(model)
    x = batches(1)[0][0]
    expected = model(x).detach()
    wrong: list[Any] = []

    def work() -> None:
        for _ in range(30):
            with sg.no_grad():
                if not bool((forward(x) == expected).all()):
                    wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
