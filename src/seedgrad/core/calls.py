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
from .dtype import F32, F64, I64
from .errors import complex_error, explain
from .kernel import NEVER, run_kernel
from .memory import count
from .mode import mode
from .namespace import tensor_namespace
from .plan import Plan, RuleNode
from .record import finish, record, refuse_inference
from .settings_calls import one_setting_call, recorded_call, two_settings_call
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
    general, forward, defaults = general_call(op), op.forward, op.defaults
    if len(defaults) == 1:
        return one_setting_call(op, general)
    if len(defaults) == 2:
        return two_settings_call(op, general)
    floats_only, view, recorded = op.cast == "float" or op.real, op.view, op.differentiable

    def call(x: Any, /, **settings: Any) -> Any:
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
        if recorded and x.node is not None and now.grad:
            return recorded_call(op, x, t, {**defaults, **settings}, now)
        if view:
            link_view(op, x, t, settings, now)
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
    whole: Any = I64 if op.cast == "common" else None  # whole numbers stay what they are

    def call(x: Any, y: Any, /) -> Any:
        nonlocal plan_both, plan_left, plan_right
        if isinstance(x, Tensor):
            a, nx = x.array, x.node
            kind = a.dtype
            if isinstance(y, Tensor):
                b, ny = y.array, y.node
                if b.dtype is not kind:
                    return general(x, y)
            elif (type(y) is float and (kind is F32 or kind is F64)) or (
                type(y) is int and (kind is F32 or kind is whole or kind is F64)
            ):
                b, ny = constant(y, kind), None
            else:
                return general(x, y) if not operator or is_operand(y) else NotImplemented
        elif isinstance(y, Tensor) and (type(x) is float or type(x) is int):
            b, ny = y.array, y.node
            kind = b.dtype
            if kind is not F32 and kind is not F64 and (kind is not whole or type(x) is float):
                return general(x, y)
            a, nx = constant(x, kind), None
        else:
            return general(x, y) if not operator or is_operand(y) else NotImplemented
        if op.slow or (kind is not F32 and kind is not F64 and kind is not whole):
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


def variadic_call(op: Op) -> Callable[..., Any]:
    """The call of an op with any number of arrays."""
    general, forward = general_call(op), op.forward
    plain = op.cast != "float" and not op.real

    def call(*inputs: Any, **settings: Any) -> Any:
        if op.slow or not plain:
            return general(*inputs, **settings)
        now, kind, arrays = mode.now, None, []
        for x in inputs:
            if not isinstance(x, Tensor) or (x.node is not None and now.grad):
                return general(*inputs, **settings)
            a = x.array
            if kind is None:
                kind = a.dtype
            elif a.dtype is not kind:
                return general(*inputs, **settings)
            arrays.append(a)
        try:
            t = Tensor(now.run(forward, *arrays, **settings))
        except (TypeError, ValueError) as error:
            raise explain(op.name, arrays, error) from None
        if now.inference:
            t.origin = "inference"
        return t

    return call


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
                if raw and len(arrays) in raw:
                    pass
                elif kind is None:
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
        complex_ones = False
        if mixed or (kind is not F32 and kind is not F64):
            if casts and (mixed or (floats_only and kind not in FLOATS)):
                arrays = cast(op, arrays, numbers)
            complex_ones = any([a.dtype.kind == "c" for a in arrays if isinstance(a, NDArray)])
            if op.real and complex_ones:
                raise complex_error(op.name, op.real)
        try:
            # Kernels are for real numbers.
            found = None if complex_ones or not (op.kernels or op.large != NEVER) else run_kernel(op, arrays, settings)
            if needs and not op.rules and not (found and found[2].vjp):  # no kernel took it, or only forward
                return op.definition(tensor_namespace, *inputs, **settings)
            out = found[0] if found else mode.now.run(op.forward, *arrays, **settings)
        except (TypeError, ValueError) as error:
            raise explain(op.name, arrays, error) from None
        made = (record if needs else finish)(op, inputs, arrays, settings, out, found)
        return with_class(op.name, inputs, made) if known.some else made

    return call
