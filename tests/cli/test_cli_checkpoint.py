"""Checkpoints: what is written comes back; a damaged or foreign file is refused by name."""

import pytest

import seedgrad as sg
from seedgrad import io
from seedgrad.cli import checkpoint


def test_checkpoint_gives_back_the_state(tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    state = {"epoch": 3, "loss": 0.1 + 0.2, "random": {"now": 2**127 + 1}, "by number": {0: sg.tensor([1.5])}}
    checkpoint.write(state, path)
    back = checkpoint.read(path)
    assert back["by number"].pop(0).tolist() == [1.5]
    state["by number"].clear()
    assert back == state


def test_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "checkpoint.safetensors"
    checkpoint.write({"weights": sg.ones(100)}, path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(checkpoint.CheckpointError, match="is damaged, or no checkpoint"):
        checkpoint.read(path)


def test_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "model.safetensors"
    io.save({"weight": sg.ones(2)}, path, metadata={"model": "something"})
    with pytest.raises(checkpoint.CheckpointError, match="it is no checkpoint of `seedgrad train digits`"):
        checkpoint.read(path)
