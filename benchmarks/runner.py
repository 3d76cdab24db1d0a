"""Alternating processes, medians, ratios within one run, peak memory, and losses that must agree."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .common import Workload

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("seedgrad", "torch")


@dataclass(frozen=True)
class Row:
    """One line of the table: median milliseconds, their ratio and its range over the rounds, peak MiB."""

    text: str
    ours_ms: float
    theirs_ms: float
    ratio: float
    low: float
    high: float
    ours_mib: float
    theirs_mib: float
    target: float | None
    peer: str = "PyTorch"

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return f"≤ {self.target:g}: {'yes' if self.ratio <= self.target else 'NO'}"


def environment() -> dict[str, str]:
    """The environment of the measured processes: without pinned BLAS kernels, and with compiled files kept."""
    return {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_") and k != "PYTHONDONTWRITEBYTECODE"}


def run_worker(library: str, name: str, rounds: int) -> dict[str, Any]:
    """Run one process and return what it measured."""
    command = [sys.executable, "-m", "benchmarks.worker", library, name, str(rounds)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(workload: Workload, processes: int, rounds: int) -> Row:
    """Alternate processes of the two libraries and compare them pair by pair."""
    results: dict[str, list[dict[str, Any]]] = {library: [] for library in LIBRARIES}
    for i in range(processes):
        for library in LIBRARIES if i % 2 == 0 else LIBRARIES[::-1]:
            results[library].append(run_worker(library, workload.name, rounds))
    ours, theirs = results["seedgrad"], results["torch"]
    for a, b in zip(ours[0]["losses"], theirs[0]["losses"], strict=True):
        if not math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-4):
            raise RuntimeError(
                f"{workload.name}: the losses differ, so the work does: {ours[0]['losses']} and {theirs[0]['losses']}"
            )
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(ours, theirs, strict=True)]
    return Row(
        text=workload.text,
        ours_ms=1e3 * statistics.median(r["seconds"] for r in ours),
        theirs_ms=1e3 * statistics.median(r["seconds"] for r in theirs),
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
        ours_mib=max(r["peak_mib"] for r in ours),
        theirs_mib=max(r["peak_mib"] for r in theirs),
        target=workload.target,
    )


def import_times(processes: int) -> tuple[float, float]:
    """Median seconds that `import seedgrad` and `import numpy` take, in alternating processes."""
    times: dict[str, list[float]] = {"seedgrad": [], "numpy": []}
    for _ in range(processes + 1):
        for name, found in times.items():
            code = f"import time; t = time.perf_counter(); import {name}; print(time.perf_counter() - t)"
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
            )
            found.append(float(done.stdout))
    return statistics.median(times["seedgrad"][1:]), statistics.median(times["numpy"][1:])
