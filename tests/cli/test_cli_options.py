"""The command line itself: help, version, and kind refusals. Nothing here trains."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

import seedgrad
from seedgrad.cli.app import app

# Wide enough that no message is broken over two lines.
PLAIN = {"NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}


def call(*arguments):
    result = CliRunner().invoke(app, list(arguments), env=PLAIN)
    return result.exit_code, result.output


def test_help_names_the_command_to_try_first():
    status, text = call("--help")
    assert status == 0
    assert "seedgrad train digits" in text and "--version" in text


def test_help_of_digits_lists_every_option_with_its_default():
    status, text = call("train", "digits", "--help")
    assert status == 0
    for option in (
        "--epochs",
        "--batch-size",
        "--lr",
        "--seed",
        "--out",
        "--resume",
        "--overwrite",
        "--val",
        "--train-size",
        "--threads",
        "--no-color",
    ):
        assert option in text
    assert "[default: runs/digits]" in text.replace("\\", "/")


def test_version_is_the_version_of_the_package():
    assert call("--version") == (0, f"seedgrad {seedgrad.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "--epochs"),
        (["--epochs", "many"], "--epochs"),
        (["--batch-size", "0"], "--batch-size"),
        (["--lr", "-1"], "-1 is not a positive number"),
        (["--lr", "nan"], "nan is not a positive number"),
        (["--lr", "inf"], "inf is not a positive number"),
        (["--seed", "-1"], "-1 is not a whole number from 0 to 2**64 - 1"),
        (["--seed", str(2**64)], "is not a whole number from 0 to 2**64 - 1"),
        (["--train-size", "0"], "--train-size"),
        (["--threads", "0"], "--threads"),
        (["--out", __file__], "is a file; name a folder"),
        (["--resume", "--epochs", "3", "--val"], "leave out --epochs, --val"),
        (["--resume", "--train-size", "9"], "leave out --train-size"),
        (["--resume", "--overwrite"], "give either --resume or --overwrite"),
        (["--epoch", "3"], "--epochs"),  # the option that was meant
    ],
)
def test_invalid_options_are_refused_with_the_reason(arguments, message):
    status, text = call("train", "digits", *arguments)
    assert status == 2
    assert message in text
    assert "Traceback" not in text


def test_resume_without_a_run_says_so_and_leaves_no_folder(tmp_path):
    folder = tmp_path / "nothing"
    status, text = call("train", "digits", "--resume", "--out", str(folder))
    assert status == 1
    assert "there is no run to resume" in text
    assert not folder.exists()


def test_resume_from_a_damaged_checkpoint_says_so(tmp_path):
    (tmp_path / "checkpoint.safetensors").write_bytes(b"not a checkpoint")
    status, text = call("train", "digits", "--resume", "--out", str(tmp_path))
    assert status == 1
    assert "is damaged, or no checkpoint" in text


def test_new_run_does_not_replace_a_file_it_cannot_read(tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(b"not a checkpoint")
    status, text = call("train", "digits", "--out", str(tmp_path))
    assert status == 1
    assert "Start anew with --overwrite" in text
    assert path.read_bytes() == b"not a checkpoint"


def test_more_digits_than_there_are_is_refused(tmp_path):
    status, text = call("train", "digits", "--val", "--train-size", "7001", "--out", str(tmp_path / "run"))
    assert status == 1
    assert "there are 7,000 digits to train on; --train-size 7001 asks for more" in text
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("missing", [["typer"], ["rich"], ["typer", "rich"]])
def test_without_the_extra_one_line_says_how_to_install_it(missing):
    program = f"""
import importlib.util
import sys

find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {missing} else find(name, package)
from seedgrad.cli import main

sys.argv = ["seedgrad"]
main()
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert " and ".join(missing) in result.stderr
    assert 'pip install "seedgrad[train]"' in result.stderr


def test_help_does_not_load_what_only_training_needs():
    program = """
import sys
from seedgrad.cli.app import app
app(["train", "digits", "--help"], standalone_mode=False)
loaded = [name for name in ("matplotlib", "numba", "seedgrad.cli.training") if name in sys.modules]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
