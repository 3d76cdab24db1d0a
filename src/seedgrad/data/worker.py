"""What runs in a worker process of a `DataLoader`."""

from __future__ import annotations

import contextlib
import os
import queue
import random
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import parent_process
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.data import transport
from seedgrad.data.failure import Failure, capture
from seedgrad.data.fetch import Recipe
from seedgrad.data.info import WorkerInfo, set_worker_info

# How long a worker whose connection has closed waits for the news that its parent is gone.
PARENT_GRACE = 10.0


@dataclass(frozen=True)
class Job:
    """What all workers of an iteration have in common."""

    recipe: Recipe
    init_fn: Callable[[int], Any] | None
    num_workers: int
    base_seed: int


@dataclass(frozen=True)
class Task:
    """One batch to make.

    Attributes:
        epoch: the number of the pass; a worker skips tasks of passes that are over.
        number: of the batch in its pass.
        index: what the sampler yielded.
    """

    epoch: int
    number: int
    index: Any


@dataclass(frozen=True)
class Reply:
    """A worker's answer to the task of that number: a batch, a failure, or neither at the end of a stream."""

    epoch: int
    number: int
    batch: Any = None
    failure: Failure | None = None
    ended: bool = False


class Ready:
    """The first message of a worker: its process has come up."""


class Inbox:
    """Reads tasks as they come, in a thread of its own.

    The parent must never wait for a worker to read: both would wait for each other if the worker were just
    sending a batch that does not fit into the pipe.
    """

    def __init__(self, connection: Connection) -> None:
        self.epoch = 0
        self.closed = False
        self._connection = connection
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="seedgrad-inbox", daemon=True).start()

    def next(self) -> Task | None:
        """The next task of the current pass; None when the parent has closed the connection."""
        while not self.closed:
            task = self._tasks.get()
            if task is not None and task.epoch == self.epoch:
                return task
        return None

    def _read(self) -> None:
        parent = parent_process()
        assert parent is not None, "runs in a worker process"
        with contextlib.suppress(EOFError, OSError):  # closed by the parent, or the parent died
            while self._connection in wait([self._connection, parent.sentinel]):
                task = self._connection.recv()
                self.epoch = task.epoch
                self._tasks.put(task)
        self.closed = True
        self._tasks.put(None)
        if wait([parent.sentinel], timeout=PARENT_GRACE):
            os._exit(1)  # nobody is left to end this process if it sits in a long computation


def work(
    connection: Connection,
    cargo: transport.Cargo | transport.Crate,
    worker_id: int,
    inherited: Sequence[Connection],
) -> None:
    """Make batches until the parent closes the connection.

    A forked worker has `inherited` the parent's ends of this and other connections; as long as it holds them,
    they do not read as closed.
    """
    for end in inherited:
        end.close()
    # Ctrl-C goes to every process of the terminal; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # the parent held it back while this process started
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # The parent can vanish at any time; its end of the connection tells.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        transport.send(connection, Ready())
        inbox = Inbox(connection)
        where = f"DataLoader worker {worker_id} (pid {os.getpid()})"
        fetch: Callable[[Any], Any] | None = None
        recipe: Recipe | None = None
        failure: Failure | None = None
        epoch = -1
        try:
            recipe = _set_up(cargo.open(), worker_id)
        except Exception as error:  # reported in the parent, in place of the first batch
            failure = capture(error, where)
        while (task := inbox.next()) is not None:
            if recipe is not None and task.epoch != epoch:
                try:
                    fetch, failure, epoch = recipe.fetcher(), None, task.epoch
                except Exception as error:
                    fetch, failure = None, capture(error, where)
            reply = _reply(task, fetch, failure, where)
            try:
                transport.send(connection, reply)
            except (BrokenPipeError, ConnectionResetError):
                raise
            except Exception as error:  # the batch cannot be pickled
                error.add_note("A batch must be picklable to leave its worker process.")
                unsent = Reply(task.epoch, task.number, failure=capture(error, where))
                transport.send(connection, unsent)
            del reply  # or the batch stays in memory while the next one is made


def _set_up(job: Job, worker_id: int) -> Recipe:
    seed = job.base_seed + worker_id
    random.seed(seed)
    sg.manual_seed(seed)
    # NumPy's legacy seed has 32 bits: mix both numbers so that neighbours do not start alike.
    np.random.seed(np.random.SeedSequence([job.base_seed, worker_id]).generate_state(4))
    sg.set_num_threads(1)  # the workers themselves fill the cores
    set_worker_info(WorkerInfo(id=worker_id, num_workers=job.num_workers, seed=seed, dataset=job.recipe.dataset))
    if job.init_fn is not None:
        job.init_fn(worker_id)
    return job.recipe


def _reply(task: Task, fetch: Callable[[Any], Any] | None, failure: Failure | None, where: str) -> Reply:
    if fetch is None:
        return Reply(task.epoch, task.number, failure=failure)
    try:
        return Reply(task.epoch, task.number, batch=fetch(task.index))
    except StopIteration:
        return Reply(task.epoch, task.number, ended=True)
    except Exception as error:
        return Reply(task.epoch, task.number, failure=capture(error, where))
