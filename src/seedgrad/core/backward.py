"""The backward pass.

Nodes are visited from the newest to the oldest: a node's inputs are always older than the node, so when its turn comes
its gradient is complete. A heap holds the nodes that have received something; nothing is recursive.

In a first-order pass gradients are bare arrays. With `create_graph` they are Tensors, and the same rules record a graph
of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from heapq import heappop, heappush
from sys import getrefcount
from typing import Any

import numpy as np

from . import namespace
from .guard import check_broadcast, check_spent, guard
from .hooks import run_hooks, run_post_hooks
from .kernel import KernelNode
from .memory import check_unwritten, count, note_write, table
from .mode import mode
from .node import ALONE, KEEP, LAST, Leaf, Node, freed_error
from .plan import RuleNode
from .strided_arrays import copy_like, lies_like, strides_of
from .tensor import Tensor


class _Running(threading.local):
    number = 0  # of the pass that runs now, in this thread
    nodes: tuple[Node, ...] = ()  # where it began


running = _Running()

Root = tuple[Node, int, Any]
Place = tuple[Node, int]


def run(
    roots: Sequence[Root], keep: bool, create_graph: bool, capture: dict[Place, Any] | None = None
) -> dict[Place, Any]:
    """Send gradients from the roots through the graph.

    Args:
        roots: node, output number and gradient: arrays, or Tensors; with `create_graph`, and where they are batched by
            `vmap`, Tensors.
        keep: keep what the nodes saved, for another pass.
        create_graph: record the pass itself.
        capture: the places whose gradients are wanted. If given, only nodes that lead there run, and no leaf's `.grad`
            changes.

    Returns:
        The captured gradients; places that no gradient reached are missing.
    """
    if guard.on and roots:
        check_broadcast(roots[0][0])
    before, outer = mode.now.grad, (running.number, running.nodes)
    mode.now.grad = create_graph
    running.number, running.nodes = count(), tuple([node for node, _, _ in roots])
    try:
        with np.errstate(all="ignore"):
            tensors = create_graph or any([isinstance(g, Tensor) for _, _, g in roots])
            if tensors:
                roots = [(node, slot, g if isinstance(g, Tensor) else Tensor(g)) for node, slot, g in roots]
            found = _run(roots, keep, tensors, capture)
    finally:
        mode.now.grad = before
        running.number, running.nodes = outer
    if roots and not keep:
        check_spent(roots[0][0])
    return found


def _run(roots: Sequence[Root], keep: bool, tensors: bool, capture: dict[Place, Any] | None) -> dict[Place, Any]:
    heap: list[tuple[int, Node]] = []
    # The gradient that has arrived so far at each node, or a list with that of each output.
    pending: dict[Any, Any] = {}
    found: dict[Place, Any] = {}
    useful = _leading_to(capture, roots) if capture is not None else None

    def deliver(node: Node, slot: int, g: Any) -> None:
        if node not in pending:
            heappush(heap, (-node.order, node))
            pending[node] = None if node.outputs == 1 else [None] * node.outputs
        place, key = (pending, node) if node.outputs == 1 else (pending[node], slot)
        if place[key] is None:
            place[key] = g
        elif type(place[key]) is np.ndarray and _unshared(place, key):
            place[key] += g
        else:
            place[key] = place[key] + g

    for node, slot, g in roots:
        deliver(node, slot, g)
    watch, trace = mode.now.watch, mode.now.trace
    direct = capture is None and not tensors and watch is None  # gradients of leaves go where they belong at once
    plain = direct and trace is None
    following: Node | None = None  # the next node, where there is no choice, and its gradient: they skip the heap
    carried: Any = None
    while heap or following is not None:
        if following is None:
            node = heappop(heap)[1]
            g = pending.pop(node)
        else:
            node, g, following, carried = following, carried, None, None
        if type(node) is RuleNode and plain and node.hooks is None:  # nearly every node of a training step
            saved, plan = node.saved, node.plan
            if saved is None:
                raise freed_error(node.name())
            if table.last > node.order:
                check_unwritten(node)
            grads: Any = plan.backward(g, saved, namespace)
            if not keep and plan.saves_arrays:
                node.saved = None
            saved = None
        else:
            if node.outputs > 1:
                g = tuple(g)
            if trace is not None:
                trace.visit(node)
            if node.hooks is not None:
                g = run_hooks(node, g, tensors)
            if capture is not None:
                for slot in range(node.outputs):
                    if (node, slot) in capture:
                        found[node, slot] = g if node.outputs == 1 else g[slot]
                if node not in useful:  # type: ignore[operator]
                    continue
            elif isinstance(node, Leaf):
                accumulate(node, (g,), 0, tensors)
                if node.hooks is not None and node.hooks.post:
                    run_post_hooks(node, (), g, tensors)
                continue
            if useful is not None and isinstance(node, RuleNode):
                plan = node.plan.part(tuple([p in useful or _wanted(p, capture) for p in node.edges]))
                grads = node.vjp_tensors(g, plan) if tensors else node.vjp(g, LAST if not keep else KEEP, plan)
            elif tensors:
                grads = node.vjp_tensors(g)
            else:
                alone = plain and type(node) is KernelNode and node.hooks is None and type(g) is np.ndarray
                alone = alone and _unshared((g,), 0, 1)
                grads = node.vjp(g, KEEP if keep else ALONE if alone else LAST)
            if not keep:
                node.release()
            if watch is not None:
                watch.check(node, g, grads)
            if node.hooks is not None and node.hooks.post:
                grads = run_post_hooks(node, grads, g, tensors)
        g = None
        slots = node.slots
        i = -1
        for parent in node.edges:
            i += 1
            if grads[i] is None or (useful is not None and parent not in useful and not _wanted(parent, capture)):
                continue
            slot = slots[i] if slots is not None else 0
            single = type(parent) is RuleNode or parent.outputs == 1
            if single:
                shape, kind = parent.shape, parent.dtype
            else:
                shape, kind = parent.shape[slot], parent.dtype[slot]
            if tensors:
                grads = _replace(grads, i, _fit_tensor(grads[i], shape, kind, node))
            elif grads[i].shape != shape or grads[i].dtype is not kind:
                grads = _replace(grads, i, _fit_array(grads[i], shape, kind, node))
            if type(parent) is Leaf and direct and parent.hooks is None:
                accumulate(parent, grads, i, tensors)
            elif following is None and not heap and single:
                following, carried = parent, grads[i]
            else:
                if following is not None:
                    deliver(following, 0, carried)
                    following = carried = None
                deliver(parent, slot, grads[i])
        grads = None  # what was delivered belongs to its node alone, which may free it, or add to it in place
    return found


def _unshared(arrays: Any, i: Any, variables: int = 0) -> bool:
    """Whether nobody else can reach the memory of arrays[i]: it is held by `arrays` and so many variables alone.

    It may have another shape than the array that owns the memory, if it has all of it and is its only holder. It is read
    from its container throughout, because a variable of its own would count as a holder.
    """
    # 2: the container and the argument of getrefcount.
    if getrefcount(arrays[i]) != 2 + variables or not arrays[i].flags.writeable:
        return False
    if arrays[i].base is None:
        return True
    whole = type(arrays[i].base) is np.ndarray and arrays[i].base.base is None and arrays[i].base.size == arrays[i].size
    return whole and getrefcount(arrays[i].base) == 2


def _wanted(node: Node, capture: dict[Place, Any] | None) -> bool:
    return any((node, slot) in capture for slot in range(node.outputs))  # type: ignore[operator]


def _leading_to(capture: dict[Place, Any], roots: Sequence[Root]) -> set[Node]:
    """The nodes that must run so that gradients reach the captured places."""
    seen: set[Node] = set()
    todo = [node for node, _, _ in roots]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(node.edges)
    targets = {node for node, _ in capture}
    useful: set[Node] = set()
    for node in sorted(seen, key=lambda n: n.order):
        if any(parent in useful or parent in targets for parent in node.edges):
            useful.add(node)
    return useful


def _replace(grads: Any, i: int, value: Any) -> list[Any]:
    grads = list(grads)
    grads[i] = value
    return grads


def _fit_array(g: Any, shape: tuple[int, ...], kind: np.dtype[Any], node: Node) -> Any:
    """Sum a gradient over what was broadcast, and give it its input's type."""
    try:
        g = namespace.sum_to(g, shape) if g.shape != shape else g
    except RuntimeError as error:
        error.add_note(f"in the derivative of {node.name()}")
        raise
    return namespace.astype(np.asarray(g), kind) if kind is not None and g.dtype != kind else np.asarray(g)


def _fit_tensor(g: Tensor, shape: tuple[int, ...], kind: np.dtype[Any], node: Node) -> Tensor:
    from .op import tensor_namespace as xp

    if g.array.shape != shape:
        g = xp.sum_to(g, shape=shape)
    return xp.astype(g, kind=kind) if kind is not None and g.array.dtype != kind else g


def accumulate(leaf: Leaf, grads: Any, i: int, create_graph: bool) -> None:
    """Add grads[i] to the `.grad` of the leaf.

    The first gradient is stored as it is only if nobody else can reach its memory: after `(a + b).sum().backward()`
    the two `.grad`s must not be one array. It lies in memory like the leaf, so that what works for one, a `view` for
    example, does for the other.
    """
    t = leaf.tensor()
    if t is None or t.node is None:  # it is gone, or no longer requires a gradient
        return
    old = t._grad
    if create_graph:
        g = grads[i]
        if old is None:
            from .op import tensor_namespace as xp

            x = t.array
            t._grad = xp.copy(g) if lies_like(g.array, x) else xp.lay_out(g, layout=strides_of(copy_like(x, x)))
        else:
            t._grad = old + g
    elif old is None:
        if type(grads[i]) is np.ndarray and lies_like(grads[i], t.array) and _unshared(grads, i):
            t._grad = Tensor(grads[i])
        else:
            t._grad = Tensor(copy_like(grads[i], t.array))
    elif old.node is None and old.array.flags.writeable:
        np.add(old.array, grads[i], out=old.array)
        # Somebody else holds its memory: perhaps a node that saved it.
        if getrefcount(old.array) > 2 or old.array.base is not None:
            note_write(old.array)
    else:
        t._grad = old + Tensor(grads[i])
    if leaf.accumulated:
        for hook in list(leaf.accumulated.values()):
            hook(t)
