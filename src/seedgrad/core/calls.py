"""How an op is called: one function each for one array, for two, and for everything else.

The first two are what a training step spends its overhead in. They handle what is common - Tensors of one float
type - in as few steps as possible and hand the rest to the general call. All three do the same: take the arrays,
bring them to one type, compute, and record a node if some input needs a gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from .dtype import F32, F64
from .errors import explain
from .kernel import KernelNode, run_kernel
from .memory import count
from .mode import mode
from .plan import MultiRuleNode, Plan, RuleNode
from .tensor import Tensor
from .views import link_view

if TYPE_CHECKING:
    from .op import Op

NDArray = np.ndarray
_FLOATS = (F32, F64)


def unary_call(op: Op) -> Callable[..., Any]:
    """The call of an op with one array and no settings."""
    general, forward, plan = general_call(op), op.forward, None

    def call(x: Any, /) -> Any:
        nonlocal plan
        if op.slow or not isinstance(x, Tensor):
            return general(x)
        a = x.array
        kind = a.dtype
        if kind is not F32 and kind is not F64:
            return general(x)
        now = mode.now
        try:
            t = Tensor(now.run(forward, a))
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a,), error) from None
        node = x.node
        if node is None or not now.grad:
            if now.inference:
                t.view = "inference"
            return t
        if plan is None:
            plan = op.plan((0,), 1)
        out = t.array
        saved = plan.save((a,), out, None) if plan.save else ()
        t.node = RuleNode(plan, count(), (node,), (x.slot,) if x.slot else None, saved, out.shape, kind)
        return t

    return call


def binary_call(op: Op, operator: bool = False) -> Callable[..., Any]:
    """The call of an op with two arrays and no settings.

    As an `operator` method it answers NotImplemented to what it does not know, so that Python asks the other side.
    """
    general, forward = general_call(op), op.forward
    plan_both = plan_left = plan_right = None

    def call(x: Any, y: Any, /) -> Any:
        nonlocal plan_both, plan_left, plan_right
        if op.slow or not (isinstance(x, Tensor) and isinstance(y, Tensor)):
            return general(x, y) if not operator or is_operand(y) else NotImplemented
        a, b = x.array, y.array
        kind = a.dtype
        if kind is not b.dtype or (kind is not F32 and kind is not F64):
            return general(x, y)
        now = mode.now
        try:
            t = Tensor(now.run(forward, a, b))
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a, b), error) from None
        nx, ny = x.node, y.node
        if not now.grad or (nx is None and ny is None):
            if now.inference:
                t.view = "inference"
            return t
        edges: Any
        if ny is None:
            plan = plan_left = plan_left or op.plan((0,), 2)
            edges, slots = (nx,), (x.slot,) if x.slot else None
            if y.view == "inference":
                refuse_inference(plan, (x, y))
        elif nx is None:
            plan = plan_right = plan_right or op.plan((1,), 2)
            edges, slots = (ny,), (y.slot,) if y.slot else None
            if x.view == "inference":
                refuse_inference(plan, (x, y))
        else:
            plan = plan_both = plan_both or op.plan((0, 1), 2)
            edges, slots = (nx, ny), (x.slot, y.slot) if x.slot or y.slot else None
        out = t.array
        saved = plan.save((a, b), out, None) if plan.save else ()
        t.node = RuleNode(plan, count(), edges, slots, saved, out.shape, kind)
        return t

    return call


def refuse_inference(plan: Plan, inputs: tuple[Any, ...]) -> None:
    """Raise if the plan saves an input that was made in inference mode."""
    for kind, i in plan.sources:
        if kind == "input" and isinstance(inputs[i], Tensor) and inputs[i].view == "inference":
            raise RuntimeError(
                f"Inference tensors cannot be saved for backward: input {i} of {plan.op.name} was made inside "
                f"inference_mode(). Use its clone(), or make it inside no_grad() instead"
            )


def is_operand(value: Any) -> bool:
    """Whether an operator can work with it: a Tensor, an array or a number."""
    return isinstance(value, (Tensor, NDArray)) or dtypes.scalar_category(value) >= 0


def general_call(op: Op) -> Callable[..., Any]:
    """The call of any op: numbers, mixed types, settings, several outputs, views, kernels."""

    def call(*inputs: Any, **settings: Any) -> Any:
        arrays: list[Any] = []
        numbers = needs = False
        for x in inputs:
            if isinstance(x, Tensor):
                arrays.append(x.array)
                needs = needs or x.node is not None
            elif x is None or isinstance(x, NDArray):
                arrays.append(x)
            elif dtypes.scalar_category(x) >= 0:
                arrays.append(x)
                numbers = True
            else:
                raise TypeError(
                    f"{op.name}(): input {len(arrays)} must be a Tensor, an array or a number, got {type(x).__name__}"
                )
        if numbers and len(arrays) == 1:
            raise TypeError(f"{op.name}(): argument 'input' must be a Tensor, not {type(inputs[0]).__name__}")
        needs = needs and mode.now.grad and op.differentiable
        if needs and not op.rules and not op.kernels:
            return op.definition(_tensor_namespace(), *inputs, **settings)
        if op.cast is not None:
            arrays = cast(op, arrays, numbers)
        try:
            found = run_kernel(op, arrays, settings) if op.kernels else None
            out = found[0] if found else mode.now.run(op.forward, *arrays, **settings)
        except (TypeError, ValueError) as error:
            raise explain(op.name, arrays, error) from None
        if needs:
            return record(op, inputs, arrays, settings, out, found)
        if isinstance(out, tuple):
            return tuple(Tensor(o) if not mode.now.inference else inference_result(o) for o in out)
        t = Tensor(out)
        if op.view:
            link_view(op, inputs[0], t, settings)
        elif mode.now.inference:
            t.view = "inference"
        return t

    return call


def _tensor_namespace() -> Any:
    from .op import tensor_namespace

    return tensor_namespace


def inference_result(out: Any) -> Tensor:
    """A result that may never be saved for a gradient."""
    t = Tensor(out)
    t.view = "inference"
    return t


def cast(op: Op, arrays: list[Any], numbers: bool) -> list[Any]:
    """Bring the arrays and numbers to their common type, as the op's `cast` asks."""
    raw = op.raw
    taking_part = [a for i, a in enumerate(arrays) if i not in raw and a is not None] if raw else arrays
    kinds = {a.dtype for a in taking_part if isinstance(a, NDArray)}
    if len(kinds) == 1 and not numbers:
        (kind,) = kinds
    else:
        kind = dtypes.result_type([a for a in taking_part if a is not None])
    if op.cast == "float" and kind not in _FLOATS and dtypes.category(kind) < dtypes.FLOAT:
        kind = dtypes.default()
    return [
        a if a is None or getattr(a, "dtype", None) is kind or i in raw else to_type(a, kind)
        for i, a in enumerate(arrays)
    ]


def to_type(a: Any, kind: np.dtype[Any]) -> Any:
    """An array or number as an array of the type; integers wrap around as in PyTorch."""
    if isinstance(a, NDArray):
        return a.astype(kind)
    if type(a) is int and kind.kind in "iu":
        return np.asarray(a, np.int64).astype(kind)
    return mode.now.run(np.asarray, a, kind)


def record(
    op: Op, inputs: tuple[Any, ...], arrays: list[Any], settings: dict[str, Any], out: Any, found: Any = None
) -> Any:
    """Wrap the output of an op and record its node; `inputs` are what the caller gave, `arrays` what was computed on."""
    from .op import accepts_gradient

    several = isinstance(out, tuple)
    outs = [Tensor(o) for o in out] if several else [Tensor(out)]
    if several:
        differentiable = any([accepts_gradient(op, t.array.dtype) for t in outs])
    else:
        differentiable = accepts_gradient(op, outs[0].array.dtype)
    if differentiable:
        rules, names = op.rules, op.arrays
        wanted = []
        for i, x in enumerate(inputs):
            if isinstance(x, Tensor) and x.node is not None:
                if not (rules and rules[names[0 if op.variadic else i]] is None):
                    wanted.append(i)
        if wanted:
            _attach(op, inputs, arrays, settings, outs, several, tuple(wanted), found)
    if several:
        return tuple(outs)
    if op.view:
        link_view(op, inputs[0], outs[0], settings)
    return outs[0]


def _attach(
    op: Op,
    inputs: tuple[Any, ...],
    arrays: list[Any],
    settings: dict[str, Any],
    outs: list[Tensor],
    several: bool,
    wanted: tuple[int, ...],
    found: Any,
) -> None:
    edges = tuple([inputs[i].node for i in wanted])
    slots = tuple([inputs[i].slot for i in wanted])
    full = {**op.defaults, **settings} if op.defaults else settings
    shape: Any = [t.array.shape for t in outs] if several else outs[0].array.shape
    kind: Any = [t.array.dtype for t in outs] if several else outs[0].array.dtype
    out = tuple(t.array for t in outs) if several else outs[0].array
    plan = op.plan(wanted, len(inputs))
    if any(isinstance(x, Tensor) and x.view == "inference" for x in inputs):
        refuse_inference(plan, inputs)
    saved = plan.save(arrays, out, full) if plan.save else ()
    rest = (edges, slots if any(slots) else None, saved, shape, kind)
    node: RuleNode
    if found and found[2].vjp:
        node = KernelNode(op, found[2], plan, count(), *rest)
        node.keep(arrays, out, found[1], full)
    elif several:
        node = MultiRuleNode(plan, count(), *rest)
    else:
        node = RuleNode(plan, count(), *rest)
    for slot, t in enumerate(outs):
        if dtypes.differentiable(t.array.dtype):
            t.node, t.slot = node, slot
