"""A part of a data set, and a random division of one."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.data.dataset import Dataset, T_co
from seedgrad.data.fetch import batch_of, samples_of


class Subset(Dataset[T_co]):
    """The samples of a data set at the given indices, in that order.

    Args:
        dataset: a data set with an index.
        indices: one index into `dataset` per sample of the subset.

    Example:
        >>> from seedgrad.data import Subset
        >>> part = Subset("abcdef", [5, 0, 2])
        >>> len(part), part[0], part[1]
        (3, 'f', 'a')
    """

    dataset: Any
    indices: Sequence[Any]

    def __init__(self, dataset: Any, indices: Sequence[Any]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Any) -> T_co:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: Sequence[int]) -> list[T_co]:
        return samples_of(self.dataset, [self.indices[i] for i in indices])

    def gather(self, indices: np.ndarray) -> Any:
        """The collated batch at these positions of the subset: one gather if the data set has it."""
        return batch_of(self.dataset, [self.indices[i] for i in indices.tolist()])


def random_split(dataset: Any, lengths: Sequence[float], generator: sg.Generator | None = None) -> list[Subset[Any]]:
    """Divide a data set at random into parts that do not overlap.

    Args:
        dataset: a data set with an index and a length.
        lengths: the number of samples of each part, summing to `len(dataset)`; or fractions that sum to 1.
            A fraction `f` gets `floor(f * len(dataset))` samples; what is left over goes one by one
            to the parts, from the first.
        generator: where the random order comes from; default: the global one (`seedgrad.manual_seed`).

    Returns:
        One `Subset` per length.

    Raises:
        ValueError: the lengths do not sum to the length of the data set, one is negative, or a fraction
            is not within [0, 1].
        TypeError: lengths that are neither integers nor fractions that sum to 1.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.data import random_split
        >>> parts = random_split(range(10), [0.7, 0.3], generator=sg.Generator().manual_seed(0))
        >>> [len(part) for part in parts]
        [7, 3]
    """
    total, size = sum(lengths), len(dataset)
    counts: Sequence[Any] = lengths
    if math.isclose(total, 1) and total <= 1:
        counts = _fractions_to_counts(lengths, size)
    if not all(isinstance(count, int) for count in counts):
        raise TypeError(
            "random_split: the lengths must be whole numbers of samples, or fractions that sum to 1, "
            f"got {list(lengths)}, which sums to {total}"
        )
    if sum(counts) != size or min(counts, default=0) < 0:
        raise ValueError(
            f"random_split: the lengths must be 0 or more and sum to the {size} samples of the data set "
            f"(or be fractions that sum to 1), got {list(lengths)}, which sums to {total}"
        )
    order = sg.randperm(size, generator=generator).tolist()
    ends = list(itertools.accumulate(counts))
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends, strict=True)]


def _fractions_to_counts(fractions: Sequence[float], size: int) -> list[int]:
    for position, fraction in enumerate(fractions):
        if not 0 <= fraction <= 1:
            raise ValueError(f"random_split: fraction {position} must be within [0, 1], got {fraction}")
    counts = [math.floor(size * fraction) for fraction in fractions]
    for left_over in range(size - sum(counts)):
        counts[left_over % len(counts)] += 1
    for position, count in enumerate(counts):
        if count == 0:
            warnings.warn(
                f"random_split: part {position} (fraction {fractions[position]} of {size} samples) is empty",
                stacklevel=3,
            )
    return counts
