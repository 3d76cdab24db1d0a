"""Curves against the epoch: one panel a quantity, one line a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .figure import COLORS, INK, MARKERS, QUIET, RULE, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def curves(
    panels: Mapping[str, Mapping[str, Sequence[float]]], *, title: str | None = None, x_label: str = "epoch"
) -> Figure:
    """Draw training curves: one panel for each quantity, one line for each series in it.

    A panel whose values are positive and span more than a factor of ten gets a logarithmic axis, so
    that the last epochs of a loss stay readable. The last value of each line is written beside it.

    Args:
        panels: Maps the label of a panel's vertical axis, with its unit (`"accuracy (%)"`), to its
            series: a name and one value for each epoch. Values that are not finite leave a gap.
        title: A line above all panels. Default: none.
        x_label: Label of the horizontal axis. Default: `"epoch"`.

    Returns:
        A figure with `len(panels)` panels side by side.

    Raises:
        ValueError: there is no panel, a panel has no series, or a series is empty or not flat.
        ImportError: matplotlib is not installed.

    Example:
        >>> from seedgrad import viz
        >>> figure = viz.curves({"loss": {"train": [0.9, 0.4, 0.2], "test": [0.7, 0.5, 0.4]}})
        >>> [axes.get_ylabel() for axes in figure.axes]
        ['loss']
    """
    if not panels:
        raise ValueError("curves: at least one panel is needed, got none")
    series_of = {label: _checked(label, series) for label, series in panels.items()}
    figure = new_figure(4.8 * len(panels) + 0.4, 3.7, pad=(0.12, 0.04))
    row = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (label, series) in zip(row, series_of.items(), strict=True):
        _draw_panel(axes, label, series, x_label)
    if title is not None:
        figure.suptitle(title, color=INK, fontsize=12)
    return figure


def _checked(label: str, series: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    if not series:
        raise ValueError(f"curves: the panel {label!r} has no series; give it at least one")
    arrays = {name: np.asarray(values, dtype=float) for name, values in series.items()}
    for name, values in arrays.items():
        if values.ndim != 1 or values.size == 0:
            raise ValueError(
                f"curves: the series {name!r} of {label!r} must be a flat sequence with one value "
                f"for each epoch, got shape {values.shape}"
            )
    return arrays


def _draw_panel(axes: Axes, label: str, series: Mapping[str, np.ndarray], x_label: str) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    longest = max(values.size for values in series.values())
    finite = np.concatenate([values[np.isfinite(values)] for values in series.values()])
    for i, values in enumerate(series.values()):
        color, marker = COLORS[i % len(COLORS)], MARKERS[i % len(MARKERS)]
        epochs = np.arange(1, values.size + 1)
        axes.plot(epochs, values, color=color, marker=marker, markersize=3.5, linewidth=1.6, clip_on=False)
    if finite.size and finite.min() > 0 and finite.max() > 10 * finite.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlim(1, max(2, longest))
    axes.set_xlabel(x_label, color=INK)
    axes.set_ylabel(label, color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(QUIET)
    lines = [f"{name}: {values[-1]:.4g}" for name, values in series.items()]
    axes.legend(axes.get_lines(), lines, title=f"last {x_label}", framealpha=0.9, edgecolor=RULE)
