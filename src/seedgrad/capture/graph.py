"""The graph that a recorded function leaves: where it ends, so that its backward pass can be recorded, too."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.node import Leaf, Node
from .plan import Unplannable
from .recorder import Recorder


def cut(tape: Recorder, roots: list[Node]) -> tuple[list[Any], list[tuple[Leaf, Any]]]:
    """End the graph at what is older than the step: (changed nodes, the ends with what they stand for)."""
    swapped: list[Any] = []
    targets: dict[Any, tuple[Leaf, Any]] = {}
    arguments = {(id(t.node), t.slot): n for n, t in enumerate(tape.inputs) if t.node is not None}
    seen: set[Node] = set()
    todo = list(roots)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if not node.edges:
            raise Unplannable(f"its graph has a node that can't be run backwards, {node.name()}")
        edges, slots = list(node.edges), list(node.slots or (0,) * len(node.edges))
        for n, edge in enumerate(edges):
            place = id(edge), slots[n]
            if place in arguments or edge.order < tape.start:
                if place not in arguments and type(edge) is not Leaf:
                    raise Unplannable("it uses, with its graph, a tensor that was computed before the step")
                if place not in targets:
                    outside: Any = arguments.get(place, edge)
                    end = Leaf(_stand_in(edge, slots[n]))
                    end.order = edge.order  # it must come after all nodes that lead to it
                    targets[place] = end, outside
                edges[n], slots[n] = targets[place][0], 0
            elif type(edge) is Leaf:
                targets.setdefault(place, (edge, None))
            else:
                todo.append(edge)
        if edges != list(node.edges):
            swapped.append((node, node.edges, node.slots))
            node.edges, node.slots = tuple(edges), tuple(slots) if any(slots) else None
    return swapped, [pair for pair in targets.values() if pair[1] is not None]


def alive(node: Node) -> bool:
    """Whether a graph can still be run backwards."""
    todo, seen = [node], set()
    while todo:
        n = todo.pop()
        if n in seen:
            continue
        seen.add(n)
        if getattr(n, "saved", ()) is None:
            return False
        todo.extend(n.edges)
    return True


class _Place:
    """What stands for a tensor where a graph is cut."""

    __slots__ = ("__weakref__", "array", "kind")

    def __init__(self, shape: Any, kind: Any) -> None:
        self.array, self.kind = np.broadcast_to(np.zeros((), kind), shape), kind

    def gradient_type(self) -> Any:
        return self.kind


def _stand_in(node: Node, slot: int) -> Any:
    several = isinstance(node.shape, list)
    return _Place(node.shape[slot] if several else node.shape, node.dtype[slot] if several else node.dtype)
