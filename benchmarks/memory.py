"""How much memory a process has taken."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path


def peak_mib() -> float:
    """The largest resident set of this process so far.

    Not `ru_maxrss` on Linux: there a new process inherits it from the one that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return _kilobytes(status.read_text(), "VmHWM") / 1024
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss counts bytes on macOS, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def helpers_mib() -> float:
    """The memory of the processes that this one has started, and those have; a page shared by n of them counts 1/n.

    What they have now, because the system keeps no largest value of it; 0 where it can't be read.
    """
    parents, total = {}, 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parents[int(status.parent.name)] = _kilobytes(status.read_text(), "PPid")
        except OSError:  # it has ended since
            continue
    family = {os.getpid()}
    while found := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= found
    for pid in family - {os.getpid()}:
        try:
            total += _kilobytes(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss")
        except OSError:
            continue
    return total / 1024


def _kilobytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s*(\d+)", text, re.M)
    return int(found[1]) if found else 0
