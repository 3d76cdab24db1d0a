"""The sections of the page: what each measures, and how its rows are made."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import scalar_moons
from .operations import OPERATIONS
from .process import Failed, Process, ask_all, environment, together
from .runner import Effort, Progress, Row, Turn, check_threads, import_times, measure, memory_row, summary
from .scaling import SERIES, Series
from .workloads import WORKLOADS

Kinds = tuple[str, ...]

COMPILED = "seedgrad.compile"
OURS: Kinds = ("seedgrad", "torch")
THREE: Kinds = ("seedgrad", COMPILED, "torch")

# Of results of single operations, and of losses of models.
OPERATION_TOLERANCE, LOSS_TOLERANCE = 1e-4, 1e-3
# With NumPy alone no workload may take longer than this, relative to PyTorch.
NUMPY_LIMIT = 3.0
# Compared with other programs than PyTorch: their targets are of their own.
OTHERS = ("scalar", "import")


class Bench:
    """Processes side by side, started when needed and anew after a failure."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self._context: Any = None
        self._now: list[Process] | None = None

    def processes(self, fresh: bool) -> list[Process]:
        """Those that run, or new ones."""
        if fresh:
            self.end()
        if self._now is None:
            self._context = together(self.kinds)
            self._now = self._context.__enter__()
        return self._now

    def end(self) -> None:
        """End the processes."""
        if self._now is not None:
            self._now = None
            self._context.__exit__(None, None, None)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()


@dataclass(frozen=True)
class Section:
    """A part of the page: its name, a line about it, the names of its rows, and how one of them is measured."""

    name: str
    text: str
    names: tuple[str, ...]
    kinds: Kinds
    row: Callable[[Bench, Effort, str, Progress], Row]

    def chosen(self, words: Sequence[str], quick: bool) -> list[str]:
        """The rows that the words choose: by name, or by how names begin. None: all, or a quick choice of them."""
        if words:
            return [name for name in self.names if any(name == w or name.startswith(f"{w}_") for w in words)]
        return _quick(self) if quick else list(self.names)

    def measure(self, names: Sequence[str], effort: Effort, progress: Progress) -> Iterator[tuple[str, Row]]:
        """Each name with its row; a row that could not be measured has the reason as `error`."""
        with Bench(self.kinds) as bench:
            for name in names:
                try:
                    yield name, self.row(bench, effort, name, progress)
                except (Failed, subprocess.CalledProcessError) as error:
                    bench.end()  # what a broken process would answer next is not to be trusted
                    yield name, {"error": str(error)}


def workload_row(bench: Bench, effort: Effort, name: str, progress: Progress) -> Row:
    """A workload: times, ratio and memory over several starts; of the compiled step, too, where it is asked for."""
    workload = WORKLOADS[name]
    rounds: list[Turn] = []
    memory: list[list[dict[str, float]]] = []
    for i in range(effort.starts):
        progress(f"{name}, processes {i + 1} of {effort.starts}")
        processes = [p for p in bench.processes(effort.fresh) if p.kind != COMPILED or not workload.as_written]
        rounds += measure(processes, effort, "workload", name, workload.tolerance)["forward"]
        memory.append(ask_all(processes, "memory"))
        check_threads(memory[-1])
    found = summary([(turn[0], turn[-1]) for turn in rounds])
    highest = [max(of, key=lambda m: m["peak"]) for of in zip(*memory, strict=True)]
    if effort.fresh:
        found |= memory_row(highest)
    if len(rounds[0]) == len(THREE):
        found["compiled"] = summary([turn[1:] for turn in rounds]) | (memory_row(highest[1:]) if effort.fresh else {})
    return found


def first_row(bench: Bench, effort: Effort, name: str, progress: Progress) -> Row:
    """A workload, or one of the comparisons with other programs than PyTorch."""
    if name == "scalar":
        progress(name)
        found = scalar_moons.measure(effort.starts, environment())
        ours, theirs = found["ms"]["seedgrad"], found["ms"]["micrograd"]
        return {"ours_ms": ours, "theirs_ms": theirs, "ratio": found["ratio"]}
    if name == "import":
        progress(name)
        return summary(import_times(3 * effort.starts))
    return workload_row(bench, effort, name, progress)


def lighter(effort: Effort) -> Effort:
    """For what has many rows, and no target of its own in the ratio's second digit."""
    return replace(effort, starts=1, rounds=min(effort.rounds, 4), seconds=min(effort.seconds, 0.1))


def numpy_row(bench: Bench, effort: Effort, name: str, progress: Progress) -> Row:
    """A workload without the extra `fast`."""
    return workload_row(bench, lighter(effort), name, progress)


def operation_row(bench: Bench, effort: Effort, name: str, progress: Progress) -> Row:
    """An operation, forward and backward."""
    progress(OPERATIONS[name].text)
    # The same processes run them all: nothing but time is asked for.
    processes = bench.processes(False)
    parts = measure(processes, lighter(effort), "operation", name, OPERATION_TOLERANCE)
    return {part: summary(rounds) for part, rounds in parts.items()}


def scaling_row(bench: Bench, effort: Effort, name: str, progress: Progress) -> Row:
    """A model at one size."""
    series, size = point(name)
    progress(f"{series.model}, {series.axis} {size}")
    processes = bench.processes(effort.fresh)
    found = summary(measure(processes, lighter(effort), "size", series.name, LOSS_TOLERANCE, size=size)["forward"])
    return found | memory_row(ask_all(processes, "memory")) if effort.fresh else found


def point(name: str) -> tuple[Series, int]:
    """The series and the size of a row such as `mlp_batch_64`."""
    series, _, size = name.rpartition("_")
    return SERIES[series], int(size)


def _quick(section: Section) -> list[str]:
    """All workloads, every second one with NumPy alone, every third operation, and two sizes of each series."""
    if section.name == "numpy-only":
        return list(section.names[::2])
    if section.name == "ops":
        return list(section.names[1::3])
    if section.name == "scaling":
        return [f"{s.name}_{size}" for s in SERIES.values() for size in s.sizes[:-1:3][:2]]
    return list(section.names)


SECTIONS = {
    s.name: s
    for s in (
        Section("workloads", "training steps and inference", (*WORKLOADS, *OTHERS), THREE, first_row),
        Section("numpy-only", "the same without the extra `fast`", tuple(WORKLOADS), ("numpy", "torch"), numpy_row),
        Section("ops", "single operations", tuple(OPERATIONS), OURS, operation_row),
        Section(
            "scaling",
            "time and memory as models grow",
            tuple(f"{s.name}_{size}" for s in SERIES.values() for size in s.sizes),
            OURS,
            scaling_row,
        ),
    )
}
