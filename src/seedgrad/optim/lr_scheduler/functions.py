"""Schedules given by functions of the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, Rate, function_state

Function = Callable[[int], float]


class _Functions(LRScheduler):
    """A schedule with one function for each group."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Function | Sequence[Function], last_epoch: int = -1) -> None:
        n = len(optimizer.param_groups)
        several = isinstance(lr_lambda, (list, tuple))
        self.lr_lambdas: list[Any] = list(lr_lambda) if several else [lr_lambda] * n  # type: ignore[arg-type]
        if len(self.lr_lambdas) != n:
            raise ValueError(f"Expected {n} lr_lambdas, one for each parameter group, but got {len(self.lr_lambdas)}")
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer; of callable objects their attributes, of functions and lambdas nothing."""
        return {**super().state_dict(), "lr_lambdas": [function_state(f) for f in self.lr_lambdas]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; the functions stay, callable objects receive their attributes.

        Args:
            state_dict: the state of a schedule of the same kind.
        """
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "lr_lambdas"})
        for function, remembered in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if remembered is not None:
                function.__dict__.update(remembered)


class LambdaLR(_Functions):
    """The first rate times a function of the step: lr_t = lr_0 · f(t).

    Args:
        optimizer: whose rates are set.
        lr_lambda: the function, or a list with one for each group.
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

    def _next(self) -> list[Rate]:
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True)]


class MultiplicativeLR(_Functions):
    """The rate before times a function of the step: lr_t = lr_(t−1) · f(t).

    Args:
        optimizer: whose rates are set.
        lr_lambda: the function, or a list with one for each group.
        last_epoch: as in `LRScheduler`.

    Raises:
        ValueError: the number of functions is not that of the groups.
        TypeError: one of them is not callable.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 0.5)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Function | Sequence[Function], last_epoch: int = -1) -> None:
        for function in lr_lambda if isinstance(lr_lambda, (list, tuple)) else [lr_lambda]:
            if not callable(function):
                raise TypeError(f"lr_lambda should be a function, but got {type(function).__name__}")
        super().__init__(optimizer, lr_lambda, last_epoch)

    def _next(self) -> list[Rate]:
        if self._is_initial:
            return self._rates
        return [rate * f(self.last_epoch) for rate, f in zip(self._rates, self.lr_lambdas, strict=True)]
