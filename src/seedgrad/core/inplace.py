"""In-place writes: `x += y`, `x.relu_()`, `x[0] = y`, and what they mean for the graph.

A write computes its result like any op, then copies it into the memory of the target. Four things follow:

1. Nodes recorded earlier that saved this memory must notice: the write is entered in the table of memory.py, and a node
   that is older than the last write to something it saved raises in its backward pass.
2. Nodes of the write itself that saved the old value get a copy of it before it is overwritten.
3. The target is now the output of the write. If it is a view, its base has changed too: the base becomes the output of
   `assign_view`, which sends the gradient of the written part to the value and that of the rest to the old base.
4. Every living view of the base is derived anew.

`write` takes any function of the target. `write_part` is for writes that leave most of the target as it is, such as
x[index] = y: nothing is computed for the rest, only a node is recorded over the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .batch_rules import replaced, written_through
from .batching import Batched
from .inplace_checks import check_fits, check_history, check_view, check_writable, in_graph
from .kernel import KernelNode
from .memory import count, note_write, owner
from .mode import mode
from .node import KEEP, Node, hooks_of
from .op import Op, op, tensor_namespace
from .plan import RuleNode
from .record import record
from .saved import Deferred, saving
from .strided_arrays import strides_of
from .tensor import Tensor, at
from .views import derive, refusal


@op(cast=None, name="CopySlices", complex="own")
def assign_view(xp: Any, base: Any, value: Any, /, steps: Any = (), layout: Any = None) -> Any:
    """A copy of `base` in which the view that `steps` lead to, in memory of the strides `layout`, is `value`."""
    return xp.assign_view(base, value, steps, layout)


assign_view.defvjp(
    base=lambda g, xp, steps, layout: xp.assign_view(g, 0.0, steps=steps, layout=layout),
    value=lambda g, xp, steps, layout: xp.view_of(g, steps=steps, layout=layout),
)


@op(cast=None, name="Copy", complex=True)
def replace(xp: Any, old: Any, value: Any, /) -> Any:
    """The value, in the place of something that no longer counts."""
    return value


replace.defvjp(old=lambda g, xp: xp.zeros_like(g), value=lambda g: g)
assign_view.defbatch(written_through)
replace.defbatch(replaced)


def write(target: Tensor, function: Callable[..., Any], *args: Any, **settings: Any) -> Tensor:
    """Replace the value of `target` by function(target, ...), in its memory, and return `target`.

    Raises:
        RuntimeError: `target` is a leaf that requires grad (or a view of one), the result has another shape or a type
            that `target` can't hold, or several elements of `target` share one place in memory.
    """
    if type(target) is Batched:
        return write_batched(target, function(target, *args, **settings))
    check_writable(target)
    _derive_from_base(target)
    start = count()
    pack, waiting = mode.now.pack, None
    if pack is None:
        value = function(target, *args, **settings)
    else:  # what the nodes are going to save may be about to be overwritten
        with saving(waiting := Deferred(pack)):
            value = function(target, *args, **settings)
    if type(value) is Batched:
        return write_batched(target, value)
    check_fits(target, value)
    if mode.now.grad and (value.node is not None or in_graph(target)):
        check_view(target)
        if value.array.dtype != target.array.dtype:
            value = tensor_namespace.astype(value, kind=target.array.dtype)
        # The target stays in the graph; what it was gets the gradient 0. A value from before the write (x[:] = y) has
        # memory of its own, so the target can't be the output of its node.
        if value.node is None or value.node.order < start:
            value = record(replace, (target, value), [target.array, value.array], {}, value.array)
        _keep_old(value.node, start, target)
        np.copyto(target.array, value.array)
        _swap_saved_output(value, target)
        _note(target, start)
        relink(target, value)
    else:
        np.copyto(target.array, value.array, casting="unsafe")
        _note(target, start)
    if waiting is not None:
        waiting.flush()
    return target


def write_part(
    target: Tensor, made: Op, others: tuple[Any, ...], settings: dict[str, Any], fill: Callable[..., None]
) -> Tensor:
    """Write to a part of `target` what op `made`, called with (target, *others), would give, and return `target`.

    Args:
        target: what is written.
        made: an op whose rules do not ask for the value of its first input.
        others: its further inputs, of the target's type.
        settings: its settings.
        fill: fill(target's array, *arrays of the others) writes the values.

    Raises:
        RuntimeError: as `write`.
    """
    if type(target) is Batched or any([type(x) is Batched for x in others]):
        return write_batched(target, made.call(target, *others, **settings))
    check_writable(target)
    _derive_from_base(target)
    start = count()
    arrays = [x.array if isinstance(x, Tensor) else x for x in others]
    # What overlaps the target would be overwritten while it is read.
    arrays = [a.copy() if isinstance(a, np.ndarray) and np.may_share_memory(a, target.array) else a for a in arrays]
    needs = mode.now.grad and (in_graph(target) or any(isinstance(x, Tensor) and x.node is not None for x in others))
    if needs:
        check_view(target)
    _note(target, start)  # first: where an index is found to be wrong, a part may have been written
    mode.now.run(fill, target.array, *arrays)
    if needs:
        old = at(target.array, target.node, target.slot)
        relink(target, record(made, (old, *others), [target.array, *arrays], settings, target.array))
    return target


def write_batched(target: Tensor, value: Tensor) -> Tensor:
    """Write in `vmap`: every sample's value into every sample's memory."""
    if type(target) is not Batched or (type(value) is Batched and value.level > target.level):
        raise RuntimeError(
            f"vmap: an in-place write to a tensor of shape {tuple(target.shape)} that all samples share is not possible: "
            f"each sample writes another value. Write out of place, or give the tensor to vmap as an input"
        )
    check_fits(target, value)
    physical = target.physical
    if type(value) is Batched and value.level == target.level:
        write(physical, lambda _: value.physical)
    else:
        write(physical, lambda _: tensor_namespace.broadcast_to(value, shape=tuple(physical.shape)))
    return target


def _derive_from_base(target: Tensor) -> None:
    """Give a view whose steps are a shortcut the node that they lead to."""
    if target.origin == "view" and target._made == "shortcut" and mode.now.grad and target._viewed.node is not None:
        fresh = derive(target._viewed, target._steps, {})
        _move(target, fresh.node, fresh.slot)
        target._made = ""


def _keep_old(node: Node | None, start: int, target: Tensor) -> None:
    """In the nodes made since `start`, replace the memory about to be written by a copy of its old value."""
    memory = target.array
    copies: dict[int, Any] = {}
    todo, seen = [node] if node is not None else [], set()
    while todo:
        node = todo.pop()
        if node is None or node.order < start or node in seen:
            continue
        seen.add(node)
        todo.extend(node.edges)
        if not isinstance(node, RuleNode) or node.saved is None:
            continue
        node.saved = _kept(node.saved, memory, copies)
        if isinstance(node, KernelNode):
            node.inputs, node.out = _kept(node.inputs, memory, copies), _kept(node.out, memory, copies)


def _kept(value: Any, memory: Any, copies: dict[int, Any]) -> Any:
    """What a node saved, with a copy in place of each array that lies in `memory`; one copy for each array."""
    if isinstance(value, tuple):
        return tuple(_kept(v, memory, copies) for v in value)
    if not isinstance(value, np.ndarray):
        return value
    # An array without elements overlaps nothing, but its owner's writes count for it.
    if not np.may_share_memory(value, memory) and (value.size or owner(value) is not owner(memory)):
        return value
    if id(value) not in copies:
        copies[id(value)] = (value, value.copy())
    return copies[id(value)][1]


def _swap_saved_output(value: Tensor, target: Tensor) -> None:
    """If the write's node saved its output, it now lies in the target's memory."""
    node = value.node
    if isinstance(node, RuleNode) and node.saved is not None and ("out", None) in node.plan.sources:
        node.saved = tuple(target.array if v is value.array else v for v in node.saved)
        if getattr(node, "out", None) is value.array:
            node.out = target.array  # type: ignore[attr-defined]


def _note(target: Tensor, number: int) -> None:
    """Enter the write, unless nobody is to notice it (`.data`) or could."""
    if target.origin is None or target.origin == "view":
        note_write(target.array, number)


def relink(target: Tensor, value: Tensor) -> None:
    """Make the target the output of the write, and its base and the other views follow."""
    if target.origin != "view":
        _move(target, value.node, value.slot)
        base = target
    else:
        base = target._viewed
        old = at(base.array, base.node, base.slot)
        settings = {"steps": target._steps, "layout": strides_of(base.array)}
        new = record(assign_view, (old, value), [old.array, value.array], settings, base.array)
        _move(base, new.node, new.slot)
    follow(base)


def _move(t: Tensor, node: Node | None, slot: int) -> None:
    """Put a tensor at another place of the graph; a gradient that it retains is from now on that of the new value."""
    old = t.node
    if old is not None and node is not None and old.hooks is not None:
        reference = old.hooks.retain.get(t.slot)
        if reference is not None and reference() is t:
            del old.hooks.retain[t.slot]
            hooks_of(node).retain[slot] = reference
    t.node, t.slot = node, slot


class Stale(Node):
    """The node of a view that can't follow a write to its base: one made by `unbind` or without recording."""

    __slots__ = ("made",)

    def __init__(self, t: Tensor) -> None:
        self.order, self.edges, self.slots, self.hooks = count(), (), None, None
        self.shape, self.dtype = t.array.shape, t.array.dtype
        self.made = t._made

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        why = (
            "It is the output of a function that returns multiple views"
            if self.made == "multi"
            else "It was created in no_grad mode"
        )
        raise RuntimeError(
            f"a view of shape {self.shape} was used after its base, or another view of its base, had been modified "
            f"inplace. {why}, so its gradient can't follow the write. Make the view after the write, or write "
            f"out of place"
        )

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        return self.vjp(g, KEEP)


def follow(base: Tensor) -> None:
    """Derive every living view of `base` anew."""
    if not base.views:
        return
    living = [(reference, t) for reference in base.views if (t := reference()) is not None]
    derived: dict[Any, Any] = {}
    for _, t in living:
        if t.origin != "view" or t._viewed is not base:
            continue
        if refusal(t):
            t.node, t.slot = Stale(t), 0
        else:
            fresh = derive(base, t._steps, derived)
            _move(t, fresh.node, fresh.slot)
    base.views[:] = [reference for reference, _ in living]


def reshape_in_place(target: Tensor, change: tuple[Op, Any], undo: tuple[Op, Any]) -> Tensor:
    """Make `target` what a view op makes of it (`unsqueeze_`, `t_`); its memory stays as it is.

    Args:
        target: any tensor.
        change: the op and its settings.
        undo: the op, and its settings, that lead back: views of the target start with it from now on.

    Raises:
        RuntimeError: the target is a leaf that requires grad, or a view that may not be written.
    """
    check_history(target)
    if mode.now.grad and in_graph(target):
        check_view(target)
    made, settings = change
    if target.origin == "view":
        new = made.call(target, **settings)
        target._steps, target._made = (*target._steps, (made, settings, None)), refusal(target)
    else:
        new = made.call(at(target.array, target.node, target.slot), **settings)
        for reference in target.views or ():
            t = reference()
            if t is not None and t.origin == "view":
                t._viewed, t._steps, t._made = target, ((undo[0], undo[1], None), *t._steps), refusal(t)
    target.array, target.node, target.slot = new.array, new.node, new.slot
    return target
