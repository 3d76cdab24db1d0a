"""A replay, ready to run: generated text, compiled, with memory of its own."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from sys import getrefcount
from typing import Any

from ..core.memory import owner
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
        self._reads_old = bool(source.plan.old_grads)
        # Views of a view refer to what owns the memory, not to the view.
        self._owners = [owner(made.array) for _, made in self.grads]
        self.counts: list[tuple[int, int, int]] = []

    def count(self) -> list[tuple[int, int, int]]:
        """How many references there are to each gradient, its array and what owns its memory."""
        return [
            (getrefcount(made) - (t._grad is made), getrefcount(made.array), getrefcount(own))
            for (t, made), own in zip(self.grads, self._owners, strict=True)
        ]

    def free(self) -> bool:
        """Whether nobody holds what the last replay gave out: a gradient, or a graph that waits for its backward pass.

        A step that reads the gradients from before is somebody, too.
        """
        if self.busy or (self._reads_old and any([t._grad is made for t, made in self.grads])):
            return False
        return self.count() == self.counts
