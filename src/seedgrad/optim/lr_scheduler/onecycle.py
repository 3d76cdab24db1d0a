"""The 1cycle policy."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, Rate, check_optimizer, per_group, set_momentum, start_momentum


class OneCycleLR(LRScheduler):
    """One rise of the rate to `max_lr` and one long fall to nearly nothing; the momentum does the opposite.

    From max_lr / div_factor up to max_lr in pct_start of the steps, then down to max_lr / (div_factor · final_div_factor).
    Call `step()` after each step of the optimizer.

    Args:
        optimizer: whose rates are set.
        max_lr: the highest rate, or a list with one for each group.
        total_steps: the number of steps; or give
        epochs, steps_per_epoch: whose product is the number of steps.
        pct_start: the part of the steps in which the rate rises, a float in [0, 1]. Default: 0.3.
        anneal_strategy: "cos" (default) or "linear".
        cycle_momentum: whether the momentum (or the first of betas) is cycled. Default: True.
        base_momentum: the lowest momentum, or a list. Default: 0.85.
        max_momentum: the highest momentum, or a list. Default: 0.95.
        div_factor: the highest rate over the first. Default: 25.
        final_div_factor: the first rate over the last. Default: 1e4.
        three_phase: fall to the first rate in as many steps as the rise took, then to the last. Default: False.
        last_epoch: as in `LRScheduler`.

    Raises:
        TypeError: `optimizer` is not an Optimizer.
        ValueError: the number of steps is missing; an argument is out of range; more steps than there are.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0, momentum=0.9)
        >>> schedule = sg.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10)
        >>> for _ in range(2):
        ...     optimizer.step()
        ...     schedule.step()
        >>> schedule.get_last_lr()
        [1.0]

    Source: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates" (2019).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or pct_start < 0 or pct_start > 1:
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        self._anneal_func_type = anneal_strategy
        for group, highest in zip(optimizer.param_groups, per_group("max_lr", optimizer, max_lr), strict=True):
            if last_epoch == -1:
                group["initial_lr"] = highest / div_factor
                group["max_lr"] = highest
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1, *_ = start_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def _between(self, start: Any, end: Any, part: float) -> Any:
        if self._anneal_func_type == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)

    def _next(self) -> list[Rate]:
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"Tried to step {step} times. The specified number of total steps is {self.total_steps}")
        start = 0.0
        for phase in self._schedule_phases:
            end = phase["end_step"]
            if step <= end or phase is self._schedule_phases[-1]:
                break
            start = end
        part = (step - start) / (end - start)
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            for group in groups:
                value = self._between(group[phase["start_momentum"]], group[phase["end_momentum"]], part)
                set_momentum(group, self.use_beta1, value)
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], part) for group in groups]


def _total(total_steps: Any, epochs: Any, steps_per_epoch: Any) -> int:
    """The number of steps."""
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    given = (
        {"epochs": epochs, "steps_per_epoch": steps_per_epoch} if total_steps is None else {"total_steps": total_steps}
    )
    for name, value in given.items():
        if value <= 0 or not isinstance(value, int):
            raise ValueError(f"Expected positive integer {name}, but got {value}")
    return math.prod(given.values())


def _phases(steps: int, rise: float, three: bool) -> list[dict[str, Any]]:
    """Where each phase ends, and between which options of the groups the rate and the momentum go in it."""

    def phase(end: float, rates: tuple[str, str], momenta: tuple[str, str]) -> dict[str, Any]:
        names = ("start_lr", "end_lr", "start_momentum", "end_momentum")
        return {"end_step": end, **dict(zip(names, (*rates, *momenta), strict=True))}

    high, low = "max_momentum", "base_momentum"
    first = phase(float(rise * steps) - 1, ("initial_lr", "max_lr"), (high, low))
    if not three:
        return [first, phase(steps - 1, ("max_lr", "min_lr"), (low, high))]
    second = phase(float(2 * rise * steps) - 2, ("max_lr", "initial_lr"), (low, high))
    return [first, second, phase(steps - 1, ("initial_lr", "min_lr"), (high, high))]
