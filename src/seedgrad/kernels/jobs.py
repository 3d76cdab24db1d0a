"""Many calls of `in_parts`, written down once and made again and again, without Python between them.

A call of compiled code from Python takes 5 to 10 us, as long as many a kernel of a small model. A recorded step knows its
arrays before it runs, so it has these calls as a table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.parallel import split, threads
from .compile import Array, compiled
from .pool import AwakePool
from .sharing import PARTS_EACH, in_parts, launcher, plain, raise_error
from .waiting import DATA, ERROR, FUNCTION, HELPERS, NEXT, PARTS, PLACES, run_job, store

Call = tuple[Any, ...]


def _words(arguments: Any) -> int:
    """Words of 8 bytes in which compiled code can keep the arguments."""
    if isinstance(arguments, tuple):
        return 1 + sum(map(_words, arguments))
    return 6 + 2 * arguments.ndim if isinstance(arguments, np.ndarray) else 1


def _written(call: Call) -> tuple[Array, Any]:
    """The call as a job in memory of its own, and its arguments."""
    kernel, n, _, *given = call
    arguments = plain(tuple(given))
    room = np.zeros(HELPERS // 8 + _words(arguments), np.int64)
    launcher(kernel)((room.ctypes.data, 0, 0, n), *arguments)
    return room, arguments


@compiled
def _run(table: Array, boxes: int, helpers: int, most: int) -> None:
    """The jobs of the table one after the other, each in `most` parts or fewer."""
    job = np.empty(HELPERS // 8 + helpers, np.int64)
    here = np.intp(job.ctypes.data)
    for row in table:
        parts = max(1, min(most, row[3]))
        store(here + FUNCTION, row[0])
        store(here + DATA, row[1])
        store(here + PLACES, row[2])
        store(here + PARTS, parts)
        store(here + NEXT, 0)
        store(here + ERROR, 0)
        run_job(here, boxes, min(helpers, parts - 1))
        raise_error(here)
    job[0] = 0  # (an array whose last use is behind it would be free memory by now)


def jobs(calls: list[Call]) -> Callable[[], None]:
    """A function that calls in_parts(*call) for each of the calls; their arrays stay where they are."""
    calls = [call for call in calls if call[1]]
    kept = [_written(call) for call in calls]
    rows = [(room[FUNCTION // 8], room[DATA // 8], n, n // max(1, grain))
            for (room, _), (_, n, grain, *_) in zip(kept, calls, strict=True)]  # fmt: skip
    table = np.array(rows, np.int64).reshape(-1, 4)

    def run(kept: Any = kept) -> None:
        most = split(sys.maxsize, 1, PARTS_EACH)
        pool = threads() if most > 1 else None
        if isinstance(pool, AwakePool):
            _run(table, pool.boxes, pool.threads, most)
        elif pool is None:
            _run(table, 0, 0, 1)
        else:
            for call in calls:
                in_parts(*call)

    return run


functions.update(jobs=jobs)
