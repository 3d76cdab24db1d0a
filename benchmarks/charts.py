"""The pictures of the page: ratios as bars, and curves of time and memory against size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seedgrad.viz.figure import COLORS, INK, MARKERS, QUIET, RULE, new_figure

from .runner import Row
from .scaling import SERIES, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIBRARIES = (("ours", "seedgrad"), ("theirs", "PyTorch"))


def ratio_bars(ratios: Sequence[tuple[str, Row]], mean: float | None) -> Figure:
    """A bar for each workload: seedgrad's time over PyTorch's, with the range over the rounds and a line at 1.

    A diamond shows the compiled step.
    """
    figure = new_figure(9.2, 0.31 * len(ratios) + 1.1, pad=(0.08, 0.06))
    axes = figure.subplots()
    for i, (_, row) in enumerate(ratios):
        color = COLORS[0] if row["ratio"] <= 1 else COLORS[1]
        axes.barh(i, row["ratio"], color=color, height=0.68)
        axes.plot([row["low"], row["high"]], [i, i], color=INK, linewidth=1)
        if "compiled" in row:
            axes.plot(
                row["compiled"]["ratio"], i, "D", color=COLORS[2], markeredgecolor="white", markersize=6, zorder=6
            )
        beyond = max(row["ratio"], row["high"])
        axes.annotate(
            f"{row['ratio']:.2f}",
            (beyond, i),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=INK,
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axes.axvline(1, color=INK, linewidth=1.2, zorder=3)
    if mean is not None:
        label = f"geometric mean {mean:.2f}, as written"
        axes.axvline(mean, color=COLORS[2], linewidth=1.2, linestyle="--", zorder=3, label=label)
    if any("compiled" in row for _, row in ratios):
        axes.plot([], [], "D", color=COLORS[2], markersize=6, label="compiled")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, borderaxespad=0.2, ncols=2)
    axes.set_yticks(range(len(ratios)), [text for text, _ in ratios], fontsize=9)
    axes.set_ylim(len(ratios) - 0.4, -0.6)
    highest = max([1.0, *(max(row["ratio"], row["high"]) for _, row in ratios)])
    axes.set_xlim(0, 1.12 * highest)
    axes.set_xlabel("time of seedgrad / time of PyTorch: shorter is faster")
    _plain(axes)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    return figure


def scaling_curves(model: str, rows: dict[str, Row]) -> Figure | None:
    """Time above, peak memory below; a column for each thing that doubles. None if nothing was measured."""
    series = [s for s in SERIES.values() if s.model == model and _points(s, rows, "ours_ms")]
    if not series:
        return None
    figure = new_figure(3.1 * len(series) + 0.5, 5.6, pad=(0.08, 0.08))
    panels = figure.subplots(2, len(series), squeeze=False)
    for column, one in enumerate(series):
        above, below = panels[0][column], panels[1][column]
        for i, (whose, name) in enumerate(LIBRARIES):
            style: dict[str, Any] = {"color": COLORS[i], "marker": MARKERS[i], "markersize": 4, "linewidth": 1.6}
            _line(above, _points(one, rows, f"{whose}_ms"), label=name, **style)
            _line(below, _points(one, rows, f"{whose}_mib"), label=name, **style)
            _line(
                below, _points(one, rows, f"{whose}_above"), label=f"{name}, above its import", linestyle=":", **style
            )
        for axes in (above, below):
            _logarithmic(axes, one.sizes)
        above.set_title(f"{one.axis}\n", color=INK, fontsize=11)
        above.text(0.5, 1.03, one.fixed, transform=above.transAxes, ha="center", fontsize=8, color=QUIET)
        below.set_xlabel(one.axis, color=INK)
    for axes, label in zip(panels[:, 0], ("ms a step", "peak memory in MiB"), strict=True):
        axes.set_ylabel(label, color=INK)
    lines, names = panels[1][0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle(f"{model}: a training step as one thing doubles", color=INK, fontsize=12)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write an SVG that is the same for the same results; white behind, so that it can be read on a dark page too."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(path, metadata={"Date": None})


def _points(series: Series, rows: dict[str, Row], key: str) -> list[tuple[int, float]]:
    """The sizes that were measured, with a value that a logarithmic axis can show."""
    found = ((size, rows.get(f"{series.name}_{size}", {}).get(key)) for size in series.sizes)
    return [(size, value) for size, value in found if value is not None and value > 0]


def _line(axes: Axes, points: list[tuple[int, float]], **style: Any) -> None:
    axes.plot([size for size, _ in points], [value for _, value in points], **style)


def _logarithmic(axes: Axes, sizes: Sequence[int]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    shown = sizes if len(sizes) < 7 else sizes[::2]
    axes.set_xticks(shown, [str(size) for size in shown])
    axes.xaxis.set_minor_locator(NullLocator())
    low, high = axes.get_ylim()
    steps = (1, 2, 5) if high / low < 100 else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=steps))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.grid(color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET)
    axes.xaxis.label.set_color(INK)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(QUIET)
