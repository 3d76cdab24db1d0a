"""How an op is called: one function each for one array, for one with settings, for two, and for the rest.

The first three are what a training step spends its overhead in. They handle what is common - Tensors of one float
type - in as few steps as possible and hand the rest to the general call. All do the same: take the arrays,
bring them to one type, compute, and record a node if some input needs a gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from .batching import batched_call, depth, has_hidden
from .casting import FLOATS, cast, constant
from .dtype import F32, F64
from .errors import complex_error, explain
from .kernel import NEVER, KernelNode, run_kernel
from .memory import count
from .mode import mode
from .namespace import tensor_namespace
from .plan import ComplexMultiRuleNode, ComplexRuleNode, MultiRuleNode, Plan, RuleNode
from .subclasses import known, with_class
from .tensor import Tensor
from .views import link_view

if TYPE_CHECKING:
    from .op import Op

NDArray = np.ndarray


def unary_call(op: Op) -> Callable[..., Any]:
    """The call of an op with one array and no settings."""
    general, forward, recorded = general_call(op), op.forward, op.differentiable
    plan: Plan | None = None

    def call(x: Any, /) -> Any:
        nonlocal plan
        if op.slow or not isinstance(x, Tensor):
            return general(x)
        a = x.array
        kind = a.dtype
        if (kind is not F32 and kind is not F64) or a.size >= op.large:
            return general(x)
        now = mode.now
        try:
            t = Tensor(now.run(forward, a))
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a,), error) from None
        node = x.node
        if node is None or not now.grad or not recorded:
            if now.inference:
                t.origin = "inference"
            return t
        if plan is None:
            plan = op.plan((0,), 1)
        out = t.array
        saved = plan.save((a,), out, None) if plan.save else ()
        t.node = RuleNode(plan, count(), (node,), (x.slot,) if x.slot else None, saved, out.shape, out.dtype)
        return t

    return call


def unary_settings_call(op: Op) -> Callable[..., Any]:
    """The call of an op with one array and settings: reductions, reshapes, indexing."""
    general, forward, recorded = general_call(op), op.forward, op.differentiable
    floats_only, defaults, view = op.cast == "float" or op.real, op.defaults, op.view
    plan: Plan | None = None

    def call(x: Any, /, **settings: Any) -> Any:
        nonlocal plan
        if op.slow or not isinstance(x, Tensor):
            return general(x, **settings)
        a = x.array
        if (floats_only and a.dtype not in FLOATS) or a.size >= op.large:
            return general(x, **settings)
        now = mode.now
        try:
            out = now.run(forward, a, **settings)
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a,), error) from None
        if type(out) is tuple:
            return finish(op, (x,), [a], settings, out)
        t = Tensor(out)
        node = x.node
        if node is not None and now.grad and recorded:
            out = t.array
            kind = out.dtype
            if kind is not a.dtype or (kind is not F32 and kind is not F64):
                return record(op, (x,), [a], settings, out)
            if plan is None:
                plan = op.plan((0,), 1)
            saved = plan.save((a,), out, {**defaults, **settings}) if plan.save else ()
            t.node = RuleNode(plan, count(), (node,), (x.slot,) if x.slot else None, saved, out.shape, kind)
        if view:
            link_view(op, x, t, settings)
        elif now.inference:
            t.origin = "inference"
        return t

    return call


def binary_call(op: Op, operator: bool = False) -> Callable[..., Any]:
    """The call of an op with two arrays and no settings; one of them may be a Python number.

    As an `operator` method it answers NotImplemented to what it does not know, so that Python asks the other side.
    """
    general, forward, recorded = general_call(op), op.forward, op.differentiable
    plan_both: Plan | None = None
    plan_left: Plan | None = None
    plan_right: Plan | None = None

    def call(x: Any, y: Any, /) -> Any:
        nonlocal plan_both, plan_left, plan_right
        if isinstance(x, Tensor):
            a, nx = x.array, x.node
            kind = a.dtype
            if isinstance(y, Tensor):
                b, ny = y.array, y.node
                if b.dtype is not kind:
                    return general(x, y)
            elif (type(y) is float or type(y) is int) and (kind is F32 or kind is F64):
                b, ny = constant(y, kind), None
            else:
                return general(x, y) if not operator or is_operand(y) else NotImplemented
        elif isinstance(y, Tensor) and (type(x) is float or type(x) is int):
            b, ny = y.array, y.node
            kind = b.dtype
            if kind is not F32 and kind is not F64:
                return general(x, y)
            a, nx = constant(x, kind), None
        else:
            return general(x, y) if not operator or is_operand(y) else NotImplemented
        if op.slow or (kind is not F32 and kind is not F64):
            return general(x, y)
        now = mode.now
        try:
            t = Tensor(now.run(forward, a, b))
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a, b), error) from None
        if not now.grad or (nx is None and ny is None) or not recorded:
            if now.inference:
                t.origin = "inference"
            return t
        edges: Any
        slots: Any
        if ny is None:
            plan = plan_left = plan_left or op.plan((0,), 2)
            edges, slots = (nx,), (x.slot,) if x.slot else None
            if type(y) is Tensor and y.origin == "inference":
                refuse_inference(plan, (x, y))
        elif nx is None:
            plan = plan_right = plan_right or op.plan((1,), 2)
            edges, slots = (ny,), (y.slot,) if y.slot else None
            if type(x) is Tensor and x.origin == "inference":
                refuse_inference(plan, (x, y))
        else:
            plan = plan_both = plan_both or op.plan((0, 1), 2)
            edges, slots = (nx, ny), (x.slot, y.slot) if x.slot or y.slot else None
        out = t.array
        saved = plan.save((a, b), out, None) if plan.save else ()
        t.node = RuleNode(plan, count(), edges, slots, saved, out.shape, out.dtype)
        return t

    return call


def refuse_inference(plan: Plan, inputs: tuple[Any, ...]) -> None:
    """Raise if the plan saves an input that was made in inference mode."""
    for kind, i in plan.sources:
        if kind == "input" and isinstance(inputs[i], Tensor) and inputs[i].origin == "inference":
            raise RuntimeError(
                f"Inference tensors cannot be saved for backward: input {i} of {plan.op.name} was made inside "
                f"inference_mode(). Use its clone(), or make it inside no_grad() instead"
            )


def is_operand(value: Any) -> bool:
    """Whether an operator can work with it: a Tensor, an array or a number."""
    return isinstance(value, (Tensor, NDArray)) or dtypes.scalar_category(value) >= 0


def general_call(op: Op) -> Callable[..., Any]:
    """The call of any op: numbers, mixed types, settings, several outputs, views, kernels."""
    raw, casts, floats_only = op.raw, op.cast is not None, op.cast == "float"

    def call(*inputs: Any, **settings: Any) -> Any:
        if depth.value and has_hidden((*inputs, *settings.values())):
            return batched_call(op, inputs, settings)
        arrays: list[Any] = []
        kind: Any = None
        numbers = mixed = needs = False
        for x in inputs:
            if isinstance(x, Tensor):
                a = x.array
                if x.node is not None:
                    needs = True
                if kind is None:
                    kind = a.dtype
                elif a.dtype is not kind:
                    mixed = True
            elif x is None:
                a = None
            else:
                a = x
                mixed = True
                if not isinstance(x, NDArray):
                    numbers = True
                    if dtypes.scalar_category(x) < 0:
                        raise TypeError(
                            f"{op.name}(): input {len(arrays)} must be a Tensor, an array or a number, "
                            f"got {type(x).__name__}"
                        )
            arrays.append(a)
        if numbers and len(arrays) == 1:
            raise TypeError(f"{op.name}(): argument 'input' must be a Tensor, not {type(inputs[0]).__name__}")
        needs = needs and op.differentiable and mode.now.grad
        if needs and not op.rules and not op.kernels:
            return op.definition(tensor_namespace, *inputs, **settings)
        if casts and (mixed or raw or (floats_only and kind not in FLOATS)):
            arrays = cast(op, arrays, numbers)
        if op.real and _has_complex(arrays):
            raise complex_error(op.name, op.real)
        try:
            found = run_kernel(op, arrays, settings) if _may_have_kernel(op) and not _has_complex(arrays) else None
            if needs and not op.rules and not (found and found[2].vjp):  # no kernel took it, or only forward
                return op.definition(tensor_namespace, *inputs, **settings)
            out = found[0] if found else mode.now.run(op.forward, *arrays, **settings)
        except (TypeError, ValueError) as error:
            raise explain(op.name, arrays, error) from None
        made = (record if needs else finish)(op, inputs, arrays, settings, out, found)
        return with_class(op.name, inputs, made) if known.some else made

    return call


def finish(
    op: Op, inputs: tuple[Any, ...], arrays: list[Any], settings: dict[str, Any], out: Any, found: Any = None
) -> Any:
    """Wrap the output of an op, as views where it shares memory, and record it if an input needs a gradient."""
    if type(out) is tuple:
        if mode.now.grad and op.differentiable and any([isinstance(x, Tensor) and x.node is not None for x in inputs]):
            return record(op, inputs, arrays, settings, out, found)
        return wrap_several(op, inputs, settings, out)
    t = Tensor(out)
    if op.view:
        link_view(op, inputs[0], t, settings)
    elif mode.now.inference:
        t.origin = "inference"
    return t


def wrap_several(op: Op, inputs: tuple[Any, ...], settings: dict[str, Any], out: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Several outputs as Tensors."""
    outs = tuple([Tensor(o) for o in out])
    for slot, t in enumerate(outs):
        if op.view:
            link_view(op, inputs[0], t, settings, slot)
        elif mode.now.inference:
            t.origin = "inference"
    return outs


def record(
    op: Op, inputs: tuple[Any, ...], arrays: list[Any], settings: dict[str, Any], out: Any, found: Any = None
) -> Any:
    """Wrap the output of an op and record its node; `inputs` are what the caller gave, `arrays` what was computed on."""
    several = type(out) is tuple
    outs = wrap_several(op, inputs, settings, out) if several else (Tensor(out),)
    wanted, tensors = [], []
    for i, x in enumerate(inputs):
        if isinstance(x, Tensor):
            if x.node is not None:
                wanted.append(i)
            if x.origin == "inference":
                tensors.append(x)
    plan = op.plan(tuple(wanted), len(inputs))
    if tensors:
        refuse_inference(plan, inputs)
    if plan.wanted and any([dtypes.differentiable(t.array.dtype) for t in outs]):
        node = _node(op, plan, inputs, arrays, settings, outs, several, found)
        for slot, t in enumerate(outs):
            if dtypes.differentiable(t.array.dtype):
                t.node, t.slot = node, slot
    if several:
        return outs
    if op.view:
        link_view(op, inputs[0], outs[0], settings)
    return outs[0]


def _node(
    op: Op,
    plan: Plan,
    inputs: tuple[Any, ...],
    arrays: list[Any],
    settings: dict[str, Any],
    outs: tuple[Tensor, ...],
    several: bool,
    found: Any,
) -> RuleNode:
    """The node of a call: what its inputs' nodes are, and what its rules or its kernel asked to save."""
    edges = tuple([inputs[i].node for i in plan.wanted])
    slots = tuple([inputs[i].slot for i in plan.wanted])
    full = {**op.defaults, **settings} if op.defaults else settings
    shape: Any
    if several:
        out: Any = tuple([t.array for t in outs])
        shape, kind = [o.shape for o in out], [o.dtype for o in out]
    else:
        out = outs[0].array
        shape, kind = out.shape, out.dtype
    saved = plan.save(arrays, out, full) if plan.save else ()
    rest = (edges, slots if any(slots) else None, saved, shape, kind)
    node: Any
    if found and found[2].vjp:
        node = KernelNode(op, found[2], plan, count(), *rest)
        node.keep(arrays, out, found[1], full)
    elif is_complex(op, [*arrays, *(out if several else (out,))]):
        node = (ComplexMultiRuleNode if several else ComplexRuleNode)(plan, count(), *rest)
    else:
        node = (MultiRuleNode if several else RuleNode)(plan, count(), *rest)
    if mode.now.pack is not None:
        mode.now.pack(node, inputs)
    return node


def _may_have_kernel(op: Op) -> bool:
    return bool(op.kernels) or op.large != NEVER


def _has_complex(arrays: list[Any]) -> bool:
    """Whether some array is complex: kernels are for real ones."""
    return any([a.dtype.kind == "c" for a in arrays if isinstance(a, NDArray)])


def is_complex(op: Op, arrays: list[Any]) -> bool:
    """Whether the op's rules must be conjugated for these arrays; refuses what they are not right for."""
    kinds = [a.dtype for a in arrays if isinstance(a, NDArray) and a.dtype is not F32 and a.dtype is not F64]
    if op.complex == "own" or not any([kind.kind == "c" for kind in kinds]):
        return False
    if not op.complex:
        raise RuntimeError(
            f"{op.name} does not support automatic differentiation for complex inputs; got the types "
            f"{', '.join(str(kind) for kind in kinds)}. Use real tensors, or detach() the input"
        )
    return True
