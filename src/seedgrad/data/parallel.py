"""One pass over a loader with worker processes."""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any

from seedgrad.data.crew import Crew
from seedgrad.data.iterator import LoaderIterator
from seedgrad.data.worker import Job, Reply, Task

if TYPE_CHECKING:
    from seedgrad.data.loader import DataLoader


class WorkerIterator(LoaderIterator):
    """Hands tasks to the workers in turn and returns their batches in the order of the tasks.

    Task n of an index data set always goes to worker n modulo their number, and what a worker sends early
    waits here, so the batches (and with the workers' seeds also their random augmentations) repeat exactly.
    """

    def __init__(self, loader: DataLoader[Any]) -> None:
        self.closed = False
        super().__init__(loader)
        job = Job(loader.recipe(), loader.worker_init_fn, loader.num_workers, self.base_seed)
        self._crew = Crew(job, loader.multiprocessing_context)
        self._end = weakref.finalize(self, self._crew.shut_down)
        self._hand_out_first()

    def begin(self, loader: DataLoader[Any]) -> None:
        super().begin(loader)
        self._epoch = getattr(self, "_epoch", -1) + 1
        self._timeout = loader.timeout
        self._in_order = loader.in_order
        self._ahead = loader.num_workers * (loader.prefetch_factor or 1)
        self._keep = loader.persistent_workers
        self._sent = 0  # number of the next task
        self._owner: dict[int, int] = {}  # the worker of each unfinished task
        self._replies: dict[int, Reply] = {}
        self._working = [True] * loader.num_workers  # False: its stream has ended
        self._turn = 0

    def restart(self, loader: DataLoader[Any]) -> None:
        """Start the next pass with the same workers."""
        self.begin(loader)
        self._hand_out_first()

    def __next__(self) -> Any:
        try:
            reply = self._next_reply()
        except BaseException:  # a dead worker, a timeout, Ctrl-C: the pass cannot go on
            self.close()
            raise
        if reply is None:
            if not self._keep:
                self.close()
            raise StopIteration
        if reply.failure is None:
            self._count()
            return reply.batch
        error = reply.failure.rebuild()
        # The traceback keeps this frame; without `self` in it the workers end with the caller's loop.
        del self, reply
        raise error

    def close(self) -> None:
        """End the workers; the iterator yields nothing more."""
        self.closed = True
        self._owner.clear()
        self._replies.clear()
        self._end()

    def _hand_out_first(self) -> None:
        for _ in range(self._ahead):
            self._hand_out()

    def _hand_out(self) -> None:
        """Give the next worker whose stream has not ended the next task, if there is one."""
        if not any(self._working):
            return
        try:
            index = next(self._indices)
        except StopIteration:
            return
        while not self._working[self._turn]:
            self._turn = (self._turn + 1) % len(self._working)
        worker_id = self._turn
        self._turn = (self._turn + 1) % len(self._working)
        self._owner[self._sent] = worker_id
        self._crew.send(worker_id, Task(self._epoch, self._sent, index))
        self._sent += 1

    def _next_reply(self) -> Reply | None:
        """The next batch or failure; None when no task is left."""
        while self._owner:
            reply = self._wait_for(next(iter(self._owner)))  # tasks are in the dict in their order
            worker_id = self._owner.pop(reply.number)
            # The end of a stream counts when its turn comes, so that the order does not depend on timing.
            if reply.ended:
                self._working[worker_id] = False
            self._hand_out()
            if not reply.ended:
                return reply
        return None

    def _wait_for(self, number: int) -> Reply:
        deadline = time.monotonic() + self._timeout if self._timeout else None
        while True:
            if not self._in_order and self._replies:
                number = next(iter(self._replies))
            if number in self._replies:
                return self._replies.pop(number)
            try:
                for reply in self._crew.receive(deadline and max(0.0, deadline - time.monotonic())):
                    if reply.epoch == self._epoch:
                        self._replies[reply.number] = reply
            except TimeoutError:
                worker = self._crew.members[self._owner[number]]
                raise RuntimeError(f"{worker} has not sent its batch within timeout={self._timeout} seconds") from None
