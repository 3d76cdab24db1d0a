"""The worker processes of one iterator, seen from the main process: start, messages, death, end.

Each worker has a connection of its own and no lock is shared, so a worker that dies takes nothing with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

from seedgrad.data import transport
from seedgrad.data.worker import Job, Ready, work

# How long workers may finish their batch when the iterator goes away, before they are ended.
GRACE = 1.0


@dataclass
class Member:
    """One worker process and the main process's end of its connection."""

    id: int
    process: BaseProcess
    connection: Connection
    pid: int
    ready: bool = False

    def __str__(self) -> str:
        return f"DataLoader worker {self.id} (pid {self.pid})"


class Crew:
    """Starts the workers; the owner calls `shut_down` when it goes away.

    Args:
        job: what the workers need.
        context: how to start them; None: `default_context()`.
    """

    def __init__(self, job: Job, context: BaseContext | None) -> None:
        self.members: list[Member] = []
        self._owner = os.getpid()
        cargo = transport.Cargo(job)
        try:
            for worker_id in range(job.num_workers):
                self.members.append(_start(worker_id, cargo, context or default_context(), self.members))
        except BaseException as error:
            self.shut_down()
            if isinstance(error, Exception):
                _explain_unpicklable(job, error)
            raise
        finally:
            cargo.close()

    def send(self, worker_id: int, task: Any) -> None:
        """Give a worker a task."""
        member = self.members[worker_id]
        try:
            member.connection.send(task)
        except (BrokenPipeError, ConnectionResetError):
            raise self._death_of(member) from None

    def receive(self, timeout: float | None) -> Iterator[Any]:
        """Wait until a worker has something to say, and yield what has come.

        Args:
            timeout: seconds to wait; None: for ever.

        Raises:
            TimeoutError: nothing came in time.
            RuntimeError: a worker has died.
        """
        waiting: dict[Any, Member] = {}
        for member in self.members:
            waiting[member.connection] = waiting[member.process.sentinel] = member
        ready: list[Any] = wait(list(waiting), timeout)
        if not ready:
            raise TimeoutError
        for source in ready:
            member = waiting[source]
            if isinstance(source, int):
                continue  # a sentinel; what the worker sent before it died comes first
            try:
                message = transport.receive(source)
            except (EOFError, ConnectionResetError):
                raise self._death_of(member) from None
            except Exception as error:
                error.add_note(f"This happened while a batch of {member} was unpickled in the main process.")
                raise
            if isinstance(message, Ready):
                member.ready = True
            else:
                yield message
        for source in ready:
            if isinstance(source, int):
                raise self._death_of(waiting[source])

    def shut_down(self) -> None:
        """End all workers. They may finish their batch for `GRACE` seconds."""
        if os.getpid() != self._owner:  # a forked copy of the iterator: the workers are not its children
            return
        members, self.members = self.members, []
        for member in members:
            member.connection.close()  # the worker reads an end of file and leaves
        deadline = time.monotonic() + GRACE
        for member in members:
            member.process.join(max(0.0, deadline - time.monotonic()))
        for end in (BaseProcess.terminate, BaseProcess.kill):
            alive = [member.process for member in members if member.process.is_alive()]
            for process in alive:
                end(process)
            for process in alive:
                process.join(GRACE)
        for member in members:
            if not member.process.is_alive():
                member.process.close()

    def _death_of(self, member: Member) -> RuntimeError:
        member.process.join(GRACE)
        code = member.process.exitcode
        message = f"{member} {_describe_exit(code)}"
        if not member.ready:
            message += (
                " before it was ready; its own message stands above. A script that starts workers must keep "
                "its "
                'entry under `if __name__ == "__main__":`, because each worker imports the script'
            )
        self.shut_down()
        return RuntimeError(message)


def default_context() -> BaseContext:
    """How workers start: from a server process that has seedgrad imported (Linux), or as new interpreters.

    Not by forking this process: its other threads would not come along, but the locks they hold would. Two
    workers are up in 13 ms from the server (180 ms without the import there) and in 230 ms as new
    interpreters.
    """
    if sys.platform.startswith("linux") and "forkserver" in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["seedgrad", "seedgrad.data.worker"])
        return context
    return multiprocessing.get_context("spawn")


def resolve_context(value: Any) -> BaseContext:
    """The context that a user means by `multiprocessing_context`.

    Raises:
        ValueError: a start method that does not exist here.
        TypeError: neither a string nor a context.
    """
    if isinstance(value, str):
        methods = multiprocessing.get_all_start_methods()
        if value not in methods:
            raise ValueError(f"DataLoader: multiprocessing_context must be one of {methods}, got {value!r}")
        return default_context() if value == "forkserver" else multiprocessing.get_context(value)
    if not isinstance(value, BaseContext):
        raise TypeError(
            "DataLoader: multiprocessing_context must be a start method's name or a context of "
            f"multiprocessing, got {value!r}"
        )
    return value


@contextlib.contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait while a worker starts: before the worker ignores it, its start-up code would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(worker_id: int, cargo: transport.Cargo, context: BaseContext, earlier: list[Member]) -> Member:
    ours, theirs = context.Pipe()
    forked = context.get_start_method() == "fork"
    inherited = [ours, *(member.connection for member in earlier)] if forked else []
    try:
        process = context.Process(  # type: ignore[attr-defined]
            target=work,
            args=(theirs, cargo, worker_id, inherited),
            name=f"seedgrad-worker-{worker_id}",
            daemon=True,
        )
        with _interrupts_wait():
            process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()  # or its end would not read as closed when the worker dies
    return Member(worker_id, process, ours, process.pid)


def _explain_unpicklable(job: Job, error: Exception) -> None:
    parts = {
        "dataset": job.recipe.dataset,
        "collate_fn": job.recipe.collate_fn,
        "worker_init_fn": job.init_fn,
    }
    for name, part in parts.items():
        try:
            transport.pickle_apart(part)
        except Exception:  # any class: a pickle fails in as many ways as there are objects
            error.add_note(
                f"DataLoader: the {name} must be picklable to reach the worker processes. Define functions "
                "and classes at the top level of a module instead of lambdas and local ones, and open files "
                "in __getitem__ or worker_init_fn; or use num_workers=0."
            )
            return


def _describe_exit(code: int | None) -> str:
    if code is None:
        return "closed its connection but is still running"
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (the system may have run out of memory)" if name == "SIGKILL" else ""
    return f"was killed by {name}{hint}"
