"""What users call."""

from __future__ import annotations

import copy
from typing import Any

from ..nn.module import Module
from .compiled import Compiled


class CompiledModule:
    """What `compile` makes of a module: it has the same state, parameters and methods, and its calls are replayed.

    Attributes:
        compiled: the recordings of its calls.
    """

    _compiled: tuple[Compiled]  # in a tuple, for it would be bound like a method

    @property
    def compiled(self) -> Compiled:
        return self._compiled[0]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiled(*args, **kwargs)

    def explain(self) -> str:
        """How often it was recorded, replayed, and run as it is written, and why."""
        return self.compiled.explain()

    @property
    def code(self) -> str:
        """The programs that its recordings became, as Python text."""
        return self.compiled.code

    def __reduce_ex__(self, protocol: Any) -> Any:
        return compile, (self.compiled.owner,), {"debug": self.compiled.debug}

    def __setstate__(self, options: dict[str, Any]) -> None:
        self.compiled.debug = options["debug"]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return compile(copy.deepcopy(self.compiled.owner, memo), debug=self.compiled.debug)


def compile(model: Any = None, *, debug: bool = False, disable: bool = False) -> Any:
    """Record what a function or a module does at its first call, and replay it at the following ones.

    A replay is straight-line code on memory that was laid out before: no op is dispatched, no graph is built, and chains of
    elementwise operations are fused where numba is installed. It computes what the function computes. Whether everything it
    depends on is as it was (shapes, types, modes, modules, named globals, closure cells) is checked at each call; if not,
    another recording is made. Where the function can't be recorded it runs as it is written, with one warning for each reason.

    Args:
        model: a function, for example a whole training step with its backward pass and its optimizer's step, or a module.
            Without it, `compile` returns a decorator.
        debug: run the function as it is written beside each replay, on copies of the state, and raise at the first
            difference. Default: False.
        disable: return `model` as it is. Default: False.

    Returns:
        A callable with `explain()` (how often it was recorded, replayed, run as written, and why) and `code` (the text of its
        replays). For a module it is a module that shares parameters, buffers, attributes and hooks with `model`.

    Raises:
        TypeError: `model` cannot be called.
        CaptureError: at the first call, the function reads values (`item()`, `bool()`, `numpy()`, printing) or has shapes that
            depend on them; the message names the line.
        RuntimeError: at a replay, a condition inside of the library came out differently, after the step had begun to write;
            with `debug`, the replay differs from the function.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.SGD([w], lr=0.1)
        >>> @sg.compile
        ... def step(x):
        ...     optimizer.zero_grad()
        ...     loss = (w * x).square().sum()
        ...     loss.backward()
        ...     optimizer.step()
        ...     return loss.detach()
        >>> [round(step(sg.ones(2)).item(), 3) for _ in range(3)]
        [5.0, 3.2, 2.048]
        >>> print(step.explain())
        recorded 1, replayed 2, run as written 0
    """
    if model is None:
        return lambda f: compile(f, debug=debug, disable=disable)
    if not callable(model):
        raise TypeError(f"compile takes a function or a module, got {type(model).__name__}")
    if disable or isinstance(model, (Compiled, CompiledModule)):
        return model
    if not isinstance(model, Module):
        return Compiled(model, debug)
    return _compiled_module(model, debug)


def _compiled_module(module: Module, debug: bool) -> Any:
    """A module of a class of its own, with the same dictionary of attributes."""
    original = type(module)
    compiled = Compiled(module, debug, owner=module)
    cls = type(
        original.__name__, (CompiledModule, original), {"_compiled": (compiled,), "__module__": original.__module__}
    )
    made: Any = object.__new__(cls)
    made.__dict__ = module.__dict__
    return made
