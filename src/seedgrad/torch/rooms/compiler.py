"""`torch.compiler`: programs run as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def compile(model: Any = None, **options: Any) -> Any:
    """The model or function itself, or a decorator that changes nothing.

    It is not `seedgrad.compile`, which refuses steps that read values, where PyTorch goes on.
    """
    return (lambda f: f) if model is None else model


def disable(fn: Any = None, recursive: bool = True, **options: Any) -> Any:
    """The function itself, or a decorator that changes nothing."""
    return (lambda f: f) if fn is None else fn


def is_compiling() -> bool:
    """False."""
    return False


def reset() -> None:
    """Nothing: nothing was compiled."""


allow_in_graph: Callable[[Any], Any] = disable
