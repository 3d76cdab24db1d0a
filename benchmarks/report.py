"""What a run prints: a line for each row, and on a terminal what is being measured now."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

from .operations import OPERATIONS
from .runner import Row
from .sections import point
from .workloads import WORKLOADS


def line(section: str, name: str, row: Row) -> str:
    """A row as one line of text."""
    if "error" in row:
        return f"{name:<24}FAILED: {row['error']}"
    if section == "ops":
        operation = OPERATIONS[name]
        both = "   ".join(f"{part} {times(of)}" for part, of in row.items())
        return f"{operation.group + ': ' + operation.text:<66}{both}"
    if section == "scaling":
        series, size = point(name)
        return f"{series.model + ', ' + series.axis:<16}{size:>6}  {times(row)}{_memory(row)}"
    speed = ""
    if name in WORKLOADS and WORKLOADS[name].items:
        workload = WORKLOADS[name]
        ours, theirs = (1e3 * workload.items / row[f"{whose}_ms"] for whose in ("ours", "theirs"))
        speed = f"  {ours:,.0f} / {theirs:,.0f} {workload.unit}/s"
    compiled = row.get("compiled")
    beside = f"  compiled {compiled['ours_ms']:.3g} ms {compiled['ratio']:.2f}" if compiled else ""
    return f"{name:<24}{times(row)}{beside}{_memory(row)}{speed}"


def times(row: Row) -> str:
    """Both times, their ratio and its range."""
    text = f"{row['ours_ms']:>8.3g} / {row['theirs_ms']:<8.3g} ms  {row['ratio']:.2f}"
    return f"{text} ({row['low']:.2f}–{row['high']:.2f})" if "low" in row else text


def _memory(row: Row) -> str:
    return f"  {row['ours_mib']:.0f} / {row['theirs_mib']:.0f} MiB" if "ours_mib" in row else ""


class Status:
    """Lines that stay, and on a terminal one that says what is being done and how long it may still take."""

    def __init__(self, rows: int) -> None:
        self.rows, self.done = rows, 0
        self.begin = time.perf_counter()
        self.live = sys.stderr.isatty()

    def __enter__(self) -> Status:
        return self

    def __exit__(self, *exc: Any) -> None:
        self._clear()

    def show(self, text: str) -> None:
        """Say what is being measured."""
        if not self.live:
            return
        left = ""
        if self.done:
            left = f", about {(time.perf_counter() - self.begin) / self.done * (self.rows - self.done):.0f} s left"
        said = f"{self.done + 1} of {self.rows}: {text}{left}"
        self._clear()
        print(said[: shutil.get_terminal_size().columns - 1], end="", file=sys.stderr, flush=True)

    def print(self, text: str) -> None:
        """Print a line that stays."""
        self._clear()
        print(text, flush=True)
        self.done += 1

    def _clear(self) -> None:
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
