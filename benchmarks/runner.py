"""Processes that measure in turns: times, ratios within one run, and results that must agree."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .process import Failed, Process, environment

Progress = Callable[[str], None]
Row = dict[str, Any]
Turn = tuple[float, ...]


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        starts: how often fresh processes are started for a workload.
        rounds: in turns, in each start.
        seconds: aimed at for a round; slow steps take longer.
        wake: seconds of work that are not counted after another process's turn: its threads of BLAS or OpenMP still
            spin for some 30 ms, and this one's have to wake up, which makes its first steps several times slower.
        steps: before the first measured one; their losses are compared.
        fresh: whether each subject gets processes of its own. Otherwise the same ones run all, and the peak of their
            memory says nothing about one of them.
    """

    starts: int
    rounds: int
    seconds: float
    wake: float
    steps: int = 5
    fresh: bool = True


FULL = Effort(starts=3, rounds=6, seconds=0.15, wake=0.15)
QUICK = Effort(starts=1, rounds=2, seconds=0.02, wake=0.08, steps=2, fresh=False)


def summary(rounds: Sequence[Turn]) -> Row:
    """Of seconds, ours and theirs in each round: the medians in milliseconds, and the ratio.

    The ratio is the median of the rounds' ratios; `low` and `high` enclose the middle 80 % of them.
    """
    ratios = sorted(a / b for a, b in rounds)
    tenth = len(ratios) // 10
    return {
        "ours_ms": 1e3 * statistics.median(a for a, _ in rounds),
        "theirs_ms": 1e3 * statistics.median(b for _, b in rounds),
        "ratio": statistics.median(ratios),
        "low": ratios[tenth],
        "high": ratios[-1 - tenth],
    }


def alternate(processes: Sequence[Process], rounds: int, times: int, wake: float) -> dict[str, list[Turn]]:
    """Let the processes measure in turns, in every second round the last one first.

    Args:
        rounds: how many.
        times: repetitions in a round.
        wake: seconds of work before them, where another one had its turn.

    Returns:
        By what was measured, seconds of each process, for each round.
    """
    found: dict[str, list[Turn]] = {}
    last = None
    for i in range(rounds):
        answers: dict[Process, dict[str, float]] = {}
        for process in processes if i % 2 == 0 else processes[::-1]:
            answers[process] = process.ask("measure", times=times, wake=0 if process is last else wake)
            last = process
        for part in answers[processes[0]]:
            found.setdefault(part, []).append(tuple([answers[process][part] for process in processes]))
    return found


def repetitions(firsts: Sequence[dict[str, Any]], effort: Effort) -> tuple[int, int]:
    """Rounds, and repetitions in each, by what a step of the slower library takes."""
    slowest = max(first["seconds"] for first in firsts)
    times = max(1, min(2000, round(effort.seconds / max(slowest, 1e-7))))
    return effort.rounds if slowest < 0.25 else max(2, effort.rounds // 2), times


def compare_numbers(name: str, ours: Sequence[float], theirs: Sequence[float], tolerance: float) -> None:
    """Check that two processes did the same work.

    Raises:
        Failed: the losses differ by more than the tolerance, relatively.
    """
    same = len(ours) == len(theirs) and all(
        math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-4) for a, b in zip(ours, theirs, strict=True)
    )
    if not same:
        raise Failed(f"{name}: the losses differ, so the work does: {ours} and {theirs}")


def check_threads(memory: Sequence[dict[str, float]]) -> None:
    """All must use the same number of threads."""
    ours, *others = (int(m["threads"]) for m in memory)
    if any(theirs != ours for theirs in others):
        raise Failed(f"{ours} threads against {others[-1]}: both libraries must use the same number of cores")


def memory_row(memory: Sequence[dict[str, float]]) -> Row:
    """Peak memory of ours, the first, and theirs, the last: whole, and above what the import took."""
    ours, theirs = memory[0], memory[-1]
    return {
        "ours_mib": ours["peak"],
        "theirs_mib": theirs["peak"],
        "ours_above": ours["above"],
        "theirs_above": theirs["above"],
    }


def import_times(times: int) -> list[tuple[float, float]]:
    """Seconds that `import seedgrad` and `import numpy` take, in processes in turns; the first of each is not counted."""
    found: dict[str, list[float]] = {"seedgrad": [], "numpy": []}
    for _ in range(times + 1):
        for name, seconds in found.items():
            code = f"import time; t = time.perf_counter(); import {name}; print(time.perf_counter() - t)"
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
            )
            seconds.append(float(done.stdout))
    return list(zip(found["seedgrad"][1:], found["numpy"][1:], strict=True))


def measure(
    processes: Sequence[Process], effort: Effort, do: str, name: str, tolerance: float, **rest: Any
) -> dict[str, list[Turn]]:
    """Prepare a subject in all processes, compare what it computes, and time it."""
    firsts = [
        process.ask(do, name=name, steps=effort.steps, **rest) for process in processes
    ]  # not at once: steps are timed
    for first in firsts[1:]:
        compare_numbers(name, firsts[0]["found"], first["found"], tolerance)
    return alternate(processes, *repetitions(firsts, effort), effort.wake)
