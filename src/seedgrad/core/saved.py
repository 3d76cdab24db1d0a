"""Hooks on what nodes save: users' functions that put it elsewhere and bring it back.

While a pair of hooks is on, ops leave their short call paths, and a new node hands over each array that it saved: `pack`
gets a tensor and returns anything, which is kept in its place. When the node's turn comes in the backward pass, `unpack`
gives the tensor back. Both are done by hooks of the node itself, so the engine knows nothing of it, and without hooks
nothing is paid.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from .batching import depth
from .memory import owner, version_of
from .mode import mode, no_grad
from .node import Node, hooks_of
from .plan import RuleNode
from .tensor import Tensor

Array = np.ndarray[Any, Any]


class Pair(NamedTuple):
    """What a user gave: `pack` makes something of a tensor, `unpack` makes the tensor of it."""

    pack: Callable[[Tensor], Any]
    unpack: Callable[[Any], Tensor]

    def __call__(self, node: RuleNode, inputs: Sequence[Any]) -> None:
        """Take over what a new node saved."""
        keep_packed(node, inputs, self)


@contextmanager
def saving(pack: Any) -> Iterator[None]:
    """Nodes made in this block hand what they saved to `pack`; None: they keep it."""
    before = mode.now.pack
    mode.now.pack = pack
    if pack is not None:
        depth.add(1)
    try:
        yield
    finally:
        mode.now.pack = before
        if pack is not None:
            depth.add(-1)


class Packed:
    """One array that a node saved, in the form that `pack` gave it.

    Attributes:
        value: what `pack` returned.
        memory: the array that owned the memory. What `unpack` gives from the same memory is watched for writes.
    """

    __slots__ = ("memory", "unpack", "value")

    def __init__(self, pair: Pair, array: Array, tensors: Sequence[Any]) -> None:
        found = (t for t in tensors if isinstance(t, Tensor) and t.array is array)
        given = next(found, None)
        given = Tensor(array) if given is None else given
        self.unpack, self.memory = pair.unpack, weakref.ref(owner(array))
        writes = _writes(array)
        with no_grad(), saving(None):
            self.value = pair.pack(given)
        if _writes(array) != writes:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook cannot be "
                "modified by in-place operations: write to a clone()"
            )

    def array(self, node: Node) -> Array:
        """The array, for the backward pass of `node`."""
        with saving(None):
            t = self.unpack(self.value)
        if not isinstance(t, Tensor):
            raise TypeError(
                f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(t).__name__}"
            )
        version = version_of(t.array)
        if version is not None and version.stamp > node.order and owner(t.array) is not self.memory():
            # It was filled after the node was made, which is no mistake: the node must not take it for one.
            return t.array.copy()
        return t.array


def _writes(array: Array) -> int:
    version = version_of(array)
    return 0 if version is None else version.writes


class _Elsewhere:
    """What a node saved, while it is packed; two hooks of the node put it back and take it away again."""

    __slots__ = ("contents", "node")

    def __init__(self, node: RuleNode, contents: dict[str, Any]) -> None:
        self.node, self.contents = weakref.ref(node), contents

    def restore(self, _: Any) -> None:
        node = self.node()
        if node is None or not self.contents:
            return
        arrays: dict[int, Array] = {}

        def unpacked(part: Packed) -> Array:
            if id(part) not in arrays:
                arrays[id(part)] = part.array(node)
            return arrays[id(part)]

        for name, value in self.contents.items():
            setattr(node, name, _mapped(value, Packed, unpacked))

    def forget(self, *_: Any) -> None:
        node = self.node()
        if node is None:
            return
        if node.saved is None:  # freed by the pass
            self.contents = {}
        for name in self.contents:
            setattr(node, name, None)


def _mapped(value: Any, kind: type, function: Callable[[Any], Any]) -> Any:
    """The nest of tuples and lists, with a function applied to what is of a kind."""
    if isinstance(value, kind):
        return function(value)
    if isinstance(value, (tuple, list)):
        parts = [_mapped(v, kind, function) for v in value]
        return value._make(parts) if hasattr(value, "_make") else type(value)(parts)
    return value


def keep_packed(node: RuleNode, inputs: Sequence[Any], pair: Pair) -> None:
    """Pack the arrays that a new node saved; settings stay as they are.

    Args:
        node: the node.
        inputs: what its op was called with: `pack` gets these tensors themselves, where they are what was saved.
        pair: the hooks.
    """
    packed: dict[int, tuple[Array, Packed]] = {}

    def pack(array: Array) -> Packed:
        if id(array) not in packed:
            packed[id(array)] = array, Packed(pair, array, inputs)
        return packed[id(array)][1]

    contents: dict[str, Any] = {}
    for name in node.memory:
        value = getattr(node, name)
        if name == "saved":
            contents[name] = tuple(
                part if kind == "constant" else _mapped(part, np.ndarray, pack)
                for (kind, _), part in zip(node.plan.sources, value, strict=True)
            )
        else:
            contents[name] = _mapped(value, np.ndarray, pack)
    if not packed:
        return
    elsewhere = _Elsewhere(node, contents)
    elsewhere.forget()
    hooks = hooks_of(node)
    hooks.pre[0], hooks.post[0] = elsewhere.restore, elsewhere.forget


class Deferred:
    """Collects what is to be packed until a write in place has put everything into its place."""

    def __init__(self, pair: Any) -> None:
        self.pack, self.unpack = pair.pack, pair.unpack
        self.waiting: list[tuple[RuleNode, Sequence[Any]]] = []

    def __call__(self, node: RuleNode, inputs: Sequence[Any]) -> None:
        self.waiting.append((node, inputs))

    def flush(self) -> None:
        """Hand them over."""
        for node, inputs in self.waiting:
            mode.now.pack(node, inputs)
