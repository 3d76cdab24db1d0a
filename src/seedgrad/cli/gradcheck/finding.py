"""What in a user's file can be checked."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import seedgrad as sg

from ..recipe import Refusal

INPUT_NAMES = ("example_inputs", "inputs")


@dataclass(frozen=True)
class Candidate:
    """Something with a derivative.

    Attributes:
        kind: "op", "Function", "Module" or "function".
        object: the op, the class or function, or the instance of a Module.
        line: where it is defined in the file, 0 if that is not known.
    """

    name: str
    kind: str
    object: Any
    line: int


def load(path: Path) -> ModuleType:
    """Import a file, with its folder on the path, as Python does for a program."""
    if not path.is_file():
        raise Refusal(
            f"there is no file {path}. Give the path of a Python file, and :name behind it for one name in it."
        )
    # Not under its own name, which may be that of another module; classes are found by this name.
    spec = importlib.util.spec_from_file_location(f"{path.stem}, checked by seedgrad", path)
    if spec is None or spec.loader is None:
        raise Refusal(f"{path} is not a Python file: its name must end in .py.")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Refusal(f"{path} can't be imported: {place_of(error, path)}") from error
    finally:
        sys.path.pop(0)
    return module


def place_of(error: BaseException, path: Path) -> str:
    """What was raised, and the innermost line of the user's file that led there."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        return f"{text} (line {error.lineno})"
    own = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).resolve() == path.resolve()]
    return f"{text}\n  at {path.name}:{own[-1].lineno}, in {own[-1].name}: {own[-1].line}" if own else text


def line_of(thing: Any) -> int:
    """The line on which a function or class begins, 0 if it is not known."""
    try:
        return inspect.getsourcelines(thing)[1]
    except (OSError, TypeError):
        return 0


def kind_of(name: str, thing: Any, module: ModuleType) -> Candidate | None:
    """The candidate that a name of the module stands for, if it is one that was made there."""
    own = getattr(thing, "__module__", None) == module.__name__
    if isinstance(thing, sg.autograd.Op):
        definition = thing.definition
        return Candidate(name, "op", thing, line_of(definition)) if definition.__module__ == module.__name__ else None
    if isinstance(thing, sg.nn.Module):
        return Candidate(name, "Module", thing, line_of(type(thing)) if own else 0)
    if isinstance(thing, type):
        for base, kind in ((sg.autograd.Function, "Function"), (sg.nn.Module, "Module")):
            if own and issubclass(thing, base):
                return Candidate(name, kind, thing, line_of(thing))
        return None
    if inspect.isfunction(thing) and own and name not in INPUT_NAMES and not name.startswith("_"):
        return Candidate(name, "function", thing, line_of(thing))
    return None


def candidates(module: ModuleType, path: Path, name: str | None) -> list[Candidate]:
    """The one that was asked for, or all that the file has, in its order."""
    found = [c for key, thing in vars(module).items() if (c := kind_of(key, thing, module))]
    names = ", ".join(c.name for c in found) or "none"
    if name is not None:
        if not hasattr(module, name):
            raise Refusal(f"{path} has no {name}. What can be checked there: {names}.")
        thing = getattr(module, name)
        chosen = kind_of(name, thing, module) or (Candidate(name, "function", thing, 0) if callable(thing) else None)
        if chosen is None:
            raise Refusal(f"{name} in {path} is a {type(thing).__name__}, which can't be called. There: {names}.")
        return [chosen]
    # A class of which the file makes instances is checked through them.
    made = {type(c.object) for c in found if c.kind == "Module"}
    found = [c for c in found if c.object not in made and (c.kind != "function" or parameters(c.object))]
    if not found:
        raise Refusal(
            f"{path} defines nothing that can be checked: no op (seedgrad.autograd.op), autograd.Function, nn.Module, or "
            f"function of tensors. Names that begin with _ are left out; ask for one as {path}:name."
        )
    return found


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function; none where they can't be read."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return []
