"""The worst mistakes: the wrong answers a classifier was surest of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .figure import COLORS, INK, QUIET, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def worst_mistakes(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    count: int = 20,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Draw the wrong answers with the highest confidence, the worst first.

    Above each picture stand the prediction with its probability, and the label with the probability
    the model gave it. Such a list finds wrong labels as often as weak models.

    Args:
        images: Grey pictures of shape (N, H, W) or (N, 1, H, W), or colour pictures of shape
            (N, 3, H, W) with values from 0 to 1. Grey values may have any range.
        labels: The true classes, whole numbers from 0, shape (N,).
        probabilities: The probability of each class for each picture, shape (N, K).
        count: How many mistakes to draw at most. Default: 20.
        class_names: One name for each of the K classes. Default: the numbers 0 to K - 1.

    Returns:
        A figure with at most `count` pictures; if there is no mistake, it says so.

    Raises:
        ValueError: the shapes do not fit together; `count` is below 1; `class_names` has not K names.
        ImportError: matplotlib is not installed.

    Example:
        >>> import numpy as np
        >>> from seedgrad import viz
        >>> images = np.zeros((3, 8, 8))
        >>> figure = viz.worst_mistakes(images, [0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
        >>> len(figure.axes)  # only the last answer is wrong
        1
    """
    pictures, truth, p = np.asarray(images), np.asarray(labels), np.asarray(probabilities)
    names = _check(pictures, truth, p, count, class_names)
    predicted = p.argmax(1)
    wrong = np.flatnonzero(predicted != truth)
    worst = wrong[np.argsort(-p[wrong, predicted[wrong]], kind="stable")][:count]
    if worst.size == 0:
        figure = new_figure(5, 1.5)
        figure.suptitle(f"no mistakes in {len(truth):,} pictures", color=INK, fontsize=12, y=0.6)
        return figure

    columns = min(5, worst.size)
    rows = -(-worst.size // columns)
    figure = new_figure(max(4.2, 1.75 * columns), 2.15 * rows + 0.75, pad=(0.08, 0.08))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[worst.size :]:
        axes.remove()
    for axes, i in zip(grid[: worst.size], worst, strict=True):
        axes.imshow(_as_picture(pictures[i]), cmap="gray_r", interpolation="nearest")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_color("#bbbbbb")
        guess, label = int(predicted[i]), int(truth[i])
        said = f"predicted {names[guess]} ({100 * p[i, guess]:.1f} %)"
        meant = f"label {names[label]} ({100 * p[i, label]:.1f} %)"
        axes.set_title(said, color=COLORS[1], fontsize=8.5, pad=16, fontweight="bold")
        above = {"transform": axes.transAxes, "ha": "center", "va": "bottom"}
        axes.text(0.5, 1.03, meant, color=QUIET, fontsize=8.5, **above)
    shown = f"all {wrong.size:,}" if worst.size == wrong.size else f"the {worst.size} worst of {wrong.size:,}"
    figure.suptitle(f"{shown} mistakes in {len(truth):,} pictures", color=INK, fontsize=12)
    return figure


def _check(
    pictures: np.ndarray, truth: np.ndarray, p: np.ndarray, count: int, class_names: Sequence[str] | None
) -> list[str]:
    grey = pictures.ndim == 3 or (pictures.ndim == 4 and pictures.shape[1] == 1)
    if not grey and not (pictures.ndim == 4 and pictures.shape[1] == 3):
        raise ValueError(
            f"worst_mistakes: images must have shape (N, H, W), (N, 1, H, W) or (N, 3, H, W), got {pictures.shape}"
        )
    n = len(pictures)
    if truth.shape != (n,) or p.ndim != 2 or len(p) != n:
        raise ValueError(
            f"worst_mistakes: {n} images need labels of shape ({n},) and probabilities of shape ({n}, K), "
            f"got {truth.shape} and {p.shape}"
        )
    if truth.dtype.kind not in "iu" or (n and not 0 <= truth.min() <= truth.max() < p.shape[1]):
        raise ValueError(
            f"worst_mistakes: labels must be whole numbers from 0 to {p.shape[1] - 1}, one for each column "
            f"of probabilities, got dtype {truth.dtype}"
            + (f" with values from {truth.min()} to {truth.max()}" if n else "")
        )
    if count < 1:
        raise ValueError(f"worst_mistakes: count must be at least 1, got {count}")
    if class_names is None:
        return [str(i) for i in range(p.shape[1])]
    if len(class_names) != p.shape[1]:
        raise ValueError(
            f"worst_mistakes: class_names must have one name for each of the {p.shape[1]} classes, "
            f"got {len(class_names)}"
        )
    return [str(name) for name in class_names]


def _as_picture(picture: np.ndarray) -> np.ndarray:
    """(H, W) or (1, H, W) to (H, W); (3, H, W) to (H, W, 3)."""
    if picture.ndim == 2:
        return picture
    return picture[0] if len(picture) == 1 else np.moveaxis(picture, 0, -1)
