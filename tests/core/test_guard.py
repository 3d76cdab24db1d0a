"""The silent-failure guard: what it warns about, once, and what it leaves alone."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn import functional as F

WARNING = sg.SilentFailureWarning


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    sg.set_guard(True)
    yield
    sg.set_guard(True)


def _softmax_before_cross_entropy() -> None:
    scores = sg.randn(4, 3, requires_grad=True)
    F.cross_entropy(F.softmax(scores, -1), sg.tensor([0, 1, 2, 0]))


def _softmax_before_nll() -> None:
    scores = sg.randn(4, 3, requires_grad=True)
    nn.NLLLoss()(nn.Softmax(-1)(scores).squeeze(), sg.tensor([0, 1, 2, 0]))


def _sigmoid_before_logits() -> None:
    scores = sg.randn(4, 1, requires_grad=True)
    F.binary_cross_entropy_with_logits(scores.sigmoid().view(4), sg.ones(4))


def _broadcast(loss: Callable[[Any, Any], Any]) -> Callable[[], None]:
    def program() -> None:
        model = nn.Linear(3, 1)
        loss(model(sg.randn(5, 3)), sg.randn(5)).backward()

    return program


def _backward_twice() -> None:
    loss = sg.ones(3, requires_grad=True).sum()
    loss.backward()
    loss.backward()


def _step_without_backward() -> None:
    model = nn.Linear(3, 1)
    optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        model(sg.randn(5, 3)).sum()
        optimizer.step()


def _unused_layer() -> None:
    model = nn.ModuleDict({"used": nn.Linear(3, 3), "forgotten": nn.Linear(3, 3)})
    optimizer = sg.optim.Adam(model.named_parameters())
    for _ in range(3):
        optimizer.zero_grad()
        model["used"](sg.randn(5, 3)).sum().backward()
        optimizer.step()


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (_softmax_before_cross_entropy, "cross_entropy was given the output of softmax"),
        (_softmax_before_nll, "nll_loss was given the output of softmax"),
        (_sigmoid_before_logits, "binary_cross_entropy_with_logits was given the output of sigmoid"),
        (_broadcast(lambda y, t: ((y - t) ** 2).mean()), r"difference of shape \(5, 5\)"),
        (_broadcast(lambda y, t: (y - t).abs().sum()), r"target, probably of shape \(5,\)"),
        (_broadcast(lambda y, t: (y - t).square().mean()), "every target"),
        (_backward_twice, "called a second time on the same graph"),
        (_step_without_backward, "no parameter has a gradient"),
        (_unused_layer, r"2 parameter\(s\) of Adam had no gradient in 3 steps.*'forgotten.weight', shape \(3, 3\)"),
    ],
)
def test_a_silent_failure_is_told_once(program: Callable[[], None], text: str) -> None:
    with pytest.warns(WARNING, match=text) as found:
        program()
    assert len(found) == 1 and found[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program()


@pytest.mark.parametrize("program", [_softmax_before_cross_entropy, _backward_twice, _unused_layer])
def test_one_switch_turns_it_off(program: Callable[[], None]) -> None:
    sg.set_guard(False)
    assert not sg.is_guard_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        program()


def test_a_target_out_of_range_is_an_error() -> None:
    with pytest.raises(IndexError, match="3"):
        F.cross_entropy(sg.randn(2, 3), sg.tensor([0, 3]))


# Ordinary programs, which must stay silent. Warnings are errors in this suite.


def test_a_gan_is_left_alone() -> None:
    g, d = nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    of_g, of_d = sg.optim.Adam(g.parameters()), sg.optim.Adam(d.parameters())
    one, zero = sg.ones(4, 1), sg.zeros(4, 1)
    for _ in range(4):
        of_d.zero_grad()
        fake = g(sg.randn(4, 2))
        loss = F.binary_cross_entropy_with_logits(d(sg.randn(4, 3)), one)
        loss = loss + F.binary_cross_entropy_with_logits(d(fake.detach()), zero)
        loss.backward()
        of_d.step()
        of_g.zero_grad()
        F.binary_cross_entropy_with_logits(d(fake), one).backward()
        of_g.step()


@pytest.mark.parametrize("seed", range(8))
def test_a_mixture_of_experts_is_left_alone(seed: int) -> None:
    sg.manual_seed(seed)
    gate, experts = nn.Linear(3, 4), nn.ModuleList(nn.Linear(3, 3) for _ in range(4))
    optimizer = sg.optim.SGD([*gate.parameters(), *experts.parameters()], lr=0.1)
    for _ in range(6):
        x = sg.randn(3, 3)
        weight, choice = gate(x).softmax(-1).max(-1)
        out = sg.zeros(3, 3)
        for i, expert in enumerate(experts):
            rows = (choice == i).nonzero().flatten()
            if len(rows):
                out = out.index_add(0, rows, expert(x[rows]) * weight[rows, None])
        optimizer.zero_grad()
        out.square().mean().backward()
        optimizer.step()


def test_frozen_layers_are_left_alone() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    model[0].requires_grad_(False)
    optimizer = sg.optim.AdamW(model.parameters())
    for _ in range(5):
        optimizer.zero_grad()
        F.cross_entropy(model(sg.randn(4, 3)), sg.tensor([0, 1, 0, 1])).backward()
        optimizer.step()


def test_mc_dropout_and_softmax_for_looking_are_left_alone() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 2))
    optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(4):
        optimizer.zero_grad()
        scores = model(sg.randn(4, 3))
        F.cross_entropy(scores, sg.tensor([0, 1, 0, 1])).backward()
        optimizer.step()
        probabilities = sg.stack([model(sg.randn(4, 3)).softmax(-1) for _ in range(3)]).mean(0)
        assert F.nll_loss(probabilities.log(), sg.tensor([0, 1, 0, 1])).isfinite()


def test_drawing_a_schedule_is_left_alone() -> None:
    optimizer = sg.optim.SGD(nn.Linear(3, 1).parameters(), lr=0.1)
    schedule = sg.optim.lr_scheduler.StepLR(optimizer, 2)
    for _ in range(5):
        optimizer.step()
        schedule.step()


def test_tasks_that_take_turns_are_left_alone() -> None:
    body, heads = nn.Linear(3, 3), nn.ModuleList([nn.Linear(3, 1), nn.Linear(3, 1)])
    optimizer = sg.optim.SGD([*body.parameters(), *heads.parameters()], lr=0.1)
    for step in range(6):
        optimizer.zero_grad()
        heads[step % 2](body(sg.randn(4, 3))).sum().backward()
        optimizer.step()


def test_pairwise_differences_and_accumulated_gradients_are_left_alone() -> None:
    x = sg.tensor(np.arange(5.0), requires_grad=True)
    (x[:, None] - x).square().mean().backward()
    (x[:, None] - x[None, :].detach()).square().mean(0).max().backward()
    model = nn.Linear(3, 1)
    optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(2):
        (model(sg.randn(4, 3)) - sg.randn(4, 1)).square().mean().backward()
    optimizer.step()
    y = x.sum()
    y.backward(retain_graph=True)
    y.backward()
