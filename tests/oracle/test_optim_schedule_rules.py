"""Plateaus, warnings and errors of schedules, against PyTorch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_schedules import Schedules, optimizer_for

PLATEAUS: list[dict[str, Any]] = [
    {},
    {"mode": "max"},
    {"factor": 0.5, "patience": 2},
    {"factor": 0.5, "patience": 2, "cooldown": 4},
    {"factor": 0.5, "patience": 1, "threshold": 0.1},
    {"factor": 0.5, "patience": 1, "threshold": 0.1, "threshold_mode": "abs"},
    {"factor": 0.5, "patience": 1, "threshold": 0.1, "threshold_mode": "abs", "mode": "max"},
    {"factor": 0.5, "patience": 1, "threshold": 0.1, "mode": "max"},
    {"factor": 0.5, "patience": 0, "min_lr": 0.02},
    {"factor": 0.5, "patience": 0, "min_lr": [0.02, 0.2]},
    {"factor": 0.5, "patience": 0, "eps": 0.02},
]


@pytest.mark.parametrize("options", PLATEAUS, ids=str)
@pytest.mark.parametrize("tensors", [False, True])
def test_plateau_gives_the_oracle_values(options: dict[str, Any], tensors: bool) -> None:
    measures = np.abs(np.random.default_rng(0).standard_normal(100).cumsum())

    def run(lib: Any) -> list[Any]:
        optimizer = optimizer_for(lib, tensors=tensors)
        schedule = lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        found = []
        for t, measure in enumerate(measures):
            if t == 50:
                state = copy.deepcopy(schedule.state_dict())
                schedule = lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
                schedule.load_state_dict(state)
            schedule.step(lib.tensor(measure) if t % 2 else measure)
            rates = [float(rate) for rate in schedule.get_last_lr()]
            found.append([*rates, schedule.best, schedule.num_bad_epochs, schedule.cooldown_counter])
        assert set(state) == set(schedule.state_dict())
        return found

    np.testing.assert_allclose(run(sg), run(torch), rtol=1e-12)


def test_plateau_state_has_the_oracle_keys() -> None:
    states = [
        lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer_for(lib), patience=3).state_dict() for lib in (sg, torch)
    ]
    assert states[0] == states[1]


def test_plateau_learns_of_new_groups() -> None:
    for lib in (sg, torch):
        optimizer = optimizer_for(lib)
        schedule = lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
        optimizer.add_param_group({"params": [lib.ones(1)], "lr": 0.8})
        for _ in range(2):
            schedule.step(1.0)
        assert schedule.get_last_lr() == [0.05, 0.15, 0.4]
        listed = lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.0, 0.0, 0.0])
        optimizer.add_param_group({"params": [lib.ones(1)]})
        listed.step(1.0)
        with pytest.raises(RuntimeError, match="number of param groups"):
            listed.step(1.0)


def _warned(action: Callable[[], Any]) -> list[str]:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        action()
    return [str(w.message).split(" ")[0] + str(w.category) for w in seen]


def test_schedule_warns_as_the_oracle() -> None:
    def early(lib: Any) -> None:
        lib.optim.lr_scheduler.StepLR(optimizer_for(lib), 2).step()

    def overridden(lib: Any) -> None:
        optimizer = optimizer_for(lib)
        schedule = lib.optim.lr_scheduler.StepLR(optimizer, 2)
        optimizer.step = lambda: None
        optimizer.step()
        schedule.step()

    def before(lib: Any) -> None:
        optimizer = optimizer_for(lib)
        optimizer.step()  # does not count: the schedule did not exist
        lib.optim.lr_scheduler.StepLR(optimizer, 2).step()

    def second(lib: Any) -> None:
        optimizer = optimizer_for(lib)
        first = lib.optim.lr_scheduler.StepLR(optimizer, 2)
        optimizer.step()
        first.step()
        lib.optim.lr_scheduler.ExponentialLR(optimizer, 0.9).step()

    def asked(lib: Any) -> None:
        lib.optim.lr_scheduler.StepLR(optimizer_for(lib), 2).get_lr()

    def given_epoch(lib: Any) -> None:
        optimizer = optimizer_for(lib)
        schedule = lib.optim.lr_scheduler.StepLR(optimizer, 2)
        optimizer.step()
        schedule.step(3)
        lib.optim.lr_scheduler.ReduceLROnPlateau(optimizer).step(1.0, epoch=3)

    for case in (early, overridden, before, second, asked, given_epoch):
        assert _warned(lambda case=case: case(sg)) == _warned(lambda case=case: case(torch)), case.__name__


def test_schedule_of_your_own_with_a_closed_form() -> None:
    def run(lib: Any) -> list[float]:
        class Own(lib.optim.lr_scheduler.LRScheduler):
            def get_lr(self) -> list[Any]:
                return [base / (1 + self.last_epoch) for base in self.base_lrs]

            def _get_closed_form_lr(self) -> list[Any]:
                return [base / 2 for base in self.base_lrs]

        optimizer = optimizer_for(lib)
        schedule = Own(optimizer)
        optimizer.step()
        schedule.step()
        found = [*schedule.get_last_lr()]
        with pytest.warns(UserWarning):
            schedule.step(5)
        return [*found, *schedule.get_last_lr()]

    assert run(sg) == run(torch)


BAD: dict[str, Callable[[Any, Any], Any]] = {
    "is not an Optimizer": lambda s, o: s.StepLR(1, 2),
    "int is not an Optimizer": lambda s, o: s.CyclicLR(1, 0.1, 0.2),
    "int is not": lambda s, o: s.OneCycleLR(1, 0.1, 10),
    "is not an Opt": lambda s, o: s.ReduceLROnPlateau(1),
    "initial_lr": lambda s, o: s.StepLR(o, 2, last_epoch=3),
    "Expected 2 lr_lambdas": lambda s, o: s.LambdaLR(o, [abs]),
    "Expected 2 lr_lambdas, one": lambda s, o: s.MultiplicativeLR(o, [abs] * 3),
    "lr_lambda should be a function": lambda s, o: s.MultiplicativeLR(o, 3),
    "Constant multiplicative": lambda s, o: s.ConstantLR(o, 1.1),
    "between 0 and 1, got -0.1": lambda s, o: s.ConstantLR(o, -0.1),
    "Starting multiplicative": lambda s, o: s.LinearLR(o, 0.0),
    "Starting multiplicative factor": lambda s, o: s.LinearLR(o, 1.5),
    "Ending multiplicative": lambda s, o: s.LinearLR(o, end_factor=1.5),
    "T_0": lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    "T_0, but got 2.5": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2.5),
    "T_mult": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, 0),
    "eta_min": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2, eta_min="x"),
    "non-negative epoch": lambda s, o: s.CosineAnnealingWarmRestarts(o, 2).step(-1),
    "base_lr must have the same length": lambda s, o: s.CyclicLR(o, [0.1], 0.2),
    "max_lr must have the same length": lambda s, o: s.CyclicLR(o, 0.1, [0.2]),
    "mode is invalid": lambda s, o: s.CyclicLR(o, 0.1, 0.2, mode="x"),
    "max_lr must have": lambda s, o: s.OneCycleLR(o, [0.2], 10),
    "total_steps OR": lambda s, o: s.OneCycleLR(o, 0.2, epochs=3),
    "positive integer total_steps": lambda s, o: s.OneCycleLR(o, 0.2, 0),
    "positive integer epochs": lambda s, o: s.OneCycleLR(o, 0.2, epochs=-1, steps_per_epoch=3),
    "positive integer steps_per_epoch": lambda s, o: s.OneCycleLR(o, 0.2, epochs=1, steps_per_epoch=2.5),
    "pct_start": lambda s, o: s.OneCycleLR(o, 0.2, 10, pct_start=2.0),
    "pct_start, but got 1": lambda s, o: s.OneCycleLR(o, 0.2, 10, pct_start=1),
    "anneal_strategy": lambda s, o: s.OneCycleLR(o, 0.2, 10, anneal_strategy="x"),
    "Tried to step": lambda s, o: _too_often(s, o),
    "Factor should be": lambda s, o: s.ReduceLROnPlateau(o, factor=1.0),
    "expected 2 min_lrs": lambda s, o: s.ReduceLROnPlateau(o, min_lr=[0.1]),
    "mode x is unknown": lambda s, o: s.ReduceLROnPlateau(o, mode="x"),
    "threshold mode x is unknown": lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="x"),
    "at least one scheduler, but": lambda s, o: s.SequentialLR(o, [], []),
    "at least one scheduler to be chained": lambda s, o: s.ChainedScheduler([]),
    "one more than": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 2)], [3]),
    "should have `optimizer`": lambda s, o: s.SequentialLR(o, [1], []),
    "does not support `ReduceLROnPlateau`": lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []),
    "does not support `Reduce": lambda s, o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]),
    "belong to the same optimizer": lambda s, o: s.ChainedScheduler(
        [s.StepLR(o, 2), s.StepLR(optimizer_for(s.lib), 2)]
    ),
    "to the same optimizer": lambda s, o: s.SequentialLR(optimizer_for(s.lib), [s.StepLR(o, 2)], []),
    "swa_lr must have the same length": lambda s, o: s.SWALR(o, [0.1]),
    "instead got x": lambda s, o: s.SWALR(o, 0.1, anneal_strategy="x"),
    "anneal_epochs must be": lambda s, o: s.SWALR(o, 0.1, anneal_epochs=-1),
    "anneal_epochs must be equal": lambda s, o: s.SWALR(o, 0.1, anneal_epochs=1.5),
}


def _too_often(s: Any, o: Any) -> None:
    schedule = s.OneCycleLR(o, 0.2, 3)
    for _ in range(4):
        o.step()
        schedule.step()


@pytest.mark.parametrize("text", BAD)
def test_schedule_refuses_what_the_oracle_refuses(text: str) -> None:
    with pytest.raises(Exception) as theirs:
        BAD[text](Schedules(torch), optimizer_for(torch))
    with pytest.raises(theirs.type, match=text):
        BAD[text](Schedules(sg), optimizer_for(sg))


def test_momentum_is_cycled_only_where_there_is_one() -> None:
    for lib in (torch, sg):
        s = lib.optim.lr_scheduler
        plain = lib.optim.Adagrad([lib.ones(1)])
        with pytest.raises(ValueError, match="must support momentum"):
            s.CyclicLR(plain, 0.1, 0.2)
        with pytest.raises(ValueError, match="must support momentum"):
            s.OneCycleLR(plain, 0.1, 10)
