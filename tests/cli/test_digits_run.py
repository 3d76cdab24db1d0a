"""`seedgrad train digits` on a few digits: what it prints, writes, and how it stops and goes on."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from typer.testing import CliRunner

from seedgrad import io
from seedgrad.cli.app import app

LITTLE = ("--val", "--train-size", "512", "--epochs", "2")


def train(folder, *arguments, status=0):
    result = CliRunner().invoke(app, ["train", "digits", "--out", str(folder), *arguments])
    assert result.exit_code == status, result.output
    return result.output


def weights(folder):
    return {name: tensor.numpy() for name, tensor in io.load(folder / "model.safetensors").items()}


def assert_same_run(left, right):
    """Equal weights, bit for bit, and equal figures but for the times."""
    for name, value in weights(left).items():
        np.testing.assert_array_equal(value, weights(right)[name])
    timed = {"seconds", "digits_per_second"}
    figures = [
        [
            {key: value for key, value in json.loads(line).items() if key not in timed}
            for line in (folder / "metrics.jsonl").read_text().splitlines()
        ]
        for folder in (left, right)
    ]
    assert figures[0] == figures[1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One short run, never stopped: its folder and what it printed."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    return folder, train(folder, *LITTLE)


def test_output_is_plain_lines_where_there_is_no_terminal(finished):
    _, text = finished
    assert re.search(r"^epoch 1/2  loss [\d.]+  accuracy [\d.]+ %  validation [\d.]+ %  ", text, re.M)
    assert re.search(r"[\d,]+ digits/s  \d+ s left$", text, re.M)
    assert re.search(r"^validation accuracy: \d+\.\d\d %$", text, re.M)
    assert "\x1b" not in text and "\r" not in text


def test_run_leaves_figures_weights_and_pictures(finished):
    folder, text = finished
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [record["epoch"] for record in records] == [1, 2]
    assert records[-1]["learning_rate"] == pytest.approx(0, abs=1e-4)
    assert records[1]["train_loss"] < records[0]["train_loss"]
    assert f"validation accuracy: {records[-1]['validation_accuracy']:.2f} %" in text
    for name in ("curves.png", "confusion_matrix.png", "worst_mistakes.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG"), name
        assert name in text
    leftovers = {item.name for item in folder.iterdir()} - {
        "curves.png",
        "confusion_matrix.png",
        "worst_mistakes.png",
        "metrics.jsonl",
        "model.safetensors",
        "checkpoint.safetensors",
    }
    assert not leftovers


def test_weights_say_where_they_come_from(finished):
    folder, text = finished
    metadata = io.load_metadata(folder / "model.safetensors")
    assert metadata["model"] == "seedgrad.models.LeNet5"
    assert metadata["seed"] == "0"
    assert f"validation accuracy: {metadata['validation_accuracy']}" in text
    recipe = json.loads(metadata["recipe"])
    assert (recipe["epochs"], recipe["train_size"], recipe["validate"]) == (2, 512, True)


def test_saved_weights_load_into_the_model(finished):
    from seedgrad.models import LeNet5

    folder, _ = finished
    model = LeNet5()
    model.load_state_dict(io.load(folder / "model.safetensors"))
    np.testing.assert_array_equal(model.state_dict()["features.0.weight"].numpy(), weights(folder)["features.0.weight"])


def test_same_seed_gives_the_same_run_and_another_seed_another(finished, tmp_path):
    folder, _ = finished
    train(tmp_path / "again", *LITTLE)
    assert_same_run(folder, tmp_path / "again")
    train(tmp_path / "other", *LITTLE, "--seed", "1")
    assert not np.array_equal(weights(folder)["features.0.weight"], weights(tmp_path / "other")["features.0.weight"])


def test_test_digits_are_the_default_judges(tmp_path):
    text = train(tmp_path / "run", "--train-size", "256", "--epochs", "1", "--no-color")
    assert re.search(r"^test accuracy: \d+\.\d\d %$", text, re.M)
    assert " of 2,000" in text


def test_finished_run_resumed_draws_again_without_training(finished, tmp_path):
    folder, text = finished
    (folder / "curves.png").unlink()
    again = train(folder, "--resume")
    assert "resumed" in again and "loss" not in again.splitlines()[1]
    assert (folder / "curves.png").exists()
    assert text.splitlines()[-2] == again.splitlines()[-2]  # the accuracy


def test_without_matplotlib_the_pictures_are_skipped_and_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    folder = tmp_path / "run"
    text = train(folder, "--val", "--train-size", "128", "--epochs", "1")
    assert "pictures skipped (curves.png, confusion_matrix.png, worst_mistakes.png)" in text
    assert 'pip install "seedgrad[viz]"' in text
    assert f"seedgrad train digits --out {folder} --resume" in text
    assert re.search(r"^validation accuracy: ", text, re.M)
    assert (folder / "model.safetensors").exists() and not (folder / "curves.png").exists()


def test_new_run_in_an_old_folder_leaves_nothing_of_the_old_one(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("curves.png", "model.safetensors", "metrics.jsonl"):
        (folder / name).write_text("old")
    (folder / "notes.txt").write_text("mine")
    result = CliRunner().invoke(
        app, ["train", "digits", "--val", "--train-size", "512", "--lr", "1e30", "--out", str(folder)]
    )
    assert result.exit_code == 1
    assert [item.name for item in folder.iterdir()] == ["notes.txt"]


def test_loss_that_is_not_finite_ends_the_run_with_advice(tmp_path):
    result = CliRunner().invoke(
        app, ["train", "digits", "--val", "--train-size", "512", "--lr", "1e30", "--out", str(tmp_path)]
    )
    assert result.exit_code == 1
    assert "a smaller --lr keeps it finite" in result.output


def start(folder, *arguments):
    """The command as its own process, which a signal can reach; its output comes line by line."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "seedgrad.cli",
        "train",
        "digits",
        "--out",
        str(folder),
        *arguments,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows delivers Ctrl-C to a whole console, not to one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_resume_ends_where_an_unbroken_run_ends(number, tmp_path):
    settings = ("--val", "--train-size", "4096", "--epochs", "3")
    process = start(tmp_path / "broken", *settings)
    first = process.stdout.readline()
    if "compiling kernels" in first:  # the first time after installing
        first = process.stdout.readline()
    assert first.startswith("epoch 1/3"), first + process.stdout.read()
    time.sleep(0.15)  # into the second epoch, which takes 0.4 s or more
    process.send_signal(number)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number, text
    assert re.search(r"stopped after epoch \d of 3, batch \d+ of 64; saved to ", text), text
    assert f"    seedgrad train digits --out {tmp_path / 'broken'} --resume" in text.splitlines()
    assert not (tmp_path / "broken" / "model.safetensors").exists()

    refusal = train(tmp_path / "broken", *settings, status=1)
    assert "holds an unfinished run" in refusal and "--resume" in refusal and "--overwrite" in refusal

    text = train(tmp_path / "broken", "--resume")
    assert re.search(r"resumed .*: epoch \d of 3, batch \d+ of 64", text)
    train(tmp_path / "whole", *settings)
    assert_same_run(tmp_path / "whole", tmp_path / "broken")

    text = train(tmp_path / "broken", "--val", "--train-size", "64", "--epochs", "1", "--overwrite")
    assert "epoch 1/1" in text
