"""Which worker process this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WorkerInfo:
    """A worker process of a `DataLoader`.

    Attributes:
        id: its number, from 0 to num_workers - 1.
        num_workers: how many there are.
        seed: what its random generators were seeded with: the iteration's base seed + id.
        dataset: its own copy of the data set.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """The worker process that this code runs in; None in the main process.

    Returns:
        A `WorkerInfo`, or None.

    Example:
        >>> from seedgrad.data import get_worker_info
        >>> get_worker_info() is None
        True
    """
    return _info


def set_worker_info(info: WorkerInfo) -> None:
    """Called once, when a worker process starts."""
    global _info
    _info = info
