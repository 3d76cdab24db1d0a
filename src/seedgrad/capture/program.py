"""What a recording consists of: values in pieces of memory, and the instructions that make and write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Storage:
    """A piece of memory, as one array owns it.

    Attributes:
        kind: "temporary" (made by an instruction), "constant" (`content` from the recording), "external" (memory that
            existed before: `owner` is its array), "input" (an argument, copied in at each replay) or "given" (an argument, or
            a gradient from before, which is used where it lies).
        shape, strides, dtype: of the owning array.
        pinned: a kernel keeps it for its derivative.
    """

    __slots__ = ("content", "dtype", "kind", "nbytes", "owner", "pinned", "shape", "strides", "written")

    def __init__(self, owner: Array, kind: str) -> None:
        self.kind, self.shape, self.strides, self.dtype = kind, owner.shape, owner.strides, owner.dtype
        self.nbytes = owner.nbytes
        self.content: Array | None = None
        self.owner: Array | None = None
        self.written = self.pinned = False


class Value:
    """An array of the recording: a view of a storage; or, without a storage, a Python object that a call returned.

    Attributes:
        offset: the distance in bytes of its first element from that of the storage's owner.
    """

    __slots__ = ("dtype", "number", "offset", "shape", "storage", "strides")

    def __init__(self, number: int, storage: Storage | None = None, array: Any = None, offset: int = 0) -> None:
        self.number, self.storage, self.offset = number, storage, offset
        if array is not None:
            self.shape, self.strides, self.dtype = array.shape, array.strides, array.dtype

    def whole(self) -> bool:
        """Whether it is all of its storage, as its owner sees it."""
        s = self.storage
        return (
            s is not None
            and not self.offset
            and (self.shape, self.strides, self.dtype) == (s.shape, s.strides, s.dtype)
        )

    def __repr__(self) -> str:
        return f"%{self.number}"


class Instruction:
    """One step of the program.

    Attributes:
        kind: "call"; "check" (a condition must come out as `expected`); "grad" (`.grad` of a tensor is set); "draw" (random
            numbers) and "python" (a call of the program's own objects), which must never be left out.
        function, args, kwargs: what is called; arrays are Values in them, however deep.
        outs: the values that it returns: one, a tuple or a list (of tuples or lists) of them, or None.
        writes: values whose memory it changes.
        where: the user's line.
    """

    __slots__ = ("args", "expected", "function", "kind", "kwargs", "outs", "where", "writes")

    def __init__(
        self,
        kind: str,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        outs: Any = None,
        writes: tuple[Value, ...] = (),
        expected: Any = None,
        where: str = "",
    ) -> None:
        self.kind, self.function, self.args, self.kwargs = kind, function, args, kwargs
        self.outs, self.writes, self.expected, self.where = outs, writes, expected, where

    def made(self) -> list[Value]:
        """The values that it returns, in order."""
        return list(values_in(self.outs))

    def read(self) -> list[Value]:
        """The values among its arguments."""
        return [*values_in(self.args), *values_in(self.kwargs)]

    def name(self) -> str:
        """The name of what it calls."""
        return name_of(self.function)


def name_of(function: Any) -> str:
    """A function as the generated text names it."""
    own = getattr(function, "__self__", None)
    if isinstance(own, np.ufunc):
        return f"{own.__name__}.{function.__name__}"
    return str(getattr(function, "__qualname__", getattr(function, "__name__", type(function).__name__)))


def map_tree(tree: Any, change: Callable[[Any], Any]) -> Any:
    """The same structure of tuples, lists, dictionaries and slices with changed leaves."""
    if isinstance(tree, tuple):
        items = [map_tree(item, change) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    if isinstance(tree, list):
        return [map_tree(item, change) for item in tree]
    if type(tree) is dict:
        return {key: map_tree(item, change) for key, item in tree.items()}
    if isinstance(tree, slice):
        return slice(map_tree(tree.start, change), map_tree(tree.stop, change), map_tree(tree.step, change))
    return change(tree)


def leaves(tree: Any) -> Iterator[Any]:
    """The leaves of such a structure."""
    if isinstance(tree, (tuple, list)):
        for item in tree:
            yield from leaves(item)
    elif type(tree) is dict:
        for item in tree.values():
            yield from leaves(item)
    elif isinstance(tree, slice):
        yield from leaves((tree.start, tree.stop, tree.step))
    else:
        yield tree


def values_in(tree: Any) -> Iterator[Value]:
    """The values among the leaves."""
    return (leaf for leaf in leaves(tree) if type(leaf) is Value)
