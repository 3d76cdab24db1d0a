"""Learning-rate schedules: each `step()` sets the rate of every parameter group of an optimizer."""

from __future__ import annotations

import bisect
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from .optimizer import Optimizer


class LRScheduler:
    """What all schedules share. Call `step()` once after each epoch (or each step of the optimizer).

    Args:
        optimizer: whose rates are set; each group's first rate is kept in it as "initial_lr".
        last_epoch: the number of steps already made, when training is resumed; -1 (default) at the start.

    Raises:
        TypeError: `optimizer` is not an Optimizer.
        KeyError: `last_epoch` is given, but a group has no "initial_lr".
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"param 'initial_lr' is not specified in param_groups[{i}] when resuming an optimizer")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._stepped = False
        self._watch = optimizer.register_step_post_hook(self._optimizer_stepped)
        self._advance(None)

    def _optimizer_stepped(self, *_: Any) -> None:
        self._stepped = True
        self._watch.remove()

    def get_lr(self) -> list[float]:
        """The rate of each group at step `last_epoch`, usually from the rate before it."""
        raise NotImplementedError

    def get_last_lr(self) -> list[float]:
        """The rates that the last step set."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step and set the rates.

        Args:
            epoch: the step to go to instead of the next one.
        """
        if not self._stepped and self.last_epoch == 0:
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first value of the schedule is "
                "skipped. Call optimizer.step() first",
                UserWarning,
                stacklevel=2,
            )
        self._advance(epoch)

    def _advance(self, epoch: int | None) -> None:
        closed = getattr(self, "_closed_form", None)
        if epoch is None:
            self.last_epoch += 1
            rates = self.get_lr()
        else:
            self.last_epoch = epoch
            rates = closed() if closed else self.get_lr()
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = list(rates)

    @property
    def _rates(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer."""
        return {k: v for k, v in self.__dict__.items() if k not in ("optimizer", "_watch")}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.__dict__.update(state_dict)


class LambdaLR(LRScheduler):
    """The first rate times a function of the step: lr_t = lr_0 · f(t).

    Args:
        optimizer: whose rates are set.
        lr_lambda: the function, or one for each group.
        last_epoch: as in `LRScheduler`.

    Raises:
        ValueError: the number of functions is not that of the groups.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        n = len(optimizer.param_groups)
        self.lr_lambdas = [lr_lambda] * n if callable(lr_lambda) else list(lr_lambda)
        if len(self.lr_lambdas) != n:
            raise ValueError(f"Expected {n} lr_lambdas, one for each parameter group, but got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and the functions."""
        return {k: v for k, v in super().state_dict().items() if k != "lr_lambdas"}


class StepLR(LRScheduler):
    """Multiply the rate by `gamma` every `step_size` steps: lr_t = lr_0 · gamma^⌊t / step_size⌋.

    Args:
        optimizer: whose rates are set.
        step_size: steps between two changes.
        gamma: the factor. Default: 0.1.
        last_epoch: as in `LRScheduler`.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        change = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return [rate * self.gamma if change else rate for rate in self._rates]

    def _closed_form(self) -> list[float]:
        return [base * self.gamma ** (self.last_epoch // self.step_size) for base in self.base_lrs]


class MultiStepLR(LRScheduler):
    """Multiply the rate by `gamma` at each milestone.

    Args:
        optimizer: whose rates are set.
        milestones: the steps at which the rate changes; one given twice counts twice.
        gamma: the factor. Default: 0.1.
        last_epoch: as in `LRScheduler`.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.MultiStepLR(optimizer, [1], gamma=0.5)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [rate * self.gamma ** self.milestones.count(self.last_epoch) for rate in self._rates]

    def _closed_form(self) -> list[float]:
        return [base * self.gamma ** bisect.bisect_right(self.milestones, self.last_epoch) for base in self.base_lrs]


class ExponentialLR(LRScheduler):
    """Multiply the rate by `gamma` at every step: lr_t = lr_0 · gamma^t.

    Args:
        optimizer: whose rates are set.
        gamma: the factor.
        last_epoch: as in `LRScheduler`.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [rate if self.last_epoch == 0 else rate * self.gamma for rate in self._rates]

    def _closed_form(self) -> list[float]:
        return [base * self.gamma**self.last_epoch for base in self.base_lrs]


class CosineAnnealingLR(LRScheduler):
    """Half a wave of a cosine from the first rate down to `eta_min`, and up again after `T_max` steps.

    lr_t = eta_min + (lr_0 − eta_min)·(1 + cos(π t / T_max)) / 2, computed from one step to the next, so that rates changed
    by others are respected.

    Args:
        optimizer: whose rates are set.
        T_max: steps from the highest to the lowest rate.
        eta_min: the lowest rate. Default: 0.
        last_epoch: as in `LRScheduler`.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]

    Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017), without the restarts.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def _cosine(self, t: float) -> float:
        return 1 + math.cos(math.pi * t / self.T_max)

    def get_lr(self) -> list[float]:
        t, low = self.last_epoch, self.eta_min
        if t == 0:
            return self._rates
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:  # at the bottom the ratio below would be 0 / 0
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            return [rate + (base - low) * rise for rate, base in zip(self._rates, self.base_lrs, strict=True)]
        return [self._cosine(t) / self._cosine(t - 1) * (rate - low) + low for rate in self._rates]

    def _closed_form(self) -> list[float]:
        return [self.eta_min + (base - self.eta_min) * self._cosine(self.last_epoch) / 2 for base in self.base_lrs]
