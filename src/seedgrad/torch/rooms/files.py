"""`torch.save` and `torch.load`: the formats of PyTorch's files, read by a machine that runs no code."""

from __future__ import annotations

from typing import Any

import seedgrad as sg


def save(obj: object, f: Any, pickle_module: Any = None, pickle_protocol: int = 2, **options: Any) -> None:
    """Write tensors and plain containers of them; see `seedgrad.io.save_torch`.

    Raises:
        TypeError: something else, such as a whole module.
    """
    sg.io.save_torch(obj, f)


def load(
    f: Any,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **options: Any,
) -> Any:
    """Read tensors and plain containers of them, onto the CPU; see `seedgrad.io.load_torch`.

    `weights_only=False` reads no more than True: a file never runs code.

    Raises:
        AssertionError, RuntimeError: `map_location` names another device.
        seedgrad.io.CheckpointError: the file is damaged, or asks for more.
    """
    if isinstance(map_location, (str, sg.device)):
        sg.empty(0, device=map_location)
    return sg.io.load_torch(f, mmap=bool(mmap))


def add_safe_globals(safe_globals: list[Any]) -> None:
    """Refused: no other class is read from a file.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(
        "add_safe_globals is refused: seedgrad reads tensors and plain containers only. Save a state_dict()"
    )
