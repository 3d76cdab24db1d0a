"""The bar and the clock behind it."""

import io
import re
import time
from types import SimpleNamespace

import pytest
from rich.console import Console

from seedgrad.cli.progress import Clock, Reporter, span
from seedgrad.cli.recipe import Recipe
from seedgrad.cli.training import Sums


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (65, "1 min 05 s"),
        (3600, "1 h 00 min"),
        (7380, "2 h 03 min"),
    ],
)
def test_span_reads_as_people_write_it(seconds, text):
    assert span(seconds) == text


def clock_after(monkeypatch, *ticks):
    now = [100.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    clock = Clock()
    for seconds, digits in ticks:
        now[0] += seconds
        clock.tick(digits)
    return clock


def test_clock_gives_a_compiling_first_batch_no_weight(monkeypatch):
    clock = clock_after(monkeypatch, (9.0, 64), *[(0.01, 64)] * 50)
    assert clock.speed == pytest.approx(6400, rel=0.02)


def test_clock_follows_a_change_of_speed(monkeypatch):
    clock = clock_after(monkeypatch, *[(0.01, 64)] * 500, *[(0.02, 64)] * 600)
    assert clock.speed == pytest.approx(3200, rel=0.05)


def test_clock_has_a_speed_after_one_batch_and_none_before(monkeypatch):
    assert clock_after(monkeypatch).speed == 0
    assert clock_after(monkeypatch, (0.5, 64)).speed == pytest.approx(128)


def test_clock_does_not_count_a_pause(monkeypatch):
    clock = clock_after(monkeypatch, *[(0.01, 64)] * 100)
    before = clock.speed
    monkeypatch.setattr(time, "perf_counter", lambda: 200.0)
    clock.pause()
    monkeypatch.setattr(time, "perf_counter", lambda: 200.01)
    clock.tick(64)
    assert clock.speed == pytest.approx(before)


@pytest.mark.parametrize("no_color", [False, True])
def test_bar_on_a_terminal_shows_loss_accuracy_speed_and_time_left(no_color):
    screen = io.StringIO()
    console = Console(
        file=screen,
        force_terminal=True,
        width=80,
        no_color=no_color,
        color_system="standard",
        legacy_windows=False,
    )
    run = SimpleNamespace(
        recipe=Recipe(epochs=12),
        loader=range(125),
        train=range(8000),
        sums=Sums(),
        epoch=0,
        batch=0,
        finished=False,
    )
    with Reporter(run, console) as reporter:
        for batch in range(1, 4):
            run.batch, run.sums = batch, Sums(64 * batch, 0.5 * 64 * batch, 60 * batch, 0.01 * batch)
            reporter.drawn = 0.0
            reporter.batch(run.sums)
        reporter.epoch(
            {
                "epoch": 1,
                "train_loss": 0.5,
                "train_accuracy": 93.75,
                "test_accuracy": 97.1,
                "digits_per_second": 5000.0,
            }
        )
    text = screen.getvalue()
    assert "epoch  1/12" in text
    assert "loss 0.5000  accuracy 93.8 %  " in text and "digits/s" in text and " left" in text
    assert "test 97.10 %" in text
    assert bool(re.search(r"\x1b\[[39]\d", text)) != no_color
