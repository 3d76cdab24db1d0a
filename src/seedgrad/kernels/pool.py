"""The pool of threads where there is a compiler: between two pieces of work its threads stay awake for a moment.

They are threads of Python, so that they can call functions of Python; the parts of `sharing` they compute without it.
"""

from __future__ import annotations

import ctypes
import sys
import time
from typing import Any

import numba
import numpy as np

from ..core import parallel
from . import waiting

# How long a thread looks for work before it sleeps, in seconds.
PATIENCE = 1e-3

_N = ctypes.c_int64


class _Compiled:
    """The functions of `waiting`. While one of them runs, other threads may run Python, save in the short ones."""

    def __init__(self) -> None:
        found = waiting.addresses()
        self.serve = ctypes.CFUNCTYPE(_N, _N, _N)(found["serve"])
        self.offer = ctypes.PYFUNCTYPE(None, _N)(found["offer"])
        self.stop = ctypes.PYFUNCTYPE(_N, _N)(found["stop"])
        rest, times = ctypes.CFUNCTYPE(None, _N)(found["rest"]), 1 << 12
        seconds = []
        for _ in range(3):
            begin = time.perf_counter()
            rest(times)
            seconds.append(time.perf_counter() - begin)
        self.patience = max(1, int(times * PATIENCE / min(seconds)))


class AwakePool(parallel.Pool):
    """Threads that look for work before they sleep."""

    def __init__(self, threads: int, compiled: _Compiled) -> None:
        self.compiled = compiled
        memory = np.full(waiting.BOX * (threads + 1) // 8, waiting.PYTHON, np.int64)
        # It is never freed: threads look at boxes after the pool is closed, and while the interpreter ends.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(memory))
        self.boxes = -(-memory.ctypes.data // waiting.BOX) * waiting.BOX
        self.jobs: list[Any] = [None] * threads
        super().__init__(threads)

    def serve(self, number: int) -> None:
        box, patience = self.boxes + number * waiting.BOX, self.compiled.patience
        while self.compiled.serve(box, patience) == waiting.PYTHON:
            job, self.jobs[number] = self.jobs[number], None
            if job is not None:
                job.run()

    def offer(self, job: Any, helpers: int) -> None:
        for i in range(helpers):
            self.jobs[i] = job
            self.compiled.offer(self.boxes + i * waiting.BOX)

    def close(self) -> None:
        for i in range(self.threads):
            while not self.compiled.stop(self.boxes + i * waiting.BOX):
                time.sleep(0)


def stay_awake() -> None:
    """Have the package use this pool, where compiled code can wake a thread."""
    interpreted: Any = numba.config
    if sys.platform.startswith("linux") and waiting.FUTEX and not interpreted.DISABLE_JIT:
        compiled = _Compiled()
        parallel.use_pool(lambda threads: AwakePool(threads, compiled))


stay_awake()
