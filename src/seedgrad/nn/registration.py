"""What is called when a parameter, a buffer or a module becomes part of a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .module import Module

T = TypeVar("T")


class Registration:
    """The hooks for all modules, by the number of their handle."""

    def __init__(self) -> None:
        self.parameters: dict[int, Callable[..., Any]] = {}
        self.buffers: dict[int, Callable[..., Any]] = {}
        self.modules: dict[int, Callable[..., Any]] = {}


REGISTRATION = Registration()


def registered(hooks: dict[int, Callable[..., Any]], module: Module, name: str, value: T) -> T:
    """The value that a module keeps: the one given, or what a hook returned instead."""
    for hook in list(hooks.values()):
        changed = hook(module, name, value)
        if changed is not None:
            value = changed
    return value
