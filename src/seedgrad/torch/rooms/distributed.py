"""`torch.distributed`: one process may be a group; more are refused."""

from __future__ import annotations

import os
from typing import Any

_group: list[int] = []


def is_available() -> bool:
    """True: a group of one process works."""
    return True


def is_initialized() -> bool:
    """Whether a group was made."""
    return bool(_group)


def is_torchelastic_launched() -> bool:
    """False."""
    return False


def is_nccl_available() -> bool:
    """False."""
    return False


def is_gloo_available() -> bool:
    """False."""
    return False


def init_process_group(
    backend: str | None = None,
    init_method: Any = None,
    timeout: Any = None,
    world_size: int = -1,
    rank: int = -1,
    **o: Any,
) -> None:
    """Make a group of this process alone.

    Raises:
        RuntimeError: more than one process is asked for.
    """
    size = int(os.environ.get("WORLD_SIZE", 1)) if world_size < 0 else world_size
    if size != 1:
        raise RuntimeError(
            f"init_process_group: seedgrad trains in one process, got world_size={size}. Start the program once, without "
            "torchrun"
        )
    if _group:
        raise ValueError("trying to initialize the default process group twice!")
    _group.append(0)


def destroy_process_group(group: Any = None) -> None:
    """Leave the group."""
    _group.clear()


def _need_group() -> None:
    if not _group:
        raise ValueError("Default process group has not been initialized, please make sure to call init_process_group.")


def get_rank(group: Any = None) -> int:
    """0, the number of the only process."""
    _need_group()
    return 0


def get_world_size(group: Any = None) -> int:
    """1."""
    _need_group()
    return 1


def barrier(group: Any = None, **options: Any) -> None:
    """Wait for all processes: for none."""
    _need_group()


def all_reduce(tensor: Any, op: Any = None, group: Any = None, async_op: bool = False) -> None:
    """The sum over one process: the tensor as it is."""
    _need_group()


def broadcast(tensor: Any, src: int = 0, group: Any = None, async_op: bool = False) -> None:
    """The tensor as it is."""
    _need_group()


class ReduceOp:
    """The ways to put tensors of several processes together."""

    SUM, PRODUCT, MIN, MAX, AVG = "SUM", "PRODUCT", "MIN", "MAX", "AVG"
