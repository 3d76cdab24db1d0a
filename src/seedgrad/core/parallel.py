"""One pool of threads for all work that is split.

Array code releases Python's lock while it works in C, so threads over parts of a batch use all cores. There is
one pool for everything, and BLAS is held to one thread in parts that call it: two pools at once wait for each
other's threads. `kernels/pool.py` puts a pool in its place whose threads stay awake between two pieces of work.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import numpy as np

from .blas_threads import Blas

Work = Callable[[int, int], Any]

# Multiplications of products that BLAS splits, though one core does them in less than 0.1 ms.
SMALL_PRODUCT = 1 << 18, 1 << 22
# Products after which it is forgotten that the pool's threads worked.
PRODUCTS = 16

# More parts than threads, so that a thread that lost its core for a while does not hold up the rest.
PARTS_PER_THREAD = 3


class _Place(threading.local):
    inside = False  # whether this thread is at work on a part: work is never split twice


_place = _Place()


def _nothing(start: int, stop: int) -> None:
    """The function of a job that is done."""


class _Job:
    """Parts of one `parallel_for`. Threads take them by number until none is left."""

    def __init__(self, function: Work, bounds: list[int]) -> None:
        self.function, self.bounds = function, bounds
        self.next = itertools.count().__next__  # atomic
        self.done: SimpleQueue[BaseException | None] = SimpleQueue()
        self.results: list[Any] = [None] * (len(bounds) - 1)

    def run(self) -> None:
        _place.inside = True
        try:
            while (part := self.next()) < len(self.bounds) - 1:
                error = None
                try:
                    self.results[part] = self.function(self.bounds[part], self.bounds[part + 1])
                except BaseException as raised:  # handed to the caller, who raises it
                    error = raised
                self.done.put(error)
        finally:
            _place.inside = False

    def wait(self) -> list[Any]:
        """The results, when all parts are done; raises the first error."""
        errors = [self.done.get() for _ in range(len(self.bounds) - 1)]
        # A thread that comes too late still has the job, not the arrays that the function works on.
        results, self.results, self.function = self.results, [], _nothing
        for error in errors:
            if error is not None:
                raise error
        return results


class Pool:
    """Threads that wait for jobs. They are daemons: a waiting thread never keeps the program from ending."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        try:
            for number in range(threads):
                threading.Thread(target=self._begin, args=(number,), name=f"seedgrad-{number}", daemon=True).start()
        except BaseException:  # no more threads are allowed, or Ctrl-C: nobody would end those that have begun
            self.close()
            raise

    def _begin(self, number: int) -> None:
        np.seterr(all="ignore")  # holds in this thread only; 1/0 is inf, as everywhere in the package
        self.serve(number)

    def serve(self, number: int) -> None:
        """What one thread does until the pool is closed."""
        raise NotImplementedError

    def offer(self, job: _Job, helpers: int) -> None:
        """Have so many threads, at most all, work on a job."""
        raise NotImplementedError

    def close(self) -> None:
        """Let the threads end when they have done what they are at."""
        raise NotImplementedError


class QueuePool(Pool):
    """A pool whose threads sleep until there is a job in a queue."""

    def __init__(self, threads: int) -> None:
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        super().__init__(threads)

    def serve(self, number: int) -> None:
        while (job := self.jobs.get()) is not None:
            job.run()

    def offer(self, job: _Job, helpers: int) -> None:
        for _ in range(helpers):
            self.jobs.put(job)

    def close(self) -> None:
        for _ in range(self.threads):
            self.jobs.put(None)


def _first_number() -> int:
    """What the user asked for in OMP_NUM_THREADS, or the cores this process may use."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_number = _first_number()
_blas = Blas()
_pool: Pool | None = None
_make: Callable[[int], Pool] = QueuePool
_products = PRODUCTS  # since the pool's threads last worked
_making = threading.RLock()  # a signal handler may compute too, in the thread that holds it


def _forget() -> None:
    """In a forked child: the threads of the parent are not here, and its locks may be held forever."""
    global _pool, _making
    _pool, _making = None, threading.RLock()
    _place.inside = False
    _blas.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def get_num_threads() -> int:
    """The number of threads that large operations are split over.

    Example:
        >>> import seedgrad as sg
        >>> sg.get_num_threads() >= 1
        True
    """
    return _number


def set_num_threads(threads: int, /) -> None:
    """Set the number of threads that large operations are split over.

    The threads of the BLAS library that multiplies matrices are set too, if threadpoolctl is installed
    (`pip install "seedgrad[fast]"`). At the start the number is that of the environment variable
    OMP_NUM_THREADS, else that of the cores.

    Args:
        threads: at least 1.

    Raises:
        RuntimeError: it is below 1.
        TypeError: it is not an int.

    Example:
        >>> import seedgrad as sg
        >>> before = sg.get_num_threads()
        >>> sg.set_num_threads(1)
        >>> sg.get_num_threads()
        1
        >>> sg.set_num_threads(before)
    """
    global _number
    if not isinstance(threads, int) or isinstance(threads, bool):
        raise TypeError(f"set_num_threads expects an int, but got {type(threads).__name__}")
    if threads < 1:
        raise RuntimeError(f"set_num_threads expects a positive integer, got {threads}")
    with _making:
        _number = threads
        _close()
    _blas.set(threads)


def _close() -> None:
    """Let go of the pool that there is; the next work makes another."""
    global _pool
    pool, _pool = _pool, None  # first: a closing that Ctrl-C ends leaves nothing in use that is half closed
    if pool is not None:
        pool.close()


def use_pool(make: Callable[[int], Pool]) -> None:
    """Make pools of so many threads by this function from now on."""
    global _make
    with _making:
        _make = make
        _close()


def split(n: int, grain: int, each: int = PARTS_PER_THREAD) -> int:
    """In how many parts n places are to be computed, `each` for a thread; below 2: not by several threads."""
    return 0 if _number == 1 or _place.inside else min(n // max(1, grain), _number * each)


def parallel_for(function: Work, n: int, grain: int = 1, *, blas: bool = False) -> list[Any]:
    """Call function(start, stop) for parts of range(n), in several threads if there is enough to do.

    Returns what the parts returned, in their order, when all are done. Work inside a part is never split
    again. An exception in a part is raised here after the others have ended.

    Args:
        function: computes the places start to stop; parts must not write to the same memory.
        n: the number of places.
        grain: places below which a part is not worth a thread. Default: 1.
        blas: the function multiplies matrices. Without threadpoolctl, which holds BLAS to one thread in each
            of ours, it is not split, and BLAS uses its own threads. Default: False, which leaves BLAS alone.
    """
    parts = split(n, grain)
    if parts < 2 or (blas and not _blas.found()):
        return [function(0, n)] if n else []
    bounds = [n * i // parts for i in range(parts + 1)]
    if not blas:
        return _shared(function, bounds)
    with _blas:
        return _shared(function, bounds)


def _shared(function: Work, bounds: list[int]) -> list[Any]:
    """Have the pool's threads and this one work on the parts."""
    job, pool = _Job(function, bounds), threads()
    pool.offer(job, min(len(bounds) - 2, pool.threads))
    job.run()
    return job.wait()


def product(multiply: Callable[[Any], Any], by: Any, multiplications: int) -> Any:
    """multiply(by), a product of matrices by BLAS.

    Threads of BLAS look for more work for some 20 ms after each product, and hold up the pool's. Between work of the
    pool a small product is therefore left to one thread, which costs at most 0.05 ms.
    """
    global _products
    if _products < PRODUCTS:
        _products += 1
        if SMALL_PRODUCT[0] < multiplications <= SMALL_PRODUCT[1]:
            with _blas:
                return multiply(by)
    return multiply(by)


def blas_loaded() -> None:
    """To be called when SciPy was imported, which brings a BLAS of its own: it gets the number of threads that was set."""
    _blas.look_again()


def threads() -> Pool:
    """The pool, about to be given work."""
    global _pool, _products
    _products = 0
    with _making:
        if _pool is None:
            made = _make(_number - 1)
            meanwhile, _pool = _pool, made
            if meanwhile is not None:  # a signal handler's
                meanwhile.close()
        return _pool
