"""Views: tensors that share the memory of another one, their base.

A view remembers the base and the steps that lead from it to the view. When the base or a view of it is written in
place while a graph is recorded, the node of every living view is derived anew from the base (see inplace.py).
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from . import memory

if TYPE_CHECKING:
    from .mode import Modes
    from .op import Op
    from .tensor import Tensor

# One step: the op, its settings, and which of its outputs (None where it has one).
Step = tuple[Any, dict[str, Any], int | None]


def link_view(op: Op, source: Tensor, t: Tensor, settings: dict[str, Any], now: Modes, slot: int | None = None) -> None:
    """Make `t`, the result of `op` on `source`, a view, if it does share memory (a reshape may have copied).

    A view has three slots that other tensors leave empty: `_viewed`, its base, the tensor that owns the memory, itself a
    view only if it is a leaf that requires grad; `_steps`, the ops that lead from it to the view; and `_made`: "no_grad"
    or "multi" where writes are refused as in PyTorch, because it was made without recording, or together with others by
    one op (`unbind`, `split`); "shortcut" where the steps are not those by which it was made (`as_strided` of a view) and
    its node must be derived from them before a write, which the base sees with more elements; else "".
    """
    array, made = source.array, t.array
    owner = made.base
    if owner is None or (
        owner is not array and owner is not array.base and memory.owner(owner) is not memory.owner(array)
    ):
        if made is not array:
            if now.inference:
                t.origin = "inference"
            return
    seen = source.origin
    step = (op, settings, slot)
    if seen is None or (seen == "view" and source.node is not None and source.is_leaf):  # a view may become a leaf
        base = t._viewed = source
        t._steps = (step,)
        t._made = "multi" if slot is not None else "" if now.grad else "no_grad"
    elif seen == "view":
        base = t._viewed = source._viewed
        t._steps = (*source._steps, step)
        t._made = "multi" if slot is not None else "no_grad" if not now.grad else refusal(source)
    else:
        t.origin = seen
        return
    t.origin = "view"
    living = base.views
    if living is None:
        living = base.views = []
    living.append(weakref.ref(t))
    if not len(living) % 64:  # forget the dead from time to time: a parameter may be viewed at every step
        living[:] = [r for r in living if r() is not None]


def refusal(t: Tensor) -> str:
    """Why writes to a view are refused while a graph is recorded: "no_grad" or "multi"; "" if they are not."""
    return t._made if t._made != "shortcut" else ""


def derive(base: Tensor, steps: tuple[Step, ...], derived: dict[Any, Any]) -> Tensor:
    """The view of `base` that the steps lead to.

    `derived` remembers what the steps gave, so that views made together (by one `unbind`) stay outputs of one node.
    """
    seen: Any = base
    path: tuple[Any, ...] = ()
    for op, settings, slot in steps:
        path = (*path, id(op), id(settings))
        if path not in derived:
            derived[path] = op(seen, **settings)
        seen = derived[path]
        if slot is not None:
            seen = seen[slot]
            path = (*path, slot)
    return seen
