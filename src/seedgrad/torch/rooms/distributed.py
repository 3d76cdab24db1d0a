"""`torch.distributed`: one process may be a group; more are refused."""

from __future__ import annotations

import os
from typing import Any

import seedgrad as sg

_group: list[str] = []


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
    _group.append((backend or "gloo").lower())


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


def get_backend(group: Any = None) -> str:
    """The name that the group was made with."""
    _need_group()
    return _group[0]


def new_group(ranks: Any = None, timeout: Any = None, backend: str | None = None, **options: Any) -> Any:
    """The group of this process.

    Raises:
        ValueError: another process is named.
    """
    _need_group()
    if ranks is not None and list(ranks) != [0]:
        raise ValueError(f"new_group: there is one process, with rank 0, got ranks={list(ranks)}")
    return group.WORLD


class Work:
    """What is done already."""

    def wait(self, timeout: Any = None) -> bool:
        """True, at once."""
        return True

    def is_completed(self) -> bool:
        """True."""
        return True


def _done(async_op: bool) -> Work | None:
    _need_group()
    return Work() if async_op else None


def barrier(group: Any = None, async_op: bool = False, device_ids: Any = None) -> Work | None:
    """Wait for all processes: for none."""
    return _done(async_op)


def all_reduce(tensor: Any, op: Any = None, group: Any = None, async_op: bool = False) -> Work | None:
    """The sum over one process: the tensor as it is."""
    return _done(async_op)


def reduce(tensor: Any, dst: int = 0, op: Any = None, group: Any = None, async_op: bool = False) -> Work | None:
    """The sum over one process: the tensor as it is."""
    return _done(async_op)


def broadcast(tensor: Any, src: int = 0, group: Any = None, async_op: bool = False) -> Work | None:
    """The tensor as it is."""
    return _done(async_op)


def broadcast_object_list(object_list: list[Any], src: int = 0, group: Any = None, device: Any = None) -> None:
    """The objects as they are."""
    _need_group()


def _only(name: str, places: list[Any]) -> None:
    _need_group()
    if len(places) != 1:
        raise ValueError(f"{name}: there is one process, so the list must have one place, got {len(places)}")


def _copied(name: str, places: list[Any], tensor: Any) -> None:
    _only(name, places)
    with sg.no_grad():
        places[0].copy_(tensor)


def all_gather(tensor_list: list[Any], tensor: Any, group: Any = None, async_op: bool = False) -> Work | None:
    """Copy the tensor into the only one of the list.

    Raises:
        ValueError: the list has another length.
    """
    _copied("all_gather", tensor_list, tensor)
    return _done(async_op)


def gather(
    tensor: Any, gather_list: list[Any] | None = None, dst: int = 0, group: Any = None, async_op: bool = False
) -> Work | None:
    """Copy the tensor into the only one of the list.

    Raises:
        ValueError: the list has another length.
    """
    _copied("gather", gather_list or [], tensor)
    return _done(async_op)


def scatter(
    tensor: Any, scatter_list: list[Any] | None = None, src: int = 0, group: Any = None, async_op: bool = False
) -> Work | None:
    """Copy the only one of the list into the tensor.

    Raises:
        ValueError: the list has another length.
    """
    given = scatter_list or []
    _only("scatter", given)
    _copied("scatter", [tensor], given[0])
    return _done(async_op)


def all_gather_object(object_list: list[Any], obj: Any, group: Any = None) -> None:
    """Put the object into the only place of the list.

    Raises:
        ValueError: the list has another length.
    """
    _only("all_gather_object", object_list)
    object_list[0] = obj


def _no_partner(name: str) -> Any:
    def refuse(tensor: Any, *arguments: Any, **named: Any) -> None:
        raise RuntimeError(f"torch.distributed.{name} is refused: there is no other process")

    refuse.__name__ = name
    return refuse


send, recv, isend, irecv = map(_no_partner, ("send", "recv", "isend", "irecv"))


class group:
    """The groups of processes: one."""

    WORLD = "world"


class ReduceOp:
    """The ways to put tensors of several processes together."""

    SUM, PRODUCT, MIN, MAX, AVG = "SUM", "PRODUCT", "MIN", "MAX", "AVG"
