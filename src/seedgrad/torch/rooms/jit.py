"""`torch.jit`: functions and modules stay as they are."""

from __future__ import annotations

from typing import Any

from seedgrad.nn import Module as ScriptModule
from seedgrad.nn import Module as _Module

Final = Any
__all__ = ["Final", "ScriptModule"]


def script(obj: Any, *arguments: Any, **options: Any) -> Any:
    """The function, class or module itself."""
    return obj


def trace(func: Any, example_inputs: Any = None, **options: Any) -> Any:
    """The function or module itself; it is not run."""
    return func


def freeze(mod: _Module, *arguments: Any, **options: Any) -> _Module:
    """The module itself."""
    return mod


def script_method(fn: Any) -> Any:
    """The method itself."""
    return fn


export = unused = interface = script_method


def ignore(drop: Any = False, **options: Any) -> Any:
    """The function itself; with a setting, a decorator that changes nothing."""
    return drop if callable(drop) else lambda f: f


def is_scripting() -> bool:
    """False."""
    return False


def is_tracing() -> bool:
    """False."""
    return False


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value."""
    return the_value


def save(m: Any, f: Any, *arguments: Any) -> None:
    """Refused: a program cannot be saved.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError("torch.jit.save is refused: seedgrad has no compiled programs. Save module.state_dict()")


def load(f: Any, *arguments: Any, **options: Any) -> Any:
    """Refused: a file of a compiled program cannot be run.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError("torch.jit.load is refused: seedgrad runs no compiled programs. Load a state_dict instead")
