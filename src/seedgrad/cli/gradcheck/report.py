"""The findings, for people."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .checks import Findings
from .compare import GOOD, WRONG, Row
from .inputs import tensors_in

STYLES = {GOOD: "green", WRONG: "bold red"}


def shape_text(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "0-d"


def number(value: float) -> str:
    return f"{value:.6g}"


def small(value: float) -> str:
    return "0" if value == 0 else f"{value:.1e}"


def cells(row: Row) -> tuple[str, ...]:
    """One line of the table."""
    looked, every = row.elements
    shape = shape_text(row.shape) + ("" if looked == every else f" ({looked} of {every})")
    verdict = f"[{STYLES.get(row.verdict, 'yellow')}]{row.verdict}[/]"
    if row.index is None:
        return (row.order, escape(row.label), shape, *[""] * 6, verdict)
    place = escape(f"[{', '.join(map(str, row.index))}]") + (f" {row.part}" if row.part else "")
    size = max(abs(row.analytic), abs(row.numeric))
    relative = row.error / size if size else row.error
    numbers = (number(row.analytic), number(row.numeric), small(row.error), small(relative), small(row.allowed))
    return (row.order, escape(row.label), shape, place, *numbers, verdict)


def show(found: Findings, path: Path, console: Console) -> None:
    """Print the table of one candidate and what else there is to say."""
    c = found.candidate
    place = f"{path.name}:{c.line}" if c.line else path.name
    console.print(f"[bold]{escape(c.name)}[/]  {c.kind}, {place}", highlight=False, soft_wrap=True)
    given = zip(found.inputs.names, found.inputs.args, strict=True)
    pairs = [*given, *found.inputs.kwargs.items()]
    described = ", ".join(f"{name} {_what(value)}" for name, value in pairs)
    console.print(f"  inputs: {escape(described)} ({escape(found.inputs.origin)})", highlight=False, soft_wrap=True)
    if found.rows:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for name in ("order", "by", "shape", "worst"):
            table.add_column(name, no_wrap=True)
        for name in ("analytic", "numeric", "error", "relative", "allowed"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("verdict", no_wrap=True)
        for row in found.rows:
            table.add_row(*cells(row))
        # A table with cut columns can't be read: in a narrow terminal its lines are broken instead.
        before = console.width
        console.width = 500
        console.width = max(console.measure(table).maximum, before)
        console.print(table)
        console.width = before
    for ok, text in found.notes:
        mark = "[green]+[/]" if ok else "[bold red]x[/]"
        console.print(f"  {mark} {escape(text)}", highlight=False, soft_wrap=True)
    verdict = "[green]right[/]" if found.right else "[bold red]wrong[/]"
    console.print(f"  {escape(c.name)}: {verdict}\n", highlight=False, soft_wrap=True)


def _what(value: object) -> str:
    found = tensors_in(value)
    if not found:
        return repr(value)
    return ", ".join(shape_text(tuple(t.shape)) + (" complex" if t.is_complex() else "") for t in found)
