"""Functions that see to their arguments' types while some thread computes in mixed precision, and cost nothing otherwise.

A look at a mode at the beginning of each function would be paid by every call of every program. Instead the first thread
that turns mixed precision on replaces the code of the functions in the lists by one that converts the arguments first,
and the last one that turns it off puts their own code back. Threads without mixed precision, and a function's own calls of
others, meet the new code, too: they find no mode, and go on with the old one.
"""

from __future__ import annotations

import functools
import importlib
import threading
import types
from typing import Any

from ..core.mode import mode
from . import lists
from .rules import BY_NAME, Precision, Rule, full, lower, widest


class _Entry:
    """A function of a list: its own code, and what stands for it."""

    __slots__ = ("code", "function", "original", "own_code", "rule")

    def __init__(self, function: types.FunctionType, rule: Rule) -> None:
        self.function, self.rule, self.own_code = function, rule, function.__code__
        self.original = types.FunctionType(
            self.own_code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
        )
        self.original.__kwdefaults__ = function.__kwdefaults__
        # The code of `_template`, with this entry in the place of its constant.
        consts = tuple([self if c == _HERE else c for c in _template.__code__.co_consts])
        self.code = _template.__code__.replace(
            co_consts=consts,
            co_name=self.own_code.co_name,
            co_qualname=self.own_code.co_qualname,
            co_freevars=self.own_code.co_freevars,
        )

    def __call__(self, *args: Any, **named: Any) -> Any:
        now = mode.now
        precision = now.lower
        if precision is None:
            return self.original(*args, **named)
        args, named = self.rule(precision, args, named)
        now.lower = None
        try:
            return self.original(*args, **named)
        finally:
            now.lower = precision


_HERE = "the entry stands here"


def _template(*args: Any, **named: Any) -> Any:
    entry: Any = "the entry stands here"
    return entry(*args, **named)


def _own(function: Any) -> list[types.FunctionType]:
    """A function as it was declared, below the forms that take `out=` and `axis=`, and the one that they call."""
    while "function" in function.__code__.co_freevars:
        function = function.__closure__[function.__code__.co_freevars.index("function")].cell_contents
    return [function, function.__wrapped__] if hasattr(function, "__wrapped__") else [function]


@functools.cache
def _entries() -> list[_Entry]:
    found = []
    for text, rule in ((lists.LOWER, lower), (lists.FULL, full), (lists.WIDEST, widest), (lists.BY_RULE, None)):
        for module, name in lists.places(text):
            for function in _own(getattr(importlib.import_module(module), name)):
                found.append(_Entry(function, rule or BY_NAME[name]))
    return found


class _Switch:
    """How many threads compute in mixed precision."""

    def __init__(self) -> None:
        self.count, self.lock = 0, threading.Lock()

    def add(self, step: int) -> None:
        with self.lock:
            entries = _entries()
            self.count += step
            if self.count == max(step, 0):  # the first one began, or the last one ended
                for entry in entries:
                    entry.function.__code__ = entry.code if self.count else entry.own_code


_switch = _Switch()


def turn(precision: Precision | None) -> None:
    """Set the mixed precision of this thread, or None for none."""
    now = mode.now
    step = (precision is not None) - (now.lower is not None)
    if step:
        _switch.add(step)
    now.lower = precision
