"""What is compared at each call: the parts of one object."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any

import numpy as np

from ..core import dtype as dtypes

PLAIN = (int, float, complex, str, bytes, bool, type(None), np.generic, np.dtype, dtypes.dtype, range, slice)
MISSING = object()


def is_plain(x: Any) -> bool:
    """Whether a value is compared by value."""
    return isinstance(x, PLAIN) or (type(x) in (tuple, frozenset) and all(map(is_plain, x)))


def same(x: Any, y: Any) -> bool:
    """Whether a value is still what it was; 1 is not 1.0 or True, 0.0 is not -0.0, and nan is nan."""
    if x is y:
        return True
    return type(x) is type(y) and is_plain(x) and (x == y or x != x) and repr(x) == repr(y)


class Parts:
    """The parts of one object that a recording depends on.

    Attributes:
        path: what the object is called in a message.
        where: the object.
        get: gives its parts now, as a tuple, from the object.
        seen: what they were.
        names: what they are called in a message.
        keys: for a dictionary its keys, whose order matters to whoever walks through it; else None.
    """

    __slots__ = ("get", "keys", "names", "path", "seen", "where")

    def __init__(self, path: str, where: Any, names: tuple[str, ...], get: Callable[[Any], tuple[Any, ...]]) -> None:
        self.path, self.where, self.names, self.get = path, where, names, get
        self.keys = tuple(where) if get is values_of else None
        self.seen = get(where)

    def holds(self) -> bool:
        """Whether all parts are what they were."""
        now, seen = self.get(self.where), self.seen
        if len(now) != len(seen) or (self.keys is not None and tuple(self.where) != self.keys):
            return False
        if all(map(is_, now, seen)):
            return True
        if not all(map(same, now, seen)):
            return False
        self.seen = now
        return True

    def difference(self) -> str:
        """What changed, for a message."""
        now = self.get(self.where)
        if len(now) != len(self.seen):
            return f"the length of {self.path or 'a container'} changed"
        if self.keys is not None and tuple(self.where) != self.keys:
            return f"the keys of {self.path} changed"
        for name, x, y in zip(self.names, now, self.seen, strict=True):
            if not same(x, y):
                change = f": {_short(y)} became {_short(x)}" if is_plain(x) and is_plain(y) else ""
                return f"{self.path}{name} changed{change}"
        return ""


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) < 80 else f"{text[:77]}..."


def values_of(where: Any) -> tuple[Any, ...]:
    """The values of a dictionary."""
    return tuple(where.values())


def picked(keys: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the values at some keys of a dictionary, MISSING where there is none."""
    return lambda where: tuple([where.get(key, MISSING) for key in keys])


def attributes(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives some attributes of an object."""
    return lambda x: tuple([getattr(x, name, MISSING) for name in names])


def cells(where: Any) -> tuple[Any, ...]:
    """The contents of a closure's cells."""
    found = []
    for cell in where:
        try:
            found.append(cell.cell_contents)
        except ValueError:  # nothing was put into it yet
            found.append(MISSING)
    return tuple(found)
