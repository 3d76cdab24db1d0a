"""Data sets made of data sets: one after the other, or side by side."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from seedgrad.data.dataset import Dataset, IterableDataset, T_co
from seedgrad.data.fetch import batch_of, samples_of


class ConcatDataset(Dataset[T_co]):
    """Several data sets, one after the other. `first + second` makes one too.

    Args:
        datasets: data sets with an index and a length; at least one.

    Raises:
        AssertionError: no data set, or an `IterableDataset` among them.

    Example:
        >>> from seedgrad.data import ConcatDataset
        >>> both = ConcatDataset(["ab", "cde"])
        >>> len(both), both[0], both[2], both[-1]
        (5, 'a', 'c', 'e')
    """

    datasets: list[Any]
    cumulative_sizes: list[int]

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("ConcatDataset needs at least one data set, got none")
        for dataset in self.datasets:
            if isinstance(dataset, IterableDataset):
                raise AssertionError(
                    f"ConcatDataset needs data sets with an index, but {type(dataset).__name__} is an "
                    "IterableDataset. Chain streams with ChainDataset"
                )
        self.cumulative_sizes = list(itertools.accumulate(len(dataset) for dataset in self.datasets))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> T_co:
        length = len(self)
        if index < -length:
            raise ValueError(f"ConcatDataset: index {index} is out of range for {length} samples")
        if index >= length:
            raise IndexError(f"ConcatDataset: index {index} is out of range for {length} samples")
        index = index % length
        part = bisect.bisect_right(self.cumulative_sizes, index)
        before = self.cumulative_sizes[part - 1] if part else 0
        return self.datasets[part][index - before]


class ChainDataset(IterableDataset[T_co]):
    """Several streams, one after the other. `first + second` of two `IterableDataset`s makes one too.

    Args:
        datasets: `IterableDataset`s, opened one by one as the chain gets to them.

    Raises:
        AssertionError: the chain gets to something that is not an `IterableDataset`.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def __iter__(self) -> Iterator[T_co]:
        for dataset in self.datasets:
            yield from _stream(dataset)

    def __len__(self) -> int:
        return sum(len(_stream(dataset)) for dataset in self.datasets)


def _stream(dataset: Any) -> Any:
    if not isinstance(dataset, IterableDataset):
        raise AssertionError(
            f"ChainDataset needs IterableDatasets, got {type(dataset).__name__}. "
            "Join data sets with an index with ConcatDataset"
        )
    return dataset


class StackDataset(Dataset[Any]):
    """Data sets of one length side by side: sample `i` holds sample `i` of each.

    Args:
        *args: data sets; a sample is then a tuple.
        **kwargs: data sets by name; a sample is then a dict. Use one or the other.

    Raises:
        ValueError: positional and named data sets together, none at all, or lengths that differ.

    Example:
        >>> from seedgrad.data import StackDataset
        >>> StackDataset(letter="abc", number=[1, 2, 3])[1]
        {'letter': 'b', 'number': 2}
    """

    datasets: tuple[Any, ...] | dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "StackDataset takes positional data sets (samples are tuples) or named ones "
                "(samples are dicts), not both"
            )
        if not args and not kwargs:
            raise ValueError("StackDataset needs at least one data set, got none")
        self.datasets = args or kwargs
        lengths = [len(dataset) for dataset in self._parts()]
        if len(set(lengths)) > 1:
            raise ValueError(f"StackDataset: the data sets must have the same length, got lengths {lengths}")
        self._length = lengths[0]

    def _parts(self) -> Iterable[Any]:
        return self.datasets.values() if isinstance(self.datasets, dict) else self.datasets

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        return self._join([dataset[index] for dataset in self._parts()])

    def __getitems__(self, indices: list[Any]) -> list[Any]:
        columns = [samples_of(dataset, indices) for dataset in self._parts()]
        for column in columns:
            if len(column) != len(indices):
                raise ValueError(
                    f"StackDataset: a data set's __getitems__ was asked for {len(indices)} samples "
                    f"and returned {len(column)}"
                )
        return [self._join(row) for row in zip(*columns, strict=True)]

    def gather(self, indices: np.ndarray) -> Any:
        """The collated batch: the batches of the data sets, in a list or a dict."""
        batches = [batch_of(dataset, indices) for dataset in self._parts()]
        return self._join(batches) if isinstance(self.datasets, dict) else batches

    def _join(self, values: Iterable[Any]) -> Any:
        if isinstance(self.datasets, dict):
            return dict(zip(self.datasets, values, strict=True))
        return tuple(values)
