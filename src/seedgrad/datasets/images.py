"""Labelled pictures in memory: what all picture data sets have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.data import TensorDataset, default_collate

SPLITS = ("train", "test", "fit", "val")


class ImageDataset(TensorDataset):
    """Pictures and their labels. Sample `i` is `(image, label)`.

    Without transforms, `DataLoader` reads whole batches at a time. A transform works on one picture after the
    other; what can work on a batch (scaling, shifting) is faster when it is applied to what the loader
    yields.

    Args:
        images: the pictures, uint8 [N, channels, height, width].
        labels: class numbers, any integer type [N].
        classes: the names of the classes.
        transform: applied to each picture, a uint8 tensor [channels, height, width].
        target_transform: applied to each label, a 0-d int64 tensor.

    Attributes:
        images: the pictures, a uint8 tensor [N, channels, height, width].
        labels: the class numbers, an int64 tensor [N].
        classes: the names of the classes.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        classes: tuple[str, ...],
        transform: Callable[[sg.Tensor], Any] | None = None,
        target_transform: Callable[[sg.Tensor], Any] | None = None,
    ) -> None:
        super().__init__(sg.from_numpy(images), sg.from_numpy(labels.astype(np.int64)))
        self.images, self.labels = self.tensors
        self.classes = classes
        self.transform = transform
        self.target_transform = target_transform

    def __getitem__(self, index: Any) -> tuple[Any, Any]:
        image, label = super().__getitem__(index)
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label

    def gather(self, indices: np.ndarray) -> list[Any]:
        """The batch of the given rows: images [B, channels, height, width] and labels [B]."""
        if self.transform is None and self.target_transform is None:
            return super().gather(indices)
        return default_collate([self[index] for index in indices.tolist()])


def rows_of_split(split: str, train: int, held_out: int) -> slice:
    """The rows of a split among those of its file or part: all, all but the last `held_out`, or these.

    Args:
        split: "train" or "test" (all), "fit" (what remains of "train") or "val" (the last rows of "train").
        train: rows of "train".
        held_out: rows of "val".

    Raises:
        ValueError: another name.
    """
    if split not in SPLITS:
        raise ValueError(
            "split must be 'train', 'test', or for choosing settings without looking at the test set 'fit' "
            f"and 'val' (two parts of 'train'), got {split!r}"
        )
    if split == "fit":
        return slice(0, train - held_out)
    if split == "val":
        return slice(train - held_out, train)
    return slice(None)
