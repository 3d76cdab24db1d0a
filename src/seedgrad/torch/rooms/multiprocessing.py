"""`torch.multiprocessing`: Python's, with what PyTorch adds."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any


def spawn(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Start `nprocs` processes that call fn(i, *args), and wait for them if `join`.

    Raises:
        RuntimeError: a process failed.
    """
    context: Any = multiprocessing.get_context(start_method)
    started = [context.Process(target=fn, args=(i, *args), daemon=daemon) for i in range(nprocs)]
    for process in started:
        process.start()
    if not join:
        return started
    for i, process in enumerate(started):
        process.join()
        if process.exitcode:
            raise RuntimeError(f"process {i} terminated with exit code {process.exitcode}")
    return None


def get_all_sharing_strategies() -> set[str]:
    """How tensors go to other processes: through files."""
    return {"file_system"}


def get_sharing_strategy() -> str:
    """How tensors go to other processes: through files."""
    return "file_system"


def set_sharing_strategy(new_strategy: str) -> None:
    """Accept a strategy: tensors are copied whichever is chosen.

    Raises:
        ValueError: there is no such strategy.
    """
    if new_strategy not in ("file_system", "file_descriptor"):
        raise ValueError(f"the strategies are file_system and file_descriptor, got {new_strategy!r}")
