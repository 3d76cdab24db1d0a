"""What was measured on: the processor, its caches, the BLAS of both libraries, versions."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# Flags of a processor by what they mean, the widest vectors first.
VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "sve": "SVE", "asimd": "NEON"}
PACKAGES = ("numpy", "scipy", "numba", "torch", "micrograd")


def cores() -> int:
    """The cores this process may use: the number of threads given to both libraries."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe() -> dict[str, str]:
    """Processor, cores, caches, memory, system and versions."""
    return {
        "processor": processor(),
        "cores": f"{cores()} of {os.cpu_count()}",
        "caches": caches(),
        "memory": memory(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def processor() -> str:
    """The model's name, and the widest vector instructions, where the system says so in a file."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine()
    text = path.read_text(errors="replace")
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    flags = set(" ".join(re.findall(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.M)[:1]).split())
    widest = next((label for flag, label in VECTORS.items() if flag in flags), "")
    return ", ".join(filter(None, [name[1].strip() if name else platform.machine(), widest]))


def caches() -> str:
    """The caches that the first core sees, with their sizes."""
    found = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind, level, size = (_read(folder / name) for name in ("type", "level", "size"))
        if kind and kind != "Instruction":
            found.append(f"L{level} {_readable(size)}")
    return ", ".join(found) or "unknown"


def _readable(size: str) -> str:
    """`1024K` as `1 MiB`."""
    kib = int(size.rstrip("K") or 0)
    return f"{kib // 1024} MiB" if kib >= 1024 else f"{kib} KiB"


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def memory() -> str:
    """What the machine has."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return "unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"


def blas(library: str, lib: Any) -> str:
    """The matrix products of a library: whose they are, for which processor, with how many threads."""
    if library == "torch":
        built = re.search(
            r"(Math Kernel Library|OpenBLAS|Accelerate|BLIS)[^\n]*?Version ([\d.]+)", lib.__config__.show()
        )
        name = f"{built[1]} {built[2]}" if built else "BLAS as built"
        return f"{name}, kernels {lib.backends.cpu.get_cpu_capability()}, {lib.get_num_threads()} threads"
    from seedgrad.cli.doctor import examine

    found = [text for name, text in examine().lines if name == "BLAS"]
    return f"{'; '.join(found)}; {lib.get_num_threads()} threads in all"
