"""The schedule of stochastic weight averaging."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Optimizer
from .base import LRScheduler, Rate, per_group


class SWALR(LRScheduler):
    """Go from the rate that is there to `swa_lr` in `anneal_epochs` steps, and stay.

    Args:
        optimizer: whose rates are set.
        swa_lr: the rate to go to, or a list with one for each group.
        anneal_epochs: the number of steps, at least 0. Default: 10.
        anneal_strategy: "cos" (default) or "linear".
        last_epoch: as in `LRScheduler`.

    Raises:
        ValueError: another strategy; a negative number of steps; a list of another length.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SGD([sg.ones(1, requires_grad=True)], lr=1.0)
        >>> schedule = sg.optim.swa_utils.SWALR(optimizer, swa_lr=0.5, anneal_epochs=2)
        >>> optimizer.step()
        >>> schedule.step()
        >>> schedule.get_last_lr()
        [0.75]

    Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018).
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        for rate, group in zip(per_group("swa_lr", optimizer, swa_lr), optimizer.param_groups, strict=True):
            group["swa_lr"] = rate
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _share(self, step: int) -> float:
        """How much of the way is gone after so many steps."""
        t = max(0.0, min(1.0, step / max(1, self.anneal_epochs)))
        return (1 - math.cos(math.pi * t)) / 2 if self._anneal_strategy == "cos" else t

    def _next(self) -> list[Rate]:
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for rate, group in zip(self._rates, self.optimizer.param_groups, strict=True):
            goal = group["swa_lr"]
            first = goal if before == 1 else (rate - before * goal) / (1 - before)  # where the way began
            rates.append(goal * now + first * (1 - now))
        return rates
