"""What all schedules share."""

from __future__ import annotations

import types
import warnings
from typing import Any

from ...core.memory import bump
from ...core.tensor import Tensor
from ..optimizer import Group, Optimizer

Rate = Any  # a float, or a tensor with one element
EPOCH_TEXT = (
    "The epoch parameter in `scheduler.step()` is deprecated: call step() once after each epoch. With an epoch the closed "
    "form of the schedule is used, if it has one"
)


class LRScheduler:
    """The base of schedules. Call `step()` once after each epoch (or after each step of the optimizer).

    A schedule of your own defines `get_lr`, which returns the rate of each group at step `last_epoch`.

    Args:
        optimizer: whose rates are set; each group's first rate is kept in it as "initial_lr". A rate that is a tensor is
            written in place.
        last_epoch: the number of steps already made, when training is resumed; -1 (default) at the start.

    Raises:
        TypeError: `optimizer` is not an Optimizer.
        KeyError: `last_epoch` is given, but a group has no "initial_lr".

    Example:
        >>> import seedgrad as sg
        >>> class Halved(sg.optim.lr_scheduler.LRScheduler):
        ...     def get_lr(self):
        ...         return [rate / 2**self.last_epoch for rate in self.base_lrs]
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = Halved(optimizer)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.5]
    """

    _step_count: int
    _last_lr: list[Rate]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", _copy(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{i}] when resuming scheduler with last_epoch >= 0: "
                    f"load the state of the optimizer first"
                )
        self.base_lrs = options(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        optimizer.watch()
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._get_lr_called_within_step = False
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def get_lr(self) -> list[Rate]:
        """The rate of each group at step `last_epoch`; it may depend on the rates before.

        Warns:
            UserWarning: it is called by something else than `step`, which gives the rates twice: see `get_last_lr`.
        """
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.",
                UserWarning,
                stacklevel=2,
            )
        return self._next()

    def _next(self) -> list[Rate]:
        """The formula of the schedules here."""
        raise NotImplementedError(f"{type(self).__name__} must define get_lr")

    def get_last_lr(self) -> list[Rate]:
        """The rates that the last step set."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step and set the rates.

        Args:
            epoch: the step to go to instead of the next one; deprecated.

        Warns:
            UserWarning: the optimizer has not made a step yet, or its `step` was replaced; `epoch` is given.
        """
        if self._step_count == 1:
            warn_of_order(self.optimizer)
        self._step_count += 1
        if epoch is not None:
            warnings.warn(EPOCH_TEXT, UserWarning, stacklevel=2)
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        closed = getattr(self, "_get_closed_form_lr", None)
        self._get_lr_called_within_step = True
        try:
            self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
            rates = closed() if epoch is not None and closed else self.get_lr()
        finally:
            self._get_lr_called_within_step = False
        self._set(rates)

    def _set(self, rates: list[Rate]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            set_option(group, "lr", rate)
        self._last_lr = self._rates

    @property
    def _rates(self) -> list[Rate]:
        return options(self.optimizer, "lr")

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer."""
        return {k: v for k, v in self.__dict__.items() if k != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave.

        Args:
            state_dict: the state of a schedule of the same kind.
        """
        self.__dict__.update(state_dict)


def check_optimizer(optimizer: Any) -> None:
    """Raise unless it is an Optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def warn_of_order(optimizer: Optimizer) -> None:
    """Warn if the optimizer has not made a step since a schedule was made for it."""
    if optimizer.replaced():
        warnings.warn(
            "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. Please, make "
            "sure to call `optimizer.step()` before `lr_scheduler.step()`",
            UserWarning,
            stacklevel=3,
        )
    elif not optimizer.stepped:
        warnings.warn(
            "Detected call of `lr_scheduler.step()` before `optimizer.step()`: the first value of the schedule is "
            "skipped. Call optimizer.step() first",
            UserWarning,
            stacklevel=3,
        )


def _copy(value: Any) -> Any:
    return value.clone() if isinstance(value, Tensor) else value


def options(optimizer: Optimizer, key: str) -> list[Any]:
    """An option of each group; tensors are copied."""
    return [_copy(group[key]) for group in optimizer.param_groups]


def set_option(group: Group, key: str, value: Any) -> None:
    """Set an option of a group; a tensor there is written in place."""
    old = group[key]
    if isinstance(old, Tensor):
        old.array[...] = float(value)
        bump(old)
    else:
        group[key] = value


def per_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """A value for each group: the same for all, or those of a list.

    Raises:
        ValueError: the list has another length.
    """
    n = len(optimizer.param_groups)
    if isinstance(value, (list, tuple)) and len(value) != n:
        raise ValueError(
            f"{name} must have the same length as optimizer.param_groups. {name} has {len(value)} values, param_groups "
            f"has {n}."
        )
    return [_copy(v) for v in (value if isinstance(value, (list, tuple)) else [value] * n)]


def function_state(function: Any) -> dict[str, Any] | None:
    """What a callable object remembers; None for functions, which are not saved."""
    if function is None or isinstance(function, types.FunctionType):
        return None
    return dict(function.__dict__)


def start_momentum(optimizer: Optimizer, base: Any, largest: Any, last_epoch: int) -> tuple[bool, list[Any], list[Any]]:
    """Enter the limits of a momentum that is cycled in the groups.

    Returns:
        Whether the momentum is the first of "betas", and both limits for each group.

    Raises:
        ValueError: the optimizer has no momentum.
    """
    if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
        raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
    beta = "betas" in optimizer.defaults
    lows, highs = per_group("base_momentum", optimizer, base), per_group("max_momentum", optimizer, largest)
    if last_epoch == -1:
        for low, high, group in zip(lows, highs, optimizer.param_groups, strict=True):
            set_momentum(group, beta, high)
            group["max_momentum"], group["base_momentum"] = high, low
    return beta, lows, highs


def set_momentum(group: Group, beta: bool, value: Any) -> None:
    """Set the momentum of a group, or the first of its betas."""
    if beta:
        group["betas"] = (value, *group["betas"][1:])
    else:
        group["momentum"] = value
