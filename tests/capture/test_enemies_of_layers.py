"""Programs that try to get a wrong number out of a replay by modes, layers, hooks and transforms."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn import functional as F
from seedgrad.utils.checkpoint import checkpoint

from .beside import Program
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = [
    pytest.mark.filterwarnings("ignore::seedgrad.capture.CompileWarning"),
    pytest.mark.filterwarnings("ignore:Full backward hook is firing"),
]


def test_the_default_type_and_the_number_of_threads() -> None:
    def make() -> Any:
        return [], lambda x: x + sg.ones(3) * 0.1 + sg.tensor(2.5)

    program = Program(make)
    threads = sg.get_num_threads()
    try:
        for kind in (sg.float32, sg.float64, sg.float32):
            sg.set_default_dtype(kind)
            sg.set_num_threads(1)
            for _ in range(2):
                program.run(sg.zeros(3, dtype=sg.float32))
            sg.set_num_threads(2)
            program.run(sg.zeros(3, dtype=sg.float32))
    finally:
        sg.set_default_dtype(sg.float32)
        sg.set_num_threads(threads)


def test_dropout_draws_as_it_would() -> None:
    def make() -> Any:
        return [], lambda x: F.dropout(x, 0.5) + sg.randn(5) * 0.1

    program = Program(make)
    x = sg.ones(5)
    seen = []
    for seed in (3, 3, 4, 4, 3):
        sg.manual_seed(seed)
        seen.append([program.run(x).tolist() for _ in range(2)])
    assert seen[0] == seen[1] == seen[4] != seen[2] == seen[3]
    assert seen[0][0] != seen[0][1]
    own = sg.Generator().manual_seed(5)
    compiled = sg.compile(lambda: sg.rand(3, generator=own))
    drawn = [compiled().tolist() for _ in range(4)]
    own.manual_seed(5)
    assert drawn == [sg.rand(3, generator=own).tolist() for _ in range(4)]


def test_sources_of_random_numbers_that_are_not_ours() -> None:
    def make() -> Any:
        source = np.random.default_rng(0)
        return [], lambda x: x * float(source.random())

    program = Program(make)
    for _ in range(5):
        program.run(sg.ones(2))
    assert program.counts()[1] == 0


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoints(reentrant: bool) -> None:
    def make() -> Any:
        first, second = mlp(8, nn.Dropout(0.3)), nn.Linear(3, 2)

        def step(x: sg.Tensor) -> sg.Tensor:
            first.zero_grad()
            second.zero_grad()
            loss = second(checkpoint(first, x.requires_grad_(), use_reentrant=reentrant)).square().sum()
            loss.backward()
            return loss

        return [first, second], step

    program = Program(make)
    for x, _ in batches(4):
        program.run(x.clone())


def test_functions_of_the_user_s_own() -> None:
    class Twice(sg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: sg.Tensor) -> sg.Tensor:
            ctx.save_for_backward(x)
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: sg.Tensor) -> sg.Tensor:
            (x,) = ctx.saved_tensors
            return g * 2 + x * 0

    def make() -> Any:
        w = sg.randn(3).requires_grad_()

        def step(x: sg.Tensor) -> sg.Tensor:
            w.grad = None
            loss = (Twice.apply(w * x) * x).sum()
            loss.backward()
            return loss

        return [w], step

    program = Program(make)
    for n in range(4):
        program.run(sg.full((3,), float(n)))


def test_transforms_of_functions() -> None:
    def make() -> Any:
        w = sg.randn(3)

        def step(x: sg.Tensor) -> Any:
            f = sg.func.grad(lambda v: (v * w * x).sin().sum())
            return f(x), sg.func.vmap(lambda v: v * w)(x.expand(2, 3))

        return [w], step

    program = Program(make)
    for n in range(4):
        program.run(sg.full((3,), float(n)))


RECURRENT = {
    "RNN": lambda: nn.RNN(4, 5, batch_first=True),
    "LSTM": lambda: nn.LSTM(4, 5, num_layers=2, batch_first=True, bidirectional=True),
    "LSTM with dropout": lambda: nn.LSTM(4, 5, num_layers=2, dropout=0.4),
    "GRU": lambda: nn.GRU(4, 5),
}


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_layers(name: str) -> None:
    def make() -> Any:
        layer = RECURRENT[name]()
        optimizer = sg.optim.Adam(layer.parameters())

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            out, _ = layer(x)
            loss = out.square().mean()
            loss.backward()
            optimizer.step()
            return loss

        return [layer, optimizer], step

    program = Program(make)
    for n in range(4):
        sg.manual_seed(n)
        program.run(sg.randn(3, 6, 4))
    assert program.counts() == (1, 3, 0)


def test_embeddings() -> None:
    for options in ({}, {"padding_idx": 0}, {"max_norm": 1.0}, {"scale_grad_by_freq": True}):

        def make(options: Any = options) -> Any:
            table = nn.Embedding(7, 4, **options)

            def step(x: sg.Tensor) -> sg.Tensor:
                table.zero_grad()
                loss = table(x).square().sum()
                loss.backward()
                return loss

            return [table], step

        program = Program(make)
        for n in range(5):
            program.run((sg.arange(6) * (n + 1)) % 7)


def test_layers_that_take_their_size_from_the_first_input() -> None:
    program = training(lambda: nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(3)), lambda p: _Nothing())
    for x, y in batches(5):
        program.run(x, y)


class _Nothing:
    param_groups: list[Any] = []  # noqa: RUF012
    state: dict[Any, Any] = {}  # noqa: RUF012

    def zero_grad(self) -> None: ...

    def step(self) -> None: ...


def test_one_program_in_several_threads() -> None:
    """Threads that record and replay one function while another computes as it is written."""
    w = sg.randn(4, 4)
    compiled = sg.compile(lambda x: (x @ w).tanh().sum(0))
    wrong: list[Any] = []
    inputs = [sg.randn(rows, 4) for rows in (1, 2, 3, 4)]

    def work(f: Any, expected: list[Any]) -> None:
        for n in range(60):
            x, y = inputs[n % 4], expected[n % 4]
            if not bool(((f(x) - y).abs() < 1e-5).all()):
                wrong.append(n)

    expected = [compiled.function(x) for x in inputs]
    functions = [compiled, compiled, compiled.function, compiled]
    threads = [threading.Thread(target=work, args=(f, expected)) for f in functions]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


def test_hooks_come_and_go() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    handles: list[Any] = []
    for n, (x, y) in enumerate(batches(10)):
        for model, _ in (program.state, program.plain_state):
            if n == 2:
                handles.append(model[0].register_forward_pre_hook(lambda m, args: (args[0] * 2,)))
            if n == 4:
                handles.append(model.register_full_backward_hook(lambda m, gi, go: (gi[0],)))
            if n == 6:
                handles.append(model[2].weight.register_post_accumulate_grad_hook(lambda p: p.grad.mul_(0.5)))
        if n == 8:
            for handle in handles:
                handle.remove()
        program.run(x, y)


def test_a_parameter_that_is_frozen_or_made_a_leaf_again() -> None:
    def make() -> Any:
        w = sg.randn(3).requires_grad_()
        held = [w]

        def step(x: sg.Tensor) -> sg.Tensor:
            loss = (held[0] * x).sum()
            if loss.requires_grad:
                loss.backward()
            return loss

        return [held], step

    program = Program(make)
    for n in range(8):
        for (held,) in (program.state, program.plain_state):
            if n in (2, 4):
                held[0].requires_grad_(n == 4)
            if n == 6:
                held[0] = held[0] * 2  # not a leaf: its graph began before the step
        try:
            program.run(sg.full((3,), float(n)))
        except RuntimeError as error:
            assert n > 6 and "a second time" in str(error)


def test_mixed_precision_inside_and_around() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            with sg.autocast("cpu"):
                loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            return loss

        return [model, optimizer], step

    program = Program(make)
    kind = sg.get_autocast_dtype("cpu")
    try:
        for n, (x, y) in enumerate(batches(8)):
            sg.set_autocast_dtype("cpu", sg.float16 if n in (2, 3) else kind)
            program.run(x, y)
    finally:
        sg.set_autocast_dtype("cpu", kind)
    assert program.counts() == (2, 6, 0)
    forward = training(mlp, OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(6)):
        with sg.autocast("cpu", enabled=n % 2 == 1):
            forward.run(x, y)
    assert forward.counts() == (1, 2, 3)
