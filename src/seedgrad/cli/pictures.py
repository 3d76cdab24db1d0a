"""The digits as the network sees them: normalised, and shifted at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import seedgrad as sg
from seedgrad import Tensor
from seedgrad.datasets import Digits

from .recipe import Recipe, Refusal

# Mean and spread of the training pixels, each from 0 to 1.
PIXEL_MEAN, PIXEL_STD = 0.1307, 0.3081
SIDE = 28


@dataclass(frozen=True)
class Pictures:
    """Digits ready for the network: normalised, with a margin of background around each."""

    images: Tensor  # (N, 1, 28 + 2 margin, 28 + 2 margin) float32
    labels: Tensor  # (N,) int64

    @classmethod
    def of(cls, images: Tensor, labels: Tensor, margin: int = 0) -> Pictures:
        """From bytes of shape (N, 1, 28, 28) and their labels."""
        padded = np.pad(images.numpy(), ((0, 0), (0, 0), (margin, margin), (margin, margin)))
        return cls(sg.from_numpy((padded.astype(np.float32) / 255 - PIXEL_MEAN) / PIXEL_STD), labels)

    def __len__(self) -> int:
        return len(self.labels)


def load_digits(recipe: Recipe) -> tuple[Pictures, Pictures]:
    """The digits to train on, with a margin for the shift, and the digits to judge by.

    Raises:
        Refusal: the recipe asks for more training digits than there are.
    """
    train, judges = map(Digits, ("fit", "val") if recipe.validate else ("train", "test"))
    count = len(train) if recipe.train_size is None else recipe.train_size
    if count > len(train):
        raise Refusal(f"there are {len(train):,} digits to train on; --train-size {count} asks for more")
    few = Pictures.of(train.images[:count], train.labels[:count], margin=recipe.most_shift)
    return few, Pictures.of(judges.images, judges.labels)


def random_shift(padded: Tensor, most: int) -> Tensor:
    """Move each picture by -most to most pixels in both directions; background moves in.

    Each picture has a margin of `most` pixels; the shift cuts a window out of it, at its own place for
    each picture: (N, 1, 28 + 2 most, 28 + 2 most) -> (N, 1, 28, 28).
    """
    n = len(padded)
    corner = sg.randint(0, 2 * most + 1, (2, n, 1))
    rows, columns = corner + sg.arange(SIDE)  # (N, 28) each
    return padded[sg.arange(n)[:, None, None], 0, rows[:, :, None], columns[:, None, :]].unsqueeze(1)
