"""Thread numbers: what was set holds for every library, and what the user's own code has stays as it was."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

import seedgrad as sg
from seedgrad.core.parallel import PRODUCTS, SMALL_PRODUCT, parallel_for, product

threadpoolctl = pytest.importorskip("threadpoolctl")


@pytest.fixture(autouse=True)
def three_threads() -> Iterator[None]:
    before = sg.get_num_threads()
    sg.set_num_threads(3)
    yield
    sg.set_num_threads(before)


def blas_threads() -> set[int]:
    return {p["num_threads"] for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"}


def python(program: str, **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "OPENBLAS_"))}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**kept, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_work_without_products_leaves_blas_alone() -> None:
    assert all(numbers == {3} for numbers in parallel_for(lambda start, stop: blas_threads(), 9))


def test_small_products_between_work_of_the_pool_use_one_thread() -> None:
    def threads(multiplications: int) -> set[int]:
        return product(lambda _: blas_threads(), None, multiplications)

    parallel_for(lambda start, stop: None, 9)
    few, some, many = PRODUCTS // 2, SMALL_PRODUCT[0] + 1, SMALL_PRODUCT[1] + 1
    for _ in range(few):
        assert threads(some) == {1}
    assert threads(many) == {3}  # worth its threads
    assert threads(SMALL_PRODUCT[0]) == {3}  # BLAS does not split it
    for _ in range(PRODUCTS):
        product(lambda _: None, None, 1)
    assert threads(some) == {3}  # the pool's last work was long ago
    assert blas_threads() == {3}


def test_a_limit_of_the_users_own_is_what_comes_back() -> None:
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        parallel_for(lambda start, stop: None, 9, blas=True)
        assert blas_threads() == {2}
    assert blas_threads() == {3}


def test_set_num_threads_while_parts_run_holds_afterwards() -> None:
    def work(start: int, stop: int) -> set[int]:
        if start == 0:
            sg.set_num_threads(2)
        return blas_threads()

    assert all(numbers == {1} for numbers in parallel_for(work, 9, blas=True))
    assert sg.get_num_threads() == 2
    assert blas_threads() == {2}


def test_several_users_and_errors_give_blas_back() -> None:
    def user(number: int) -> None:
        for k in range(20):
            if (k + number) % 3:
                parallel_for(lambda start, stop: None, 9, blas=True)
            else:
                with pytest.raises(ZeroDivisionError):
                    parallel_for(lambda start, stop: start // 0, 9, blas=True)

    users = [threading.Thread(target=user, args=(n,)) for n in range(4)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join(60)
    assert blas_threads() == {3}


LATE = """
import threadpoolctl, seedgrad as sg
from seedgrad.core import parallel
from seedgrad.core.parallel import PRODUCTS, SMALL_PRODUCT, parallel_for, product
numbers = lambda: {p["num_threads"] for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"}
count = lambda: sum(p["user_api"] == "blas" for p in threadpoolctl.threadpool_info())
"""


@pytest.mark.parametrize(
    "load", ["sg.special.bessel_j0(sg.ones(3))", "sg.linalg.solve_triangular(sg.eye(3), sg.ones(3, 1), upper=True)"]
)
@pytest.mark.parametrize("first", ["", "parallel_for(lambda a, b: None, 9, blas=True)"])
def test_a_library_that_comes_later_gets_the_number_that_was_set(load: str, first: str) -> None:
    program = f"{LATE}\nsg.set_num_threads(1); before = count(); {first}\n{load}\nprint(count() > before, numbers())"
    assert python(program) == "True {1}"


def test_a_library_that_comes_while_parts_run_gets_it_when_they_end() -> None:
    program = f"""{LATE}
sg.set_num_threads(3)
inside = parallel_for(lambda a, b: sg.special.bessel_j0(sg.ones(3)), 9, blas=True)
print(count(), numbers())
"""
    assert python(program) == "2 {3}"


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="reads the times of threads from /proc")
def test_one_thread_means_one_thread() -> None:
    program = """
import os, time
import seedgrad as sg
def ticks():
    found = {}
    for task in os.listdir("/proc/self/task"):
        fields = open(f"/proc/self/task/{task}/stat").read().rsplit(")", 1)[1].split()
        found[int(task)] = int(fields[11]) + int(fields[12])
    return found
sg.set_num_threads(1)
net = sg.nn.Sequential(
    sg.nn.Conv2d(8, 16, 3, padding=1), sg.nn.BatchNorm2d(16), sg.nn.GELU(), sg.nn.Flatten(), sg.nn.Linear(16 * 256, 512)
)
optimizer = sg.optim.Adam(net.parameters())
x = sg.randn(16, 8, 16, 16)
def step():
    net(x).softmax(-1).sum().backward()
    optimizer.step()
    sg.linalg.inv(sg.eye(200))
    sg.special.bessel_j0(x)
step()
main, deadline = os.getpid(), time.perf_counter() + 60
quiet = False
while not quiet and time.perf_counter() < deadline:
    # The threads that BLAS starts when it is loaded wait for work in a loop at first.
    before = ticks()
    time.sleep(0.2)
    quiet = all(after == before.get(task, 0) for task, after in ticks().items() if task != main)
before = ticks()
while ticks()[main] < before[main] + 60 and time.perf_counter() < deadline:
    step()
spent = {task: after - before.get(task, 0) for task, after in ticks().items()}
print(quiet, spent.pop(main), sum(spent.values()))
"""
    quiet, own, others = python(program).split()
    assert quiet == "True"
    assert int(own) >= 60
    assert int(others) <= 3


class Numbers(sg.utils.data.Dataset):
    """What a worker computes with, after work that would start a pool."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, i: int) -> tuple[int, int, int]:
        sg.nn.functional.gelu(sg.randn(300, 300) @ sg.randn(300, 300))
        names = [thread.name for thread in threading.enumerate() if re.fullmatch(r"seedgrad-\d+", thread.name)]
        return sg.get_num_threads(), max(blas_threads()), len(names)


@pytest.mark.parametrize("method", ["fork", "spawn"] if hasattr(os, "fork") else ["spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_of_a_loader_start_no_pool(method: str) -> None:
    parallel_for(lambda start, stop: None, 9, blas=True)  # the parent has one
    loader = sg.utils.data.DataLoader(Numbers(), batch_size=None, num_workers=2, multiprocessing_context=method)
    assert [tuple(map(int, numbers)) for numbers in loader] == [(1, 1, 0), (1, 1, 0)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_forked_while_blas_is_held_gets_it_back() -> None:
    program = f"""{LATE}
import os, warnings
warnings.simplefilter("ignore")
sg.set_num_threads(3)
def work(a, b):
    if a:
        return None
    child = os.fork()
    if child == 0:
        os._exit(0 if numbers() == {{3}} and parallel_for(lambda a, b: b - a, 9, blas=True) == [1] * 9 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(parallel_for(work, 9, blas=True)[0], numbers())
"""
    assert python(program) == "0 {3}"
