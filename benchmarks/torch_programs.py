"""`python -m benchmarks.torch_programs`: run the programs of examples/torch_programs by both libraries, write the page.

The tables of docs/torch_programs_measured.md are between two marks each; all else on the page stays.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .process import ROOT, environment

PROGRAMS = ROOT / "examples" / "torch_programs"
PAGE = ROOT / "docs" / "torch_programs_measured.md"
TEXT = ("README.md", "docs/design.md", "docs/data.md", "docs/files.md", "docs/scalar.md")
LIBRARIES = ("seedgrad", "torch")
WARM_UP = 3
LOSSES = "| program | float32 | float64 | PyTorch in float32 and in float64 |"
TIMES = "| program | seedgrad, a step | PyTorch, a step | ratio | whole run | peak memory |"


@dataclass(frozen=True)
class Program:
    """A line of the tables: what it is, its arguments, and how many losses belong to one step."""

    name: str
    arguments: str
    losses: int = 1
    timed: str = "own"  # whose random numbers


ALL = {
    "nanogpt": Program(
        "nanoGPT", "nanogpt.py --data {data}/chars --out-dir . --max-iters 20 --eval-interval 100 --eval-iters 1"
    ),
    "mingpt": Program("minGPT", "mingpt.py {data}/names.txt --work-dir . --max-iters 20"),
    "lstm": Program(
        "word language model, LSTM",
        "word_language_model.py --data {data}/words --epochs 1 --max-steps 20 --tied --bptt 20",
    ),
    "transformer": Program(
        "word language model, Transformer",
        "word_language_model.py --data {data}/words --model Transformer --lr 2 --epochs 1 --max-steps 20 --bptt 20",
    ),
    "vae": Program("VAE", "vae.py --epochs 1 --max-steps 20 --out-dir ."),
    "dcgan": Program("DCGAN", "dcgan.py --epochs 1 --max-steps 20 --manualSeed 1 --out-dir .", 3),
    "actor_critic": Program(
        "actor-critic, an episode", "actor_critic.py --max-episodes 20", timed="same"
    ),  # equally long ones
    "vit": Program("ViT", "vit.py --epochs 1 --max-steps 20 --test-size 250"),
    "unet": Program("U-Net", "unet.py --epochs 1 --max-steps 20 --scenes 400 --test-scenes 16 --out-dir ."),
}


def prepare(folder: Path) -> None:
    """The text files that the language models read: pages of this project, and the words in them."""
    book = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in TEXT)
    (folder / "pages.txt").write_text(book, encoding="utf-8")
    words = sorted({w for w in book.lower().split() if w.isascii() and w.isalpha() and 3 < len(w) < 10})
    (folder / "names.txt").write_text("\n".join(words), encoding="utf-8")
    for kind in ("chars", "words"):
        command = [sys.executable, PROGRAMS / "prepare.py", kind, folder / "pages.txt", "--out", folder / kind]
        subprocess.run([*command, "--min-count", "2"], check=True, capture_output=True)


def run(library: str, program: Program, numbers: str, folder: Path) -> dict[str, Any]:
    """One process: the losses, and when they were computed."""
    place = Path(tempfile.mkdtemp(dir=folder))
    file, *arguments = program.arguments.format(data=folder).split()
    runner = ROOT / "benchmarks" / "program_runner.py"
    command = [
        sys.executable,
        "-W",
        "ignore",
        runner,
        library,
        numbers,
        place / "notes.json",
        PROGRAMS / file,
        *arguments,
    ]
    done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads((place / "notes.json").read_text())
    shutil.rmtree(place)
    return found


def losses_line(program: Program, folder: Path) -> str:
    """The largest relative differences between the losses: of the two libraries in both types, and by rounding alone."""
    found = {}
    for numbers in ("same", "double"):
        for library in LIBRARIES:
            losses = run(library, program, numbers, folder)["losses"]
            if len(losses) != 20 * program.losses:
                raise RuntimeError(f"{program.name}: {len(losses)} losses by {library}, not {20 * program.losses}")
            found[library, numbers] = losses
    single = difference(found["seedgrad", "same"], found["torch", "same"])
    exact = difference(found["seedgrad", "double"], found["torch", "double"])
    rounding = difference(found["torch", "same"], found["torch", "double"])
    return f"| {program.name} | {single:.1e} | {exact:.1e} | {rounding:.1e} |"


def difference(some: list[float], others: list[float]) -> float:
    """The largest relative difference."""
    return max(abs(a / b - 1) for a, b in zip(some, others, strict=True))


def step_seconds(program: Program, notes: dict[str, Any]) -> float:
    """The median time from one step's first loss to the next step's, after the first few."""
    starts = notes["times"][:: program.losses][WARM_UP:]
    return statistics.median(b - a for a, b in itertools.pairwise(starts))


def time_line(program: Program, processes: int, folder: Path) -> str:
    """Alternating processes of both libraries; ratios pair by pair."""
    run("seedgrad", program, program.timed, folder)  # compiles what the program needs, once
    found: dict[str, list[dict[str, Any]]] = {library: [] for library in LIBRARIES}
    for i in range(processes):
        for library in LIBRARIES if i % 2 == 0 else LIBRARIES[::-1]:
            found[library].append(run(library, program, program.timed, folder))
    steps = {library: [step_seconds(program, notes) for notes in found[library]] for library in LIBRARIES}
    ours, theirs = (1e3 * statistics.median(steps[library]) for library in LIBRARIES)
    ratios = [a / b for a, b in zip(steps["seedgrad"], steps["torch"], strict=True)]
    whole = [statistics.median(notes["seconds"] for notes in found[library]) for library in LIBRARIES]
    peaks = [max(notes["peak_mib"] for notes in found[library]) for library in LIBRARIES]
    return (
        f"| {program.name} | {ours:.3g} ms | {theirs:.3g} ms | {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f}–{max(ratios):.2f}) | {whole[0]:.1f} / {whole[1]:.1f} s | {peaks[0]:.0f} / {peaks[1]:.0f} MiB |"
    )


def write(mark: str, heading: str, line: str) -> None:
    """Put a line into the table between two marks of the page, in the place of the one that begins like it."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    before, _, rest = text.partition(begin)
    table, found, after = rest.partition(end)
    if not found:
        raise RuntimeError(f"{PAGE} has no part between {begin.strip()} and {end}")
    lines = {_name(old): old for old in table.splitlines()[2:]} | {_name(line): line}
    rows = [lines[program.name] for program in ALL.values() if program.name in lines]
    head = [heading, "| --- " * (heading.count("|") - 1) + "|"]
    PAGE.write_text(before + begin + "\n".join([*head, *rows]) + "\n" + end + after, encoding="utf-8")


def _name(line: str) -> str:
    return line.split("|")[1].strip()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torch_programs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; default: all")
    parser.add_argument("--only", choices=["losses", "times"], help="measure one of the two")
    parser.add_argument("--processes", type=int, default=3, help="of each library, alternating, for the times")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(ALL))
    if unknown:
        parser.error(f"no program is called {', '.join(unknown)}; there are {', '.join(ALL)}")
    programs = [ALL[name] for name in options.names or ALL]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for program in programs:
            if options.only != "times":
                line = losses_line(program, folder)
                print(line, flush=True)
                write("losses", LOSSES, line)
            if options.only != "losses":
                line = time_line(program, options.processes, folder)
                print(line, flush=True)
                write("times", TIMES, line)


if __name__ == "__main__":
    main()
