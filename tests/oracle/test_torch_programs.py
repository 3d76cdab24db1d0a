"""The programs of examples/torch_programs, unchanged, by PyTorch and by seedgrad where PyTorch is not installed.

Both start from the same parameters and see the same random draws (benchmarks/one_stream.py), so the losses of 20 steps,
all that is printed but times, and the checkpoints must be equal.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
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
# The text to learn from is real, too: pages of this project.
PAGES = ("README.md", "docs/design.md", "docs/data.md", "docs/files.md", "docs/scalar.md")
TIMES = re.compile(r" *[\d.]+ ?(?:ms|s)\b")
NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)")
CROSSED = (("torch", "seedgrad"), ("seedgrad", "torch"))
NANOGPT = (
    "nanogpt.py --data {texts}/chars --out-dir . --max-iters 20 --eval-interval 10 --eval-iters 2 --n-layer 2 "
    "--n-embd 32 --dropout 0.1 --batch-size 4 --block-size 32 --warmup-iters 5"
)
WORDS = (
    "word_language_model.py --data {texts}/words --emsize 32 --nhid 32 --epochs 1 --max-steps 20 --bptt 10 --batch-size 10 "
    "--log-interval 1"
)
DCGAN = "dcgan.py --epochs 1 --max-steps 20 --ngf 8 --ndf 8 --manualSeed 3 --log-interval 1 --out-dir ."
UNET = (
    "unet.py --epochs 1 --max-steps 20 --width 4 --test-scenes 16 --scenes 200 --batch-size 4 --size 32 "
    "--log-interval 1 --out-dir ."
)
VIT = "vit.py --epochs 1 --max-steps 20 --test-size 500 --dim 32 --depth 2 --batch-size 16"


@dataclass(frozen=True)
class Row:
    """A program with its arguments, how many losses it has, how far apart the libraries may be, and its file."""

    command: str
    checkpoint: str
    losses: int = 20
    tolerance: float = 1e-5
    numbers: str = "same"
    values: bool = True  # whether the values in the file are compared, too, and not only the names and types


# Adam and RMSprop divide gradients by their own size, so that behind batch normalisation, where some gradients are nothing
# but rounding, a last digit becomes a whole step. PyTorch's losses in float32 differ as much from its own in float64 as
# from seedgrad's; in float64 both libraries agree.
ROWS = {
    "nanogpt": Row(NANOGPT, "ckpt.pt"),
    "mingpt": Row("mingpt.py {texts}/names.txt --work-dir . --max-iters 20 --report 1 --n-layer 2", "model.pt"),
    "word lm lstm": Row(f"{WORDS} --model LSTM --tied", "model.pt"),
    # The file has sines of up to 4,999 times a rounded number.
    "word lm transformer": Row(f"{WORDS} --model Transformer --lr 2", "model.pt", tolerance=1e-4),
    # A hidden unit whose sum is nothing but rounding is on in one library and off in the other; gradients of float32
    # are as far from those of float64 in both.
    "vae": Row("vae.py --epochs 1 --max-steps 20 --log-interval 1 --out-dir .", "vae.pt", values=False),
    "vae float64": Row("vae.py --epochs 1 --max-steps 20 --log-interval 1 --out-dir .", "vae.pt", 20, 1e-10, "double"),
    "dcgan": Row(DCGAN, "netG.pt", 60, 1e-2, values=False),
    "dcgan float64": Row(DCGAN, "netG.pt", 60, 1e-10, "double"),
    "actor critic": Row("actor_critic.py --max-episodes 20 --log-interval 1", "policy.pt", tolerance=1e-4),
    # The bias of keys has no gradient but rounding: softmax takes away what all scores have in common.
    "vit": Row(VIT, "vit.pt", values=False),
    "vit unfold": Row(f"{VIT} --patches unfold --depth 1", "vit.pt", 20, 1e-10, "double"),
    "unet": Row(UNET, "checkpoint_epoch1.pt", 20, 1e-2, values=False),
    "unet float64": Row(f"{UNET} --bilinear", "checkpoint_epoch1.pt", 20, 1e-10, "double"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with all installed packages but PyTorch, by links: `python -S` sees it and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    for installed in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for package in Path(installed).iterdir():
            if not package.name.startswith(("torch", "functorch")) and package.suffix != ".pth":
                (folder / package.name).symlink_to(package)
    return folder


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """What prepare.py makes of some pages, and a list of words."""
    folder = tmp_path_factory.mktemp("texts")
    book = folder / "pages.txt"
    book.write_text("\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES), encoding="utf-8")
    for kind in ("chars", "words"):
        command = [sys.executable, PROGRAMS / "prepare.py", kind, book, "--out", folder / kind, "--min-count", "4"]
        subprocess.run(command, check=True, capture_output=True)
    words = {w for w in re.findall("[a-z]+", book.read_text(encoding="utf-8")) if 3 < len(w) < 9}
    (folder / "names.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
    return folder


def run(library, folder, place, command, numbers="same"):
    """Run a program in a folder; its output, and what was noted."""
    file, *arguments = command.split()
    call = [RUNNER, library, numbers, folder / "notes.json", PROGRAMS / file, *arguments]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    options = ["-W", "ignore"]
    if library == "seedgrad":
        environment["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{place}"
        options.append("-S")
    done = subprocess.run(
        [sys.executable, *options, *call],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads((folder / "notes.json").read_text())


def same_text(ours, theirs, tolerance):
    """Equal but for times, and numbers that differ by rounding or by the tolerance."""
    ours, theirs = (NUMBER.split(TIMES.sub("", text)) for text in (ours, theirs))
    assert ours[::2] == theirs[::2]
    for a, b in zip(ours[1::2], theirs[1::2], strict=True):
        decimals = len(b.partition(".")[2]) if "e" not in b else 6
        slack = max(tolerance, 2e-2 if "e" in b else 0)
        assert math.isclose(
            float(a), float(b), rel_tol=slack, abs_tol=max(1.5 * 10**-decimals * ("." in b), tolerance)
        ), (
            a,
            b,
        )


def same_values(ours, theirs, tolerance):
    """Containers of tensors, numbers and text, with equal names."""
    assert type(ours) is type(theirs)
    if isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        for key in theirs:
            same_values(ours[key], theirs[key], tolerance)
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            same_values(a, b, tolerance)
    elif isinstance(theirs, torch.Tensor):
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance)
    elif isinstance(theirs, float):
        assert math.isclose(ours, theirs, rel_tol=tolerance)
    else:
        assert ours == theirs


@pytest.mark.parametrize("name", ROWS)
def test_losses_output_and_checkpoint_are_those_of_pytorch(name, tmp_path, texts, place):
    row, found = ROWS[name], {}
    for library in ("torch", "seedgrad"):
        (tmp_path / library).mkdir()
        found[library] = run(library, tmp_path / library, place, row.command.format(texts=texts), row.numbers)
    ours, theirs = (np.array(found[library][1]["losses"]) for library in ("seedgrad", "torch"))
    assert len(ours) == len(theirs) == row.losses
    np.testing.assert_allclose(ours, theirs, rtol=row.tolerance)
    same_text(found["seedgrad"][0], found["torch"][0], row.tolerance)
    # PyTorch reads what seedgrad wrote.
    files = [torch.load(tmp_path / library / row.checkpoint) for library in ("seedgrad", "torch")]
    same_values(*files, 10 * row.tolerance if row.values else math.inf)


def test_a_checkpoint_of_either_goes_on_in_the_other(tmp_path, texts, place):
    command = NANOGPT.format(texts=texts)
    run("torch", tmp_path, place, command)
    found = {}
    for library in ("torch", "seedgrad"):  # both go on from PyTorch's file
        (tmp_path / library).mkdir()
        shutil.copy(tmp_path / "ckpt.pt", tmp_path / library)
        more = command.replace("--max-iters 20", "--max-iters 30 --init-from resume")
        found[library] = run(library, tmp_path / library, place, more)
    assert len(found["torch"][1]["losses"]) == 10
    np.testing.assert_allclose(found["seedgrad"][1]["losses"], found["torch"][1]["losses"], rtol=1e-5)
    same_text(found["seedgrad"][0], found["torch"][0], 1e-5)
    # PyTorch writes text with what seedgrad has saved, and the other way round.
    sample = f"{command} --sample 40 --prompt The"
    written = {library: run(library, tmp_path / other, place, sample)[0] for library, other in CROSSED}
    assert written["seedgrad"] == written["torch"] and "\nThe" in written["torch"]


def test_pytorch_cannot_be_imported_where_the_programs_run(place):
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{place}"}
    code = "import numpy, seedgrad\ntry:\n    import torch\nexcept ModuleNotFoundError as error:\n    print(error)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "No module named 'torch'", done.stderr


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.name)
def test_coverage_finds_no_missing_name(path):
    from seedgrad.torch.coverage import report

    text, missing = report(str(path))
    assert missing == 0, text
