"""A measured process: one library, as written or compiled; questions on standard input, answers on standard output."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from . import machine, memory
from .common import Steps
from .operations import OPERATIONS, Prepared
from .scaling import SERIES
from .workloads import FURTHER, WORKLOADS


def hide_extra() -> None:
    """Make the packages of the extra `fast` look as if they were not installed."""
    sys.modules["numba"] = sys.modules["threadpoolctl"] = None  # type: ignore[assignment]


class Training:
    """A workload, or a model of some size."""

    def __init__(self, steps: Steps) -> None:
        self.steps, self.losses = steps, steps.losses()

    def first(self, steps: int) -> dict[str, Any]:
        """The losses of the first steps, and the shortest time of one."""
        losses, times = [], []
        for _ in range(steps):
            start = time.perf_counter()
            losses.append(next(self.losses))
            times.append(time.perf_counter() - start)
        return {"found": losses, "seconds": min(times)}

    def measure(self, times: int) -> dict[str, float]:
        """Mean seconds of a step."""
        start = time.perf_counter()
        for _ in range(times):
            next(self.losses)
        return {"forward": (time.perf_counter() - start) / times}


class Replayed(Training):
    """A workload compiled by seedgrad: recorded at its first step, and replayed at all others."""

    def first(self, steps: int) -> dict[str, Any]:
        """The losses of the first steps, and the shortest time of one.

        Raises:
            RuntimeError: not all but the first were replays.
        """
        found = super().first(steps)
        step: Any = self.steps.step
        if (step.records, step.replays) != (1, steps - 1):
            raise RuntimeError(f"it is not replayed: {step.explain()}")
        return found


class Server:
    """What the process can be asked."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.library, _, self.compiled = kind.replace("numpy", "seedgrad").partition(".")
        self.lib: Any = importlib.import_module(self.library)
        self.baseline = memory.peak_mib()
        self.subject: Training | Prepared | None = None

    def about(self) -> dict[str, Any]:
        return {"threads": self.lib.get_num_threads(), "blas": machine.blas(self.library, self.lib)}

    def workload(self, name: str, steps: int) -> dict[str, Any]:
        return self._take(lambda: self._training((WORKLOADS | FURTHER)[name].start(self.lib)), steps)

    def _training(self, steps: Steps) -> Training:
        if not self.compiled:
            return Training(steps)
        compiled = replace(steps, step=self.lib.compile(steps.step))
        return (Replayed if self.library == "seedgrad" else Training)(compiled)

    def operation(self, name: str, steps: int) -> dict[str, Any]:
        return self._take(lambda: Prepared(self.lib, OPERATIONS[name]), steps)

    def size(self, name: str, size: int, steps: int) -> dict[str, Any]:
        return self._take(lambda: Training(SERIES[name].start(self.lib, size)), steps)

    def _take(self, make: Callable[[], Training | Prepared], steps: int) -> dict[str, Any]:
        self.subject = None  # the last one's memory first
        self.subject = make()
        return self.subject.first(steps)

    def measure(self, times: int, wake: float) -> dict[str, float]:
        """Work for `wake` seconds, then measure the mean of so many repetitions."""
        assert self.subject is not None
        end = time.perf_counter() + wake
        while time.perf_counter() < end:
            self.subject.measure(1)
        return self.subject.measure(times)

    def memory(self) -> dict[str, float]:
        helpers = memory.helpers_mib()
        peak = memory.peak_mib() + helpers
        return {"peak": peak, "above": peak - self.baseline, "threads": self.lib.get_num_threads()}


def main(kind: str) -> None:
    # What libraries print must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if kind == "numpy":
        hide_extra()
    server = Server(kind)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = getattr(server, question.pop("do"))(**question)
        except Exception as error:  # reported to the program that asked
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
