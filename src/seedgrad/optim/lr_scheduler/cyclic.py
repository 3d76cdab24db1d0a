"""A rate that goes up and down along straight lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..optimizer import Optimizer
from .base import (
    LRScheduler,
    Rate,
    check_optimizer,
    function_state,
    per_group,
    set_momentum,
    set_option,
    start_momentum,
)

MODES = ("triangular", "triangular2", "exp_range")


class CyclicLR(LRScheduler):
    """A rate that rises from `base_lr` to `max_lr` and falls again, cycle after cycle; the momentum does the opposite.

    lr = base_lr + (max_lr − base_lr) · x · scale, where x goes 0 → 1 in step_size_up steps and 1 → 0 in step_size_down.

    Args:
        optimizer: whose rates are set.
        base_lr: the lowest rate, or a list with one for each group.
        max_lr: the highest rate of the first cycle, or a list.
        step_size_up: steps of the rise. Default: 2000.
        step_size_down: steps of the fall. Default: as many as of the rise.
        mode: "triangular" (scale 1, default), "triangular2" (scale halves at each cycle) or "exp_range"
            (scale gamma^t).
        gamma: for "exp_range". Default: 1.
        scale_fn: a function that gives the scale instead of `mode`. Default: None.
        scale_mode: what `scale_fn` takes: "cycle", the number of the cycle from 1 (default), or "iterations", the step.
        cycle_momentum: whether the momentum (or the first of betas) is cycled. Default: True.
        base_momentum: the lowest momentum, or a list. Default: 0.8.
        max_momentum: the highest momentum, or a list. Default: 0.9.
        last_epoch: as in `LRScheduler`.

    Raises:
        TypeError: `optimizer` is not an Optimizer.
        ValueError: another mode; a list of another length; cycle_momentum for an optimizer without momentum.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0, momentum=0.9)
        >>> schedule = sg.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=4)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.25]

    Source: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        base_lrs = per_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for rate, group in zip(base_lrs, optimizer.param_groups, strict=True):
                set_option(group, "lr", rate)
        self.max_lrs = per_group("max_lr", optimizer, max_lr)
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        if mode not in MODES and scale_fn is None:
            raise ValueError(f"mode is invalid and scale_fn is None: got mode={mode!r}, use one of {MODES}")
        self.mode, self.gamma = mode, gamma
        self._scale_fn_custom = scale_fn
        own = {"triangular": "cycle", "triangular2": "cycle", "exp_range": "iterations"}
        self.scale_mode = scale_mode if scale_fn is not None else own[mode]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1, self.base_momentums, self.max_momentums = start_momentum(
                optimizer, base_momentum, max_momentum, last_epoch
            )
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The scale of a cycle, or at a step (see `scale_mode`)."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular":
            return 1.0
        return 1 / 2.0 ** (x - 1) if self.mode == "triangular2" else self.gamma**x

    def _next(self) -> list[Rate]:
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            limits = zip(self.base_momentums, self.max_momentums, self.optimizer.param_groups, strict=True)
            for low, high, group in limits:
                set_momentum(group, self.use_beta1, high - (high - low) * height * scale)
        return [low + (high - low) * height * scale for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer; of a callable `scale_fn` its attributes, of a function nothing."""
        return {**super().state_dict(), "_scale_fn_custom": function_state(self._scale_fn_custom)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; a `scale_fn` stays, a callable object receives its attributes.

        Args:
            state_dict: the state of a schedule of the same kind.
        """
        remembered = state_dict["_scale_fn_custom"]
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_scale_fn_custom"})
        if remembered is not None and self._scale_fn_custom is not None:
            self._scale_fn_custom.__dict__.update(remembered)
