"""In-place writes: `x += y`, `x.relu_()`, `x[0] = y`, and what they mean for the graph.

A write computes its result like any op, then copies it into the memory of the target. Four things follow:

1. Nodes recorded earlier that saved this memory must notice: the write is entered in the table of memory.py, and a node
   that is older than the last write to something it saved raises in its backward pass.
2. Nodes of the write itself that saved the old value get a copy of it before it is overwritten.
3. The target is now the output of the write. If it is a view, its base has changed too: the base becomes the output of
   `assign_view`, which sends the gradient of the written part to the value and that of the rest to the old base.
4. Every living view of the base is derived anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtype as dtypes
from .calls import record
from .mode import mode
from .node import Node
from .memory import count, note_write
from .op import op, tensor_namespace
from .plan import RuleNode
from .tensor import Tensor, at
from .views import View, derive


@op(cast=None, name="CopySlices", complex=True)
def assign_view(xp: Any, base: Any, value: Any, /, steps: Any = ()) -> Any:
    """A copy of `base` in which the view that `steps` lead to is `value`."""
    return xp.assign_view(base, value, steps)


assign_view.defvjp(
    base=lambda g, xp, steps: xp.assign_view(g, 0.0, steps=steps),
    value=lambda g, xp, steps: xp.view_of(g, steps=steps),
)


def write(target: Tensor, function: Callable[..., Any], *args: Any, **settings: Any) -> Tensor:
    """Replace the value of `target` by function(target, ...), in its memory, and return `target`.

    Raises:
        RuntimeError: `target` is a leaf that requires grad (or a view of one), the result has another shape or a type
            that `target` can't hold, or several elements of `target` share one place in memory.
    """
    check_writable(target)
    start = count()
    value = function(target, *args, **settings)
    check_fits(target, value)
    if mode.now.grad and (value.node is not None or target.node is not None):
        check_view(target)
        if value.array.dtype != target.array.dtype:
            value = tensor_namespace.astype(value, kind=target.array.dtype)
        _keep_old(value.node, start, target)
        np.copyto(target.array, value.array)
        _swap_saved_output(value, target)
        _note(target, start)
        _relink(target, value)
    else:
        np.copyto(target.array, value.array, casting="unsafe")
        _note(target, start)
    return target


def check_writable(target: Tensor) -> None:
    """Raise if the tensor may not be written now."""
    if mode.now.grad and target.node is not None and target.is_leaf:
        raise RuntimeError(
            "a leaf Variable that requires grad is being used in an in-place operation. "
            "Write inside `with no_grad():`, or to a clone()"
        )
    seen = target.view
    if seen is not None:
        if isinstance(seen, str):
            if seen == "inference" and not mode.now.inference:
                raise RuntimeError(
                    "Inplace update to inference tensor outside InferenceMode is not allowed. Write to a clone()"
                )
        elif mode.now.grad and seen.base.node is not None and seen.base.is_leaf:
            raise RuntimeError(
                "a view of a leaf Variable that requires grad is being used in an in-place operation. "
                "Write inside `with no_grad():`, or to a clone()"
            )
    array = target.array
    if array.size and any(s == 0 and n > 1 for s, n in zip(array.strides, array.shape, strict=True)):
        raise RuntimeError(
            f"unsupported operation: more than one element of the written-to tensor (shape {array.shape}, expanded) "
            f"refers to a single memory location. Please clone() the tensor before the write"
        )
    if not array.flags.writeable:
        raise RuntimeError(
            "the tensor shares read-only memory (a read-only NumPy array or file); write to a clone()"
        )


def check_fits(target: Tensor, value: Tensor) -> None:
    """Raise if the value has another shape than the target, or a type of a higher category."""
    if value.array.shape != target.array.shape:
        raise RuntimeError(
            f"output with shape {list(target.array.shape)} doesn't match the broadcast shape {list(value.array.shape)}: "
            f"an in-place operation can't change the shape of its tensor"
        )
    if value.array.dtype != target.array.dtype:
        have, want = dtypes.category(value.array.dtype), dtypes.category(target.array.dtype)
        if have > want:
            raise RuntimeError(
                f"result type {value.dtype} can't be cast to the desired output type {target.dtype}. "
                f"Convert the tensor first, or use the out-of-place form"
            )


def check_view(target: Tensor) -> None:
    """Raise for writes into views whose history can't follow, as in PyTorch."""
    seen = target.view
    if isinstance(seen, View):
        if seen.made == "multi":
            raise RuntimeError(
                "this view is the output of a function that returns multiple views. Such functions do not allow the "
                "output views to be modified inplace. Replace the inplace operation by an out-of-place one"
            )
        if seen.made == "no_grad":
            raise RuntimeError(
                "A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
                "Make the view and write to it in the same mode"
            )


def _keep_old(node: Node | None, start: int, target: Tensor) -> None:
    """In the nodes made since `start`, replace the memory about to be written by a copy of its old value."""
    memory, copies = target.array, {}
    todo, seen = [node] if node is not None else [], set()
    while todo:
        node = todo.pop()
        if node is None or node.order < start or node in seen:
            continue
        seen.add(node)
        todo.extend(node.edges)
        if not isinstance(node, RuleNode) or node.saved is None:
            continue

        def kept(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(kept(v) for v in value)
            if not isinstance(value, np.ndarray) or not np.may_share_memory(value, memory):
                return value
            if id(value) not in copies:
                copies[id(value)] = (value, value.copy())
            return copies[id(value)][1]

        node.saved = kept(node.saved)
        if hasattr(node, "inputs"):
            node.inputs, node.out = kept(node.inputs), kept(node.out)


def _swap_saved_output(value: Tensor, target: Tensor) -> None:
    """If the write's node saved its output, it now lies in the target's memory."""
    node = value.node
    if isinstance(node, RuleNode) and node.saved is not None and ("out", None) in node.plan.sources:
        node.saved = tuple(target.array if v is value.array else v for v in node.saved)
        if getattr(node, "out", None) is value.array:
            node.out = target.array  # type: ignore[attr-defined]


def _note(target: Tensor, number: int) -> None:
    """Enter the write, unless nobody is to notice it (`.data`) or could."""
    if not isinstance(target.view, str):
        note_write(target.array, number)


def _relink(target: Tensor, value: Tensor) -> None:
    """Make the target the output of the write, and its base and the other views follow."""
    seen = target.view
    if not isinstance(seen, View):
        target.node, target.slot = value.node, value.slot
        base = target
    else:
        base = seen.base
        old = at(base.array, base.node, base.slot)
        new = record(assign_view, (old, value), [old.array, value.array], {"steps": seen.steps}, base.array)
        base.node, base.slot = new.node, new.slot
    follow(base)


def follow(base: Tensor) -> None:
    """Derive every living view of `base` anew."""
    for reference in list(base.views or ()):
        t = reference()
        if t is not None and isinstance(t.view, View) and t.view.base is base:
            fresh = derive(base, t.view.steps)
            t.node, t.slot = fresh.node, fresh.slot
