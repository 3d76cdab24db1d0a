"""Less memory for more time: what a part of a network saved is forgotten, and computed again in the backward pass.

The part is recorded as always, so gradients flow to everything that it used, arguments or not, to any order. Then its nodes
forget what they saved. When the backward pass reaches the first of them, the part runs again, from the same random state,
and each node takes over what its double of the second run saved.

Source: Chen, Xu, Zhang and Guestrin, "Training Deep Nets with Sublinear Memory Cost", 2016.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..core.memory import count, version_of
from ..core.mode import enable_grad, mode
from ..core.node import Node
from ..core.random import default_generator
from ..core.saved import saving
from ..core.tensor import Tensor

ContextFn = Callable[[], tuple[AbstractContextManager[Any], AbstractContextManager[Any]]]


class CheckpointError(RuntimeError):
    """The second run of a checkpointed function did not do what the first did."""


class _Running(threading.local):
    again = False  # inside a second run, inner checkpoints save as usual


_running = _Running()


def noop_context_fn() -> tuple[AbstractContextManager[Any], AbstractContextManager[Any]]:
    """The contexts of a run and of its repetition that change nothing.

    Example:
        >>> import seedgrad as sg
        >>> first, again = sg.utils.checkpoint.noop_context_fn()
    """
    return contextlib.nullcontext(), contextlib.nullcontext()


def _precision(lower: Any) -> AbstractContextManager[Any]:
    """The mixed precision of the first run. No converted parameter is kept: both runs must record the same."""
    if lower is None and mode.now.lower is None:
        return contextlib.nullcontext()
    from ..amp.contexts import uncached

    return uncached(lower)


class _Part:
    """A checkpointed call: what is needed to run it again, and the nodes that wait for it."""

    def __init__(self, function: Callable[[], Any], context: AbstractContextManager[Any], random: Any, exact: bool):
        self.function, self.context, self.random, self.exact = function, context, random, exact
        self.lower = mode.now.lower
        self.nodes: list[weakref.ref[Node]] = []
        self.end = 0
        self.done = False

    def forget(self, nodes: list[Node]) -> None:
        """Drop what the nodes saved; the first one whose turn comes in the backward pass brings all of it back."""
        self.end = count()
        for node in nodes:
            self.nodes.append(weakref.ref(node))
            for name in node.memory:
                setattr(node, name, None)
            node.register_prehook(lambda _: self.restore())

    def restore(self) -> None:
        """Run again, and give each node what its double saved."""
        if self.done:  # a second backward pass finds the nodes as the first left them
            return
        self.done = True
        begin = count()
        doubles = _nodes_since(begin, self._run_again())
        if len(doubles) != len(self.nodes):
            raise CheckpointError(
                f"A different number of operations was recorded during the original forward and recomputation: "
                f"{len(self.nodes)} and then {len(doubles)}. A checkpointed function must do the same both times; it must "
                f"not depend on what changes in between"
            )
        for reference, double in zip(self.nodes, doubles, strict=True):
            node = reference()
            if node is None:
                continue
            if self.exact and (type(node), node.shape, node.dtype) != (type(double), double.shape, double.dtype):
                raise CheckpointError(
                    f"Recomputed values have different metadata than during the forward pass: {node.name()} of shape "
                    f"{node.shape} and type {node.dtype}, then {double.name()} of shape {double.shape} and type "
                    f"{double.dtype}. A checkpointed function must do the same both times"
                )
            for name in node.memory:
                setattr(node, name, self._current(node, getattr(double, name), begin))

    def _run_again(self) -> Any:
        before = default_generator.get_state() if self.random is not None else None
        if self.random is not None:
            default_generator.set_state(self.random)
        nested, _running.again = _running.again, True
        try:
            with enable_grad(), _precision(self.lower), self.context, saving(None):
                return self.function()
        finally:
            _running.again = nested
            if before is not None:
                default_generator.set_state(before)

    def _current(self, node: Node, value: Any, begin: int) -> Any:
        """What a double saved, fit for its node: a node refuses memory that was written after the node was made."""
        if isinstance(value, (tuple, list)):
            parts = [self._current(node, v, begin) for v in value]
            return value._make(parts) if hasattr(value, "_make") else type(value)(parts)
        version = version_of(value) if isinstance(value, np.ndarray) else None
        if version is None or version.stamp <= node.order:
            return value
        if self.end < version.stamp <= begin:
            raise RuntimeError(
                f"one of the variables needed for gradient computation has been modified by an inplace operation: "
                f"{node.name()}, in a checkpointed function, uses a tensor of shape {value.shape} that was overwritten "
                f"between the forward pass and the backward pass, so the function can't be computed again"
            )
        return value.copy()


def _tensors(value: Any) -> Iterable[Tensor]:
    """The tensors in an output: itself, or in tuples, lists and dictionaries."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _tensors(part)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


def _nodes_since(start: int, outputs: Any) -> list[Node]:
    """The nodes that lead to the outputs and are younger than `start`, in the order in which they were made."""
    found: set[Node] = set()
    todo = [t.node for t in _tensors(outputs) if t.node is not None]
    while todo:
        node = todo.pop()
        if node.order > start and node not in found:
            found.add(node)
            todo.extend(node.edges)
    return sorted((node for node in found if node.memory), key=lambda node: node.order)


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: ContextFn = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """Call a function without keeping what its backward pass needs; it is computed again when it is needed.

    Memory for one part of a network at a time, instead of for all, for one more forward pass.

    Args:
        function: a module or function. Run again in the backward pass, it must do the same.
        args: its arguments.
        use_reentrant: accepted; both ways of PyTorch give the gradients that this one gives. Default: None.
        context_fn: gives two context managers, for the first run and for the second. Default: `noop_context_fn`.
        determinism_check: "default" compares the shapes and types of both runs, "none" does not.
        debug, early_stop: accepted; an error always says what differed, and a second run is never cut short.
        preserve_rng_state: the second run draws the same random numbers (dropout). Default: True.
        kwargs: further arguments of the function.

    Returns:
        What the function returns.

    Raises:
        ValueError: determinism_check is neither of the two.
        CheckpointError: in the backward pass, if the second run did something else than the first.
        RuntimeError: in the backward pass, if a tensor it needs was overwritten in the meantime.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.utils.checkpoint import checkpoint
        >>> block = sg.nn.Sequential(sg.nn.Linear(4, 4), sg.nn.GELU(), sg.nn.Dropout(0.1))
        >>> x = sg.randn(2, 4, requires_grad=True)
        >>> checkpoint(block, x).sum().backward()
        >>> x.grad.shape
        seedgrad.Size([2, 4])
    """
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'], but got {determinism_check!r}")
    first, again = context_fn()
    if not mode.now.grad or _running.again:
        with first:
            return function(*args, **kwargs)
    random = default_generator.get_state() if preserve_rng_state else None
    start = count()
    with _precision(mode.now.lower), first, saving(None):
        output = function(*args, **kwargs)
    part = _Part(lambda: function(*args, **kwargs), again, random, determinism_check == "default")
    part.forget(_nodes_since(start, output))
    return output


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """A chain of modules in segments, each of which is checkpointed, but for the last.

    Args:
        functions: an `nn.Sequential`, or a list of modules or functions.
        segments: how many parts to divide it into.
        input: the input of the first.
        use_reentrant, kwargs: as for `checkpoint`.

    Returns:
        The output of the last.

    Example:
        >>> import seedgrad as sg
        >>> model = sg.nn.Sequential(*(sg.nn.Linear(4, 4) for _ in range(6)))
        >>> x = sg.randn(2, 4, requires_grad=True)
        >>> out = sg.utils.checkpoint.checkpoint_sequential(model, 3, x)
        >>> sg.allclose(out, model(x))
        True
    """
    chain = list(functions.children() if hasattr(functions, "children") else functions)
    size = len(chain) // segments

    def run(steps: list[Any]) -> Callable[[Any], Any]:
        def forward(x: Any) -> Any:
            for step in steps:
                x = step(x)
            return x

        return forward

    for i in range(segments - 1):
        input = checkpoint(run(chain[i * size : (i + 1) * size]), input, use_reentrant=use_reentrant, **kwargs)
    return run(chain[(segments - 1) * size :])(input)
