"""Every schedule against PyTorch: 100 values on two groups, for every option, states exchanged on the way."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from ids import shown

import seedgrad as sg

from .optim_pair import converted
from .optim_schedules import BUILDS, ROWS, Build, Schedules, numbers, optimizer_for


def _run(lib: Any, build: Build, kind: str = "SGD", tensors: bool = False, steps: int = 100) -> list[Any]:
    optimizer = optimizer_for(lib, kind, tensors)
    schedule = build(Schedules(lib), optimizer)
    found = [numbers(optimizer)]
    for _ in range(steps - 1):
        optimizer.step()
        schedule.step()
        found.append(numbers(optimizer))
        assert [float(rate) for rate in schedule.get_last_lr()] == [pair[0] for pair in found[-1]]
    return found


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_schedule_gives_the_oracle_values(build: Build, kind: str) -> None:
    np.testing.assert_allclose(_run(sg, build, kind), _run(torch, build, kind), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("build", BUILDS)
def test_schedule_writes_rates_that_are_tensors(build: Build) -> None:
    np.testing.assert_allclose(_run(sg, build, tensors=True), _run(torch, build, tensors=True), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("build", BUILDS)
def test_schedule_goes_on_from_its_state_and_from_the_oracle_state(build: Build) -> None:
    whole = _run(sg, build)
    for lib in (sg, torch):  # where the first half runs
        optimizer = optimizer_for(lib)
        schedule = build(Schedules(lib), optimizer)
        for _ in range(40):
            optimizer.step()
            schedule.step()
        second = optimizer_for(sg)
        resumed = build(Schedules(sg), second)
        state = copy.deepcopy(schedule.state_dict())
        assert _keys(resumed.state_dict()) == _keys(state)
        resumed.load_state_dict(state)
        second.load_state_dict(converted(optimizer.state_dict(), sg))
        for expected in whole[41:]:
            second.step()
            resumed.step()
            np.testing.assert_allclose(numbers(second), expected, rtol=1e-12, atol=1e-15)


def _keys(state: dict[str, Any]) -> Any:
    # PyTorch notes three modes in the schedule only once they were used; they are not part of what is resumed.
    inner = [_keys(s) for s in state.get("_schedulers", [])]
    return sorted(set(state) - {"_is_initial", "_get_lr_called_within_step", "_step_count"}), inner


RESUMABLE = [
    (name, options) for name, options in ROWS if name not in ("OneCycleLR", "CyclicLR") and "milestones" not in options
]


@pytest.mark.parametrize(("name", "options"), RESUMABLE, ids=shown)
def test_schedule_starts_at_last_epoch_as_the_oracle(name: str, options: dict[str, Any]) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = optimizer_for(lib)
        for group, rate in zip(optimizer.param_groups, (0.1, 0.3), strict=True):
            group["initial_lr"] = rate
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **options, last_epoch=12)
        found = [numbers(optimizer)]
        for _ in range(30):
            optimizer.step()
            schedule.step()
            found.append(numbers(optimizer))
        return found

    np.testing.assert_allclose(run(sg), run(torch), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "options"), ROWS, ids=shown)
def test_schedule_goes_to_an_epoch_as_the_oracle(name: str, options: dict[str, Any]) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = optimizer_for(lib)
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **copy.deepcopy(options))
        optimizer.step()
        found = []
        for epoch in (3, 4, 20, 7, 7, 60, 0, 99):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                schedule.step(epoch)
            found.append((numbers(optimizer), schedule.last_epoch, [w.category for w in seen]))
            schedule.step()
            found.append((numbers(optimizer), schedule.last_epoch, []))
        return found

    for (a, *same), (b, *others) in zip(run(sg), run(torch), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
        assert same == others


def test_warm_restarts_take_epochs_between_steps() -> None:
    def run(lib: Any, multiple: int) -> list[Any]:
        optimizer = optimizer_for(lib)
        schedule = lib.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 4, multiple)
        found = []
        for place in [i / 7 for i in range(120)] + [2.5, 50.25]:
            schedule.step(place)
            found.append((*schedule.get_last_lr(), schedule.last_epoch, schedule.T_cur, schedule.T_i))
        return found

    for multiple in (1, 2, 3):
        np.testing.assert_allclose(run(sg, multiple), run(torch, multiple), rtol=1e-11)


def test_cyclic_and_onecycle_resume_at_last_epoch() -> None:
    def run(lib: Any, name: str, options: dict[str, Any]) -> list[Any]:
        optimizer = optimizer_for(lib)
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **options)
        for _ in range(10):
            optimizer.step()
            schedule.step()
        resumed = getattr(lib.optim.lr_scheduler, name)(optimizer, **options, last_epoch=schedule.last_epoch)
        found = []
        for _ in range(20):
            optimizer.step()
            resumed.step()
            found.append(numbers(optimizer))
        return found

    for name, options in (
        ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 7}),
        ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100}),
    ):
        np.testing.assert_allclose(run(sg, name, options), run(torch, name, options), rtol=1e-12)
