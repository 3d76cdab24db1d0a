"""`seedgrad gradcheck`, from the path to the exit status."""

from __future__ import annotations

import copy
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.markup import escape

from ..recipe import Refusal
from .checks import Checker, Findings
from .finding import Candidate, candidates, load
from .inputs import given, made
from .report import show
from .subject import callable_of, instance_of


def split_target(target: str) -> tuple[Path, str | None]:
    """The file and the name in `path/to/file.py:name`; a drive letter's colon is no separator."""
    path, colon, name = target.rpartition(":")
    return (Path(path), name) if colon and name.isidentifier() and path.endswith(".py") else (Path(target), None)


def check_file(target: str, elements: int, seed: int, no_color: bool) -> int:
    """Check what was asked for; the exit status is 0 if all of it is right.

    Args:
        target: a path, with `:name` behind it for one name of the file.
        elements: how many elements of each variable to compare one by one.
        seed: start of the random numbers.
        no_color: print plainly.
    """
    console = Console(no_color=True if no_color else None)
    errors = Console(stderr=True, no_color=True if no_color else None)
    path, name = split_target(target)
    try:
        module = load(path)
        chosen = candidates(module, path, name)
    except Refusal as refusal:
        errors.print(f"[bold red]Error:[/] {escape(str(refusal))}", highlight=False, soft_wrap=True)
        return 1
    right: list[str] = []
    wrong: list[str] = []
    unknown: list[str] = []
    for candidate in chosen:
        try:
            found = _check(candidate, module, path, elements, seed)
        except Refusal as refusal:
            if candidate.kind == "function" and name is None:
                # A file has helpers, too; only what is surely meant to be differentiable must be checked.
                console.print(
                    f"[bold]{candidate.name}[/]  left out: {_first_line(refusal)}\n", highlight=False, soft_wrap=True
                )
                continue
            unknown.append(candidate.name)
            text = f"[bold]{candidate.name}[/]  {candidate.kind}: [bold red]not checked[/], {escape(str(refusal))}\n"
            console.print(text, highlight=False, soft_wrap=True)
            continue
        show(found, path, console)
        (right if found.right else wrong).append(candidate.name)
    total = len(right) + len(wrong) + len(unknown)
    text = f"{len(right)} of {total} right"
    for what, names in (("wrong", wrong), ("not checked", unknown)):
        if names:
            text += f"; {what}: {', '.join(names)}"
    console.print(text, highlight=False, soft_wrap=True)
    return 0 if right and not wrong and not unknown else 1


def _first_line(refusal: Refusal) -> str:
    return escape(str(refusal).splitlines()[0])


def _check(candidate: Candidate, module: ModuleType, path: Path, elements: int, seed: int) -> Findings:
    thing = instance_of(candidate)
    inputs = given(candidate, module)
    if inputs is None:
        sizes: list[int] = []
        call = callable_of(candidate, thing)
        if candidate.kind == "Module":
            sizes = [n for p in thing.parameters() for n in reversed(p.shape)]
            call = copy.deepcopy(thing).double()
        inputs = made(candidate, call, sizes, seed)
    return Checker(candidate, thing, inputs, path, elements, seed).run()
