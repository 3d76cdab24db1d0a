"""Ten thousand handwritten digits that come with the package."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.datasets.images import ImageDataset, rows_of_split

FILE = os.path.join(os.path.dirname(__file__), "files", "mnist10k.npz")
TRAIN = 8_000
HELD_OUT = 1_000


class Digits(ImageDataset):
    """10,000 handwritten digits from MNIST, at hand without a download: 28 × 28 pixels, white (255) on black.

    Args:
        split: "train" (8,000) and "test" (2,000). To choose settings without looking at the test set, train
            on "fit" (the first 7,000 of "train") and measure on "val" (the other 1,000).
        transform: applied to each picture, a uint8 tensor [1, 28, 28].
        target_transform: applied to each label, a 0-d int64 tensor.

    Attributes:
        images: uint8 tensor [N, 1, 28, 28].
        labels: int64 tensor [N], the digits.
        classes: "0" to "9".

    Raises:
        ValueError: another split.

    Example:
        >>> from seedgrad.datasets import Digits
        >>> digits = Digits("test")
        >>> digits.images.shape
        seedgrad.Size([2000, 1, 28, 28])
        >>> image, label = digits[0]
        >>> image.shape, label
        (seedgrad.Size([1, 28, 28]), tensor(3))

    Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
        1998.
    """

    def __init__(
        self,
        split: str = "train",
        transform: Callable[[sg.Tensor], Any] | None = None,
        target_transform: Callable[[sg.Tensor], Any] | None = None,
    ) -> None:
        rows = rows_of_split(split, TRAIN, HELD_OUT)
        with np.load(FILE) as stored:
            images, labels = stored["images"], stored["labels"]
        part = slice(TRAIN, None) if split == "test" else slice(0, TRAIN)
        super().__init__(
            images[part][rows, None],  # [N, 1, 28, 28]
            labels[part][rows],
            classes=tuple("0123456789"),
            transform=transform,
            target_transform=target_transform,
        )
        self.split = split
