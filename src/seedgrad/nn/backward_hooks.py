"""Hooks on the gradient of a module.

Two nodes are put into the graph around the module: one behind its outputs, which sees the gradients of all
outputs together, and one before its inputs, which sees those of all inputs. Both pass on what they receive,
or what a hook returned instead.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.mode import mode
from ..core.node import Node, count
from ..core.tensor import Tensor
from ..core.views import link_view
from ..ops.shape import alias

if TYPE_CHECKING:
    from .module import Module


class PassNode(Node):
    """A node that hands its gradients to a function and passes on what comes back.

    Attributes:
        function: a list of Tensors, one for each output and None where no gradient arrived, to such a list.
    """

    __slots__ = ("function", "outputs")

    def __init__(self, tensors: Sequence[Tensor], function: Callable[[list[Any]], Sequence[Any]]) -> None:
        self.order = count()
        self.edges = tuple(t.node for t in tensors)  # type: ignore[misc]
        self.slots = tuple(t.slot for t in tensors)
        self.hooks = None
        self.function, self.outputs = function, len(tensors)
        shapes, kinds = [t.array.shape for t in tensors], [t.array.dtype for t in tensors]
        self.shape, self.dtype = (shapes, kinds) if len(tensors) > 1 else (shapes[0], kinds[0])

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        given = [None if x is None else Tensor(np.asarray(x)) for x in (g if self.outputs > 1 else (g,))]
        return tuple(None if x is None else x.array for x in self.function(given))

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        return tuple(self.function(list(g) if self.outputs > 1 else [g]))

    def name(self) -> str:
        return "BackwardHookFunctionBackward"


class BackwardHooks:
    """The gradient hooks of one call of a module."""

    def __init__(self, module: Module, before: list[Callable[..., Any]], after: list[Callable[..., Any]]) -> None:
        self.module, self.before, self.after = module, before, after
        self.inputs = 0
        self.input_places: list[int] = []  # the positions of the inputs that need a gradient
        self.grad_output: tuple[Any, ...] | None = None

    def watch_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, with a node of ours behind those that need a gradient."""
        self.inputs = len(args)
        self.input_places, watched = _watch(args, self._inputs_done)
        return watched

    def watch_outputs(self, result: Any) -> Any:
        """The result of `forward`, a tensor or a tuple, likewise."""
        several = isinstance(result, tuple)
        outputs = result if several else (result,)
        length = len(outputs)  # the node keeps the number, not the tensors
        places, watched = _watch(outputs, lambda grads: self._outputs_done(grads, places, length))
        return watched if several else watched[0]

    def _outputs_done(self, grads: list[Any], places: list[int], outputs: int) -> list[Any]:
        full = _spread(grads, places, outputs)
        for hook in self.before:
            full = _changed(hook(self.module, full), full, "Backward pre hook", "grad_output", _name(hook))
        self.grad_output = full
        if not self.input_places:
            self.grad_output = None
            self._no_inputs(full)
        return [full[i] for i in places]

    def _no_inputs(self, grad_output: tuple[Any, ...]) -> None:
        """No input needs a gradient, so the hooks run now."""
        if self.after:
            warnings.warn(
                "Full backward hook is firing when gradients are computed with respect to module outputs "
                "since no "
                "inputs require gradients",
                stacklevel=2,
            )
        for hook in self.after:
            result = hook(self.module, (None,) * self.inputs, grad_output)
            if result is not None and not (isinstance(result, tuple) and all(x is None for x in result)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or "
                    "None for "
                    "all gradients."
                )

    def _inputs_done(self, grads: list[Any]) -> list[Any]:
        if self.grad_output is None:
            return grads  # the output was not used: the gradient came past the module
        full = _spread(grads, self.input_places, self.inputs)
        for hook in self.after:
            result = hook(self.module, full, self.grad_output)
            full = _changed(result, full, "Backward hook", "grad_input", _name(hook))
        self.grad_output = None
        return [full[i] for i in self.input_places]


def _watch(
    values: tuple[Any, ...], function: Callable[[list[Any]], Sequence[Any]]
) -> tuple[list[int], tuple[Any, ...]]:
    """The positions of the tensors that need a gradient, and the values with a PassNode behind those."""
    places = [i for i, x in enumerate(values) if isinstance(x, Tensor) and x.node is not None]
    if not places:
        return places, values
    node = PassNode([values[i] for i in places], function)
    watched = list(values)
    for slot, i in enumerate(places):
        source = values[i]
        t = watched[i] = Tensor(source.array[...])
        link_view(alias, source, t, {}, mode.now)
        t.node, t.slot = node, slot
        if t.origin == "view":
            t._made = "multi"  # a write into it would bypass the node, so it is refused as in PyTorch
    return places, tuple(watched)


def _spread(grads: list[Any], places: list[int], length: int) -> tuple[Any, ...]:
    """The gradients at their positions among all values, None elsewhere."""
    full: list[Any] = [None] * length
    for place, g in zip(places, grads, strict=True):
        full[place] = g
    return tuple(full)


def _changed(result: Any, full: tuple[Any, ...], who: str, what: str, name: str) -> tuple[Any, ...]:
    """What a hook returned, checked; `full` if it returned None."""
    if result is None:
        return full
    result = result if isinstance(result, tuple) else (result,)
    if len(result) != len(full):
        raise RuntimeError(f"{who} returned an invalid number of {what}, got {len(result)}, but expected {len(full)}")
    for new, old in zip(result, full, strict=True):
        if new is not None and old is not None and new.shape != old.shape:
            raise RuntimeError(
                f"hook {name!r} has changed the size of value: the gradient has shape {tuple(old.shape)}, "
                f"the hook returned {tuple(new.shape)}"
            )
    return result


def _name(hook: Callable[..., Any]) -> str:
    return getattr(hook, "__name__", repr(hook))


def watch_last_node(module: Module, hooks: list[Callable[..., Any]], args: Any, result: Any) -> None:
    """Let hooks see the gradients of the last operation of a module."""
    first = result
    while not isinstance(first, Tensor):
        first = next(v for v in first.values() if isinstance(v, Tensor)) if isinstance(first, dict) else first[0]
    node = first.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(functools.partial(hook, module))
    inputs = {x.grad_fn for x in args if isinstance(x, Tensor) and x.grad_fn is not None}
    if isinstance(result, Tensor) and inputs != {edge for edge, _ in node.next_functions}:
        warnings.warn(
            "Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will be "
            "removed in future versions. This hook will be missing some grad_input. Please use "
            "register_full_backward_hook to get the documented behavior.",
            FutureWarning,
            stacklevel=4,
        )
