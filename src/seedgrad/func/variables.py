"""What the transforms differentiate by: fresh variables in the place of the arguments.

Inside `vmap` an argument is batched, or shared by all samples; its gradient is one for each sample. So variables are
lowered: the batch dimensions of all running levels stand in front of their shape, and the graph is recorded on ordinary
tensors. What the function sees are the same variables, lifted again.
"""

from __future__ import annotations

from typing import Any

from ..core.batching import Batched, levels
from ..core.gradients import gradients
from ..core.node import Leaf, Node
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor


def depth() -> int:
    """How many vmaps are running."""
    return len(levels.sizes)


def lower(t: Any, n: int) -> Any:
    """The samples of the first n levels in front of the shape; what belongs to later levels stays batched."""
    if type(t) is Batched and t.level > n:
        return Batched(xp.moveaxis(lower(t.physical, n), source=n, destination=0), t.level)
    for number in range(n, 0, -1):
        if type(t) is Batched and t.level == number:
            t = t.physical
        else:
            t = xp.broadcast_to(t, shape=(levels.sizes[number - 1], *t.shape))
    return t


def lift(t: Any, n: int) -> Any:
    """What `lower` took apart."""
    if type(t) is Batched and t.level > n:
        return Batched(lift(xp.moveaxis(t.physical, source=0, destination=n), n), t.level)
    for number in range(1, n + 1):
        t = Batched(t, number)
    return t


class Variables:
    """Fresh variables in the place of tensors.

    Attributes:
        inner: what the function is given.
        level: the number of vmaps that were running.
    """

    def __init__(self, tensors: list[Tensor]) -> None:
        self.level = depth()
        lowered = [lower(t, self.level) for t in tensors]
        # Linked to what they stand for, so that an outer transform can differentiate the result; else leaves.
        self.base = [xp.alias(t) if t.node is not None else t.detach().requires_grad_() for t in lowered]
        self.own = {t.node for t in self.base if type(t.node) is Leaf}
        self.inner = [lift(t, self.level) for t in self.base]

    def outside(self, outputs: list[Tensor]) -> bool:
        """Whether the outputs, lowered, depend on something else that is being differentiated by."""
        seen: set[Node] = set()
        todo = [t.node for t in outputs if t.node is not None]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            if type(node) is Leaf and node not in self.own:
                return True
            todo.extend(node.edges)
        return False

    def result(self, lowered: Any, differentiable: bool) -> Any:
        """A result as the caller sees it."""
        return lift(lowered if differentiable else lowered.detach(), self.level)


def products(outputs: list[Tensor], variables: list[Tensor], vectors: list[Any], create_graph: bool) -> list[Any]:
    """The vectors times the Jacobian: a gradient for each variable, zeros where it is not used."""
    used = [(o, v) for o, v in zip(outputs, vectors, strict=True) if o.node is not None and v is not None]
    found: Any = [None] * len(variables)
    if used:
        found = gradients([o for o, _ in used], [v for _, v in used], variables, keep=True, create_graph=create_graph)
    return [xp.zeros_like(t) if g is None else g for g, t in zip(found, variables, strict=True)]
