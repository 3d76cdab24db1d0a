"""Says once, when kernels have to be compiled and that takes noticeable time, what is going on and that it ends.

Compiled code is kept on disk, so this happens at the first use on a machine and after an update. The line is a warning of
the logger "seedgrad.kernels", which Python shows on stderr unless the program says otherwise:
`logging.getLogger("seedgrad").setLevel(logging.ERROR)` silences it.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from typing import Any

from numba.core import event
from numba.core.caching import FunctionCache

# Seconds of compiling that a person notices.
SECONDS = 1.0

logger = logging.getLogger("seedgrad.kernels")


class Notice(event.Listener):
    """Adds up the time in which numba compiles functions of this package; what comes from the disk is no event.

    Attributes:
        seconds: how long that took so far.
        given: whether the line was written.
    """

    def __init__(self) -> None:
        self.seconds, self.given = 0.0, False
        self._depth, self._start = 0, 0.0

    def on_start(self, event: Any) -> None:
        if not _ours(event):
            return
        self._depth += 1  # a function is compiled while one that calls it is
        if self._depth == 1:
            self._start = time.perf_counter()

    def on_end(self, event: Any) -> None:
        if not _ours(event):
            return
        self._depth -= 1
        if self._depth:
            return
        self.seconds += time.perf_counter() - self._start
        if self.seconds >= SECONDS and not self.given:
            self.given = True
            # Worker processes compile what their parent has reported already.
            if multiprocessing.parent_process() is None:
                logger.warning(
                    "seedgrad: compiling kernels for this processor, some seconds in all; they are kept in %s, so the "
                    "next start loads them",
                    FunctionCache(_ours).cache_path,
                )


def _ours(event: Any) -> bool:
    return str(event.data["dispatcher"].py_func.__module__).startswith("seedgrad.")


notice = Notice()
event.register("numba:compile", notice)
