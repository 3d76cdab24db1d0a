"""docs/benchmarks.md, written from the stored results; a section that was not measured says by what command it is."""

from __future__ import annotations

from pathlib import Path

from . import charts, store, workload_table
from .cells import duration, plain, verdict
from .operations import GROUPS, OPERATIONS
from .process import DROPPED
from .runner import FULL, Row
from .sections import SECTIONS
from .store import Data
from .workloads import WORKLOADS

SCALAR_TARGET, IMPORT_TARGET = 0.25, 2.0
HEAD = f"""# Benchmarks

How fast seedgrad is beside PyTorch, measured by a program that anyone can run. Every workload is one text that both
libraries run through the API they share ([benchmarks](../benchmarks)); before anything is timed, the losses of five steps,
or the results of an operation, are compared, so that both do the same work.

```
python -m benchmarks               # everything on this page: about twenty minutes
python -m benchmarks --quick       # everything, roughly, in two minutes; the page stays as it is
python -m benchmarks workloads     # one section: workloads, numpy-only, ops or scaling
python -m benchmarks ops conv      # rows whose names begin so
python -m benchmarks page          # this page again, from the stored results (docs/benchmarks/*.json)
```

- **Turns.** A process of each library runs; they measure in turns, and while one works the others sleep. After each turn of
  another, {FULL.wake:g} s of work are not counted, until threads have woken up and caches are filled. Workloads: processes are
  started {FULL.starts} times, {FULL.rounds} rounds each, {FULL.seconds:g} s or more a round; other sections once, for less.
- **Ratio.** Time of seedgrad over time of PyTorch, in the same round; the table has the median of the rounds, and between
  what the middle 80 % of them lie.
- **Compiled.** A third process runs the same step, `seedgrad.compile(step)`, in turns with the other two: every measured step
  is a replay, and its losses are compared with theirs. It is set beside PyTorch as it is written, that is, eager;
  [torch.compile](compile.md) has a table of its own.
- **Threads.** Both libraries use the same number of threads, that of the cores the program may use.
- **Environment.** Variables that begin with {", ".join(f"`{d}`" for d in DROPPED)}
  are removed from the environment of what is measured: a pinned kernel (`OPENBLAS_CORETYPE`), for example, can halve
  NumPy's speed.
- **Memory.** The largest resident set of the process, whole; and after the `+` what it grew by since the import of the
  library. seedgrad's compiler (numba) is loaded at the first large operation, and counts in the second number; so does
  what PyTorch loads late. A process with data workers counts with them.
- **Peers.** PyTorch runs eagerly, as it is installed from PyPI, on the CPU; float32.
"""


def write(folder: Path = store.FOLDER, page: Path | None = None) -> Path:
    """Write the page and its pictures from the results in a folder."""
    page = page or folder.with_suffix(".md")
    found = {name: store.load(name, folder) for name in SECTIONS}
    parts = [HEAD, *_conditions(found), *_workloads(found, folder), *_operations(found), *_scaling(found, folder)]
    parts += _further(folder)
    page.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    return page


def _conditions(found: dict[str, Data | None]) -> list[str]:
    """The machine, once if all sections were measured on the same one."""
    groups: list[tuple[Data, list[str]]] = []
    for name, data in found.items():
        if data is None:
            continue
        for conditions, names in groups:
            if conditions == data["conditions"]:
                names.append(f"{name} {data['date']}")
                break
        else:
            groups.append((data["conditions"], [f"{name} {data['date']}"]))
    parts = ["## Measured on\n"]
    for conditions, names in groups:
        parts += ["| | |", "| --- | --- |", f"| sections | {', '.join(names)} |"]
        parts += [f"| {key} | {value} |" for key, value in conditions.items()]
        parts.append("")
    return parts


def _workloads(found: dict[str, Data | None], folder: Path) -> list[str]:
    data = found["workloads"]
    if data is None:
        return ["## Workloads\n", "Not measured yet: `python -m benchmarks workloads`.\n"]
    rows = data["rows"]
    alone = (found["numpy-only"] or {"rows": {}})["rows"]
    parts = workload_table.table(rows, alone)
    measured = [(w.text, rows[name]) for name, w in WORKLOADS.items() if "ratio" in rows.get(name, {})]
    if measured:
        parts += ["", *workload_table.means(rows), *workload_table.tallies(rows, alone)]
        charts.save(charts.ratio_bars(measured, workload_table.geometric_mean(rows)), folder / "ratios.svg")
        text = "Bars: time of seedgrad over time of PyTorch, by workload, as written and compiled"
        parts += [f"\n![{text}]({folder.name}/ratios.svg)\n"]
    return parts + _others(rows)


def _others(rows: dict[str, Row]) -> list[str]:
    """Comparisons with other programs than PyTorch."""
    kinds = (
        ("scalar", "scalar engine: a step of an MLP 2-16-16-1 on two moons (CPU time)", "micrograd", SCALAR_TARGET),
        ("import", "`import seedgrad`", "`import numpy`", IMPORT_TARGET),
    )
    lines = []
    for name, text, peer, target in kinds:
        row = rows.get(name)
        if row and "ratio" in row:
            lines.append(
                f"| {text} | {duration(row['ours_ms'])} | {peer} {duration(row['theirs_ms'])} | {row['ratio']:.3g} "
                f"| {verdict(row['ratio'], target)} |"
            )
    if not lines:
        return []
    head = ["Beside other programs:\n", "| | seedgrad | peer | ratio | target |", "| --- | --- | --- | --- | --- |"]
    return [*head, *lines, ""]


def _operations(found: dict[str, Data | None]) -> list[str]:
    data = found["ops"]
    if data is None:
        return ["## Operation by operation\n", "Not measured yet: `python -m benchmarks ops`.\n"]
    parts = [
        "## Operation by operation\n",
        "Forward with recording, and backward, each timed alone; of optimizers, a step.\n",
        "| operation | forward: seedgrad | PyTorch | ratio | backward: seedgrad | PyTorch | ratio |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for group in GROUPS:
        parts.append(f"| **{group}** | | | | | | |")
        for name, operation in OPERATIONS.items():
            row = data["rows"].get(name)
            if operation.group != group or row is None:
                continue
            if "error" in row:
                parts.append(f"| {operation.text} | failed: {plain(row['error'])} | | | | | |")
                continue
            cells = [_part(row.get(part)) for part in ("forward", "backward")]
            parts.append(f"| {operation.text} | {' | '.join(cells)} |")
    return [*parts, ""]


def _part(row: Row | None) -> str:
    return f"{duration(row['ours_ms'])} | {duration(row['theirs_ms'])} | {row['ratio']:.2f}" if row else " | | "


def _scaling(found: dict[str, Data | None], folder: Path) -> list[str]:
    data = found["scaling"]
    if data is None:
        return ["## As models grow\n", "Not measured yet: `python -m benchmarks scaling`.\n"]
    parts = ["## As models grow\n", "Both axes are logarithmic. Every point had processes of its own.\n"]
    for model in ("MLP", "GPT"):
        figure = charts.scaling_curves(model, data["rows"])
        if figure is not None:
            path = folder / f"scaling_{model.lower()}.svg"
            charts.save(figure, path)
            text = f"Curves: time and peak memory of a training step of {model} as one thing doubles, both libraries"
            parts.append(f"![{text}]({folder.name}/{path.name})\n")
    failed = [f"{name}: {plain(row['error'])}" for name, row in data["rows"].items() if "error" in row]
    return [*parts, *(f"- failed: {text}" for text in failed), ""]


def _further(folder: Path) -> list[str]:
    """Pages that other programs of this folder have written beside the results."""
    pages = sorted(folder.glob("*.md"))
    titles = [path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ") for path in pages]
    links = [f"- [{title}]({folder.name}/{path.name})" for title, path in zip(titles, pages, strict=True)]
    return ["## Further\n", *links] if links else []
