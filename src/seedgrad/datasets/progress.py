"""A progress bar for downloads: rich's if it is installed, else a line of text."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_bar(name: str, total: int | None, wanted: bool) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many bytes of `total` (None: unknown) have arrived.

    Nothing is shown unless it is wanted and the standard error output is a terminal.
    """
    if not (wanted and sys.stderr.isatty()):
        yield lambda done: None
        return
    try:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )
    except ImportError:  # rich belongs to the extra "train"
        yield lambda done: _show_text(name, done, total)
        sys.stderr.write("\n")
        return
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress("{task.description}", *columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=total)
        yield lambda done: bar.update(task, completed=done)


def _show_text(name: str, done: int, total: int | None) -> None:
    of_total = f" of {total / 1e6:.1f} MB ({done / total:.0%})" if total else " MB"
    sys.stderr.write(f"\r{name}: {done / 1e6:.1f}{of_total}")
    sys.stderr.flush()
