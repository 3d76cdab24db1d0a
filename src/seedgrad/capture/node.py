"""The place of a replay in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.memory import check_array, count, table
from ..core.mode import mode
from ..core.node import Node, freed_error
from ..core.tensor import Tensor

if TYPE_CHECKING:
    from .recording import Copy, Recording


class _Lease:
    """Keeps the memory of a replay from the next one, as long as a backward pass may need it."""

    __slots__ = ("copy",)

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        copy.busy = True

    def __del__(self) -> None:
        self.copy.busy = False


class Replayed(Node):
    """The node of all results of one replay.

    `read` are the arrays from outside, which somebody may write to, that the backward pass reads.
    """

    __slots__ = ("_lease", "_read", "_recording", "outputs")

    def __init__(
        self,
        recording: Recording,
        copy: Copy,
        outs: list[Tensor],
        targets: list[Any],
        slots: list[int],
        read: list[Any],
    ) -> None:
        self.order, self.hooks = count(), None
        self.edges, self.slots = tuple(targets), tuple(slots) if any(slots) else None
        self.outputs = len(outs)
        self.shape, self.dtype = [t.array.shape for t in outs], [t.array.dtype for t in outs]
        if self.outputs == 1:
            self.shape, self.dtype = self.shape[0], self.dtype[0]
        self._recording, self._read = recording, read
        self._lease: _Lease | None = _Lease(copy)
        for slot, t in enumerate(outs):
            t.node, t.slot = self, slot

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        if self._lease is None:
            raise freed_error(self.name())
        if table.last > self.order:
            for array in self._read:
                check_array(self, array)
        several = self.outputs > 1
        shapes, kinds = (self.shape, self.dtype) if several else ([self.shape], [self.dtype])
        given = [
            np.zeros(shape, kind) if x is None else np.ascontiguousarray(x, kind).reshape(shape)
            for x, shape, kind in zip(g if several else (g,), shapes, kinds, strict=True)
        ]
        backward: Any = self._lease.copy.backward
        grads: tuple[Any, ...] = mode.now.run(backward, given)
        return grads

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        raise RuntimeError(
            f"{self._recording.name} is compiled, and its replay has first derivatives only. For create_graph=True call the "
            f"function or module that was compiled, or compile the whole step that differentiates twice"
        )

    def release(self) -> None:
        self._lease, self._read = None, []

    def name(self) -> str:
        return "CompiledBackward"


class Spent(Node):
    """The node of a result whose graph was run backwards inside of the step."""

    __slots__ = ("_name",)

    def __init__(self, name: str, array: Any) -> None:
        self.order, self.hooks, self.edges, self.slots = count(), None, (), None
        self.shape, self.dtype, self._name = array.shape, array.dtype, name

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        raise freed_error(self._name)

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        raise freed_error(self._name)

    def name(self) -> str:
        return self._name


def spent(name: str, array: Any) -> Spent:
    """The node that refuses a second backward pass."""
    return Spent(name, array)


def hooks_on(node: Node | None) -> bool:
    """Whether functions are called when a leaf's gradient arrives."""
    if node is None or node.hooks is None:
        return False
    hooks = node.hooks
    return bool(any(hooks.tensor.values()) or hooks.pre or hooks.post or getattr(node, "accumulated", None))
