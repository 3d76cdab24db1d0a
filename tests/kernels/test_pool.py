"""The pool whose threads stay awake, and compiled parts: every place once whoever is at work, and an end to every wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.core import kernel, parallel
from seedgrad.core.parallel import parallel_for
from seedgrad.kernels.compile import compiled
from seedgrad.kernels.jobs import jobs
from seedgrad.kernels.pool import AwakePool
from seedgrad.kernels.sharing import in_parts, launcher
from seedgrad.kernels.waiting import BEGUN, BOX, IDLE, JOB, count_up, load, offer_core, store

kernel.load()


@pytest.fixture(autouse=True, params=["awake", "asleep"])
def three_threads(request: Any, monkeypatch: Any) -> Iterator[None]:
    before = sg.get_num_threads()
    if request.param == "asleep":
        monkeypatch.setattr(parallel, "_make", parallel.QueuePool)
    elif parallel._make is parallel.QueuePool:
        pytest.skip("needs a system whose threads compiled code can wake")
    sg.set_num_threads(1)
    sg.set_num_threads(3)
    assert isinstance(parallel.threads(), AwakePool) == (request.param == "awake")
    yield
    sg.set_num_threads(1)  # the next test makes a pool of its own kind
    sg.set_num_threads(before)


@compiled
def add_up(x: Any, y: Any, by: Any, first: int, last: int) -> None:
    """y += x by for these places, some times over, so that others have time to begin."""
    for _ in range(20):
        for i in range(first, last):
            y[i] += x[i] * by[0]


@compiled
def fail_at(y: Any, place: int, room: int, first: int, last: int) -> None:
    """Raise at one place, and where there is no such room."""
    y[first] = np.empty(room, np.int8).size
    for i in range(first, last):
        if i == place:
            raise ValueError("this place fails")
        y[i] = 1


@compiled
def begin_another(box: int, first: int, last: int) -> None:
    """What the thread of a box does that has done its part of a job and began with one of somebody else."""
    store(box + JOB, 1)
    store(box, BEGUN)


def check(n: int, grain: int) -> None:
    x, y = np.arange(n, dtype=np.float32), np.zeros(n, np.float32)
    in_parts(add_up, n, grain, x, y, (np.float32(0.5),))
    np.testing.assert_array_equal(y, 10 * x)


@pytest.mark.parametrize("grain", [1, 3, 50, 1000])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 100, 5000])
def test_every_place_is_visited_once(n: int, grain: int) -> None:
    for _ in range(5):
        check(n, grain)


def test_parts_of_several_threads_at_once_and_beside_those_of_python() -> None:
    wrong: list[BaseException] = []

    def user() -> None:
        try:
            for i in range(200):
                check(1 + i * 37, 1)
                assert parallel_for(lambda start, stop: stop - start, 9) == [1] * 9
        except BaseException as error:
            wrong.append(error)

    users = [threading.Thread(target=user) for _ in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join(120)
    assert not any(thread.is_alive() for thread in users)
    assert not wrong


def test_parts_inside_of_parts_are_not_split() -> None:
    parallel_for(lambda start, stop: check(1000, 1), 9)


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_jobs_run_in_order_on_what_their_arrays_hold(threads: int) -> None:
    """Whatever the number of threads was when they were written down."""
    x, y, z = np.arange(50_000.0), np.zeros(50_000), np.zeros(50_000)
    by = np.full(1, 0.5)
    run = jobs([(add_up, 50_000, 1_000, x, y, by), (add_up, 0, 1, x, z, by), (add_up, 50_000, 7, y, z, by)])
    sg.set_num_threads(threads)
    for n in range(1, 4):
        x[:] = np.arange(50_000.0) + n
        y[:], z[:] = 0, 0
        run()
        assert (y == 10 * x).all() and (z == 100 * x).all()
    jobs([])()


def test_errors_of_jobs_are_raised() -> None:
    y, other = np.zeros(64), np.zeros(64)
    run = jobs([(fail_at, 64, 8, y, 40, 8), (fail_at, 64, 8, other, -1, 8)])
    for _ in range(3):
        with pytest.raises(ValueError, match="this place fails"):
            run()
        assert not other.any()


@pytest.mark.parametrize("grain", [1, 1000])
def test_errors_of_parts_are_raised(grain: int) -> None:
    y = np.zeros(100, np.float32)
    for _ in range(20):
        with pytest.raises(ValueError, match="this place fails"):
            in_parts(fail_at, 100, grain, y, 70, 1)
        with pytest.raises(MemoryError):
            in_parts(fail_at, 100, grain, y, -1, 1 << 60)
        in_parts(fail_at, 100, grain, y, -1, 1)
        np.testing.assert_array_equal(y, 1)
        check(100, 1)


def test_a_job_does_not_wait_for_the_jobs_of_others() -> None:
    if not isinstance(parallel.threads(), AwakePool):
        pytest.skip("jobs of this pool have no boxes")
    box = np.full(BOX // 8, IDLE)
    at = box.ctypes.data
    thread = threading.Thread(target=launcher(begin_another), args=((at, 1, 1, 1), at), daemon=True)
    thread.start()
    thread.join(20)
    waited = thread.is_alive()
    box[0] = IDLE
    assert not waited


def test_a_pool_whose_closing_is_interrupted_is_not_used_again(monkeypatch: Any) -> None:
    pool = parallel.threads()

    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pool, "close", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sg.set_num_threads(2)
    assert parallel.threads() is not pool
    pool.close()


def test_signal_handlers_compute_while_a_pool_is_made_or_closed(monkeypatch: Any) -> None:
    make, close = parallel._make, AwakePool.close
    made: list[int] = []

    def making(threads: int) -> Any:
        if len(made) < 2:  # once before the pool is there, and once more from within
            made.append(threads)
            check(100, 1)
        return make(threads)

    def closing(pool: AwakePool) -> None:
        check(100, 1)
        close(pool)

    def user() -> None:
        sg.set_num_threads(4)
        check(100, 1)
        sg.set_num_threads(2)

    thread = threading.Thread(target=user, daemon=True)
    with monkeypatch.context() as patch:
        patch.setattr(parallel, "_make", making)
        patch.setattr(AwakePool, "close", closing)
        thread.start()
        thread.join(20)
    assert not thread.is_alive()
    assert made == [3, 3]
    check(100, 1)


def test_threads_end_where_no_more_can_be_made(monkeypatch: Any) -> None:
    start = threading.Thread.start
    begun: list[threading.Thread] = []

    def refused(thread: threading.Thread) -> None:
        if len(begun) == 2:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        start(thread)

    sg.set_num_threads(4)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="new thread"):
            check(100, 1)
    for thread in begun:
        thread.join(20)
        assert not thread.is_alive()
    check(100, 1)


@compiled
def meet(meeting: Any, first: int, last: int) -> None:
    """Wait, though not for ever, until all three parts have begun."""
    count_up(meeting.ctypes.data)
    for _ in range(20_000_000):
        if load(meeting.ctypes.data) == 3:
            break
        offer_core()
    meeting[1 + first] = meeting[0]


def test_threads_take_part_at_the_same_time() -> None:
    for _ in range(5):
        meeting = np.zeros(4, np.int64)
        in_parts(meet, 3, 1, meeting)
        assert meeting.tolist() == [3] * 4


def test_threads_that_sleep_wake_up() -> None:
    for _ in range(3):
        threading.Event().wait(0.02)
        check(3000, 1)
        threading.Event().wait(0.02)
        meeting = threading.Barrier(3, timeout=20)  # passes only if three threads are inside at once
        parallel_for(lambda start, stop, meeting=meeting: meeting.wait() if start < 3 else None, 9)


def test_threads_end_with_their_pool() -> None:
    def alive() -> int:
        return len([thread for thread in threading.enumerate() if thread.name.startswith("seedgrad-")])

    ended = threading.Event()
    for number in (5, 2, 1):
        sg.set_num_threads(number)
        check(100, 1)
        for _ in range(200):
            if alive() == number - 1:
                break
            ended.wait(0.05)
        assert alive() == number - 1
        check(100, 1)


def test_threads_sleep_after_many_short_parts() -> None:
    for i in range(10_000):
        parallel_for(lambda start, stop: None, 3)
        check(3, 1)
        if not i % 1000:  # work that comes while they fall asleep, too
            threading.Event().wait(0.001)
    threading.Event().wait(0.1)
    before = time.process_time()
    threading.Event().wait(0.5)
    assert time.process_time() - before < 0.1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_threads_of_its_own() -> None:
    program = """
import os, warnings
warnings.simplefilter("ignore")
import numpy as np, seedgrad as sg
from seedgrad.core import kernel, parallel
kernel.load()
sg.set_num_threads(3)
x = sg.tensor(np.random.default_rng(0).standard_normal((200, 200)).astype(np.float32))
y = sg.nn.functional.linear(x, x)
child = os.fork()
if child == 0:
    right = bool((sg.nn.functional.linear(x, x) == y).all())
    right &= parallel.parallel_for(lambda a, b: b - a, 9) == [1] * 9
    os._exit(0 if right and bool((sg.nn.functional.linear(x, x) == y).all()) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), bool((sg.nn.functional.linear(x, x) == y).all()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "True"]
