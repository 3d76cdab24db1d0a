"""One pass over a loader: what every kind of pass shares, and the pass without worker processes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from seedgrad.data.sampler import draw_seed

if TYPE_CHECKING:
    from seedgrad.data.loader import DataLoader


class LoaderIterator:
    """Steps through the sampler of a loader; subclasses turn an index into a batch."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        # Drawn also without workers, so that their number does not change the order of the batches.
        self.base_seed = draw_seed(loader.generator)
        self.begin(loader)

    def begin(self, loader: DataLoader[Any]) -> None:
        """Start at the first batch."""
        self._index_sampler = loader.index_sampler
        self._indices = iter(loader.index_sampler)
        self._stream_length = loader._stream_length
        self._stream_name = type(loader.dataset).__name__
        self._handed_out = 0

    def __iter__(self) -> LoaderIterator:
        return self

    def __next__(self) -> Any:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._index_sampler)

    def __getstate__(self) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} cannot be pickled or copied: it stands in the middle of a pass. "
            "Pickle the DataLoader instead"
        )

    def _count(self) -> None:
        """Warn when a stream yields more batches than `len(loader)` promised."""
        self._handed_out += 1
        if self._stream_length is not None and self._handed_out == self._stream_length + 1:
            warnings.warn(
                f"DataLoader: by its length the IterableDataset {self._stream_name} makes "
                f"{self._stream_length} batches, but it has yielded more. If each worker reads the whole "
                "stream, divide it with get_worker_info()",
                stacklevel=3,
            )


class LocalIterator(LoaderIterator):
    """Makes each batch when it is asked for, in this process."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        if loader.timeout != 0:
            raise AssertionError(
                f"DataLoader: timeout={loader.timeout} needs worker processes to wait for: set num_workers > 0"
            )
        super().__init__(loader)
        self._fetch = loader.recipe().fetcher()

    def __next__(self) -> Any:
        batch = self._fetch(next(self._indices))
        self._count()
        return batch
