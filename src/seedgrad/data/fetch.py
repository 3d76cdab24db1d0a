"""From indices to a batch: which of a data set's methods to ask."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seedgrad.data.collate import default_collate


def provides(dataset: Any, shortcut: str) -> bool:
    """Whether the data set has the method `shortcut` and its `__getitem__` was not overridden since.

    A subclass that overrides `__getitem__` (to add an augmentation, say) has changed what a sample is;
    a shortcut that it inherits would leave the change out.
    """
    for cls in type(dataset).__mro__:
        if shortcut in vars(cls):
            return callable(getattr(dataset, shortcut))
        if "__getitem__" in vars(cls):
            return False
    return False


def samples_of(dataset: Any, indices: Sequence[Any]) -> list[Any]:
    """The samples at these indices, through `__getitems__` if the data set has it."""
    if provides(dataset, "__getitems__"):
        return dataset.__getitems__(indices)
    return [dataset[index] for index in indices]


def batch_of(dataset: Any, indices: Sequence[Any] | np.ndarray) -> Any:
    """`default_collate` of the samples at these indices, through `gather` if the data set has it."""
    if provides(dataset, "gather"):
        positions = np.asarray(indices)
        if positions.ndim == 1 and positions.dtype.kind in "iu":
            return dataset.gather(positions.astype(np.int64, copy=False))
    return default_collate(samples_of(dataset, list(indices)))


@dataclass(frozen=True)
class Recipe:
    """How a loader makes its batches; the part of a `DataLoader` that travels to the worker processes.

    Attributes:
        dataset: the data set.
        iterable: whether it is a stream (`IterableDataset`).
        batched: whether samples are put together; otherwise each goes through `collate_fn` alone.
        collate_fn: makes one batch of a list of samples.
        drop_last: whether a stream's last, smaller batch is left out.
    """

    dataset: Any
    iterable: bool
    batched: bool
    collate_fn: Callable[[Any], Any]
    drop_last: bool

    def fetcher(self) -> Callable[[Any], Any]:
        """A function from what the sampler yields to a finished batch; a stream starts anew with each."""
        return _StreamFetcher(self) if self.iterable else self._fetch

    def _fetch(self, index: Any) -> Any:
        if not self.batched:
            return self.collate_fn(self.dataset[index])
        if self.collate_fn is default_collate:
            return batch_of(self.dataset, index)
        return self.collate_fn(samples_of(self.dataset, index))


class _StreamFetcher:
    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.stream = iter(recipe.dataset)
        self.ended = False

    def __call__(self, index: Any) -> Any:
        """The next batch: as many samples as `index` has places; StopIteration at the end of the stream."""
        recipe = self.recipe
        if not recipe.batched:
            return recipe.collate_fn(next(self.stream))
        if self.ended:
            raise StopIteration
        samples = list(itertools.islice(self.stream, len(index)))
        self.ended = len(samples) < len(index)
        if not samples or (self.ended and recipe.drop_last):
            raise StopIteration
        return recipe.collate_fn(samples)
