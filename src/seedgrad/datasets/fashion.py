"""Fashion-MNIST: pictures of clothes, a harder drop-in for MNIST."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import seedgrad as sg
from seedgrad.datasets.cache import check_file, data_folder, fetch
from seedgrad.datasets.idx import read_idx
from seedgrad.datasets.images import ImageDataset, rows_of_split

# Both are published by Zalando, the authors.
MIRRORS = (
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
# SHA-256 of the files as published; and of the same data packed without a file name and date (Debian's
# package dataset-fashion-mnist).
FILES = {
    "train-images-idx3-ubyte.gz": (
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    ),
    "train-labels-idx1-ubyte.gz": (
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    ),
    "t10k-images-idx3-ubyte.gz": (
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
    ),
}
CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)


class FashionMNIST(ImageDataset):
    """Pictures of clothes in ten classes, 28 × 28 pixels, bright (255) on black (0).

    The four files lie in the folder `fashion-mnist` of `seedgrad.datasets.data_folder()`, as published
    (gzip).

    Args:
        split: "train" (60,000) and "test" (10,000). To choose settings without looking at the test set, train
            on "fit" (the first 55,000 of "train") and measure on "val" (the other 5,000).
        transform: applied to each picture, a uint8 tensor [1, 28, 28].
        target_transform: applied to each label, a 0-d int64 tensor.
        root: another folder for the files.
        download: True fetches missing files (30 MB in all), with a progress bar.

    Attributes:
        images: uint8 tensor [N, 1, 28, 28].
        labels: int64 tensor [N].
        classes: the ten names.

    Raises:
        ValueError: another split, or images and labels that do not belong together.
        FileNotFoundError: a file is missing and `download` is False.
        RuntimeError: a file is not the published one.
        ConnectionError: the download failed.

    Example:
        >>> from seedgrad.datasets import FashionMNIST
        >>> data = FashionMNIST("test", download=True)  # doctest: +SKIP
        >>> data.classes[int(data.labels[0])]  # doctest: +SKIP
        'Ankle boot'

    Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms", 2017.
    """

    def __init__(
        self,
        split: str = "train",
        transform: Callable[[sg.Tensor], Any] | None = None,
        target_transform: Callable[[sg.Tensor], Any] | None = None,
        *,
        root: str | os.PathLike[str] | None = None,
        download: bool = False,
    ) -> None:
        rows_of_split(split, 0, 0)  # a wrong name fails before a long download
        folder = data_folder() / "fashion-mnist" if root is None else Path(root)
        prefix = "t10k" if split == "test" else "train"
        images = read_idx(_locate(folder, f"{prefix}-images-idx3-ubyte.gz", download))
        labels = read_idx(_locate(folder, f"{prefix}-labels-idx1-ubyte.gz", download))
        if images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
            raise ValueError(
                f"FashionMNIST: images must have the shape (N, 28, 28) and labels (N,), got {images.shape} "
                f"and {labels.shape} in {folder}"
            )
        rows = rows_of_split(split, len(images), len(images) // 12)
        super().__init__(
            images[rows, None],  # [N, 1, 28, 28]
            labels[rows],
            classes=CLASSES,
            transform=transform,
            target_transform=target_transform,
        )
        self.split = split


def _locate(folder: Path, name: str, download: bool) -> Path:
    path = folder / name
    if download:
        return fetch([mirror + name for mirror in MIRRORS], path, FILES[name])
    if not path.exists():
        raise FileNotFoundError(
            f"FashionMNIST: {name} is not in {folder}. Pass download=True to fetch it from {MIRRORS[0]} (or "
            f"else {MIRRORS[1]}), or put the four files {', '.join(FILES)} there yourself. The environment "
            "variable SEEDGRAD_DATA names another folder that has them under fashion-mnist/"
        )
    check_file(path, FILES[name])
    return path
