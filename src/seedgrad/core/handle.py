"""What registering a hook returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .memory import count


class RemovableHandle:
    """What registering a hook returns; `remove()` takes the hook away. Also a context manager."""

    def __init__(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> None:
        self._hooks, self.id = hooks, count()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; nothing happens the second time."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()
