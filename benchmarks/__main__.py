"""Measure seedgrad beside PyTorch, print what was found, and write docs/benchmarks.md.

python -m benchmarks                       everything (twenty minutes)
python -m benchmarks --quick               everything, roughly, in two minutes; writes nothing
python -m benchmarks workloads             one section: workloads, numpy-only, ops or scaling
python -m benchmarks workloads lenet       one row, or rows whose names begin so
python -m benchmarks page                  write the page from what is stored
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from . import machine, page, store
from .process import Failed, ask_all, dropped, together
from .report import Status, line
from .runner import FULL, QUICK
from .sections import OURS, SECTIONS, Section


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", metavar="SECTION [NAME …]", help="default: all sections")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer processes; the page stays as it is")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md and its results as they are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what this run measured to a file")
    options = parser.parse_args()
    if options.what == ["page"]:
        page.write()
        return 0
    chosen = _chosen(parser, options.what, options.quick)
    try:
        return _run(chosen, options)
    except KeyboardInterrupt:
        print("\nstopped; rows that were finished are stored" if _writes(options) else "\nstopped", file=sys.stderr)
        return 130


def _writes(options: argparse.Namespace) -> bool:
    return not (options.quick or options.no_write)


def _chosen(parser: argparse.ArgumentParser, what: list[str], quick: bool) -> list[tuple[Section, list[str]]]:
    """The sections and the names of their rows. A word that is no section is the name of rows of the one before it."""
    words: dict[str, list[str]] = {}
    for word in what:
        if word in SECTIONS:
            words[word] = []
        else:
            words.setdefault(next(reversed(words), "workloads"), []).append(word)
    chosen = []
    for name, names in (words or {name: [] for name in SECTIONS}).items():
        section = SECTIONS[name]
        for unknown in (w for w in names if not section.chosen([w], quick)):
            parser.error(f"{name} has nothing called {unknown}; there are {', '.join(section.names)}")
        chosen.append((section, section.chosen(names, quick)))
    return chosen


def conditions() -> dict[str, Any]:
    """The machine, and what both libraries compute with."""
    found: dict[str, Any] = machine.describe()
    with together(OURS) as processes:
        abouts = ask_all(processes, "about")
    for library, about in zip(OURS, abouts, strict=True):
        found[f"BLAS of {library}"] = about["blas"]
    found["threads of each"] = abouts[0]["threads"]
    return found


def _run(chosen: list[tuple[Section, list[str]]], options: argparse.Namespace) -> int:
    begin = time.perf_counter()
    if dropped():
        print(f"left out of the environment of what is measured: {', '.join(dropped())}")
    try:
        found = conditions()
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    for name, value in found.items():
        print(f"{name}: {value}")
    results: dict[str, Any] = {}
    failures = 0
    for section, names in chosen:
        print(f"\n{section.name}: {section.text}")
        data = store.start(section.name, found) if _writes(options) else {"conditions": found, "rows": {}}
        results[section.name] = rows = {}
        start = time.perf_counter()
        with Status(len(names)) as status:
            for name, row in section.measure(names, QUICK if options.quick else FULL, status.show):
                status.print(line(section.name, name, row))
                failures += "error" in row
                data["rows"][name] = rows[name] = row
                if _writes(options):
                    store.keep(section.name, data)
        print(f"{time.perf_counter() - start:.0f} s")
    if _writes(options):
        print(f"\nwritten: {page.write()}")
    if options.json:
        options.json.write_text(json.dumps({"conditions": found, "sections": results}, indent=1), encoding="utf-8")
    print(f"\n{time.perf_counter() - begin:.0f} s" + (f", {failures} failed" if failures else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
