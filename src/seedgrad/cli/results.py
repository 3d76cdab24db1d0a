"""What a finished run leaves: weights, figures, pictures, and a table on the screen."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

import seedgrad as sg
from seedgrad import io, viz

from .progress import span
from .training import DigitsRun, Judgement

PICTURES = ("curves.png", "confusion_matrix.png", "worst_mistakes.png")
CHECKPOINT, WEIGHTS, METRICS = "checkpoint.safetensors", "model.safetensors", "metrics.jsonl"


def clear(folder: Path) -> None:
    """Remove what an earlier run left, so that nothing in the folder belongs to another run."""
    for name in (CHECKPOINT, WEIGHTS, METRICS, *PICTURES):
        (folder / name).unlink(missing_ok=True)


def write_metrics(run: DigitsRun, folder: Path) -> None:
    """One JSON object a line for each finished epoch; the old file stays until the new one is complete."""
    text = "".join(json.dumps(record) + "\n" for record in run.history)
    with io.replace_file(folder / METRICS) as new:
        Path(new).write_text(text, encoding="utf-8")


def write_model(run: DigitsRun, judgement: Judgement, folder: Path) -> None:
    """The weights as safetensors; the metadata says where they come from."""
    recipe = run.recipe
    metadata = {
        "model": "seedgrad.models.LeNet5",
        "task": "handwritten digits",
        "seedgrad": sg.__version__,
        "seed": str(recipe.seed),
        f"{recipe.held_out}_accuracy": f"{judgement.accuracy:.2f} %",
        "recipe": json.dumps(asdict(recipe)),
    }
    io.save(run.model.state_dict(), folder / WEIGHTS, metadata=metadata)


def draw_pictures(run: DigitsRun, judgement: Judgement, folder: Path) -> None:
    """The training curves, the confusion matrix and the worst mistakes.

    Raises:
        ImportError: matplotlib is not installed.
    """
    held_out = run.recipe.held_out
    series = {key: [record[key] for record in run.history] for key in run.history[0]}
    smoothing = run.recipe.label_smoothing
    loss = f"loss (nats, label smoothing {smoothing:g})" if smoothing else "loss (nats)"
    curves = viz.curves(
        {
            loss: {"train (shifted)": series["train_loss"], held_out: series[f"{held_out}_loss"]},
            "wrong answers (%)": {
                "train (shifted)": [100 - value for value in series["train_accuracy"]],
                held_out: [100 - value for value in series[f"{held_out}_accuracy"]],
            },
        },
        title=f"LeNet-5 on handwritten digits, seed {run.recipe.seed}",
    )
    figures = (
        curves,
        viz.confusion_matrix(judgement.labels, judgement.predictions),
        viz.worst_mistakes(run.test.images.numpy(), judgement.labels, judgement.probabilities),
    )
    for name, figure in zip(PICTURES, figures, strict=True):
        figure.savefig(folder / name)


def show_results(run: DigitsRun, judgement: Judgement, folder: Path, console: Console) -> None:
    """The table of results; one of its lines is always `test accuracy: NN.NN %`."""
    last = run.history[-1]
    seconds = sum(record["seconds"] for record in run.history)
    speed = run.recipe.epochs * len(run.train) / seconds
    epochs = "1 epoch" if run.recipe.epochs == 1 else f"{run.recipe.epochs} epochs"
    held_out = run.recipe.held_out
    parameters = sum(p.numel() for p in run.model.parameters())
    wrong = len(judgement.labels) - judgement.right
    rows = {
        "trained on": f"{len(run.train):,} digits, {epochs}, seed {run.recipe.seed}",
        "parameters": f"{parameters:,}",
        "training time": f"{span(seconds)} ({speed:,.0f} digits/s)",
        "train loss": f"{last['train_loss']:.4f} ({last['train_accuracy']:.2f} % right, with shifts)",
        f"{held_out} loss": f"{judgement.loss:.4f}",
        "mistakes": f"{wrong:,} of {len(judgement.labels):,}",
        f"{held_out} accuracy": f"{judgement.accuracy:.2f} %",
    }
    width = max(map(len, rows))
    lines = [f"{name:>{width}}: {value}" for name, value in rows.items()]
    table = Text("\n".join(lines[:-1])) + Text("\n" + lines[-1], style="bold green")
    if console.is_terminal:
        console.print(Panel(table, title="results", expand=False, padding=(0, 2)))
    else:
        # No frame: the lines are for grep and for logs.
        console.print(table, soft_wrap=True)
    written = [name for name in (WEIGHTS, METRICS, CHECKPOINT, *PICTURES) if (folder / name).exists()]
    console.print(f"in {folder}: {', '.join(written)}", highlight=False, soft_wrap=True)
