"""The programs of examples/torch_programs, unchanged, by PyTorch and by seedgrad where PyTorch is not installed.

Both start from the same parameters and see the same random draws (benchmarks/one_stream.py), so the losses of 20 steps,
all numbers that are printed, and the checkpoints must be equal.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "examples" / "torch_programs"
RUNNER = ROOT / "benchmarks" / "program_runner.py"
# Letters without repetition or meaning would not do: the text is this project's own pages.
PAGES = ("README.md", "docs/design.md", "docs/data.md", "docs/files.md", "docs/scalar.md")
TIMES = re.compile(r"[\d.]+ ?(ms|s)\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Program:
    """A program, how it is called, how many losses it has, and how far apart the two libraries may be, relatively."""

    name: str
    file: str
    arguments: str
    losses: int = 20
    tolerance: float = 1e-4
    checkpoints: str = ""


ROWS = [
    Program(
        "nanogpt",
        "nanogpt.py",
        "--data {chars} --max-iters 20 --eval-interval 10 --eval-iters 2 --n-layer 2 --n-embd 32 --dropout 0.1 "
        "--batch-size 4 --block-size 32 --warmup-iters 5 --bias",
        checkpoints="out/ckpt.pt",
    ),
]


@pytest.fixture(scope="session")
def place_without_torch(tmp_path_factory):
    """A folder with all installed packages but PyTorch, by links; `python -S` sees it and nothing else."""
    place = tmp_path_factory.mktemp("site")
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for package in Path(folder).iterdir():
            if not package.name.startswith(("torch", "functorch")) and package.suffix != ".pth":
                (place / package.name).symlink_to(package)
    return place


@pytest.fixture(scope="session")
def texts(tmp_path_factory):
    """What prepare.py makes of some pages of this project, and a list of words."""
    folder = tmp_path_factory.mktemp("texts")
    book = folder / "pages.txt"
    book.write_text("\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES), encoding="utf-8")
    for kind in ("chars", "words"):
        subprocess.run(
            [sys.executable, PROGRAMS / "prepare.py", kind, book, "--out", folder / kind, "--min-count", "4"],
            check=True,
            capture_output=True,
        )
    words = sorted({w for w in re.findall("[a-z]+", book.read_text(encoding="utf-8")) if 3 < len(w) < 9})
    (folder / "names.txt").write_text("\n".join(words), encoding="utf-8")
    return folder
