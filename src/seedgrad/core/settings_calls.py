"""The calls of ops with one array and one or two settings: reductions, reshapes, indexing.

A function that takes `**settings` and hands them on makes two dictionaries, which takes longer than a view does in
NumPy. So there is one function for one setting and one for two, and each op gets a copy of it in which the settings have
their own names and default values.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .casting import FLOATS
from .dtype import F32, F64
from .errors import explain
from .memory import count
from .mode import Modes, mode
from .plan import Plan, RuleNode
from .record import finish, record
from .tensor import Tensor
from .views import link_view

if TYPE_CHECKING:
    from .op import Op


def one_setting_call(op: Op, general: Callable[..., Any]) -> Callable[..., Any]:
    """The call of an op with one array and one setting."""
    ((name, default),) = op.defaults.items()
    forward, recorded, view = op.forward, op.differentiable, op.view
    floats_only = op.cast == "float" or op.real

    def call(x: Any, /, setting: Any = None) -> Any:
        if op.slow or not isinstance(x, Tensor):
            return general(x, **{name: setting})
        a = x.array
        if (floats_only and a.dtype not in FLOATS) or a.size >= op.large:
            return general(x, **{name: setting})
        now = mode.now
        try:
            made = now.run(forward, a, setting)
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a,), error) from None
        if type(made) is tuple:
            return finish(op, (x,), [a], {name: setting}, made)
        t = Tensor(made)
        if recorded and x.node is not None and now.grad:
            return recorded_call(op, x, t, {name: setting}, now)
        if view:
            link_view(op, x, t, {name: setting}, now)
        elif now.inference:
            t.origin = "inference"
        return t

    return _renamed(call, {name: default})


def two_settings_call(op: Op, general: Callable[..., Any]) -> Callable[..., Any]:
    """The call of an op with one array and two settings."""
    first_name, second_name = op.defaults
    forward, recorded, view = op.forward, op.differentiable, op.view
    floats_only = op.cast == "float" or op.real

    def call(x: Any, /, first: Any = None, second: Any = None) -> Any:
        if op.slow or not isinstance(x, Tensor):
            return general(x, **{first_name: first, second_name: second})
        a = x.array
        if (floats_only and a.dtype not in FLOATS) or a.size >= op.large:
            return general(x, **{first_name: first, second_name: second})
        now = mode.now
        try:
            made = now.run(forward, a, first, second)
        except (TypeError, ValueError) as error:
            raise explain(op.name, (a,), error) from None
        if type(made) is tuple:
            return finish(op, (x,), [a], {first_name: first, second_name: second}, made)
        t = Tensor(made)
        if recorded and x.node is not None and now.grad:
            return recorded_call(op, x, t, {first_name: first, second_name: second}, now)
        if view:
            link_view(op, x, t, {first_name: first, second_name: second}, now)
        elif now.inference:
            t.origin = "inference"
        return t

    return _renamed(call, op.defaults)


def _renamed(call: Callable[..., Any], settings: dict[str, Any]) -> Callable[..., Any]:
    """The function with these names and default values for its parameters after the first."""
    code: types.CodeType = call.__code__
    names = code.co_varnames
    code = code.replace(co_varnames=(names[0], *settings, *names[1 + len(settings) :]))
    closure = call.__closure__
    return types.FunctionType(code, globals(), call.__name__, tuple(settings.values()), closure)


def recorded_call(op: Op, x: Tensor, t: Tensor, settings: dict[str, Any], now: Modes) -> Tensor:
    """The result `t` of an op on x, which needs a gradient, with its node."""
    a, out = x.array, t.array
    kind = out.dtype
    if kind is not a.dtype or (kind is not F32 and kind is not F64):
        made: Tensor = record(op, (x,), [a], settings, out)
        return made
    plan: Plan = op.plan((0,), 1)
    saved = plan.save((a,), out, settings) if plan.save else ()
    node: Any = x.node
    t.node = RuleNode(plan, count(), (node,), (x.slot,) if x.slot else None, saved, out.shape, kind)
    if op.view:
        link_view(op, x, t, settings, now)
    return t
