"""What a run shows while it trains: a live bar on a terminal, a line an epoch elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from .training import DigitsRun, Sums

REDRAWS_PER_SECOND = 10


class Clock:
    """Digits per second over the last seconds, and the time left at that speed.

    The first batch also loads and compiles the kernels, so it counts for nothing where a second one
    follows; after that, older batches fade with a half-life of about two seconds.
    """

    HALF_LIFE = 2.0

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.first = True
        self.digits = 0.0
        self.seconds = 0.0

    def tick(self, digits: int) -> None:
        now = time.perf_counter()
        seconds, self.last = now - self.last, now
        fade = 0.5 ** (seconds / self.HALF_LIFE)
        if self.first:
            # Keeps the speed defined, but almost without weight.
            fade, self.first = 1.0, False
            self.digits, self.seconds = digits * 1e-3, seconds * 1e-3
            return
        self.digits = self.digits * fade + digits
        self.seconds = self.seconds * fade + seconds

    def pause(self) -> None:
        """Forget the time since the last tick: it went into something other than training."""
        self.last = time.perf_counter()

    @property
    def speed(self) -> float:
        return self.digits / self.seconds if self.seconds else 0.0


def span(seconds: float) -> str:
    """A short time as people write it: `9 s`, `1 min 05 s`, `2 h 03 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class Reporter:
    """Shows the run on `console`; use it as a context around the training."""

    def __init__(self, run: DigitsRun, console: Console) -> None:
        self.run, self.console = run, console
        self.clock = Clock()
        self.seen = 0  # digits of the current epoch already shown
        self.drawn = 0.0
        recipe = run.recipe
        self.progress = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[figures]}"),
            console=console,
            auto_refresh=False,
            transient=True,
            expand=True,
        )
        done = run.epoch * len(run.loader) + run.batch
        self.task = self.progress.add_task(
            "",
            total=recipe.epochs * len(run.loader),
            completed=done,
            epoch=self._of(min(run.epoch + 1, recipe.epochs)),
            figures="first batch: loading the kernels",
        )
        self.seen = run.sums.digits

    def __enter__(self) -> Reporter:
        if self.console.is_terminal:
            self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.console.is_terminal:
            self.progress.stop()

    def _of(self, epoch: int) -> str:
        total = str(self.run.recipe.epochs)
        return f"{epoch:>{len(total)}}/{total}"

    def _left(self) -> str:
        ahead = (self.run.recipe.epochs - self.run.epoch) * len(self.run.train) - self.run.sums.digits
        return f"{span(ahead / self.clock.speed)} left" if self.clock.speed else ""

    def batch(self, sums: Sums) -> None:
        """Show the state after a batch; cheap where nothing is due."""
        self.clock.tick(sums.digits - self.seen)
        self.seen = sums.digits
        now = time.perf_counter()
        if not self.console.is_terminal or now - self.drawn < 1 / REDRAWS_PER_SECOND:
            return
        self.drawn = now
        figures = (
            f"loss {sums.mean_loss:.4f}  accuracy {sums.accuracy:.1f} %  "
            f"{self.clock.speed:,.0f} digits/s  {self._left()}"
        )
        done = self.run.epoch * len(self.run.loader) + self.run.batch
        self.progress.update(
            self.task, completed=done, epoch=self._of(self.run.epoch + 1), figures=figures, refresh=True
        )

    def epoch(self, record: dict[str, float]) -> None:
        """Print the line of a finished epoch, above the bar where there is one."""
        self.clock.pause()
        self.seen = 0
        held_out = self.run.recipe.held_out
        left = "" if self.run.finished else f"  {self._left()}"
        self.console.print(
            f"epoch {self._of(int(record['epoch']))}  loss {record['train_loss']:.4f}  "
            f"accuracy {record['train_accuracy']:.2f} %  "
            f"{held_out} {record[f'{held_out}_accuracy']:.2f} %  "
            f"{record['digits_per_second']:,.0f} digits/s{left}",
            highlight=False,
            soft_wrap=True,
        )
