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

from . import dtype as dtypes
from . import namespace
from .batching import Batched, depth
from .guard import check_broadcast, check_spent, guard
from .hooks import run_hooks, run_post_hooks
from .kernel import KernelNode
from .memory import check_unwritten, count, note_write, table
from .mode import mode, set_grad_enabled
from .node import ALONE, KEEP, LAST, Leaf, Node, freed_error
from .plan import RuleNode
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
    the two `.grad`s must not be one array.
    """
    t = leaf.tensor()
    if t is None or t.node is None:  # it is gone, or no longer requires a gradient
        return
    old = t._grad
    if create_graph:
        g = grads[i]
        if old is None:
            from .op import tensor_namespace as xp

            t._grad = xp.copy(g)
        else:
            t._grad = old + g
    elif old is None:
        if type(grads[i]) is np.ndarray and grads[i].flags.forc and _unshared(grads, i):
            t._grad = Tensor(grads[i])
        else:
            t._grad = Tensor(np.array(grads[i]))
    elif old.node is None and old.array.flags.writeable:
        np.add(old.array, grads[i], out=old.array)
        # Somebody else holds its memory: perhaps a node that saved it.
        if getrefcount(old.array) > 2 or old.array.base is not None:
            bump(old)
    else:
        t._grad = old + Tensor(grads[i])
    if leaf.accumulated:
        for hook in list(leaf.accumulated.values()):
            hook(t)


def bump(t: Tensor) -> None:
    """Note a write to the memory of `t` that bypassed the ops."""
    note_write(t.array)


def first_gradients(outputs: Sequence[Tensor], given: Sequence[Any] | None, create_graph: bool) -> list[Root]:
    """Pair each output with its first gradient: the one given, or 1 for a scalar."""
    given = given if given is not None else [None] * len(outputs)
    if len(given) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(given)} gradients; give one gradient for each tensor")
    roots: list[Root] = []
    for i, (out, g) in enumerate(zip(outputs, given, strict=True)):
        if out.node is None:
            if g is None or len(outputs) == 1:
                raise RuntimeError(
                    f"element {i} of tensors does not require grad and does not have a grad_fn: nothing it was computed "
                    f"from has requires_grad=True, or it was computed inside no_grad() or after detach()"
                )
            continue
        kind = out.array.dtype
        if g is None:
            if out.array.size != 1:
                raise RuntimeError(
                    f"grad can be implicitly created only for scalar outputs, got a tensor of shape "
                    f"{out.array.shape}. Reduce it first, for example with .sum() or .mean(), or pass gradient="
                )
            if dtypes.category(kind) == dtypes.COMPLEX:
                raise RuntimeError(
                    f"grad can be implicitly created only for real scalar outputs but got {out.dtype}. Reduce it to a "
                    f"real number first, for example with .abs() or .real, or pass gradient="
                )
            g = Tensor(np.ones(out.array.shape, kind))
        elif not isinstance(g, Tensor):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(g).__name__}")
        elif g.array.shape != out.array.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{i}] has a shape of {g.array.shape} and output[{i}] has a shape of "
                f"{out.array.shape}; they must be equal"
            )
        elif dtypes.category(g.array.dtype) == dtypes.COMPLEX and dtypes.category(kind) != dtypes.COMPLEX:
            raise RuntimeError(f"for real outputs the gradient must be real, got {g.dtype} for output {i}")
        as_tensor = create_graph or (type(g) is Batched and depth.value)
        roots.append((out.node, out.slot, g if as_tensor else namespace.astype(g.array, kind)))
    return roots


def backward_into(
    outputs: Sequence[Tensor],
    given: Sequence[Any] | None,
    inputs: Sequence[Tensor],
    keep: bool,
    create_graph: bool,
) -> None:
    """Add the gradients of `outputs` to the `.grad` of `inputs`, leaves or not, and of nobody else."""
    if not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    for i, t in enumerate(inputs):
        if t.node is None:
            raise RuntimeError(f"One of the differentiated Tensors does not require grad: inputs[{i}]")
        t.retain_grad()
    places: dict[Place, Any] = {(t.node, t.slot): None for t in inputs}  # type: ignore[misc]
    found = run(first_gradients(outputs, given, create_graph), keep, create_graph, capture=places)
    with set_grad_enabled(create_graph):
        for (node, _), g in found.items():
            if isinstance(node, Leaf):
                accumulate(node, (g,), 0, create_graph)


def gradients(
    outputs: Sequence[Tensor],
    given: Sequence[Any] | None,
    inputs: Sequence[Tensor],
    keep: bool,
    create_graph: bool,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs` with respect to `inputs`; None where an input was not used."""
    places = [(t.node, t.slot) for t in inputs]
    roots = first_gradients(outputs, given, create_graph)
    found = run(roots, keep, create_graph, capture=dict.fromkeys(places))  # type: ignore[arg-type]
    results: list[Tensor | None] = []
    used: set[int] = set()
    for place in places:
        g = found.get(place)  # type: ignore[arg-type]
        if g is not None and not create_graph and not isinstance(g, Tensor):
            # Two results, or a result and what it is a view of, must not share memory.
            shared = not isinstance(g, np.ndarray) or g.base is not None or not g.flags.writeable or id(g) in used
            used.add(id(g))
            g = Tensor(np.array(g) if shared else g)
        results.append(g)
    return tuple(results)
