"""Handwritten digits for the programs of this folder, and pictures of them on the disk."""

from pathlib import Path

import numpy as np
import torch
from torch.utils.data import TensorDataset

# Ten thousand digits of MNIST that lie in this repository: uint8 images [10000, 28, 28] and their labels.
DEFAULT = Path(__file__).resolve().parents[2] / "src" / "seedgrad" / "datasets" / "files" / "mnist10k.npz"


def load_digits(path=DEFAULT, size=28, test=2000):
    """Two sets of (image, label), images in [0, 1] of shape [1, size, size]: for training, and the last `test`."""
    with np.load(path) as stored:
        images, labels = stored["images"], stored["labels"]
    margin = (size - images.shape[-1]) // 2
    images = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))
    images = torch.from_numpy(images).unsqueeze(1).float() / 255
    labels = torch.from_numpy(labels.astype(np.int64))
    return TensorDataset(images[:-test], labels[:-test]), TensorDataset(images[-test:], labels[-test:])


def save_grid(images, path, columns=8):
    """Write images [N, 1, H, W] with values in [0, 1] side by side into one PGM file (most viewers open it)."""
    images = images.detach().cpu().clamp(0, 1)[:, 0]
    rows = [torch.cat(list(row), dim=1) for row in images.split(columns) if len(row) == columns]
    pixels = (torch.cat(rows) * 255).round().to(torch.uint8).numpy()
    Path(path).write_bytes(b"P5\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes())
