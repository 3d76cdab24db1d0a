"""The commands and their options."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import Annotated

import typer

import seedgrad

from .recipe import Recipe

app = typer.Typer(
    help="**seedgrad**: deep learning from one scalar to trained networks, on NumPy.",
    epilog="Try first: **seedgrad train digits** (less than a minute on two cores)",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
train = typer.Typer(help="Train a network on real data that comes with seedgrad.", no_args_is_help=True)
app.add_typer(train, name="train")

NO_COLOR_HELP = "Print without colours (so does the environment variable NO_COLOR)."


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"seedgrad {seedgrad.__version__}")
        raise typer.Exit()


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help=NO_COLOR_HELP)] = False,
) -> None:
    """Read by typer for the options that stand before a command."""


def _positive(value: float) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise typer.BadParameter(f"{value:g} is not a positive number.")
    return value


def _seed(value: int) -> int:
    if not 0 <= value < 2**64:
        raise typer.BadParameter(f"{value} is not a whole number from 0 to 2**64 - 1.")
    return value


def _folder(value: Path) -> Path:
    if value.exists() and not value.is_dir():
        raise typer.BadParameter(f"{value} is a file; name a folder.")
    return value


# The settings that belong to a run; a resumed run takes them from its checkpoint.
RECIPE_OPTIONS = ("epochs", "batch_size", "lr", "seed", "val", "train_size")
DEFAULT_FOLDER = Path("runs/digits")


@train.command("digits")
def digits(
    context: typer.Context,
    epochs: Annotated[
        int, typer.Option(min=1, metavar="N", help="How often to go through the training digits.")
    ] = Recipe.epochs,
    batch_size: Annotated[int, typer.Option(min=1, metavar="N", help="Digits in one step.")] = Recipe.batch_size,
    lr: Annotated[
        float, typer.Option(callback=_positive, metavar="RATE", help="The highest learning rate.")
    ] = Recipe.learning_rate,
    seed: Annotated[int, typer.Option(callback=_seed, metavar="N", help="Start of the random numbers.")] = Recipe.seed,
    out: Annotated[
        Path,
        typer.Option(callback=_folder, metavar="FOLDER", help="Folder for weights, figures and pictures."),
    ] = DEFAULT_FOLDER,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the run in the folder --out, with its own settings.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Start anew even where --out holds an unfinished run.")
    ] = False,
    val: Annotated[
        bool, typer.Option("--val", help="Train on 7,000 digits and judge by 1,000 others, for tuning.")
    ] = False,
    train_size: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Train on the first N digits only.", show_default="all"),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processor cores to use.", show_default="all")
    ] = None,
    no_color: Annotated[bool, typer.Option("--no-color", help=NO_COLOR_HELP)] = False,
) -> None:
    """Train a LeNet-5 to read handwritten digits.

    8,000 digits to learn from, shifted at random by up to two pixels, and 2,000 others to be judged by.
    Ctrl-C saves the run and says how to go on. At the end the folder --out holds the weights
    (model.safetensors), the figures of each epoch (metrics.jsonl) and pictures of the training curves,
    the confusion matrix and the worst mistakes.
    """
    if resume:
        given = [name for name in RECIPE_OPTIONS if _was_given(context, name)]
        if given:
            names = ", ".join("--" + name.replace("_", "-") for name in given)
            raise typer.BadParameter(
                f"a resumed run keeps the settings it began with: leave out {names}.", param_hint="--resume"
            )
        if overwrite:
            raise typer.BadParameter("give either --resume or --overwrite.", param_hint="--resume")
    # Training pulls in the whole engine; the help does without.
    from .command import Options, train_digits

    recipe = Recipe(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=lr,
        seed=seed,
        validate=val,
        train_size=train_size,
    )
    again = ["seedgrad", "train", "digits"] + ([] if out == DEFAULT_FOLDER else ["--out", str(out)])
    options = Options(out, resume, overwrite, threads, no_color, shlex.join(again))
    raise typer.Exit(train_digits(recipe, options))


@app.command("gradcheck")
def gradcheck(
    target: Annotated[
        str,
        typer.Argument(metavar="FILE.py[:NAME]", help="A Python file; with :NAME one name in it.", show_default=False),
    ],
    elements: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Elements of each input and parameter to compare one by one."),
    ] = 32,
    seed: Annotated[int, typer.Option(callback=_seed, metavar="N", help="Start of the random numbers.")] = 0,
    no_color: Annotated[bool, typer.Option("--no-color", help=NO_COLOR_HELP)] = False,
) -> None:
    """Check the derivatives of your own ops, Functions, modules and functions.

    Compares first and second derivatives with differences of the values, in float64, and shows for each input and parameter
    the element that is worst and whether its error is within rounding; then whether float32 agrees. The exit status is 0 if
    all is right.
    """
    from .gradcheck.command import check_file

    raise typer.Exit(check_file(target, elements, seed, no_color))


def _was_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


@app.command("doctor")
def doctor() -> None:
    """Say what this machine computes with - BLAS, threads, extras - and what would make it faster."""
    from .doctor import examine, report

    typer.echo(report(examine()))
