"""The versions of memory: which arrays were written in place, and when.

A node that saved an array must notice when the array is overwritten before the backward pass. Writes are rare and
recorded ops are not, so the writes do the work: each enters the memory it wrote, with the number of the write, in a
table. Nodes and writes are numbered by one counter; a node that is newer than the last write of all - nearly every node
of nearly every program - needs no look at the table.
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .tensor import Tensor

count = itertools.count(1).__next__

Array = np.ndarray[Any, Any]


class Version:
    """How often a piece of memory was written, and the number (of `count`) of the last write."""

    __slots__ = ("alive", "stamp", "writes")

    def __init__(self, alive: weakref.ref[Array]) -> None:
        self.alive, self.writes, self.stamp = alive, 0, 0


class _Table:
    """`last`: the number of the last write of all. `versions`: by the id of the array that owns the memory."""

    __slots__ = ("last", "versions")

    def __init__(self) -> None:
        self.last = 0
        self.versions: dict[int, Version] = {}


table = _Table()


def owner(array: Array) -> Array:
    """The array that owns the memory of `array`."""
    found, base = array, array.base
    while base is not None:
        if isinstance(base, np.ndarray):
            found = base
        base = getattr(base, "base", None)
    return found


def note_write(array: Array, number: int | None = None) -> None:
    """Enter a write to the memory of `array`, with a new number or the given one."""
    own = array if array.base is None else owner(array)
    key, versions = id(own), table.versions
    version = versions.get(key)
    if version is None:
        version = versions[key] = Version(weakref.ref(own, lambda _: versions.pop(key, None)))
    if number is None:
        number = count()
    version.writes += 1
    # A write that took its number first may be entered last: another thread, or a write inside of it, was faster.
    if number > version.stamp:
        version.stamp = number
    if number > table.last:
        table.last = number


def bump(t: Tensor) -> None:
    """Note a write to the memory of `t` that bypassed the ops."""
    note_write(t.array)


def version_of(array: Array) -> Version | None:
    """The version of the memory of `array`; None if it was never written."""
    return table.versions.get(id(owner(array)))


def check_unwritten(node: Any) -> None:
    """Raise if memory that `node` saved was written since the node was made."""
    for (kind, _), value in zip(node.plan.sources, node.saved, strict=True):
        if kind == "constant":
            continue
        for array in value if isinstance(value, tuple) else (value,):
            check_array(node, array)


def check_array(node: Any, array: Any) -> None:
    """Raise if this array, which `node` saved, was written since the node was made."""
    version = version_of(array) if isinstance(array, np.ndarray) else None
    if version is not None and version.stamp > node.order:
        raise RuntimeError(
            f"one of the variables needed for gradient computation has been modified by an inplace operation: "
            f"{node.name()} saved a tensor of shape {array.shape} that was overwritten afterwards (it is now at "
            f"version {version.writes}). Use the out-of-place form of the write (x = x + 1 instead of "
            f"x += 1), or write to a clone()"
        )
