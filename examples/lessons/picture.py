"""What the programs of the lessons share: the option `--out`, colours, and saving a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

try:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch as Patch
    from matplotlib.patches import Rectangle as Rectangle
except ImportError as error:
    raise SystemExit(f'The lessons draw pictures with matplotlib: pip install "seedgrad[viz]" ({error})') from error

# Okabe and Ito's colours, which people with any common kind of colour vision can tell apart.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#6b6b6b"


def parser(text: str) -> argparse.ArgumentParser:
    """A command line with the option that every lesson has; `text` begins with the title of the lesson."""
    made = argparse.ArgumentParser(description=text.splitlines()[0])
    made.add_argument(
        "--out",
        type=Path,
        default=Path("runs/lessons"),
        help="folder for the picture (default: runs/lessons)",
    )
    return made


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of that many inches, which belongs to no window."""
    return Figure(figsize=(width, height), dpi=120, layout="constrained", facecolor="white")


def plain(axes: Any) -> Any:
    """Take away the frame where it carries nothing, and draw a quiet grid behind the data."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def save(figure: Figure, program: str, folder: Path) -> None:
    """Save the picture under the name of the program that made it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{Path(program).stem}.png"
    figure.savefig(path, metadata={"Software": None})
    print(f"\nsaved {path}")
