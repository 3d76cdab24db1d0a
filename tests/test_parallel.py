"""The thread pool: every place once, order, errors, nesting, forks, BLAS."""

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
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg
from seedgrad.core import parallel
from seedgrad.core.parallel import parallel_for


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = sg.get_num_threads()
    sg.set_num_threads(3)
    yield
    sg.set_num_threads(before)


@given(n=st.integers(0, 50), grain=st.integers(0, 20))
def test_parallel_for_visits_every_place_once_and_answers_in_order(n: int, grain: int) -> None:
    seen = np.zeros(n, int)

    def work(start: int, stop: int) -> range:
        seen[start:stop] += 1
        return range(start, stop)

    parts = parallel_for(work, n, grain)
    assert (seen == 1).all()
    assert [place for part in parts for place in part] == list(range(n))
    assert all(len(part) >= min(n, grain) for part in parts)


def test_parallel_for_uses_several_threads() -> None:
    meeting = threading.Barrier(3, timeout=20)  # passes only if three threads are inside at once
    names = parallel_for(lambda start, stop: (meeting.wait(), threading.get_ident())[1] if start < 3 else None, 9)
    assert len({name for name in names if name is not None}) == 3


def test_parallel_for_of_little_stays_in_the_caller() -> None:
    assert parallel_for(lambda start, stop: threading.get_ident(), 10, 6) == [threading.get_ident()]


def test_parallel_for_never_splits_inside_a_part() -> None:
    inner = parallel_for(lambda start, stop: len(parallel_for(lambda a, b: None, 100)), 9)
    assert set(inner) == {1}


def test_parallel_for_raises_the_first_error_after_all_parts_ended() -> None:
    ended = []

    def work(start: int, stop: int) -> None:
        if start == 0:
            raise KeyError("first")
        time.sleep(0.005)
        ended.append(start)
        if start == 4:
            raise ValueError("later")

    with pytest.raises(KeyError, match="first"):
        parallel_for(work, 9)
    assert sorted(ended) == list(range(1, 9))
    assert len(parallel_for(lambda start, stop: stop, 9)) == 9  # and the pool goes on


def test_parallel_for_from_several_threads_at_once() -> None:
    results: list[int] = []

    def user() -> None:
        for _ in range(20):
            results.append(sum(parallel_for(lambda start, stop: stop - start, 100, blas=True)))

    users = [threading.Thread(target=user) for _ in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join(60)
    assert results == [100] * 80


def blas_threads() -> list[int]:
    threadpoolctl = pytest.importorskip("threadpoolctl")
    return [p["num_threads"] for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"]


def test_parallel_for_holds_blas_to_one_thread_and_gives_it_back() -> None:
    before = blas_threads()
    inside = parallel_for(lambda start, stop: blas_threads(), 9, blas=True)
    assert all(set(numbers) <= {1} for numbers in inside)
    assert blas_threads() == before


def test_parallel_for_gives_blas_back_after_an_error() -> None:
    before = blas_threads()
    with pytest.raises(ZeroDivisionError):
        parallel_for(lambda start, stop: 1 // 0, 9, blas=True)
    assert blas_threads() == before


def test_parallel_for_leaves_products_to_blas_without_threadpoolctl(monkeypatch: Any) -> None:
    monkeypatch.setattr(parallel._blas, "libraries", [])
    assert len(parallel_for(lambda start, stop: None, 9, blas=True)) == 1
    assert len(parallel_for(lambda start, stop: None, 9)) == 9


def test_parallel_for_computes_infinities_silently() -> None:
    ones, zeros = np.ones(9), np.zeros(9)
    with np.errstate(all="ignore"):
        parts = parallel_for(lambda start, stop: ones[start:stop] / zeros[start:stop], 9)
    assert np.isinf(np.concatenate(parts)).all()


def test_set_num_threads_errors() -> None:
    with pytest.raises(RuntimeError, match="positive integer, got 0"):
        sg.set_num_threads(0)
    for wrong in (1.5, "2", True):
        with pytest.raises(TypeError, match="expects an int, but got"):
            sg.set_num_threads(wrong)  # type: ignore[arg-type]


def test_set_num_threads_to_one_runs_in_the_caller() -> None:
    sg.set_num_threads(1)
    assert parallel_for(lambda start, stop: (start, stop), 9) == [(0, 9)]


def _python(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("value", "expected"), [("3", "3"), ("2,1", "2"), ("0", None), ("many", None)])
def test_threads_at_the_start_are_those_of_the_environment(value: str, expected: str | None) -> None:
    found = _python("import seedgrad; print(seedgrad.get_num_threads())", OMP_NUM_THREADS=value)
    if expected is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        expected = str(cores)
    assert found == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_parallel_for_works_in_a_forked_child() -> None:
    program = """
import os, warnings
warnings.simplefilter("ignore")
from seedgrad.core import parallel
parallel.set_num_threads(3)
total = lambda: sum(parallel.parallel_for(lambda a, b: b - a, 90, blas=True))
assert total() == 90
child = os.fork()
if child == 0:
    os._exit(0 if total() == 90 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), total())
"""
    assert _python(program) == "0 90"


def test_importing_the_package_starts_no_thread_and_imports_no_futures() -> None:
    program = (
        "import sys, threading, seedgrad;"
        "print(threading.active_count(), 'concurrent.futures' in sys.modules, 'threadpoolctl' in sys.modules)"
    )
    assert _python(program) == "1 False False"
