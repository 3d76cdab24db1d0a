"""What is not compiled, or raises, and says so."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.capture import CaptureError, CompileWarning
from seedgrad.nn import functional as F

from .beside import Program
from .programs import OPTIMIZERS, batches, mlp, training

pytestmark = pytest.mark.filterwarnings("error::seedgrad.capture.CompileWarning")


READS: dict[str, Any] = {
    "item": lambda t: t.item(),
    "bool": lambda t: 1 if t > 0 else 2,
    "float": float,
    "int": int,
    "numpy": lambda t: t.detach().numpy(),
    "array": lambda t: np.asarray(t.detach()),
    "tolist": lambda t: t.tolist(),
    "repr": repr,
    "format": lambda t: f"{t:.2f}",
    "nonzero": lambda t: t.reshape(1).nonzero(),
    "mask": lambda t: t.reshape(1)[t.reshape(1) > 0],
    "unique": lambda t: t.reshape(1).unique(),
    "masked_select": lambda t: t.masked_select(t > 0),
}


@pytest.mark.parametrize("name", READS)
def test_reading_values_is_refused_with_the_line(name: str) -> None:
    read = READS[name]
    w = sg.tensor([1.0, 2.0], requires_grad=True)

    def step(x: sg.Tensor) -> Any:
        loss = (w * x).sum()
        read(loss.detach())
        return loss

    with pytest.raises(CaptureError, match=r"reads values while .*test_step_refusals\.py, line \d+"):
        sg.compile(step)(sg.ones(2))
    assert not step(sg.ones(2)).isnan()  # everything is as it was


def test_an_iterator_is_not_compiled() -> None:
    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        data = iter([sg.tensor([float(n), 1.0]) for n in range(9)])

        def step() -> sg.Tensor:
            w.grad = None
            loss = (w * next(data)).sum()
            loss.backward()
            return loss

        return [w], step

    program = Program(make)
    with pytest.warns(CompileWarning, match="it can reach the iterator data"):
        for _ in range(5):
            program.run()


def test_counters_lists_and_foreign_random_numbers_are_not_compiled() -> None:
    def counting() -> Any:
        n = 0

        def step(x: sg.Tensor) -> sg.Tensor:
            nonlocal n
            n += 1
            return x * n

        return [], step

    def appending() -> Any:
        seen: list[Any] = []

        def step(x: sg.Tensor) -> sg.Tensor:
            seen.append(1)
            return x * len(seen)

        return [], step

    def drawing() -> Any:
        def step(x: sg.Tensor) -> sg.Tensor:
            return x * np.random.default_rng(0).random() * (np.random.rand() * 0 + 1)

        return [], step

    for make, why in (
        (counting, "'n' of its closure"),
        (appending, "the length of seen"),
        (drawing, "own random numbers"),
    ):
        program = Program(make)
        with pytest.warns(CompileWarning, match=why):
            for _ in range(3):
                program.run(sg.ones(2))
        assert program.counts() == (0, 0, 3)


def test_an_exception_in_the_middle_leaves_the_state_as_it_would_be() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
        fail = [True]

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if fail[0]:
                raise KeyError("stop")
            return loss

        return [model, optimizer, fail], step

    program = Program(make)
    (x, y), *rest = batches(4)
    for _ in range(2):
        for f in (program.plain, program.compiled):
            with pytest.raises(KeyError, match="stop"):
                f(x, y)
    program.state[2][0] = program.plain_state[2][0] = False
    for x, y in rest:
        program.run(x, y)
    assert program.counts() == (1, 2, 0)


def test_a_wrong_class_raises_at_a_replay_as_it_would() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    (x, y), *rest = batches(3)
    program.run(x, y)
    for f in (program.plain, program.compiled):
        with warnings.catch_warnings(), pytest.raises(IndexError, match="Target 7 is out of bounds"):
            warnings.simplefilter("ignore", CompileWarning)
            f(x, sg.tensor([0, 1, 2, 7, 0]))
    for x, y in rest:
        program.run(x, y)


def test_debug_finds_what_no_guard_sees() -> None:
    hidden = {"deep": {"er": [0.0] * 3000}}

    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        optimizer = sg.optim.Adam([w])

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = (w * x * (1 + hidden["deep"]["er"][0])).sum() + w.sum() * sg.rand(())
            loss.backward()
            optimizer.step()
            return loss

        return [w, optimizer], step

    program = Program(make, debug=True)
    for _ in range(4):
        program.run(sg.ones(2))
    assert program.counts() == (1, 3, 0)
    hidden["deep"]["er"][0] = 1.0
    with pytest.raises(RuntimeError, match=r"differs from the function as it is written, first in result 0"):
        program.compiled(sg.ones(2))
