"""Everything needed to continue a run, in one file that holds no code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seedgrad import io

FORMAT = "seedgrad digits run 1"


class CheckpointError(Exception):
    """The file is no checkpoint of this program, or it is damaged."""


def write(state: dict[str, Any], path: Path) -> None:
    """Write `state` to `path`: the old file stays until the new one is complete."""
    io.save(state, path, metadata={"format": FORMAT})


def read(path: Path) -> dict[str, Any]:
    """The state that `write` stored at `path`.

    Raises:
        CheckpointError: the file is no checkpoint, or it is damaged.
        OSError: the file cannot be read.
    """
    try:
        kind = io.load_metadata(path).get("format")
        state = io.load(path)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{path} is damaged, or no checkpoint: {error}") from error
    if kind != FORMAT:
        raise CheckpointError(f"{path} holds tensors, but it is no checkpoint of `seedgrad train digits`")
    return state
