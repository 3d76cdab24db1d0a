"""How the digits are trained: the settings and the course of the learning rate."""

from __future__ import annotations

import math
from dataclasses import dataclass


class Refusal(Exception):
    """A request that cannot be met; the text says why and what to do."""


@dataclass(frozen=True)
class Recipe:
    """The settings of one run. The defaults were chosen on 1,000 digits held out of the 8,000."""

    epochs: int = 16
    batch_size: int = 64
    learning_rate: float = 5e-3
    weight_decay: float = 1e-2
    warmup: float = 0.1  # the share of all steps in which the learning rate grows
    label_smoothing: float = 0.1
    most_shift: int = 2  # pixels
    seed: int = 0
    validate: bool = False  # hold 1,000 training digits out and leave the test digits alone
    train_size: int | None = None  # use only so many training digits

    @property
    def held_out(self) -> str:
        """What the digits that judge the network are called."""
        return "validation" if self.validate else "test"


def one_cycle(step: int, steps: int, warmup: float) -> float:
    """The factor on the learning rate: a straight rise for the share `warmup`, then half a cosine to 0."""
    rise = warmup * steps
    if step < rise:
        return min(1.0, (step + 1) / rise)
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / (steps - rise)))
