"""What `torch.utils.data` adds: the sampler of several processes, of which there is one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import seedgrad as sg
from seedgrad.data import Sampler

from . import distributed


class DistributedSampler(Sampler):
    """The part of a dataset that one of several processes takes.

    Args:
        dataset: the dataset.
        num_replicas: how many processes. Default: those of the group.
        rank: which of them. Default: this one.
        shuffle: mix the order, anew for each epoch. Default: True.
        seed: of the order. Default: 0.
        drop_last: leave out what does not divide. Default: False, repeat the first.

    Raises:
        ValueError: there is no such process, or no group.
    """

    def __init__(
        self,
        dataset: Any,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        self.num_replicas = distributed.get_world_size() if num_replicas is None else num_replicas
        self.rank = distributed.get_rank() if rank is None else rank
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(f"Invalid rank {self.rank}, rank should be in the interval [0, {self.num_replicas - 1}]")
        self.dataset, self.shuffle, self.seed, self.drop_last, self.epoch = dataset, shuffle, seed, drop_last, 0

    @property
    def num_samples(self) -> int:
        """How many samples each process takes."""
        count = len(self.dataset) / self.num_replicas
        return math.floor(count) if self.drop_last else math.ceil(count)

    def __iter__(self) -> Iterator[int]:
        count = len(self.dataset)
        order = list(range(count))
        if self.shuffle:
            order = sg.randperm(count, generator=sg.Generator().manual_seed(self.seed + self.epoch)).tolist()
        total = self.num_samples * self.num_replicas
        order = [order[i % count] for i in range(total)]
        return iter(order[self.rank :: self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """The epoch, which decides over the order."""
        self.epoch = epoch
