"""Every schedule against PyTorch: 100 values on two groups, for every option, states exchanged on the way."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .optim_pair import converted

Build = Callable[[Any, Any], Any]


class Decay:
    """A callable with a state."""

    def __init__(self, base: float) -> None:
        self.base = base

    def __call__(self, t: float) -> float:
        return self.base**t


ROWS: list[tuple[str, dict[str, Any]]] = [
    ("LambdaLR", {"lr_lambda": lambda t: 0.95**t}),
    ("LambdaLR", {"lr_lambda": [lambda t: 0.95**t, Decay(0.9)]}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 1 - 0.5 / (t + 1)}),
    ("MultiplicativeLR", {"lr_lambda": (Decay(0.99), lambda t: 0.97)}),
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 1, "gamma": 0.97}),
    ("MultiStepLR", {"milestones": [3, 3, 9, 50], "gamma": 0.5}),
    ("MultiStepLR", {"milestones": (50, 9)}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.5, "total_iters": 30}),
    ("ConstantLR", {"factor": 1.0, "total_iters": 0}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 60}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 70}),
    ("ExponentialLR", {"gamma": 0.98}),
    ("PolynomialLR", {}),
    ("PolynomialLR", {"total_iters": 80, "power": 2.5}),
    ("CosineAnnealingLR", {"T_max": 10}),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("CosineAnnealingLR", {"T_max": 150}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 1, "T_mult": 3}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 7}),
    ("CyclicLR", {"base_lr": [0.01, 0.02], "max_lr": [0.1, 0.3], "step_size_up": 7, "step_size_down": 12}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "mode": "exp_range", "gamma": 0.97}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "scale_fn": lambda x: 1 / (5**x * 0.0001 + 1)}),
    (
        "CyclicLR",
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "scale_fn": Decay(0.99), "scale_mode": "iterations"},
    ),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "base_momentum": 0.5, "max_momentum": [0.9, 0.8]}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5, "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100}),
    ("OneCycleLR", {"max_lr": [0.5, 0.1], "epochs": 10, "steps_per_epoch": 11, "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100, "anneal_strategy": "linear", "three_phase": True}),
    (
        "OneCycleLR",
        {"max_lr": 0.5, "total_steps": 101, "three_phase": True, "div_factor": 5.0, "final_div_factor": 10.0},
    ),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100, "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100, "base_momentum": 0.7, "max_momentum": [0.8, 0.99]}),
]
NESTED = "chained inside sequential"  # both libraries warn of the step that starts the inner schedules
COMPOSED: dict[str, Build] = {
    "sequential": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, total_iters=5), s.ExponentialLR(o, 0.9), s.CosineAnnealingLR(o, 20)], [10, 30]
    ),
    "sequential from the second": lambda s, o: s.SequentialLR(o, [s.LinearLR(o), s.StepLR(o, 3)], [0]),
    "chained": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, total_iters=20), s.ExponentialLR(o, 0.97)], o),
    NESTED: lambda s, o: s.SequentialLR(
        o,
        [
            s.ChainedScheduler([s.LinearLR(o, total_iters=10), s.ExponentialLR(o, 0.99)]),
            s.CosineAnnealingWarmRestarts(o, 8),
        ],
        [25],
    ),
    "one after the other by hand": lambda s, o: s.ChainedScheduler(
        [s.MultiplicativeLR(o, lambda t: 0.99), s.MultiStepLR(o, [30, 60]), s.PolynomialLR(o, 90)]
    ),
    "warmup and swa": lambda s, o: s.SequentialLR(o, [s.LinearLR(o), s.ExponentialLR(o, 0.95)], milestones=[5]),
}
for _name, _options in ROWS:
    COMPOSED[f"{_name} {_options}"] = lambda s, o, name=_name, options=_options: getattr(s, name)(  # type: ignore[misc]
        o, **copy.deepcopy(options)
    )
for _i, _options in enumerate(
    [
        {"swa_lr": 0.01},
        {"swa_lr": [0.01, 0.5], "anneal_epochs": 30, "anneal_strategy": "linear"},
        {"swa_lr": 0.05, "anneal_epochs": 0},
        {"swa_lr": 0.05, "anneal_epochs": 1},
    ]
):
    COMPOSED[f"SWALR {_options}"] = lambda s, o, options=_options: s.SWALR(o, **options)  # type: ignore[misc]


_quiet = pytest.mark.filterwarnings("ignore:Detected call")
BUILDS = [pytest.param(b, id=k, marks=[_quiet] if k == NESTED else []) for k, b in COMPOSED.items()]


class Schedules:
    """The names of both modules that have schedules."""

    def __init__(self, lib: Any) -> None:
        self.lib = lib

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lib.optim.swa_utils if name == "SWALR" else self.lib.optim.lr_scheduler, name)


def _optimizer(lib: Any, kind: str = "SGD", tensors: bool = False) -> Any:
    w, v = lib.ones(2, requires_grad=True), lib.ones(2, requires_grad=True)
    rates = [lib.tensor(r, dtype=lib.float64) if tensors else r for r in (0.1, 0.3)]
    more = {"momentum": 0.9} if kind == "SGD" else {}
    return getattr(lib.optim, kind)([{"params": [w]}, {"params": [v], "lr": rates[1]}], lr=rates[0], **more)


def _numbers(optimizer: Any) -> list[list[float]]:
    return [
        [float(g["lr"]), float(g["momentum"]) if "momentum" in g else float(g["betas"][0])]
        for g in optimizer.param_groups
    ]


def _run(lib: Any, build: Build, kind: str = "SGD", tensors: bool = False, steps: int = 100) -> list[Any]:
    optimizer = _optimizer(lib, kind, tensors)
    schedule = build(Schedules(lib), optimizer)
    found = [_numbers(optimizer)]
    for _ in range(steps - 1):
        optimizer.step()
        schedule.step()
        found.append(_numbers(optimizer))
        assert [float(rate) for rate in schedule.get_last_lr()] == [numbers[0] for numbers in found[-1]]
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
        optimizer = _optimizer(lib)
        schedule = build(Schedules(lib), optimizer)
        for _ in range(40):
            optimizer.step()
            schedule.step()
        second = _optimizer(sg)
        resumed = build(Schedules(sg), second)
        state = copy.deepcopy(schedule.state_dict())
        assert _keys(resumed.state_dict()) == _keys(state)
        resumed.load_state_dict(state)
        second.load_state_dict(converted(optimizer.state_dict(), sg))
        for expected in whole[41:]:
            second.step()
            resumed.step()
            np.testing.assert_allclose(_numbers(second), expected, rtol=1e-12, atol=1e-15)


def _keys(state: dict[str, Any]) -> Any:
    # PyTorch notes three modes in the schedule only once they were used; they are not part of what is resumed.
    inner = [_keys(s) for s in state.get("_schedulers", [])]
    return sorted(set(state) - {"_is_initial", "_get_lr_called_within_step", "_step_count"}), inner


RESUMABLE = [
    (name, options) for name, options in ROWS if name not in ("OneCycleLR", "CyclicLR") and "milestones" not in options
]


@pytest.mark.parametrize(("name", "options"), RESUMABLE, ids=str)
def test_schedule_starts_at_last_epoch_as_the_oracle(name: str, options: dict[str, Any]) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = _optimizer(lib)
        for group, rate in zip(optimizer.param_groups, (0.1, 0.3), strict=True):
            group["initial_lr"] = rate
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **options, last_epoch=12)
        found = [_numbers(optimizer)]
        for _ in range(30):
            optimizer.step()
            schedule.step()
            found.append(_numbers(optimizer))
        return found

    np.testing.assert_allclose(run(sg), run(torch), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("name", "options"), ROWS, ids=str)
def test_schedule_goes_to_an_epoch_as_the_oracle(name: str, options: dict[str, Any]) -> None:
    def run(lib: Any) -> list[Any]:
        optimizer = _optimizer(lib)
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **copy.deepcopy(options))
        optimizer.step()
        found = []
        for epoch in (3, 4, 20, 7, 7, 60, 0, 99):
            with warnings.catch_warnings(record=True) as seen:
                warnings.simplefilter("always")
                schedule.step(epoch)
            found.append((_numbers(optimizer), schedule.last_epoch, [w.category for w in seen]))
            schedule.step()
            found.append((_numbers(optimizer), schedule.last_epoch, []))
        return found

    for (a, *same), (b, *others) in zip(run(sg), run(torch), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)
        assert same == others


def test_warm_restarts_take_epochs_between_steps() -> None:
    def run(lib: Any, multiple: int) -> list[Any]:
        optimizer = _optimizer(lib)
        schedule = lib.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 4, multiple)
        found = []
        for place in [i / 7 for i in range(120)] + [2.5, 50.25]:
            schedule.step(place)
            found.append((*schedule.get_last_lr(), schedule.last_epoch, schedule.T_cur, schedule.T_i))
        return found

    for multiple in (1, 2, 3):
        np.testing.assert_allclose(run(sg, multiple), run(torch, multiple), rtol=1e-11)


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
        optimizer = _optimizer(lib, tensors=tensors)
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
    states = [lib.optim.lr_scheduler.ReduceLROnPlateau(_optimizer(lib), patience=3).state_dict() for lib in (sg, torch)]
    assert states[0] == states[1]


def test_plateau_learns_of_new_groups() -> None:
    for lib in (sg, torch):
        optimizer = _optimizer(lib)
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
        lib.optim.lr_scheduler.StepLR(_optimizer(lib), 2).step()

    def overridden(lib: Any) -> None:
        optimizer = _optimizer(lib)
        schedule = lib.optim.lr_scheduler.StepLR(optimizer, 2)
        optimizer.step = lambda: None
        optimizer.step()
        schedule.step()

    def before(lib: Any) -> None:
        optimizer = _optimizer(lib)
        optimizer.step()  # does not count: the schedule did not exist
        lib.optim.lr_scheduler.StepLR(optimizer, 2).step()

    def second(lib: Any) -> None:
        optimizer = _optimizer(lib)
        first = lib.optim.lr_scheduler.StepLR(optimizer, 2)
        optimizer.step()
        first.step()
        lib.optim.lr_scheduler.ExponentialLR(optimizer, 0.9).step()

    def asked(lib: Any) -> None:
        lib.optim.lr_scheduler.StepLR(_optimizer(lib), 2).get_lr()

    def given_epoch(lib: Any) -> None:
        optimizer = _optimizer(lib)
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

        optimizer = _optimizer(lib)
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
    "belong to the same optimizer": lambda s, o: s.ChainedScheduler([s.StepLR(o, 2), s.StepLR(_optimizer(s.lib), 2)]),
    "to the same optimizer": lambda s, o: s.SequentialLR(_optimizer(s.lib), [s.StepLR(o, 2)], []),
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
        BAD[text](Schedules(torch), _optimizer(torch))
    with pytest.raises(theirs.type, match=text):
        BAD[text](Schedules(sg), _optimizer(sg))


def test_momentum_is_cycled_only_where_there_is_one() -> None:
    for lib in (torch, sg):
        s = lib.optim.lr_scheduler
        plain = lib.optim.Adagrad([lib.ones(1)])
        with pytest.raises(ValueError, match="must support momentum"):
            s.CyclicLR(plain, 0.1, 0.2)
        with pytest.raises(ValueError, match="must support momentum"):
            s.OneCycleLR(plain, 0.1, 10)


def test_cyclic_and_onecycle_resume_at_last_epoch() -> None:
    def run(lib: Any, name: str, options: dict[str, Any]) -> list[Any]:
        optimizer = _optimizer(lib)
        schedule = getattr(lib.optim.lr_scheduler, name)(optimizer, **options)
        for _ in range(10):
            optimizer.step()
            schedule.step()
        resumed = getattr(lib.optim.lr_scheduler, name)(optimizer, **options, last_epoch=schedule.last_epoch)
        found = []
        for _ in range(20):
            optimizer.step()
            resumed.step()
            found.append(_numbers(optimizer))
        return found

    for name, options in (
        ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 7}),
        ("OneCycleLR", {"max_lr": 0.5, "total_steps": 100}),
    ):
        np.testing.assert_allclose(run(sg, name, options), run(torch, name, options), rtol=1e-12)
