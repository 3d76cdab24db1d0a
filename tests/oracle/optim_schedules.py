"""The schedules that are tried against PyTorch, and an optimizer for them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ids import shown

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
    COMPOSED[shown(f"{_name} {_options}")] = lambda s, o, name=_name, options=_options: getattr(s, name)(  # type: ignore[misc]
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


def optimizer_for(lib: Any, kind: str = "SGD", tensors: bool = False) -> Any:
    w, v = lib.ones(2, requires_grad=True), lib.ones(2, requires_grad=True)
    rates = [lib.tensor(r, dtype=lib.float64) if tensors else r for r in (0.1, 0.3)]
    more = {"momentum": 0.9} if kind == "SGD" else {}
    return getattr(lib.optim, kind)([{"params": [w]}, {"params": [v], "lr": rates[1]}], lr=rates[0], **more)


def numbers(optimizer: Any) -> list[list[float]]:
    return [
        [float(g["lr"]), float(g["momentum"]) if "momentum" in g else float(g["betas"][0])]
        for g in optimizer.param_groups
    ]
