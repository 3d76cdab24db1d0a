"""`seedgrad doctor`: what this machine computes with, and what would make it faster."""

from __future__ import annotations

import importlib.util
import os
import platform
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import seedgrad

# The extra that brings each optional package, and what it is for.
EXTRAS = {
    "numba": ("fast", "compiled kernels"),
    "threadpoolctl": ("fast", "one pool of threads instead of two that wait for each other"),
    "matplotlib": ("viz", "pictures"),
    "rich": ("train", "progress bars"),
}
# Settings of the environment that change how fast NumPy and Python are.
SETTINGS = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_DISABLE_JIT",
    "SEEDGRAD_MALLOC",
    "PYTHONDONTWRITEBYTECODE",
)
# Kernels of OpenBLAS for processors without AVX2.
OLD_KERNELS = ("Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Barcelona", "Bulldozer")


@dataclass(frozen=True)
class Findings:
    """What was found: lines of (name, value), and advice, the most useful first."""

    lines: list[tuple[str, str]]
    advice: list[str]


def examine() -> Findings:
    """Look at the machine, the packages and the environment."""
    lines = [
        ("seedgrad", f"{seedgrad.__version__}, Python {platform.python_version()} on {platform.machine()}"),
        ("numpy, scipy", f"{_version('numpy')}, {_version('scipy')}"),
        ("threads", f"{seedgrad.get_num_threads()} of {os.cpu_count()} processors"),
        (
            "memory",
            "kept for the next array when freed" if seedgrad._allocator.kept else "freed as the C library sees fit",
        ),
    ]
    advice: list[str] = []
    for library in _blas_libraries():
        lines.append(("BLAS", library["text"]))
        advice += library["advice"]
    lines.append(("matrix product", f"{product_speed():.0f} GFLOP/s in float32"))
    for name, (extra, purpose) in EXTRAS.items():
        found = importlib.util.find_spec(name) is not None
        lines.append((name, _version(name) if found else "not installed"))
        if not found:
            advice.append(f'{name} is missing ({purpose}): pip install "seedgrad[{extra}]"')
    for name in SETTINGS:
        if name in os.environ:
            lines.append((name, os.environ[name]))
    return Findings(lines, _environment_advice() + advice)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _blas_libraries() -> list[dict[str, Any]]:
    """The loaded BLAS libraries as threadpoolctl sees them; without it, what NumPy was built with."""
    if importlib.util.find_spec("threadpoolctl") is None:
        built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return [{"text": f"{built['name']} {built['version']} (NumPy's; threadpoolctl would say more)", "advice": []}]
    import threadpoolctl

    np.ones((2, 2)) @ np.ones((2, 2))
    found = []
    for info in threadpoolctl.threadpool_info():
        if info["user_api"] != "blas":
            continue
        owner = Path(info["filepath"]).parent.name.removesuffix(".libs")
        kernels = info.get("architecture", "?")
        text = f"{info['internal_api']} {info['version']} of {owner}: {kernels} kernels, {info['num_threads']} threads"
        advice = []
        if kernels in OLD_KERNELS and "avx2" in _processor_flags() and "OPENBLAS_CORETYPE" not in os.environ:
            advice.append(f"{owner}'s BLAS uses {kernels} kernels on a processor with AVX2: install a newer {owner}")
        found.append({"text": text, "advice": advice})
    return found


def _processor_flags() -> set[str]:
    """What the processor can do, where the system says so in a file."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return set()
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("flags"):
            return set(line.split(":", 1)[1].split())
    return set()


def _environment_advice() -> list[str]:
    advice = []
    kind = os.environ.get("OPENBLAS_CORETYPE")
    if kind:
        advice.append(
            f"OPENBLAS_CORETYPE={kind} pins the kernels of BLAS, whatever the processor can do: unset OPENBLAS_CORETYPE"
        )
    cores = os.cpu_count() or 1
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdigit() and int(value) < cores:
            advice.append(f"{name}={value} leaves {cores - int(value)} of {cores} processors unused: unset {name}")
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        advice.append("NUMBA_DISABLE_JIT runs kernels uncompiled, a thousand times slower: unset NUMBA_DISABLE_JIT")
    if os.environ.get("SEEDGRAD_MALLOC") == "0":
        advice.append(
            "SEEDGRAD_MALLOC=0 makes every large array fresh memory, which the system must fill first: "
            "unset SEEDGRAD_MALLOC"
        )
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        advice.append(
            "PYTHONDONTWRITEBYTECODE makes Python compile every file at every start: unset PYTHONDONTWRITEBYTECODE"
        )
    return advice


def product_speed(n: int = 768, seconds: float = 0.2) -> float:
    """The best of several products of n×n matrices, in 10⁹ multiplications and additions a second."""
    a = np.ones((n, n), np.float32)
    best, end = float("inf"), time.perf_counter() + seconds
    while True:
        start = time.perf_counter()
        a @ a
        stop = time.perf_counter()
        best = min(best, stop - start)
        if stop > end:
            return 2 * n**3 / best / 1e9


def report(findings: Findings) -> str:
    """The findings as text."""
    width = max(len(name) for name, _ in findings.lines)
    lines = [f"{name:<{width}}  {value}" for name, value in findings.lines]
    if findings.advice:
        lines += ["", "For more speed:", *(f"  - {text}" for text in findings.advice)]
    else:
        lines += ["", "Nothing to change."]
    return "\n".join(lines)
