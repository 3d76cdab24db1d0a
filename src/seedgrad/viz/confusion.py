"""The confusion matrix: which class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .figure import INK, QUIET, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, *, class_names: Sequence[str] | None = None) -> Figure:
    """Draw how often each class was predicted as each class.

    Row r and column c count the samples of class r that were predicted as class c. The right answers
    on the diagonal are grey: a good classifier has so many of them that, on one colour scale, its
    mistakes would all look alike. The colour belongs to the mistakes. At the right of each row stands
    the share of that class that was recognised.

    Args:
        labels: The true classes, whole numbers from 0, shape (N,).
        predictions: The predicted classes, shape (N,).
        class_names: One name for each class. Default: the numbers 0 to the largest class that occurs.

    Returns:
        A figure with one matrix of K by K cells and its colour scale.

    Raises:
        ValueError: `labels` and `predictions` are not two flat, equally long sequences with at least one
            element; they hold something other than whole numbers from 0; `class_names` is too short.
        ImportError: matplotlib is not installed.

    Example:
        >>> from seedgrad import viz
        >>> figure = viz.confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0], class_names=["cat", "dog"])
        >>> figure.get_suptitle()
        '3 of 4 right (75.00 %)'
    """
    counts = _count(np.asarray(labels), np.asarray(predictions), class_names)
    classes = len(counts)
    names = [str(i) for i in range(classes)] if class_names is None else [str(name) for name in class_names]
    right, total = int(np.trace(counts)), int(counts.sum())
    mistakes = counts - np.diag(np.diag(counts))

    # new_figure first: it says how to install matplotlib where it is missing.
    longest = max(map(len, names))
    width = max(4.4, 0.46 * classes + 2.4) + 0.08 * longest
    figure = new_figure(width, max(3.6, 0.46 * classes + 1.4), compress=True)
    from matplotlib.patches import Rectangle
    from matplotlib.ticker import MaxNLocator

    axes = figure.subplots()
    shown = np.ma.masked_equal(mistakes, 0)
    # A single mistake stays pale even where nothing was mistaken more than once or twice.
    strongest = max(5, int(mistakes.max()))
    picture = axes.imshow(shown, cmap="YlOrRd", vmin=0, vmax=strongest)
    size = 9 if classes <= 12 else 6
    for row in range(classes):
        for column in range(classes):
            count = int(counts[row, column])
            if row == column:
                axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="#e8e8e8"))
            if row == column or count:
                # The colour scale is dark in its upper part: write there in white.
                color = "white" if row != column and count > 0.6 * strongest else INK
                axes.text(column, row, f"{count:,}", ha="center", va="center", color=color, fontsize=size)

    axes.set_xticks(range(classes), names, rotation=0 if longest <= 3 else 90)
    axes.set_yticks(range(classes), names)
    axes.set_xticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(classes + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#e8e8e8", linewidth=0.8)
    axes.tick_params(which="both", length=0, labelcolor=INK)
    axes.set_xlabel("predicted class", color=INK)
    axes.set_ylabel("true class", color=INK)
    in_class = counts.sum(1)
    shares = [f"{100 * counts[i, i] / n:.1f} %" if n else "none" for i, n in enumerate(in_class)]
    beside = axes.secondary_yaxis("right")
    beside.set_yticks(range(classes), shares, fontsize=size)
    beside.set_ylabel("recognised", color=QUIET, fontsize=size)
    beside.tick_params(length=0, labelcolor=QUIET)
    for spine in (*axes.spines.values(), *beside.spines.values()):
        spine.set_visible(False)
    scale = figure.colorbar(picture, ax=axes, fraction=0.05, pad=0.03, aspect=25)
    scale.set_label("mistakes (samples)", color=INK)
    scale.outline.set_visible(False)
    scale.locator = MaxNLocator(integer=True, nbins=6)
    scale.ax.tick_params(length=0, labelcolor=QUIET)
    scale.update_ticks()
    figure.suptitle(f"{right:,} of {total:,} right ({100 * right / total:.2f} %)", color=INK, fontsize=12)
    return figure


def _count(labels: np.ndarray, predictions: np.ndarray, class_names: Sequence[str] | None) -> np.ndarray:
    if labels.ndim != 1 or labels.shape != predictions.shape or labels.size == 0:
        raise ValueError(
            "confusion_matrix: labels and predictions must be flat and equally long, with at least one "
            f"element, got shapes {labels.shape} and {predictions.shape}"
        )
    for name, values in (("labels", labels), ("predictions", predictions)):
        if values.dtype.kind not in "iu" or values.min() < 0:
            raise ValueError(
                f"confusion_matrix: {name} must be whole numbers from 0, got dtype {values.dtype} "
                f"with smallest value {values.min()}"
            )
    classes = int(max(labels.max(), predictions.max())) + 1
    if class_names is not None:
        if len(class_names) < classes:
            raise ValueError(
                f"confusion_matrix: class {classes - 1} occurs, so at least {classes} class_names are "
                f"needed, got {len(class_names)}"
            )
        classes = len(class_names)
    flat = labels.astype(np.int64) * classes + predictions.astype(np.int64)
    return np.bincount(flat, minlength=classes * classes).reshape(classes, classes)
