"""The older form of reparametrization: a hook computes the weight before every call of `forward`."""

from __future__ import annotations

from typing import Any

from ..module import Module


def hooks_before(module: Module) -> dict[int, Any]:
    """The functions that run before `forward`, by the number of their handle."""
    return {} if module._hooks is None else {number: hook.function for number, hook in module._hooks.before.items()}


def hook_for(module: Module, kind: type, name: str, attribute: str) -> tuple[int, Any] | None:
    """The hook of a class that is for the tensor of this name, with its number."""
    for number, hook in hooks_before(module).items():
        if isinstance(hook, kind) and getattr(hook, attribute) == name:
            return number, hook
    return None


def remove_hook(module: Module, number: int) -> None:
    """Remove a hook that `hook_for` found."""
    if module._hooks is not None:
        del module._hooks.before[number]
