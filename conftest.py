"""What is collected where optional packages are missing: everything but what needs them, and the report says so."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent
# The package, its extra, and the files and folders that can't be tested without it.
NEEDS = {
    "numba": ("fast", ["src/seedgrad/kernels", "tests/ops/test_numba_conv_pool.py"]),
    "matplotlib": (
        "viz",
        ["src/seedgrad/viz", "tests/viz", "tests/lessons/test_lessons.py", "tests/cli", "tests/measuring"],
    ),
    "typer": ("train", ["src/seedgrad/cli", "tests/cli"]),
}
MISSING = {name: needs for name, needs in NEEDS.items() if importlib.util.find_spec(name) is None}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    path = collection_path.relative_to(ROOT).as_posix() if collection_path.is_relative_to(ROOT) else ""
    return True if any(path == p for _, paths in MISSING.values() for p in paths) else None


def pytest_report_header() -> list[str]:
    return [
        f"{name} is not installed (extra {extra!r}): not tested are {', '.join(paths)}"
        for name, (extra, paths) in MISSING.items()
    ]
