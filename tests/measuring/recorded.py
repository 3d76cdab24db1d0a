"""Results of a run that never was, complete, for tests of the page and its pictures."""

from __future__ import annotations

from typing import Any

from benchmarks.sections import SECTIONS, point
from benchmarks.workloads import WORKLOADS

CONDITIONS = {"processor": "a processor", "cores": "2 of 2", "threads of each": 2}


def times(ratio: float, ms: float = 2.0) -> dict[str, Any]:
    """Times whose ratio is known."""
    return {"ours_ms": ratio * ms, "theirs_ms": ms, "ratio": ratio, "low": 0.9 * ratio, "high": 1.1 * ratio}


def memory(above: float) -> dict[str, Any]:
    """Peak memory: 40 MiB and 220 MiB after the imports."""
    return {"ours_mib": 40 + above, "theirs_mib": 220 + above, "ours_above": above, "theirs_above": above / 2}


def section(name: str) -> dict[str, Any]:
    """A section with all its rows."""
    rows: dict[str, Any] = {}
    for i, row in enumerate(SECTIONS[name].names):
        ratio = 0.5 + 0.05 * (i % 20)
        if name == "ops":
            rows[row] = {"forward": times(ratio)}
            if "optimizers" not in row:
                rows[row]["backward"] = times(ratio + 0.5, 0.01)
        elif name == "scaling":
            size = point(row)[1]
            rows[row] = times(ratio, 0.1 * size) | memory(30 + 0.5 * size)
        else:
            rows[row] = times(ratio) | (memory(10 * i) if row in WORKLOADS else {})
            if name == "workloads" and row in WORKLOADS and not WORKLOADS[row].as_written:
                rows[row]["compiled"] = times(0.8 * ratio) | memory(11 * i)
    return {"conditions": dict(CONDITIONS), "date": "2020-01-02", "rows": rows}
