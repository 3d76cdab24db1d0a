"""The DataLoader: its settings, and what they mean together."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import seedgrad as sg
from seedgrad.data.collate import default_collate, default_convert
from seedgrad.data.dataset import IterableDataset
from seedgrad.data.fetch import Recipe
from seedgrad.data.iterator import LoaderIterator, LocalIterator
from seedgrad.data.sampler import BatchSampler, EndlessSampler, RandomSampler, Sampler, SequentialSampler

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from seedgrad.data.parallel import WorkerIterator

T_co = TypeVar("T_co", covariant=True)

FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class DataLoader(Generic[T_co]):
    """Iterates over a data set in batches: `for images, labels in DataLoader(data, batch_size=64)`.

    The order of the batches depends on the seed alone, not on the number of workers. Worker `i` starts with
    `seedgrad`, `random` and `numpy.random` seeded from `base_seed + i`, where `base_seed` is drawn from
    `generator` when an iteration starts; `get_worker_info().seed` holds it.

    Args:
        dataset: a data set with an index and a length, or an `IterableDataset`.
        batch_size: samples in a batch, default 1. None: no batches; samples come one by one.
        shuffle: True: a new random order at each iteration. Default: in order.
        sampler: an order of your own (an iterable of indices), instead of `shuffle`.
        batch_sampler: an iterable of lists of indices, instead of `batch_size`, `shuffle`, `sampler`,
            `drop_last`.
        num_workers: processes that prepare batches ahead; default 0: the main process does it.
        collate_fn: makes a batch of a list of samples; default `default_collate`, or `default_convert` on
            single samples without batches. With the default, data sets that have `gather` are read a batch at
            a time.
        pin_memory: there is no pinned memory; True warns.
        drop_last: True leaves out a last, smaller batch.
        timeout: seconds to wait for a batch from the workers; default 0: for ever, as long as they live.
        worker_init_fn: called in each worker with its number before the first batch.
        multiprocessing_context: how workers start: "forkserver" (default on Linux), "spawn" (default
            elsewhere), "fork" (nothing is pickled, but a lock that another thread holds stays locked in the
            worker), or a context of `multiprocessing`.
        generator: where the order and the workers' base seed come from; default: the global one.
        prefetch_factor: batches that each worker prepares ahead; default 2.
        persistent_workers: True keeps the workers for the next iteration.
        in_order: False hands out batches as they get ready, in an order that depends on timing.

    Raises:
        ValueError: settings that exclude each other or are out of range; a change of a fixed setting later.
        TypeError: `multiprocessing_context` is neither a string nor a context.
        AssertionError: when iterating, a timeout without workers.
        RuntimeError: when iterating, a worker died or ran out of time.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.data import DataLoader, TensorDataset
        >>> data = TensorDataset(sg.arange(5), sg.arange(5) ** 2)
        >>> for x, y in DataLoader(data, batch_size=2):
        ...     print(x.tolist(), y.tolist())
        [0, 1] [0, 1]
        [2, 3] [4, 9]
        [4] [16]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler[Any] | Iterable[Any] | None = None,
        batch_sampler: Sampler[list[Any]] | Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: str | BaseContext | None = None,
        generator: sg.Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        in_order: bool = True,
    ) -> None:
        _check_worker_settings(num_workers, timeout, prefetch_factor, persistent_workers)
        if pin_memory:
            warnings.warn(
                "DataLoader: pin_memory=True changes nothing, because tensors live in ordinary memory",
                stacklevel=2,
            )
        self.num_workers = num_workers
        self.timeout = timeout
        self.pin_memory = False
        self.worker_init_fn = worker_init_fn
        self.generator = generator
        self.in_order = in_order
        self.prefetch_factor = 2 if num_workers > 0 and prefetch_factor is None else prefetch_factor
        self.multiprocessing_context: Any = multiprocessing_context
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            _check_stream_settings(shuffle, sampler, batch_sampler)
        if sampler is not None and shuffle:
            raise ValueError("DataLoader: a sampler sets the order, so shuffle must be left out")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "DataLoader: batch_sampler makes the batches, so batch_size, shuffle, sampler and "
                    "drop_last must be left out"
                )
            batch_size = None
        elif batch_size is None and drop_last:
            raise ValueError("DataLoader: batch_size=None makes no batches, so drop_last must be left out")
        if sampler is None:
            sampler = self._order(dataset, shuffle)
        if batch_sampler is None and batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        if collate_fn is None:
            collate_fn = default_convert if batch_sampler is None else default_collate
        self.collate_fn = collate_fn
        self._stream_length: int | None = None
        self._kept: WorkerIterator | None = None
        # What follows is fixed from here on (`__setattr__`): the iterators rely on it.
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.drop_last = drop_last
        self.persistent_workers = persistent_workers

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIXED and name in self.__dict__:
            raise ValueError(f"DataLoader: {name} cannot change once the loader is made. Make a new DataLoader")
        if name == "multiprocessing_context" and value is not None:
            if self.num_workers == 0:
                raise ValueError("DataLoader: multiprocessing_context needs num_workers > 0, got num_workers=0")
            from seedgrad.data.crew import resolve_context

            value = resolve_context(value)
        super().__setattr__(name, value)

    def _order(self, dataset: Any, shuffle: bool | None) -> Sampler[Any]:
        if self._iterable:
            return EndlessSampler()
        return RandomSampler(dataset, generator=self.generator) if shuffle else SequentialSampler(dataset)

    def __iter__(self) -> LoaderIterator:
        if self.num_workers == 0:
            return LocalIterator(self)
        from seedgrad.data.parallel import WorkerIterator

        if not self.persistent_workers:
            _warn_of_too_many_workers(self.num_workers)
            return WorkerIterator(self)
        if self._kept is None or self._kept.closed:
            _warn_of_too_many_workers(self.num_workers)
            self._kept = WorkerIterator(self)
        else:
            self._kept.restart(self)
        return self._kept

    def __len__(self) -> int:
        """The number of batches.

        For a stream: what follows from the length that the data set reports.

        Raises:
            TypeError: the data set or the sampler has no length.
        """
        if not self._iterable:
            return len(self.index_sampler)
        length = len(self.dataset)
        if self.batch_size is not None:
            length = length // self.batch_size if self.drop_last else -(-length // self.batch_size)
        self._stream_length = length
        return length

    @property
    def index_sampler(self) -> Any:
        """What an iteration steps through: the batch sampler, or without batches the sampler."""
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def recipe(self) -> Recipe:
        """How to make a batch, without everything that only this process needs."""
        return Recipe(
            dataset=self.dataset,
            iterable=self._iterable,
            batched=self.batch_sampler is not None,
            collate_fn=self.collate_fn,
            drop_last=self.drop_last,
        )


def _check_worker_settings(
    num_workers: int, timeout: float, prefetch_factor: int | None, persistent_workers: bool
) -> None:
    if num_workers < 0:
        raise ValueError(f"DataLoader: num_workers must be 0 (no worker processes) or more, got {num_workers}")
    if timeout < 0:
        raise ValueError(f"DataLoader: timeout must be 0 (none) or a number of seconds, got {timeout}")
    if prefetch_factor is not None:
        if num_workers == 0:
            raise ValueError(
                f"DataLoader: prefetch_factor={prefetch_factor} needs worker processes: set num_workers > 0 as well"
            )
        if prefetch_factor < 1:
            raise ValueError(f"DataLoader: prefetch_factor must be 1 or more, got {prefetch_factor}")
    if persistent_workers and num_workers == 0:
        raise ValueError("DataLoader: persistent_workers=True needs worker processes: set num_workers > 0 as well")


def _check_stream_settings(shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
    for name, value in (("shuffle", shuffle or None), ("sampler", sampler), ("batch_sampler", batch_sampler)):
        if value is not None:
            raise ValueError(
                f"DataLoader: an IterableDataset sets its own order, so {name} must be left out, got {name}={value!r}"
            )


def _warn_of_too_many_workers(num_workers: int) -> None:
    # The cores this process may use, which can be fewer than the machine has.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if cores is not None and num_workers > cores:
        warnings.warn(
            f"DataLoader: {num_workers} worker processes on {cores} cores slow each other down. "
            f"Use num_workers={cores} or fewer",
            stacklevel=3,
        )
