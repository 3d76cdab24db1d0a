"""Data sets for tests with worker processes, in a module of their own so that workers can import them."""

import os
import random
import signal
import time

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import Dataset, IterableDataset, get_worker_info


class Squares(Dataset):
    """(i, i²), after a delay in seconds."""

    def __init__(self, length=20, delay=0.0):
        self.length, self.delay = length, delay

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        time.sleep(self.delay)
        return index, index**2


class Misbehaving(Squares):
    """Does something bad at sample 7."""

    def __init__(self, how, length=20):
        super().__init__(length)
        self.how = how

    def __getitem__(self, index):
        if index == 7:
            getattr(self, self.how)()
        return index

    def raises(self):
        raise ZeroDivisionError("sample seven is bad")

    def raises_unpicklable(self):
        raise NeedsTwo("left", "right")

    def raises_with_cause(self):
        try:
            self.raises()
        except ZeroDivisionError as error:
            raise KeyError("seven") from error

    def exits(self):
        os._exit(3)

    def exits_politely(self):
        raise SystemExit(5)

    def is_killed(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def hangs(self):
        time.sleep(60)


class NeedsTwo(Exception):
    """Its pickle cannot be read: Python hands one argument to a class that needs two."""

    def __init__(self, left, right):
        super().__init__(f"{left} and {right}")


class Unloadable:
    """Pickles, but raises when it is unpickled."""

    def __reduce__(self):
        return _refuse, ()


def _refuse():
    raise ValueError("this cannot be unpickled")


class Yields(Dataset):
    """Twenty times the same object."""

    def __init__(self, value):
        self.value = value

    def __len__(self):
        return 20

    def __getitem__(self, index):
        return self.value


class Lambdas(Squares):
    """Samples that cannot be pickled."""

    def __getitem__(self, index):
        return lambda: index


class Large(Dataset):
    """Sample i is an array of 100,000 float32 filled with i: more than fits into a pipe."""

    def __init__(self, length=8):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return np.full(100_000, index, np.float32)


class Rows(Dataset):
    """The rows of one large array, which travels to the workers."""

    def __init__(self):
        self.rows = np.arange(400_000, dtype=np.float64).reshape(20, 20_000)

    def __len__(self):
        return 20

    def __getitem__(self, index):
        self.rows[index, 0] += 1  # a worker's own copy
        return self.rows[index, :2].copy()


class Draws(Squares):
    """What the three random generators say, and which worker that was."""

    def __getitem__(self, index):
        info = get_worker_info()
        return info.id, info.seed, random.random(), np.random.rand(), float(sg.rand(()))


class Ids(Squares):
    """Which process made the sample."""

    def __getitem__(self, index):
        return index, os.getpid()


class Shard(IterableDataset):
    """0 … length - 1, divided among the workers."""

    def __init__(self, length):
        self.length = length

    def __iter__(self):
        info = get_worker_info()
        return iter(range(info.id, self.length, info.num_workers) if info else range(self.length))


class Whole(IterableDataset):
    """0 … length - 1 in each worker, with a length."""

    def __init__(self, length):
        self.length = length

    def __iter__(self):
        return iter(range(self.length))

    def __len__(self):
        return self.length


def double(samples):
    return [2 * sample for sample in samples]


def announce(worker_id):
    get_worker_info().dataset.length = 1000 + worker_id


def fail_to_start(worker_id):
    raise OSError(f"worker {worker_id} finds no disk")


class Announced(Squares):
    """What `announce` did to the worker's copy."""

    def __getitem__(self, index):
        return self.length


class Tally(Squares):
    """Counts the samples of all workers in a shared number."""

    def __init__(self, length, total):
        super().__init__(length)
        self.total = total

    def __getitem__(self, index):
        with self.total.get_lock():
            self.total.value += 1
        return index


def assert_gone(pids, within=3.0):
    """The processes have ended, or do so in time."""
    deadline = time.monotonic() + within
    for pid in pids:
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not is_running(pid), f"process {pid} is still there"


def is_running(pid):
    """Whether a process is there and not just waiting for its parent to take note of its end."""
    if not os.path.isdir("/proc/self"):
        pytest.skip("needs /proc")
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
