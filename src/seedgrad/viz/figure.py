"""The one place that imports matplotlib, and the colours every picture shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, distinct for every common kind of colour vision
# (https://jfly.uni-koeln.de/color/); grey text and rules stay behind the data.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
INK = "#222222"
QUIET = "#6b6b6b"
RULE = "#dddddd"


def new_figure(
    width: float, height: float, *, pad: tuple[float, float] = (0.04, 0.04), compress: bool = False
) -> Figure:
    """An empty figure of `width` by `height` inches at 144 dots per inch.

    The figure is made without `pyplot`, so it belongs to no window and is freed like any object.
    Its layout keeps `pad` inches (across, down) around each panel, and with `compress` leaves no
    empty bands beside panels of fixed proportions.

    Raises:
        ImportError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError as error:
        raise ImportError(
            'Drawing needs matplotlib, which is not installed. Install it with: pip install "seedgrad[viz]"'
        ) from error
    layout = ConstrainedLayoutEngine(w_pad=pad[0], h_pad=pad[1], compress=compress)
    return Figure(figsize=(width, height), dpi=144, layout=layout, facecolor="white")
