"""What an op is: a definition in the array namespace `xp`, derivative rules, optional kernels.

    @op
    def multiply(xp, x, y, /):
        return xp.multiply(x, y)

    multiply.defvjp(x=lambda g, y: g * y, y=lambda g, x: g * x)

Arrays stand before the `/` (or as `*xs`), settings after it. A rule is named by the input it is for, and its own
parameter names say what it needs: `g`, the inputs, `out`, `<input>_shape`, `<input>_dtype`, the settings, `xp`.
An input without a gradient (an index, a mask) has the rule None.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from . import namespace
from .batching import depth, elementwise
from .batching import ops as batching_ops
from .calls import binary_call, general_call, unary_call, unary_settings_call, variadic_call
from .kernel import NEVER, Kernel
from .namespace import tensor_namespace
from .plan import Plan, parameter_names

__all__ = ["Op", "op", "tensor_namespace"]


class Op:
    """An operation with its derivatives, callable on Tensors, arrays and numbers.

    Attributes:
        name: the NumPy name (the name in `xp`); `grad_name` is the name that `grad_fn` shows.
        arrays: the names of the array inputs; `variadic` when there is one, `*xs`.
        defaults: the settings with their default values.
        cast: "common" (promote the inputs to one type), "float" (likewise, and integers become floats), None.
        view: the result may share memory with the first input.
        rules: name of the input -> rule. Empty: differentiated through the definition.
        forward: the definition on arrays.
        call: the op itself, as a plain function specialised by its arity.
        large: the number of elements from which a call looks for a kernel, for ops that are otherwise called without
            a look at them: the small calls of an elementwise op must not pay for its kernels.
    """

    def __init__(
        self,
        definition: Callable[..., Any],
        *,
        cast: str | None,
        raw: tuple[str, ...],
        view: bool,
        ufunc: bool,
        differentiable: bool,
        complex: bool | str,
        bools: bool = True,
        real: type[Exception] | None = None,
        several: bool = False,
        grad_name: str | None,
    ) -> None:
        self.definition, self.name = definition, definition.__name__
        self.cast, self.view, self.differentiable, self.complex = cast, view, differentiable, complex
        self.bools, self.real = bools, real
        self.grad_name = f"{grad_name or self.name.title().replace('_', '')}Backward0"
        code = definition.__code__
        names = code.co_varnames
        self.arrays: tuple[str, ...]
        self.variadic = bool(code.co_flags & inspect.CO_VARARGS)
        n = code.co_argcount
        if self.variadic:
            self.arrays = (names[n + code.co_kwonlyargcount],)
            self.defaults = dict(definition.__kwdefaults__ or {})
        else:
            self.arrays = names[1 : code.co_posonlyargcount]
            settings = names[code.co_posonlyargcount : n]
            values = definition.__defaults__ or ()
            self.defaults = dict(zip(settings, values[len(values) - len(settings) :], strict=True))
        self.raw = frozenset(self.arrays.index(name) for name in raw)
        self.rules: dict[str, Callable[..., Any] | None] = {}
        self.kernels: dict[str, Kernel] = {}
        self.large = NEVER
        self.ufunc = getattr(namespace, self.name) if ufunc else None
        self.forward: Callable[..., Any] = self.ufunc or functools.partial(definition, namespace)
        # Whether a call must take the general way: until there are rules, when there are kernels to choose from.
        self.slow = self.by_itself_slow = differentiable
        self.batch = elementwise if isinstance(self.ufunc, np.ufunc) and not self.ufunc.signature else None
        batching_ops.append(self)
        self._plans: dict[Any, Plan] = {}
        if self.variadic and not several:
            self.call = variadic_call(self)
        elif several or len(self.arrays) > 2 or (len(self.arrays) == 2 and self.defaults):
            self.call = general_call(self)
        elif len(self.arrays) == 2:
            self.call = binary_call(self)
        else:
            self.call = unary_settings_call(self) if self.defaults or view else unary_call(self)
        self.__doc__ = definition.__doc__
        self.__name__ = self.name

    def __call__(self, *inputs: Any, **settings: Any) -> Any:
        """Call it as `xp.f`: settings may be positional, and `*xs` may come as one list, as in NumPy."""
        if self.variadic:
            if inputs and isinstance(inputs[0], (list, tuple)):
                extra, inputs = inputs[1:], tuple(inputs[0])
                settings.update(zip(self.defaults, extra, strict=False))
        elif len(inputs) > len(self.arrays):
            n = len(self.arrays)
            settings.update(zip(self.defaults, inputs[n:], strict=False))
            inputs = inputs[:n]
        return self.call(*inputs, **settings)

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def defvjp(self, **rules: Callable[..., Any] | None) -> None:
        """Declare the derivative: for each array input the rule that gives its gradient, or None."""
        if set(rules) != set(self.arrays):
            raise TypeError(f"{self.name} has the array inputs {self.arrays}, got rules for {tuple(rules)}")
        known = {"g", "out", "xp", *self.arrays, *self.defaults, f"{self.arrays[0]}_shapes"}
        known |= {f"{a}_{what}" for a in self.arrays for what in ("shape", "dtype")}
        for name, rule in rules.items():
            unknown = set(parameter_names(rule)) - known if rule else ()
            if unknown:
                raise TypeError(
                    f"the rule of {self.name} for {name} asks for {sorted(unknown)}; known: {sorted(known)}"
                )
        self.rules = rules
        self.by_itself_slow = bool(self.kernels) and self.large == NEVER
        self.slow = self.by_itself_slow or depth.value > 0

    def defbatch(self, rule: Callable[..., Any]) -> None:
        """Declare how the op is computed for many samples at once; see core/batching.py."""
        self.batch = rule

    def kernel(self, backend: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a faster forward: arrays and settings in, (out, saved) out, or NotImplemented to decline.

        `saved` is the kernel's own memory; it must not hold the inputs or `out`.
        """

        def register(forward: Callable[..., Any]) -> Callable[..., Any]:
            kernel = Kernel(forward)
            self.kernels = (
                {backend: kernel, **self.kernels} if backend != "numpy" else {**self.kernels, backend: kernel}
            )
            self.slow = self.by_itself_slow = self.large == NEVER or self.by_itself_slow
            return forward

        return register

    def kernel_vjp(self, backend: str, out: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register the kernel's derivative: (g, needs, inputs, out, saved, last) -> a gradient for each input.

        `needs` says which are wanted; `inputs` and `out` hold what the rules ask for (without rules all inputs, and the
        output if `out` is set).
        It never writes inputs or out; it overwrites `saved` only when `last` is true, and g only when it is `ALONE`.
        """

        def register(vjp: Callable[..., Any]) -> Callable[..., Any]:
            self.kernels[backend].vjp, self.kernels[backend].out = vjp, out
            return vjp

        return register

    def plan(self, wanted: tuple[int, ...], inputs: int) -> Plan:
        """The compiled derivative with respect to the inputs `wanted`, for a call with that many inputs."""
        found = self._plans.get((wanted, inputs))
        if found is None:
            found = self._plans[wanted, inputs] = Plan(self, wanted, inputs)
        return found


def op(
    definition: Callable[..., Any] | None = None,
    *,
    cast: str | None = "common",
    raw: tuple[str, ...] = (),
    view: bool = False,
    ufunc: bool = False,
    differentiable: bool = True,
    complex: bool | str = False,
    bools: bool = True,
    real: type[Exception] | None = None,
    several: bool = False,
    name: str | None = None,
) -> Any:
    """Declare an op. See the module text; the arguments are the attributes of `Op`.

    Args:
        definition: `f(xp, x, y, /, setting=default)`.
        cast: how inputs of different types meet.
        raw: inputs that keep their own type (a mask, an index).
        view: the result may share memory with the first input.
        ufunc: the definition is the array function of that name and nothing else; the call skips a Python frame.
        differentiable: False for results that never have a gradient, such as comparisons.
        complex: True where the op is holomorphic: its rules, written for real numbers, are conjugated for complex
            ones. "own" where the rules are right for complex numbers as they stand. False refuses their gradient.
        bools: False to refuse bools among other types too, where NumPy refuses them only among themselves.
        real: what to raise for complex numbers, where only real ones have a meaning, such as an order.
        several: the definition returns a tuple; only an op of arrays without settings must say so.
        name: what `grad_fn` shows, without `Backward0`, where it differs from the name.
    """
    if cast not in ("common", "float", None):
        raise ValueError(f"cast is 'common', 'float' or None, got {cast!r}")

    def declare(function: Callable[..., Any]) -> Op:
        made = Op(
            function,
            cast=cast,
            raw=raw,
            view=view,
            ufunc=ufunc,
            differentiable=differentiable,
            complex=complex,
            bools=bools,
            real=real,
            several=several,
            grad_name=name,
        )
        setattr(tensor_namespace, made.name, made)
        return made

    return declare(definition) if definition else declare
