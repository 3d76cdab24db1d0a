"""What stands in the cells of the page's tables."""

from __future__ import annotations

from .runner import Row


def verdict(value: float, target: float) -> str:
    """Whether a target is reached."""
    return f"≤ {target:g}: {'yes' if value <= target else '**no**'}"


def plain(text: str) -> str:
    """Text that does not end a cell of a table."""
    return text.replace("|", "/").replace("\n", " ")[:200]


def speed(ms: float, items: int, unit: str) -> str:
    """Things a second where a step makes some, else the time of a step."""
    return f"{1e3 * items / ms:,.0f} {unit}/s" if items else duration(ms)


def duration(ms: float) -> str:
    """Milliseconds in a unit that suits them."""
    return f"{1e3 * ms:.3g} µs" if ms < 0.1 else f"{ms:.0f} ms" if ms >= 100 else f"{ms:.3g} ms"


def ratio(row: Row) -> str:
    """The ratio and its range over the rounds."""
    return f"{row['ratio']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
