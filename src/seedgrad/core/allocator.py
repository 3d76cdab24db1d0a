"""How the C library hands freed memory back to the system: later than by default.

Every op makes a new array, and in a training step the next one of the same size follows at once. glibc returns large
blocks to the system when they are freed, so each new array is fresh memory whose pages the system must fill with zeros
when they are first touched: several times the work of a multiplication. Here glibc is told to keep them. The peak is
the same; what is given up is that the process shrinks after it.
"""

from __future__ import annotations

import ctypes
import os

MIB = 2**20
# Larger arrays than this still come from the system and go back there.
FROM_SYSTEM = 256 * MIB
# The most that glibc before 2.35 accepts for it.
FROM_SYSTEM_OLD = 32 * MIB
# Free memory at the end of the heap that is kept; more goes back.
KEPT = 512 * MIB
# `mallopt`'s names for them, from malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
# glibc's own settings of the same: who uses them knows better.
SETTINGS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_")


def wanted() -> bool:
    """Whether the C library is glibc, and neither SEEDGRAD_MALLOC=0 nor settings of glibc's own say otherwise."""
    if os.environ.get("SEEDGRAD_MALLOC", "1") == "0" or any([name in os.environ for name in SETTINGS]):
        return False
    return "glibc.malloc." not in os.environ.get("GLIBC_TUNABLES", "") and _has_glibc()


def _has_glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError):  # Windows has no confstr, other systems don't know the name
        return False


def keep_memory() -> bool:
    """Have freed memory kept for the next array. Returns whether that was done; `wanted` says when it is not."""
    if not wanted():
        return False
    mallopt = ctypes.CDLL(None).mallopt
    accepted = mallopt(M_MMAP_THRESHOLD, FROM_SYSTEM) or mallopt(M_MMAP_THRESHOLD, FROM_SYSTEM_OLD)
    return bool(accepted and mallopt(M_TRIM_THRESHOLD, KEPT))


kept = keep_memory()
