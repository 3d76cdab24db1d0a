"""The nodes of the graph: one for each recorded op, one for each leaf.

A node knows where gradients go next (`edges`) and how to get them (`vjp`). It holds arrays, never Tensors: a graph
keeps alive what its rules asked for and nothing else.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .handle import RemovableHandle
from .memory import count

if TYPE_CHECKING:
    from .tensor import Tensor


# What a derivative may overwrite: nothing, what its node saved, or the gradient that it is given, too.
KEEP, LAST, ALONE = 0, 1, 2


class Node:
    """One step of the graph.

    Attributes:
        order: the creation number; a node's inputs always have smaller ones.
        edges: the nodes that receive this node's gradients, one for each input that needs one.
        slots: which output of those nodes each edge belongs to; None when it is 0 for all.
        shape, dtype: of the output (lists of them where there are several outputs).
        hooks: what to call with the gradient when it is complete; None for nearly every node.
    """

    __slots__ = ("__weakref__", "dtype", "edges", "hooks", "order", "shape", "slots")
    order: int
    edges: tuple[Node, ...]
    slots: tuple[int, ...] | None
    shape: Any
    dtype: Any
    hooks: Hooks | None
    outputs = 1
    memory: ClassVar[tuple[str, ...]] = ()  # the names of what `release` forgets

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        """The gradients for `edges`, as arrays, from the gradient of the output. `last`: KEEP, LAST or ALONE."""
        raise NotImplementedError

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        """The same on Tensors, so that the result can be differentiated again."""
        raise NotImplementedError

    def release(self) -> None:
        """Forget what was saved; the next `vjp` raises if it needed any of it."""

    def name(self) -> str:
        """The name of the node, such as `MulBackward0`."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """For each input the node that receives its gradient, with the number of its output; None if it needs none."""
        return next_functions(self, range(len(self.edges)), range(len(self.edges)))

    @property
    def metadata(self) -> dict[Any, Any]:
        """A dictionary for whatever users want to keep with the node."""
        return hooks_of(self).metadata

    def register_prehook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node runs; what it returns, a tuple, replaces them.

        Args:
            hook: gets a tuple with the gradient of each output (None where there is none).

        Returns:
            A handle; its `remove()` takes the hook away.

        Example:
            >>> import seedgrad as sg
            >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
            >>> y = x * 3
            >>> handle = y.grad_fn.register_prehook(lambda grads: (grads[0] * 10,))
            >>> y.sum().backward()
            >>> x.grad
            tensor([30., 30.])
        """
        return RemovableHandle(hooks_of(self).pre, hook)

    def register_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node ran; what it returns, a tuple, replaces grad_inputs.

        Args:
            hook: gets the gradients that the node sends, one for each input that needs one, and those it received.

        Returns:
            A handle; its `remove()` takes the hook away.

        Example:
            >>> import seedgrad as sg
            >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
            >>> y = x * 3
            >>> handle = y.grad_fn.register_hook(lambda sent, received: (sent[0] / 3,))
            >>> y.sum().backward()
            >>> x.grad
            tensor([1., 1.])
        """
        return RemovableHandle(hooks_of(self).post, hook)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class Hooks:
    """What happens to the gradient of a node's outputs when it is complete."""

    __slots__ = ("metadata", "post", "pre", "retain", "tensor")

    def __init__(self) -> None:
        self.tensor: dict[int, dict[int, Callable[..., Any]]] = {}  # slot -> handle number -> hook
        self.retain: dict[int, weakref.ref[Tensor]] = {}  # slot -> the tensor whose .grad is kept
        self.pre: dict[int, Callable[..., Any]] = {}  # handle number -> hook of the node, before it runs
        self.post: dict[int, Callable[..., Any]] = {}  # and after it ran
        self.metadata: dict[Any, Any] = {}


def next_functions(node: Node, places: Iterable[int], wanted: Sequence[int]) -> tuple[tuple[Node | None, int], ...]:
    """The edges of a node, at `wanted` among the positions `places` of its inputs, and (None, 0) at the others."""
    slots = node.slots or (0,) * len(node.edges)
    edges = dict(zip(wanted, zip(node.edges, slots, strict=True), strict=True))
    return tuple(edges.get(place, (None, 0)) for place in places)


def hooks_of(node: Node) -> Hooks:
    """The hooks of a node, which has none until somebody asks."""
    if node.hooks is None:
        node.hooks = Hooks()
    return node.hooks


class Leaf(Node):
    """Where the gradient of a leaf arrives. The leaf is held weakly: without it nobody could read the gradient."""

    __slots__ = ("accumulated", "tensor")
    edges = ()
    slots = None

    def __init__(self, tensor: Tensor) -> None:
        self.order = count()
        self.shape, self.dtype = tensor.array.shape, tensor.gradient_type()
        self.tensor = weakref.ref(tensor)
        self.hooks = None
        self.accumulated: dict[int, Callable[..., Any]] | None = None  # post-accumulate hooks

    @property
    def variable(self) -> Tensor | None:
        """The leaf tensor, or None when it is gone."""
        return self.tensor()

    def name(self) -> str:
        return "AccumulateGrad"


def freed_error(name: str) -> RuntimeError:
    return RuntimeError(
        f"Trying to backward through the graph a second time: what {name} saved for its gradient was freed by the "
        f"first backward pass. Call the first one with retain_graph=True if you need both"
    )
