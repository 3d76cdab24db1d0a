"""Views: tensors that share the memory of another one, their base.

A view remembers the base and the steps that lead from it to the view. When the base or a view of it is written in
place while a graph is recorded, the node of every living view is derived anew from the base (see inplace.py).
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from . import memory
from .mode import mode

if TYPE_CHECKING:
    from .op import Op
    from .tensor import Tensor

# One step: the op, its settings, and which of its outputs (None where it has one).
Step = tuple[Any, dict[str, Any], int | None]


class View:
    """How a tensor is seen in its base.

    Attributes:
        base: the tensor that owns the memory; itself a view only if it is a leaf that requires grad.
        steps: the ops that lead from it to the view.
        made: "" | "no_grad" | "multi": writes into views made without recording, or together with others by one op
            (`unbind`, `split`), are refused as in PyTorch.
        shortcut: the steps are not those by which it was made (`as_strided` of a view): its node must be derived from
            them before a write, which the base sees with more elements.
    """

    __slots__ = ("base", "made", "shortcut", "steps")

    def __init__(self, base: Tensor, steps: tuple[Step, ...], made: str, shortcut: bool = False) -> None:
        self.base, self.steps, self.made, self.shortcut = base, steps, made, shortcut


def link_view(op: Op, source: Any, t: Tensor, settings: dict[str, Any], slot: int | None = None) -> None:
    """Make `t`, the result of `op` on `source`, a view, if it does share memory (a reshape may have copied)."""
    array = getattr(source, "array", None)
    owner = t.array.base
    shared = array is not None and (
        t.array is array
        or (owner is not None and (owner is array or owner is array.base or memory.owner(owner) is memory.owner(array)))
    )
    if not shared:
        if mode.now.inference:
            t.origin = "inference"
        return
    seen = source.origin
    if isinstance(seen, str):
        t.origin = seen
        return
    made = "" if mode.now.grad else "no_grad"
    if slot is not None:
        made = "multi"
    step = (op, settings, slot)
    if seen is None or (source.node is not None and source.is_leaf):  # a view may have been made a leaf
        base = source
        t.origin = View(source, (step,), made)
    else:
        base = seen.base
        t.origin = View(base, (*seen.steps, step), made or seen.made)
    living = base.views
    if living is None:
        living = base.views = []
    living.append(weakref.ref(t))
    if not len(living) % 64:  # forget the dead from time to time: a parameter may be viewed at every step
        living[:] = [r for r in living if r() is not None]


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
