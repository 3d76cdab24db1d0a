"""In which order the samples come, and how the order is cut into batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Generic, TypeVar

import numpy as np

import seedgrad as sg

T_co = TypeVar("T_co", covariant=True)

# How many indices are drawn at once with replacement: programs that never want to end ask for 10 billion.
_DRAWS = 32


class Sampler(Generic[T_co]):
    """An order of samples: subclass it and write `__iter__` (yields indices) and, if you can, `__len__`."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} needs an __iter__() that yields indices")


class SequentialSampler(Sampler[int]):
    """0, 1, 2, … in order.

    Args:
        data_source: anything with a length.
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """A new random order at each pass.

    Args:
        data_source: anything with a length n.
        replacement: False (default): every sample once before any comes again. True: each draw from all n.
        num_samples: how many indices a pass yields; default n. More than n without replacement
            means several shuffles one after the other.
        generator: where the randomness comes from; default: a fresh generator at each pass, seeded by the
            global one (`seedgrad.manual_seed`).

    Raises:
        TypeError: `replacement` is not a bool.
        ValueError: `num_samples` (or the length it defaults to) is not a positive integer.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.data import RandomSampler
        >>> sorted(RandomSampler(range(4), generator=sg.Generator().manual_seed(0)))
        [0, 1, 2, 3]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: sg.Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(f"RandomSampler: replacement must be True or False, got {replacement!r}")
        if not _is_positive_int(self.num_samples):
            which = "the length of the data" if num_samples is None else "num_samples"
            raise ValueError(f"RandomSampler: {which} must be a positive integer, got {self.num_samples!r}")

    @property
    def num_samples(self) -> int:
        """How many indices a pass yields."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n = len(self.data_source)
        generator = self.generator
        if generator is None:
            generator = sg.Generator().manual_seed(draw_seed(None))
        if self.replacement:
            for start in range(0, self.num_samples, _DRAWS):
                count = min(_DRAWS, self.num_samples - start)
                yield from sg.randint(0, n, (count,), generator=generator).tolist()
            return
        for start in range(0, self.num_samples, n):
            yield from sg.randperm(n, generator=generator).tolist()[: self.num_samples - start]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler[int]):
    """The given indices, each once, in a new random order at each pass.

    Args:
        indices: the indices to draw from.
        generator: where the randomness comes from; default: the global one.
    """

    def __init__(self, indices: Sequence[int], generator: sg.Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for position in sg.randperm(len(self.indices), generator=self.generator).tolist():
            yield self.indices[position]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """Index i with a probability proportional to `weights[i]`, to balance classes for example.

    With replacement, uniform numbers are looked up in the cumulative weights. Without, each index gets the
    key
    -log(u_i) / w_i with u_i uniform, and the smallest keys come first, in order: the same distribution as
    drawing one index after the other and striking it out.

    Args:
        weights: one weight ≥ 0 per sample; they need not sum to 1.
        num_samples: how many indices a pass yields.
        replacement: whether an index may come again; default True.
        generator: where the randomness comes from; default: the global one.

    Raises:
        ValueError: `num_samples` is not a positive integer, `replacement` is not a bool,
            or `weights` is not one-dimensional.
        RuntimeError: at the start of a pass, when weights are negative, infinite, NaN or all zero, or,
            without replacement, fewer than `num_samples`.

    Example:
        >>> from seedgrad.data import WeightedRandomSampler
        >>> list(WeightedRandomSampler([0.0, 1.0, 0.0], num_samples=3))
        [1, 1, 1]

    Source: Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006.
    """

    def __init__(
        self,
        weights: Sequence[float] | sg.Tensor | np.ndarray,
        num_samples: int,
        replacement: bool = True,
        generator: sg.Generator | None = None,
    ) -> None:
        if not _is_positive_int(num_samples):
            raise ValueError(f"WeightedRandomSampler: num_samples must be a positive integer, got {num_samples!r}")
        if not isinstance(replacement, bool):
            raise ValueError(f"WeightedRandomSampler: replacement must be True or False, got {replacement!r}")
        self.weights: sg.Tensor = sg.from_numpy(np.array(weights, dtype=np.float64))
        if self.weights.ndim != 1:
            raise ValueError(
                "WeightedRandomSampler: weights must be one-dimensional, one weight per sample, "
                f"got shape {tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        weights = self.weights.array
        self._check(weights)
        size = self.num_samples if self.replacement else len(weights)
        uniform = sg.rand(size, generator=self.generator, dtype=sg.float64).array
        if self.replacement:
            cumulative = np.cumsum(weights)
            # side="right" never stops at a weight of zero; the product may round up to the very end.
            found = np.searchsorted(cumulative, uniform * cumulative[-1], side="right")
            drawn = np.minimum(found, np.flatnonzero(weights)[-1])
        else:
            keys = np.full(size, np.inf)  # weights of zero come last
            np.divide(-np.log1p(-uniform), weights, out=keys, where=weights > 0)
            drawn = np.argsort(keys, kind="stable")[: self.num_samples]
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples

    def _check(self, weights: np.ndarray) -> None:
        if not np.isfinite(weights).all() or (weights < 0).any():
            position = int(np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0])
            raise RuntimeError(
                f"WeightedRandomSampler: weights must be finite and ≥ 0, got {weights[position]} at position {position}"
            )
        if not weights.sum() > 0:
            raise RuntimeError("WeightedRandomSampler: at least one weight must be > 0")
        if not self.replacement and self.num_samples > len(weights):
            raise RuntimeError(
                f"WeightedRandomSampler: {self.num_samples} samples cannot be drawn without replacement "
                f"from {len(weights)} weights"
            )


class BatchSampler(Sampler[list[int]]):
    """Cuts what another sampler yields into lists of `batch_size`.

    Args:
        sampler: a sampler, or anything that can be iterated.
        batch_size: indices in a batch.
        drop_last: whether a last, smaller batch is left out.

    Raises:
        ValueError: `batch_size` is not a positive integer, or `drop_last` is not a bool.

    Example:
        >>> from seedgrad.data import BatchSampler
        >>> list(BatchSampler(range(5), batch_size=2, drop_last=False))
        [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Sampler[int] | Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not _is_positive_int(batch_size):
            raise ValueError(f"batch_size must be a positive integer, got {batch_size!r}")
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last must be True or False, got {drop_last!r}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        n: int = len(self.sampler)  # type: ignore[arg-type]
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)


class EndlessSampler(Sampler[None]):
    """None for ever: a stream has no indices, and it decides itself where it ends."""

    def __iter__(self) -> Iterator[None]:
        return itertools.repeat(None)


def draw_seed(generator: sg.Generator | None) -> int:
    """A random seed ≥ 0 from the generator; default: from the global one."""
    return int(sg.randint(0, 2**63 - 1, (), generator=generator).item())


def _is_positive_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
