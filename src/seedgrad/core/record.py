"""What an op's call does with its outputs: wraps them, links views to their base, and records the node.

The call paths for one and two arrays do the same for the common case by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from .dtype import F32, F64
from .kernel import KernelNode
from .memory import count
from .mode import mode
from .plan import ComplexMultiRuleNode, ComplexRuleNode, MultiRuleNode, Plan, RuleNode
from .tensor import Tensor
from .views import link_view

if TYPE_CHECKING:
    from .op import Op

NDArray = np.ndarray


def finish(
    op: Op, inputs: tuple[Any, ...], arrays: list[Any], settings: dict[str, Any], out: Any, found: Any = None
) -> Any:
    """Wrap the output of an op, as views where it shares memory, and record it if an input needs a gradient."""
    if type(out) is tuple:
        if mode.now.grad and op.differentiable and any([isinstance(x, Tensor) and x.node is not None for x in inputs]):
            return record(op, inputs, arrays, settings, out, found)
        return wrap_several(op, inputs, settings, out)
    t = Tensor(out)
    if op.view and isinstance(inputs[0], Tensor):
        link_view(op, inputs[0], t, settings, mode.now)
    elif mode.now.inference:
        t.origin = "inference"
    return t


def wrap_several(op: Op, inputs: tuple[Any, ...], settings: dict[str, Any], out: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Several outputs as Tensors."""
    outs = tuple([Tensor(o) for o in out])
    now = mode.now
    for slot, t in enumerate(outs):
        if op.view and isinstance(inputs[0], Tensor):
            link_view(op, inputs[0], t, settings, now, slot)
        elif now.inference:
            t.origin = "inference"
    return outs


def record(
    op: Op, inputs: tuple[Any, ...], arrays: list[Any], settings: dict[str, Any], out: Any, found: Any = None
) -> Any:
    """Wrap the output of an op and record its node; `inputs` are what the caller gave, `arrays` what was computed on."""
    wanted, inference = [], False
    for i, x in enumerate(inputs):
        if isinstance(x, Tensor):
            if x.node is not None:
                wanted.append(i)
            if x.origin == "inference":
                inference = True
    plan = op.plan(tuple(wanted), len(inputs))
    if type(out) is tuple:
        return _record_several(op, plan, inputs, arrays, settings, out, found, inference)
    t = Tensor(out)
    if inference:
        refuse_inference(plan, inputs)
    array = t.array
    kind = array.dtype
    if plan.wanted and (kind is F32 or kind is F64 or dtypes.differentiable(kind)):
        t.node = _node(op, plan, inputs, arrays, settings, array, array.shape, kind, found)
    if op.view:
        link_view(op, inputs[0], t, settings, mode.now)
    return t


def _record_several(
    op: Op,
    plan: Plan,
    inputs: tuple[Any, ...],
    arrays: list[Any],
    settings: dict[str, Any],
    out: tuple[Any, ...],
    found: Any,
    inference: bool,
) -> tuple[Tensor, ...]:
    """The same for several outputs, which share a node."""
    outs = wrap_several(op, inputs, settings, out)
    if inference:
        refuse_inference(plan, inputs)
    if plan.wanted and any([dtypes.differentiable(t.array.dtype) for t in outs]):
        made = tuple([t.array for t in outs])
        shapes, kinds = [o.shape for o in made], [o.dtype for o in made]
        node = _node(op, plan, inputs, arrays, settings, made, shapes, kinds, found)
        for slot, t in enumerate(outs):
            if dtypes.differentiable(t.array.dtype):
                t.node, t.slot = node, slot
    return outs


def _node(
    op: Op,
    plan: Plan,
    inputs: tuple[Any, ...],
    arrays: list[Any],
    settings: dict[str, Any],
    out: Any,
    shape: Any,
    kind: Any,
    found: Any,
) -> RuleNode:
    """The node of a call: what its inputs' nodes are, and what its rules or its kernel asked to save."""
    edges, slots, some = [], [], 0
    for i in plan.wanted:
        x = inputs[i]
        edges.append(x.node)
        slots.append(x.slot)
        some |= x.slot
    full = {**op.defaults, **settings} if op.defaults else settings
    saved = plan.save(arrays, out, full) if plan.save else ()
    rest = (plan, count(), tuple(edges), tuple(slots) if some else None, saved, shape, kind)
    node: Any
    if found and found[2].vjp:
        node = KernelNode(*rest)
        node.keep(found[2], arrays, out, found[1], full)
    elif is_complex(op, [*arrays, *out] if type(out) is tuple else [*arrays, out]):
        node = (ComplexMultiRuleNode if type(out) is tuple else ComplexRuleNode)(*rest)
    else:
        node = (MultiRuleNode if type(out) is tuple else RuleNode)(*rest)
    if mode.now.pack is not None:
        mode.now.pack(node, inputs)
    return node


def is_complex(op: Op, arrays: list[Any]) -> bool:
    """Whether the op's rules must be conjugated for these arrays; refuses what they are not right for."""
    for a in arrays:
        if isinstance(a, NDArray) and a.dtype.kind == "c":
            break
    else:
        return False
    if op.complex == "own":
        return False
    if not op.complex:
        kinds = [a.dtype for a in arrays if isinstance(a, NDArray)]
        raise RuntimeError(
            f"{op.name} does not support automatic differentiation for complex inputs; got the types "
            f"{', '.join(str(kind) for kind in kinds)}. Use real tensors, or detach() the input"
        )
    return True


def refuse_inference(plan: Plan, inputs: tuple[Any, ...]) -> None:
    """Raise if the plan saves an input that was made in inference mode."""
    for kind, i in plan.sources:
        if kind == "input" and isinstance(inputs[i], Tensor) and inputs[i].origin == "inference":
            raise RuntimeError(
                f"Inference tensors cannot be saved for backward: input {i} of {plan.op.name} was made inside "
                f"inference_mode(). Use its clone(), or make it inside no_grad() instead"
            )
