"""Two processes, rounds in turns: times, ratios within one run, and results that must agree."""

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


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        pairs: pairs of fresh processes for each workload.
        rounds: in turns, in each pair.
        seconds: aimed at for a round; slow steps take longer.
        wake: seconds of work that are not counted after the other library's turn: its threads of BLAS or OpenMP still
            spin for some 30 ms, and this one's have to wake up, which makes its first steps several times slower.
        steps: before the first measured one; their losses are compared.
        fresh: whether each subject gets processes of its own. Otherwise one pair runs all, and the peak of its memory
            says nothing about one of them.
    """

    pairs: int
    rounds: int
    seconds: float
    wake: float
    steps: int = 5
    fresh: bool = True


FULL = Effort(pairs=3, rounds=6, seconds=0.15, wake=0.15)
QUICK = Effort(pairs=1, rounds=2, seconds=0.02, wake=0.08, steps=2, fresh=False)


def summary(rounds: Sequence[tuple[float, float]]) -> Row:
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


def alternate(
    processes: tuple[Process, Process], rounds: int, times: int, wake: float
) -> dict[str, list[tuple[float, float]]]:
    """Let the processes measure in turns, the other one first in every second round.

    Args:
        rounds: how many.
        times: repetitions in a round.
        wake: seconds of work before them, where the other one had its turn.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    last = None
    for i in range(rounds):
        answers: list[dict[str, float]] = [{}, {}]
        for which in (0, 1) if i % 2 == 0 else (1, 0):
            answers[which] = processes[which].ask("measure", times=times, wake=0 if which == last else wake)
            last = which
        for part in answers[0]:
            found.setdefault(part, []).append((answers[0][part], answers[1][part]))
    return found


def repetitions(firsts: Sequence[dict[str, Any]], effort: Effort) -> tuple[int, int]:
    """Rounds, and repetitions in each, by what a step of the slower library takes."""
    slowest = max(first["seconds"] for first in firsts)
    times = max(1, min(2000, round(effort.seconds / max(slowest, 1e-7))))
    return effort.rounds if slowest < 0.25 else max(2, effort.rounds // 2), times


def compare_numbers(name: str, ours: Sequence[float], theirs: Sequence[float], tolerance: float) -> None:
    """Check that both libraries did the same work.

    Raises:
        Failed: the losses differ by more than the tolerance, relatively.
    """
    same = len(ours) == len(theirs) and all(
        math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-4) for a, b in zip(ours, theirs, strict=True)
    )
    if not same:
        raise Failed(f"{name}: the losses differ, so the work does: {ours} and {theirs}")


def check_threads(memory: Sequence[dict[str, float]]) -> None:
    """Both must use the same number of threads."""
    ours, theirs = (int(m["threads"]) for m in memory)
    if ours != theirs:
        raise Failed(f"{ours} threads against {theirs}: both libraries must use the same number of cores")


def memory_row(memory: Sequence[dict[str, float]]) -> Row:
    """Peak memory of both, whole and above what the import took."""
    ours, theirs = memory
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
    processes: tuple[Process, Process], effort: Effort, do: str, name: str, tolerance: float, **rest: Any
) -> dict[str, list[tuple[float, float]]]:
    """Prepare a subject in both processes, compare what it computes, and time it."""
    firsts = [
        process.ask(do, name=name, steps=effort.steps, **rest) for process in processes
    ]  # not at once: steps are timed
    compare_numbers(name, firsts[0]["found"], firsts[1]["found"], tolerance)
    return alternate(processes, *repetitions(firsts, effort), effort.wake)
