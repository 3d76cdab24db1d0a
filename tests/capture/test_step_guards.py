"""What changes between two calls of a compiled step is seen."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.capture import CompileWarning

from .beside import Program, same
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = pytest.mark.filterwarnings("error::seedgrad.capture.CompileWarning")


def test_other_shapes_and_the_last_batch() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for rows in (5, 5, 3, 5, 3, 1):
        program.run(*batches(1, rows)[0])
    assert program.counts() == (3, 3, 0)


def test_train_and_eval() -> None:
    program = training(lambda: mlp(8, nn.Dropout(0.5), nn.BatchNorm1d(8)), OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(8)):
        for model in (program.state[0], program.plain_state[0]):
            model.train(n % 4 < 2)
        program.run(x, y)
    assert program.counts() == (2, 6, 0)


def test_attributes_of_modules() -> None:
    program = training(lambda: mlp(8, nn.Dropout(0.5)), OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(4)):
        for model in (program.state[0], program.plain_state[0]):
            model[2].p = 0.5 if n < 2 else 0.1
        program.run(x, y)
    assert program.counts() == (2, 2, 0)


def test_freezing_parameters_midway() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for n, (x, y) in enumerate(batches(6)):
        for model in (program.state[0], program.plain_state[0]):
            model[0].requires_grad_(n not in (2, 3))
        program.run(x, y)
    assert program.compiled.eager == 0


def test_other_layers_and_parameters() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(6)):
        for model in (program.state[0], program.plain_state[0]):
            if n == 2:
                model[1] = nn.Tanh()
            if n == 4:
                sg.manual_seed(5)
                model[2].weight = nn.Parameter(sg.randn(3, 8))
        program.run(x, y)
    assert program.counts() == (
        4,
        2,
        0,
    )  # the new weight is not the optimizer's: its gradient is None once, then adds up


def test_load_state_dict_and_data_between_calls() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    start = [copy.deepcopy((m.state_dict(), o.state_dict())) for m, o in (program.state, program.plain_state)]
    for n, (x, y) in enumerate(batches(8)):
        for (model, optimizer), (weights, state) in zip((program.state, program.plain_state), start, strict=True):
            if n == 3:
                model.load_state_dict(weights)
                optimizer.load_state_dict(state)
            if n == 5:
                model[0].weight.data = model[0].weight.data * 0.5
        program.run(x, y)
    assert program.compiled.eager == 0


def test_hooks_are_called() -> None:
    calls: list[int] = []
    program = training(mlp, OPTIMIZERS["SGD"])
    (x, y), *rest = batches(6)
    program.run(x, y)
    program.run(x, y)
    handles = []
    for model, optimizer in (program.state, program.plain_state):
        handles.append(model[0].register_forward_hook(lambda m, args, out: out * 2))
        handles.append(model[2].weight.register_hook(lambda g: g * 0.5))
        handles.append(optimizer.register_step_post_hook(lambda o, a, k: calls.append(1)))
    with pytest.warns(CompileWarning, match="has hooks on its gradient"):
        for x, y in rest[:2]:
            program.run(x, y)
    for handle in handles[1::3]:
        handle.remove()
    for x, y in rest[2:]:
        program.run(x, y)
    assert len(calls) == 10
    assert program.counts() == (2, 3, 2)


FACTOR = 2.0
TABLE = [1.0, 2.0]


def test_globals_closures_and_containers() -> None:
    global FACTOR
    scale, options = 1.0, {"power": 2}

    class Settings:
        shift = 0.0

    settings = Settings()

    def helper(x: sg.Tensor) -> sg.Tensor:
        return x * FACTOR + TABLE[0]

    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)

        def step(x: sg.Tensor) -> sg.Tensor:
            w.grad = None
            loss = (helper(w * x) * scale + settings.shift).pow(options["power"]).sum()
            loss.backward()
            return loss

        return [w], step

    program = Program(make)
    x = sg.tensor([0.5, -1.0])
    for n in range(12):
        if n == 2:
            FACTOR = 3.0
        elif n == 4:
            scale = 0.5
        elif n == 6:
            options["power"] = 3
        elif n == 8:
            TABLE[0] = -1.0
        elif n == 10:
            settings.shift = 1.0
        program.run(x)
    FACTOR, TABLE[0] = 2.0, 1.0
    assert program.counts() == (6, 6, 0)


def test_copies_of_compiled_modules() -> None:
    compiled = sg.compile(mlp())
    x = batches(1)[0][0]
    expected = compiled(x).detach()
    for made in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
        same(made(x).detach(), expected, "a copy")
        same(made(x).detach(), expected, "a copy")
        assert made.compiled.replays == 1
        made[0].weight.data.zero_()
        same(compiled(x).detach(), expected, "the original")
    compiled.eval()
    assert not compiled.compiled.owner.training


def test_too_many_recordings() -> None:
    def make() -> Any:
        def step(x: sg.Tensor, factor: float) -> sg.Tensor:
            return x * factor

        return [], step

    program = Program(make)
    with pytest.warns(CompileWarning, match="there are 8 recordings of it already"):
        for n in range(12):
            program.run(sg.ones(2), float(n))
    assert program.counts() == (8, 0, 4)
    assert "4 times as written" in program.compiled.explain()


def test_modes() -> None:
    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        return [w], lambda x: (w * x).sum()

    program = Program(make)
    for _ in range(2):
        program.run(sg.ones(2))
        with sg.no_grad():
            program.run(sg.ones(2))
        with sg.inference_mode():
            assert program.run(sg.ones(2)).is_inference()
        program.run(sg.ones(2, dtype=sg.float64))
    assert program.counts() == (4, 4, 0)
