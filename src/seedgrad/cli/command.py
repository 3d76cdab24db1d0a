"""`seedgrad train digits`, from the options to the exit status."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

import seedgrad as sg

from . import checkpoint, results
from .pictures import load_digits
from .progress import Reporter
from .recipe import Recipe, Refusal
from .results import CHECKPOINT
from .stop import StopRequest
from .training import DigitsRun


@dataclass(frozen=True)
class Options:
    """What is asked for beside the recipe."""

    out: Path
    resume: bool
    overwrite: bool
    threads: int | None
    no_color: bool
    command: str  # how the user would call this run again


def train_digits(recipe: Recipe, options: Options) -> int:
    """Train, save and report; returns the exit status."""
    console = Console(no_color=True if options.no_color else None)
    try:
        if options.threads is not None:
            sg.set_num_threads(options.threads)
        run = _open_run(recipe, options)
        return _train(run, options, console)
    except (Refusal, checkpoint.CheckpointError, FloatingPointError, OSError) as error:
        Console(stderr=True, no_color=True if options.no_color else None).print(
            f"[bold red]Error:[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        return 1


def _open_run(recipe: Recipe, options: Options) -> DigitsRun:
    """A new run, or the one in the folder."""
    path = options.out / CHECKPOINT
    if options.resume:
        if not path.exists():
            raise Refusal(f"there is no run to resume in {options.out} (no {CHECKPOINT}). Start one without --resume.")
        state = checkpoint.read(path)
        recipe = Recipe(**state["recipe"])
        run = DigitsRun(recipe, *load_digits(recipe))
        run.load_state(state)
        return run
    if path.exists() and not options.overwrite:
        try:
            state = checkpoint.read(path)
        except checkpoint.CheckpointError as error:
            raise Refusal(f"{error}\nStart anew with --overwrite, or in another folder with --out.") from error
        epochs = state["recipe"]["epochs"]
        if state["epoch"] < epochs:
            raise Refusal(
                f"{options.out} holds an unfinished run ({state['epoch']} of {epochs} epochs). "
                f"Continue it with: {options.command} --resume\n"
                "Or start anew with --overwrite, or in another folder with --out."
            )
    train, test = load_digits(recipe)
    options.out.mkdir(parents=True, exist_ok=True)
    results.clear(options.out)
    return DigitsRun(recipe, train, test)


def _train(run: DigitsRun, options: Options, console: Console) -> int:
    out = options.out
    if options.resume:
        console.print(f"resumed {out}: {_position(run)}", highlight=False, soft_wrap=True)
    with StopRequest() as stop, Reporter(run, console) as reporter:
        while not run.finished and not stop.requested:
            for sums in run.batches():
                reporter.batch(sums)
                if stop.requested:
                    break
            else:
                record = run.finish_epoch()
                reporter.epoch(record)
                checkpoint.write(run.state(), out / CHECKPOINT)
                results.write_metrics(run, out)
        if stop.requested and not run.finished:
            checkpoint.write(run.state(), out / CHECKPOINT)
    if not run.finished:
        console.print(
            f"stopped after {_position(run)}; saved to {out / CHECKPOINT}\nResume with:\n"
            f"    {options.command} --resume",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        return stop.exit_status
    judgement = run.judge()
    results.write_model(run, judgement, out)
    try:
        results.draw_pictures(run, judgement, out)
    except ImportError as error:
        console.print(
            f"pictures skipped ({', '.join(results.PICTURES)}). {error}\n"
            f"Then draw them without training again: {options.command} --resume",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    results.show_results(run, judgement, out, console)
    return 0


def _position(run: DigitsRun) -> str:
    if run.batch == 0:
        return f"epoch {run.epoch} of {run.recipe.epochs}"
    return f"epoch {run.epoch + 1} of {run.recipe.epochs}, batch {run.batch} of {len(run.loader)}"
