"""The input pipeline: shuffled, augmented batches of images that lie in memory, without workers and with two.

The augmentations are written once, through the API that both libraries share. Each library draws its own random
numbers, so batches are equal in distribution, not number by number: an epoch must contain each image once, and the mean
and the spread of its pixels are compared.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .common import Steps, Workload

COUNT, BATCH, SIZE = 2048, 64, 32
SHIFT = 4
WHY = "it draws numbers and slices by them, image by image: there is no step to record"
MEAN, SPREAD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)


def pictures() -> np.ndarray[Any, Any]:
    """Smooth random pictures, uint8 [COUNT, 3, SIZE, SIZE], the same at every call."""
    draw = np.random.default_rng(12)
    coarse = draw.normal(125, 60, (COUNT, 3, SIZE // 4, SIZE // 4)).repeat(4, 2).repeat(4, 3)
    return np.clip(coarse + draw.normal(0, 12, coarse.shape), 0, 255).astype(np.uint8)


class Images:
    """Images and their numbers as labels; each look draws a new shift and a new flip."""

    def __init__(self, lib: Any) -> None:
        self.library = lib.__name__  # by name, because a module can't travel to a worker process
        self.images = lib.from_numpy(pictures())
        self.mean = lib.tensor(MEAN).view(3, 1, 1)
        self.spread = lib.tensor(SPREAD).view(3, 1, 1)

    def __len__(self) -> int:
        return COUNT

    def __getitem__(self, index: int) -> tuple[Any, int]:
        lib = sys.modules[self.library]
        top, left, flip = lib.randint(0, 2 * SHIFT + 1, (3,)).tolist()
        image = lib.nn.functional.pad(self.images[index], (SHIFT, SHIFT, SHIFT, SHIFT))
        image = image[:, top : top + SIZE, left : left + SIZE]
        if flip % 2:
            image = image.flip(2)
        return (image.float() - self.mean) / self.spread, index


def epochs(lib: Any, workers: int) -> Steps:
    """A step is an epoch; it returns a number made of the mean and the spread of its pixels."""
    lib.manual_seed(0)
    loader = lib.utils.data.DataLoader(
        Images(lib), BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0
    )

    def step() -> Any:
        seen, total, squares = np.zeros(COUNT, int), 0.0, 0.0
        for x, numbers in loader:
            if tuple(x.shape[1:]) != (3, SIZE, SIZE) or x.dtype != lib.float32:
                raise RuntimeError(f"a batch must be float32 [n, 3, {SIZE}, {SIZE}], got {x.dtype} {tuple(x.shape)}")
            seen[numbers.numpy()] += 1
            flat = x.numpy().reshape(-1)
            total += float(flat.sum())
            squares += float(flat @ flat)
        if not (seen == 1).all():
            raise RuntimeError(f"an epoch must contain each image once; {int((seen != 1).sum())} came otherwise")
        places = COUNT * 3 * SIZE * SIZE
        return lib.tensor(1 + total / places + squares / places)

    return Steps(step)


def in_process(lib: Any) -> Steps:
    """Batches made by the process that uses them."""
    return epochs(lib, 0)


def two_workers(lib: Any) -> Steps:
    """Batches made ahead by two processes."""
    return epochs(lib, 2)


WORKLOADS = (
    Workload(
        "input_0",
        "input pipeline, shuffled, augmented images, no workers",
        in_process,
        items=COUNT,
        unit="images",
        tolerance=5e-3,
        as_written=WHY,
    ),
    Workload(
        "input_2",
        "input pipeline, 2 workers",
        two_workers,
        items=COUNT,
        unit="images",
        tolerance=5e-3,
        as_written=WHY,
    ),
)
