"""Kernels: faster forms of an op for one backend, chosen at the call, and the nodes they leave in the graph."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import namespace
from .memory import check_array, table
from .mode import mode
from .parallel import blas_loaded
from .plan import Plan, RuleNode

if TYPE_CHECKING:
    from .op import Op

# From this many elements on a compiled kernel pays for itself, and for importing the compiler once. When it is imported,
# small arrays gain from most kernels, too.
LARGE = 16_384
# The same for an array that is not the first, such as a weight: reading it is work, however little it is multiplied by.
HEAVY = 1 << 16
# No array is as large: what `Op.large` is where small calls look for kernels too, or none do.
NEVER = sys.maxsize


class Kernel:
    """A forward function and, where it has its own derivative, `vjp`; `out` says that this reads the output."""

    __slots__ = ("forward", "out", "vjp")

    def __init__(self, forward: Callable[..., Any]) -> None:
        self.forward = forward
        self.vjp: Callable[..., Any] | None = None
        self.out = False


_loaded = False


def load() -> None:
    """Import the compiled kernels, if numba is installed; they register themselves with their ops."""
    global _loaded
    if not _loaded:
        _loaded = True
        if not importlib.util.find_spec("numba") or not importlib.util.find_spec("seedgrad.kernels"):
            return
        if not importlib.import_module("numba").config.DISABLE_JIT:  # what is not compiled would take seconds
            importlib.import_module("seedgrad.kernels")
            # numba takes SciPy's BLAS when it first compiles; taken now, it gets the number of threads that was set.
            importlib.import_module("scipy.linalg")
            blas_loaded()


# Compiled forms of what is no op, such as the updates of optimizers, by name.
functions: dict[str, Callable[..., Any]] = {}


class Loop:
    """An elementwise operation on one or two arrays of float32 that compiled chains of operations can take in.

    Attributes:
        inputs: the number of operands, of the same shape.
        numbers: its settings.
        address: gives the address of its machine code.
    """

    __slots__ = ("__name__", "_alone", "address", "inputs", "numbers")

    def __init__(
        self, name: str, inputs: int, numbers: Any, address: Callable[[], int], alone: Callable[..., Any]
    ) -> None:
        self.__name__, self.inputs, self.numbers, self.address, self._alone = name, inputs, numbers, address, alone

    def __call__(self, *arrays: Any) -> Any:
        """The result for these operands; the array after them is where it goes."""
        return self._alone(self, arrays)


# Which kernels are such operations. A forward function's entry gives (the operation, what the derivative needs to know of
# the settings) for its settings; a derivative's gives the operation for that.
loops: dict[Callable[..., Any], Callable[..., Any]] = {}

# Kernels into which a recording looks: what depends on values they compute by NumPy, in memory that `empty` gives, and by
# compiled functions that they call by `in_parts` alone, with all arrays that these use. Those made of no argument go
# through `fixed`.
open_kernels: set[Callable[..., Any]] = set()


def open_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have recordings look into this kernel."""
    open_kernels.add(function)
    return function


def empty(shape: Any, kind: Any) -> Any:
    """An array of anything, for a kernel into which a recording looks."""
    trace = mode.now.trace
    if trace is not None and trace.following:
        return trace.call(np.empty, (shape, kind), {})
    return np.empty(shape, kind)


def fixed(array: Any) -> Any:
    """An array that nobody writes and that has nothing to do with arguments, for such a kernel's compiled functions."""
    trace = mode.now.trace
    return trace.fixed(array) if trace is not None and trace.following else array


def find(name: str, size: int) -> Callable[..., Any] | None:
    """The compiled function of that name, if there are enough elements to be worth it and numba is installed."""
    if size < LARGE:
        return None
    load()
    return functions.get(name)


def known(name: str, size: int) -> Callable[..., Any] | None:
    """The same, and for fewer elements if it is there already: where its results are those of NumPy to the last bit."""
    return find(name, size) if size >= LARGE else functions.get(name)


def run_kernel(op: Op, arrays: list[Any], settings: dict[str, Any]) -> tuple[Any, Any, Kernel] | None:
    """(out, saved, kernel) of the first kernel that takes these arrays, or None."""
    if not _loaded and any(
        [a is not None and a.size >= limit for a, limit in zip(arrays, (LARGE, *[HEAVY] * len(arrays)), strict=False)]
    ):
        load()
    now = mode.now
    run: Any = now.run  # without NumPy's warnings, as definitions are run
    if now.trace is not None:
        run = now.trace.kernel
    for kernel in op.kernels.values():
        result = run(kernel.forward, *arrays, **settings)
        if result is not NotImplemented:
            return result[0], result[1], kernel
    return None


class KernelNode(RuleNode):
    """A recorded op whose kernel has its own derivative.

    With `create_graph` the rules are used where the op has any; otherwise the definition is replayed on Tensors.
    """

    __slots__ = ("inputs", "kernel", "kernel_saved", "out", "outputs", "settings")
    memory = ("saved", "inputs", "out", "kernel_saved")

    inputs: Any
    out: Any

    def keep(self, kernel: Kernel, arrays: list[Any], out: Any, kernel_saved: Any, settings: dict[str, Any]) -> None:
        """Keep what the kernel's derivative may read: what the rules ask for, or all inputs."""
        plan = self.plan
        if plan.op.rules:
            asked = plan.asked
            self.inputs = tuple([a if i in asked else None for i, a in enumerate(arrays)])
            self.out = out if plan.asks_out else None
        else:
            self.inputs, self.out = self.saved, out if kernel.out else None
        self.kernel, self.kernel_saved, self.settings = kernel, kernel_saved, settings
        self.outputs = len(self.shape) if type(self.shape) is list else 1

    def _checked(self) -> tuple[Any, ...]:
        saved = super()._checked()
        if self.kernel.out and table.last > self.order:  # without rules, the plan does not know of it
            check_array(self, self.out)
        return saved

    def vjp(self, g: Any, last: int, plan: Plan | None = None) -> tuple[Any, ...]:
        saved = self._checked()
        assert self.kernel.vjp is not None
        plan = plan or self.plan
        given = g, plan.needs, self.inputs, self.out, self.kernel_saved, last
        trace = mode.now.trace
        grads = self.kernel.vjp(*given) if trace is None else trace.kernel_vjp(self.kernel.vjp, *given)
        if grads is NotImplemented:
            if plan.op.rules:
                return mode.now.run(plan.backward, g, saved, namespace)
            return tuple(None if t is None else t.array for t in self._replay(_as_tensors(g), create_graph=False))
        return tuple(grads) if len(plan.wanted) == len(grads) else tuple([grads[i] for i in plan.wanted])

    def vjp_tensors(self, g: Any, plan: Plan | None = None) -> tuple[Any, ...]:
        if self.plan.op.rules:
            return super().vjp_tensors(g, plan)
        self._checked()
        return self._replay(g, create_graph=True)

    def _replay(self, g: Any, create_graph: bool) -> tuple[Any, ...]:
        """Differentiate the definition on Tensors.

        Each input gets an identity of its own first, so that one tensor given twice gets two gradients.
        """
        from .gradients import gradients
        from .mode import enable_grad
        from .op import tensor_namespace
        from .tensor import Tensor, at

        wanted = self.plan.wanted
        with enable_grad():
            inputs: list[Any] = [None if a is None else Tensor(a) for a in self.inputs]
            for edge, position in enumerate(wanted):
                source = at(inputs[position].array, self.edges[edge], self.slots[edge] if self.slots else 0)
                inputs[position] = tensor_namespace.alias(source)
            outs = self.plan.op.definition(tensor_namespace, *inputs, **self.settings)
            if not isinstance(outs, tuple):
                outs, g = (outs,), (g,)
            pairs = [(out, grad) for out, grad in zip(outs, g, strict=True) if grad is not None]
            return gradients(
                [out for out, _ in pairs],
                [grad for _, grad in pairs],
                [inputs[i] for i in wanted],
                keep=create_graph,
                create_graph=create_graph,
            )

    def release(self) -> None:
        self.saved = None
        self.inputs = self.out = self.kernel_saved = None


def _as_tensors(g: Any) -> Any:
    from .tensor import Tensor

    if isinstance(g, tuple):
        return tuple(None if x is None else Tensor(x) for x in g)
    return Tensor(g)
