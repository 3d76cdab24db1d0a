"""A replay, ready to run: generated text, compiled, with memory of its own."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from sys import getrefcount
from typing import Any

from .source import Source


class Copy:
    """A replay's text, compiled, with memory of its own."""

    def __init__(self, source: Source, text: str, name: str) -> None:
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        exec(compile(text, name, "exec"), source.names)
        self.replay: Callable[..., Any] = source.names["replay"]
        self.backward: Callable[..., Any] | None = source.names.get("backward")
        self.begun, self.busy = source.begun, False
        self.grads = source.grads
        self.counts: list[tuple[int, int]] = []

    def count(self) -> list[tuple[int, int]]:
        """How many references there are to each gradient and its array."""
        return [(getrefcount(made) - (t._grad is made), getrefcount(made.array)) for t, made in self.grads]

    def free(self) -> bool:
        """Whether nobody holds what the last replay gave out: a gradient, or a graph that waits for its backward pass."""
        return not self.busy and self.count() == self.counts
