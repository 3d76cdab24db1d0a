"""The pool that computes parts of ours and products of BLAS: right results whoever is at work, and an end to every wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core import kernel, parallel
from seedgrad.core.parallel import parallel_for

threadpoolctl = pytest.importorskip("threadpoolctl")
pytest.importorskip("numba")

draw = np.random.default_rng(0)
# Large enough for BLAS to use three threads.
X, Y = (draw.standard_normal((300, 300)).astype(np.float32) for _ in "xy")


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = sg.get_num_threads()
    kernel.load()
    if parallel._make is parallel.QueuePool:
        pytest.skip("needs an OpenBLAS that lets others do its threads' work")
    sg.set_num_threads(3)
    parallel_for(lambda start, stop: None, 9)
    yield
    sg.set_num_threads(before)


def product() -> np.ndarray:
    """X Y by one thread."""
    with threadpoolctl.threadpool_limits(1, user_api="blas"):
        return X @ Y


@pytest.mark.parametrize("threads", [2, 3, 7])  # 7: more than the pool has
def test_products_are_those_of_one_thread(threads: int) -> None:
    expected = product()
    with threadpoolctl.threadpool_limits(threads, user_api="blas"):
        for _ in range(20):
            np.testing.assert_allclose(X @ Y, expected, rtol=1e-4, atol=1e-4)


def test_products_of_double_and_complex_numbers_and_solutions() -> None:
    for kind in (np.float64, np.complex64, np.complex128):
        a = X.astype(kind) + (1j * Y if np.dtype(kind).kind == "c" else 0)
        with threadpoolctl.threadpool_limits(1, user_api="blas"):
            expected = a @ a
        np.testing.assert_allclose(a @ a, expected, rtol=1e-3, atol=1e-3)
    a = X.astype(np.float64)
    np.testing.assert_allclose(a @ np.linalg.solve(a, Y.astype(np.float64)), Y, atol=1e-6)


def test_products_in_several_threads_at_once() -> None:
    expected, wrong = product(), []

    def user() -> None:
        for _ in range(10):
            if not np.allclose(X @ Y, expected, atol=1e-3):
                wrong.append(1)

    users = [threading.Thread(target=user) for _ in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join(120)
    assert not any(thread.is_alive() for thread in users)
    assert not wrong


def test_products_inside_of_parts_and_beside_them() -> None:
    expected, results = product(), []
    user = threading.Thread(target=lambda: results.extend(X @ Y for _ in range(10)))
    user.start()
    for _ in range(5):
        results += parallel_for(lambda start, stop: X @ Y, 9)  # not told that it multiplies: BLAS keeps its threads
        results += parallel_for(lambda start, stop: X @ Y, 9, blas=True)
    user.join(120)
    assert len(results) == 100
    for result in results:
        np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-4)


def test_threads_that_sleep_wake_up() -> None:
    expected = product()
    for _ in range(3):
        threading.Event().wait(0.02)
        np.testing.assert_allclose(X @ Y, expected, rtol=1e-4, atol=1e-4)
        threading.Event().wait(0.02)
        meeting = threading.Barrier(3, timeout=20)  # passes only if three threads are inside at once
        parallel_for(lambda start, stop, meeting=meeting: meeting.wait() if start < 3 else None, 9)


def test_threads_end_with_their_pool() -> None:
    def alive() -> int:
        return len([thread for thread in threading.enumerate() if thread.name.startswith("seedgrad-")])

    ended = threading.Event()
    for number in (5, 2, 1):
        sg.set_num_threads(number)
        parallel_for(lambda start, stop: X @ Y, 20)
        for _ in range(200):
            if alive() == number - 1:
                break
            ended.wait(0.05)
        assert alive() == number - 1
        assert np.allclose(X @ Y, product(), atol=1e-3)


def run(program: str, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "OPENBLAS_"))}
    text = f"import numpy as np, seedgrad as sg\nfrom seedgrad.core import kernel, parallel\n{program}"
    done = subprocess.run(
        [sys.executable, "-c", text], env={**kept, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_environment_can_leave_products_to_blas() -> None:
    program = "kernel.load(); sg.set_num_threads(2); parallel._threads(); print(type(parallel._pool).__name__)"
    assert run(program) == "SharedPool"
    assert run(program, SEEDGRAD_ONE_POOL="0") == "QueuePool"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_multiplies_with_threads_of_its_own() -> None:
    program = """
import os, warnings
warnings.simplefilter("ignore")
kernel.load()
sg.set_num_threads(3)
x = np.random.default_rng(0).standard_normal((300, 300))
y = x @ x
child = os.fork()
if child == 0:
    right = np.allclose(x @ x, y)
    right &= parallel.parallel_for(lambda a, b: b - a, 9) == [1] * 9
    os._exit(0 if right and np.allclose(x @ x, y) else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), np.allclose(x @ x, y))
"""
    assert run(program) == "0 True"


def test_threads_sleep_after_many_short_parts() -> None:
    for i in range(30_000):
        parallel_for(lambda start, stop: None, 3)
        if not i % 1000:  # work that comes while they fall asleep, too
            threading.Event().wait(0.001)
    threading.Event().wait(0.1)
    before = time.process_time()
    threading.Event().wait(0.5)
    assert time.process_time() - before < 0.1
