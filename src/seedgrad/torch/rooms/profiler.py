"""`torch.profiler`, `torch.autograd.profiler`: may be imported, marks are accepted; measuring is left to Python's tools."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Callable
from typing import Any


class ProfilerActivity(enum.Enum):
    """What PyTorch measures."""

    CPU = 0
    XPU = 1
    CUDA = 2
    MTIA = 3
    HPU = 4
    PrivateUse1 = 5


class ProfilerAction(enum.Enum):
    """What a step of a schedule does."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


class record_function(contextlib.ContextDecorator):
    """A mark with a name around a part of a program; it does nothing."""

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name, self.args = name, args

    def __enter__(self) -> record_function:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is closed."""


class profile:
    """Refused, unless it is turned off.

    Raises:
        RuntimeError: it is to measure.
    """

    def __init__(self, *arguments: Any, enabled: bool = True, **named: Any) -> None:
        if enabled:
            raise RuntimeError(
                "torch.profiler is refused: seedgrad has no profiler of its own. Python's own sees its functions: "
                "python -m cProfile -s cumtime -m seedgrad.torch script.py"
            )

    def __enter__(self) -> profile:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was measured."""

    def step(self) -> None:
        """Nothing is counted."""


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, skip_first_wait: int = 0
) -> Callable[[int], ProfilerAction]:
    """Which steps are measured."""
    return lambda step: ProfilerAction.NONE


def tensorboard_trace_handler(*arguments: Any, **named: Any) -> Callable[[Any], None]:
    """What is done with a finished measurement: there is none."""
    return lambda finished: None
