"""`python -m benchmarks`: print the table and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version

from . import runner, scalar_moons
from .runner import ROOT, Row
from .workloads import WORKLOADS

HEAD = """# Benchmarks

Time of one training step, seedgrad beside its peer: {processes} pairs of alternating processes, the median of {rounds}
rounds in each, the ratio taken pair by pair (median, and lowest to highest). Losses are compared, so both do the same
work. Peak memory is the process's largest resident set. `OPENBLAS_*` variables are removed, because a pinned kernel
would slow NumPy down. Reproduce with `python -m benchmarks`.

{machine}

| workload | seedgrad | peer | ratio | target | peak memory |
| --- | --- | --- | --- | --- | --- |
"""


NAMES = [*WORKLOADS, "scalar", "import"]


def line(row: Row) -> str:
    return (
        f"| {row.text} | {row.ours_ms:.3g} ms | {row.peer} {row.theirs_ms:.3g} ms | {row.ratio:.2f} "
        f"({row.low:.2f}–{row.high:.2f}) | {row.verdict} | {row.ours_mib:.0f} / {row.theirs_mib:.0f} MiB |"
    )


def machine() -> str:
    names = ("numpy", "scipy", "numba", "torch", "micrograd")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, {versions}."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument("--quick", action="store_true", help="fewer processes and rounds")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    processes, rounds = (2, 3) if options.quick else (5, 9)
    names = options.names or NAMES
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        parser.error(f"no workload is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    lines = []
    for name in names:
        if name == "scalar":
            text = scalar_line(processes)
        elif name == "import":
            ours, theirs = runner.import_times(2 * processes)
            text = (
                f"| `import seedgrad` | {1e3 * ours:.0f} ms | `import numpy` {1e3 * theirs:.0f} ms | "
                f"{ours / theirs:.2f} | < 2: {'yes' if ours < 2 * theirs else 'NO'} | |"
            )
        else:
            text = line(runner.measure(WORKLOADS[name], processes, rounds))
        print(text, flush=True)
        lines.append(text)
    if not options.names and not options.no_write:
        head = HEAD.format(processes=processes, rounds=rounds, machine=machine())
        (ROOT / "docs" / "benchmarks.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def scalar_line(processes: int) -> str:
    """The scalar engine's step beside micrograd's, in CPU time."""
    found = scalar_moons.measure(processes)
    ours, theirs = found["ms"]["seedgrad"], found["ms"]["micrograd"]
    peaks = found["peak_mb"]
    return (
        f"| scalar engine: two-moons MLP 2-16-16-1, 50 points (CPU time) | {ours:.3g} ms | micrograd {theirs:.3g} ms | "
        f"{found['ratio']:.3f} | ≤ 0.25: {'yes' if found['ratio'] <= 0.25 else 'NO'} | "
        f"{peaks['seedgrad']:.1f} / {peaks['micrograd']:.1f} MB of objects |"
    )


if __name__ == "__main__":
    main()
