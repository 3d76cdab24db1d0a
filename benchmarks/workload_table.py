"""The table of workloads: as written, compiled, without compiled kernels; and what they come to together."""

from __future__ import annotations

import math

from .cells import plain, ratio, speed, verdict
from .common import Workload
from .runner import Row
from .sections import NUMPY_LIMIT
from .workloads import WORKLOADS

MEAN_TARGET = 0.7
EMPTY = " |" * 6


def table(rows: dict[str, Row], alone: dict[str, Row]) -> list[str]:
    """The heading, a line for each workload, and why some are not compiled."""
    reasons = list(dict.fromkeys(w.as_written for w in WORKLOADS.values() if w.as_written))
    parts = [
        "## Workloads\n",
        "Ratio: seedgrad over PyTorch, both as written (eager). Compiled: `seedgrad.compile` over PyTorch as written.",
        f"NumPy alone: the ratio of seedgrad without its extra `fast` (no compiled kernels), at most {NUMPY_LIMIT:g}.\n",
        "| workload | seedgrad | PyTorch | ratio | target | `seedgrad.compile` | `seedgrad.compile` / PyTorch eager "
        "| peak MiB, seedgrad (/ compiled) / PyTorch | NumPy alone |",
        f"| ---{' | ---' * 8} |",
    ]
    parts += [_line(WORKLOADS[name], reasons, rows.get(name), alone.get(name)) for name in WORKLOADS]
    return [*parts, "", *(f"{_mark(n)} Runs as written: {reason}.  " for n, reason in enumerate(reasons))]


def _line(workload: Workload, reasons: list[str], row: Row | None, alone: Row | None) -> str:
    beside = "not measured" if alone is None else _alone(alone)
    if row is None or "error" in row:
        said = "not measured" if row is None else f"failed: {plain(row['error'])}"
        return f"| {workload.text} | {said} |{EMPTY} {beside} |"
    ours, theirs = (speed(row[f"{whose}_ms"], workload.items, workload.unit) for whose in ("ours", "theirs"))
    replayed = row.get("compiled")
    if workload.as_written:
        both = ["–", f"– {_mark(reasons.index(workload.as_written))}"]
    elif replayed is None:
        both = ["", "not measured"]
    else:
        both = [speed(replayed["ours_ms"], workload.items, workload.unit), ratio(replayed)]
    cells = [
        workload.text,
        ours,
        theirs,
        ratio(row),
        verdict(row["ratio"], workload.target),
        *both,
        _memory(row),
        beside,
    ]
    return f"| {' | '.join(cells)} |"


def _mark(number: int) -> str:
    return f"<sup>{number + 1}</sup>"


def _memory(row: Row) -> str:
    if "ours_mib" not in row:
        return ""
    kinds = [("ours", row), *([("ours", row["compiled"])] if "compiled" in row else []), ("theirs", row)]
    text = " / ".join(f"{of[f'{whose}_mib']:.0f} (+{of[f'{whose}_above']:.0f})" for whose, of in kinds)
    return text + ("" if row["ours_mib"] <= row["theirs_mib"] else ": **higher**")


def _alone(row: Row) -> str:
    if "error" in row:
        return f"failed: {plain(row['error'])}"
    return f"{row['ratio']:.2f}" + ("" if row["ratio"] <= NUMPY_LIMIT else f", **over {NUMPY_LIMIT:g}**")


def geometric_mean(rows: dict[str, Row], compiled: bool = False) -> float | None:
    """Of the ratios of the workloads that were measured; with `compiled`, of the compiled steps' where there are such."""
    measured = [rows[name] for name in WORKLOADS if "ratio" in rows.get(name, {})]
    ratios = [(row.get("compiled", row) if compiled else row)["ratio"] for row in measured]
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def means(rows: dict[str, Row]) -> list[str]:
    """The geometric mean of the workloads as written, and with compiled steps."""
    mean, best = geometric_mean(rows), geometric_mean(rows, compiled=True)
    measured = [rows[name] for name in WORKLOADS if "ratio" in rows.get(name, {})]
    replayed = sum("compiled" in row for row in measured)
    parts = []
    if mean is not None:
        reached = verdict(mean, MEAN_TARGET)
        parts += [
            f"**Geometric mean of the ratios, all workloads as written (eager): {mean:.2f}**, target {reached}.  "
        ]
    if best is not None and replayed:
        parts += [
            f"**Geometric mean with `sg.compile` where it can be used: {best:.2f}** ({replayed} workloads compiled, faster or "
            f"not; {len(measured) - replayed} at their ratio as written), target {verdict(best, MEAN_TARGET)}.  "
        ]
    return parts


def tallies(rows: dict[str, Row], alone: dict[str, Row]) -> list[str]:
    """How many workloads reach what all should."""
    measured = [rows[name] for name in WORKLOADS if "ratio" in rows.get(name, {})]
    parts = [f"No slower than PyTorch: {_count(measured, 'ratio')} of {len(measured)}."]
    replayed = [row for row in measured if "compiled" in row]
    if replayed:
        faster = sum(row["compiled"]["ratio"] <= row["ratio"] for row in replayed)
        parts += [
            f"Compiled: {_count([row['compiled'] for row in replayed], 'ratio')} of {len(replayed)}; no slower than as "
            f"written: {faster}."
        ]
    with_memory = [row for row in measured if "ours_mib" in row]
    if with_memory:
        parts += [_lower("Peak memory", with_memory)]
    if compiled := [row["compiled"] for row in replayed if "ours_mib" in row["compiled"]]:
        parts += [_lower("Compiled", compiled)]
    numpy = [row for name, row in alone.items() if name in WORKLOADS and "ratio" in row]
    if numpy:
        mean = geometric_mean(alone)
        within = sum(row["ratio"] <= NUMPY_LIMIT for row in numpy)
        parts += [f"NumPy alone within {NUMPY_LIMIT:g}×: {within} of {len(numpy)}, geometric mean {mean:.2f}."]
    return parts


def _count(rows: list[Row], key: str) -> int:
    return sum(row[key] <= 1 for row in rows)


def _lower(what: str, rows: list[Row]) -> str:
    lower = sum(row["ours_mib"] <= row["theirs_mib"] for row in rows)
    above = sum(row["ours_above"] <= row["theirs_above"] for row in rows)
    return f"{what} no higher: {lower} of {len(rows)}; above the import: {above}."
