"""One pool for parts of ours and for the products of BLAS, where BLAS is an OpenBLAS that lets others do its threads' work.

Two pools on the same cores wait for each other: the threads of OpenBLAS look for the next product for 25 ms and take the
core from ours. Here both kinds of work go to the same threads, which are awake between them. They are threads of Python, so
that they can call functions of Python; products they compute without it.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import Any

import numba
import numpy as np

from ..core import parallel
from . import pool_code as code

# How long a thread looks for work before it sleeps, in seconds. Waking it takes 50 us.
PATIENCE = 1e-3
# More than there are threads in any BLAS.
BOXES = 1024

_N, _I = ctypes.c_int64, ctypes.c_int32
_SETTERS = [f"{a}openblas_set_threads_callback_function{b}" for a in ("", "scipy_") for b in ("", "64_", "_64_")]
# The memory of boxes outlives their pool: a product that began before the end may still look at them.
_kept: list[Any] = []


def _setters() -> list[Any]:
    """For each BLAS library that lets others do its threads' work, the function that says who does it."""
    found = []
    for library in parallel.blas_libraries():
        if library.internal_api == "openblas" and library.threading_layer == "pthreads":
            for name in _SETTERS:
                setter = getattr(library.dynlib, name, None)
                if setter is not None:
                    setter.argtypes, setter.restype = [ctypes.c_void_p], None
                    found.append(setter)
    return found


class _Compiled:
    """The functions of `pool_code`. While one of them runs, other threads may run Python, save in the short ones."""

    def __init__(self) -> None:
        self.addresses = found = code.addresses()
        self.serve = ctypes.CFUNCTYPE(_N, _N, _N)(found["serve"])
        self.offer = ctypes.PYFUNCTYPE(None, _N)(found["offer"])
        self.stop = ctypes.PYFUNCTYPE(_N, _N)(found["stop"])
        self.products = ctypes.PYFUNCTYPE(None, _I, _N, _I, _N, _N, _I)(found["products"])
        rest, times = ctypes.CFUNCTYPE(None, _N)(found["rest"]), 1 << 12
        seconds = []
        for _ in range(3):
            begin = time.perf_counter()
            rest(times)
            seconds.append(time.perf_counter() - begin)
        self.patience = max(1, int(times * PATIENCE / min(seconds)))


class SharedPool(parallel.Pool):
    """Threads that do parts of ours and products of BLAS."""

    multiplies = True

    def __init__(self, threads: int, compiled: _Compiled, setters: list[Any]) -> None:
        self.compiled, self.setters = compiled, setters
        memory = np.zeros(code.BOX * (BOXES + 1) // 8, np.int64)
        _kept.append(memory)
        self.head = -(-memory.ctypes.data // code.BOX) * code.BOX
        _put(self.head + code.ALONE, compiled.addresses["alone"])
        self.jobs: list[Any] = [None] * threads
        for i in range(threads):
            _put(self._box(i), code.PARTS)
        super().__init__(threads)
        compiled.products(0, 0, 0, 0, self.head, 0)
        for setter in setters:
            setter(compiled.addresses["products"])

    def _box(self, i: int) -> int:
        return self.head + (i + 1) * code.BOX

    def serve(self, i: int) -> None:
        box, patience = self._box(i), self.compiled.patience
        while self.compiled.serve(box, patience) == code.PARTS:
            job, self.jobs[i] = self.jobs[i], None
            if job is not None:
                job.run()

    def offer(self, job: Any, helpers: int) -> None:
        for i in range(helpers):
            self.jobs[i] = job
            self.compiled.offer(self._box(i))

    def close(self) -> None:
        self.forget()
        for i in range(self.threads):
            while not self.compiled.stop(self._box(i)):
                time.sleep(0)

    def forget(self) -> None:
        for setter in self.setters:
            setter(None)


def _put(address: int, value: int) -> None:
    _N.from_address(address).value = value


def share_pool() -> None:
    """Have the package use one pool for parts and products, where that is possible.

    The environment variable SEEDGRAD_ONE_POOL=0 leaves products to the threads of BLAS.
    """
    interpreted: Any = numba.config
    if not sys.platform.startswith("linux") or not code.FUTEX or interpreted.DISABLE_JIT:
        return
    if os.environ.get("SEEDGRAD_ONE_POOL") == "0":
        return
    if setters := _setters():
        compiled = _Compiled()
        parallel.use_pool(lambda threads: SharedPool(threads, compiled, setters))


share_pool()
