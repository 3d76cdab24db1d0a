"""The public names of the package, read from the code: what each namespace exports, and what is said of it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import types
from dataclasses import dataclass, field
from typing import Any

import seedgrad as sg
from seedgrad.functions.public import inplace_functions


@dataclass
class Name:
    """One public object.

    Attributes:
        others: its other names in the same namespace.
        group: the source file it is declared in, by which a page is divided.
    """

    name: str
    object: Any
    group: str
    others: list[str] = field(default_factory=list)


def exported(module: types.ModuleType) -> list[str]:
    """The names that a module lists, defines or imports `as` public ones; other imports are its own business."""
    tree = ast.parse(inspect.getsource(module))
    names: list[str] = list(getattr(module, "__all__", ()))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names += [alias.asname for alias in node.names if alias.asname]
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign) and not hasattr(module, "__path__"):
            names += [t.id for t in node.targets if isinstance(t, ast.Name) and not t.id.isupper()]
    return [n for n in dict.fromkeys(names) if not n.startswith("_")]


def names_of(space: str) -> list[Name]:
    """The functions, classes and types of a namespace such as "linalg"; "" is the package itself."""
    module = importlib.import_module(f"seedgrad.{space}" if space else "seedgrad")
    found: dict[int, Name] = {}
    for name in exported(module):
        thing = getattr(module, name)
        home = getattr(thing, "__module__", None) or type(thing).__module__
        if inspect.ismodule(thing) or not home.startswith("seedgrad") or not (callable(thing) or _is_type(thing)):
            continue
        if id(thing) in found:
            found[id(thing)].others.append(name)
        else:
            found[id(thing)] = Name(name, thing, home.removeprefix("seedgrad."))
    for entry in found.values():
        own = getattr(entry.object, "__name__", entry.name)
        if own in entry.others:  # the name that it was declared with comes first
            entry.others[entry.others.index(own)], entry.name = entry.name, own
    return sorted(found.values(), key=lambda n: (n.group, n.name.lower()))


def _is_type(thing: Any) -> bool:
    return isinstance(thing, (sg.dtype, sg.Generator))


def tensor_names(functions: set[str]) -> list[Name]:
    """Methods and attributes of Tensor that are not functions of the package, in-place forms of others left out."""
    found = []
    for name, thing in inspect.getmembers_static(sg.Tensor):
        if name.startswith("_") or name in functions or isinstance(thing, types.MemberDescriptorType):
            continue
        if name.endswith("_") and hasattr(sg.Tensor, name[:-1]):
            continue
        kind = "Attributes" if isinstance(thing, property) or not callable(thing) else "Methods"
        found.append(Name(name, thing, kind))
    return sorted(found, key=lambda n: (n.group, n.name))


def forms(name: str, thing: Any) -> str:
    """The other forms of a function of the package: `out=`, the method, the method that writes in place."""
    found = []
    if _has_parameter(thing, "out"):
        found.append("out=")
    if callable(getattr(sg.Tensor, name, None)):
        found.append("method")
    found += [f"`{name}_`"] if hasattr(sg.Tensor, f"{name}_") else []
    if f"{name}_" in inplace_functions():
        found.append(f"`sg.{name}_`")
    return ", ".join(found)


def _has_parameter(thing: Any, name: str) -> bool:
    try:
        return name in inspect.signature(thing).parameters
    except (ValueError, TypeError):
        return False


def signature(thing: Any, method: bool = False) -> str:
    """The parameters with their default values."""
    if isinstance(thing, (property, sg.dtype, sg.Generator)) or not callable(thing):
        return ""
    try:
        found = inspect.signature(thing)
    except (ValueError, TypeError):
        return ""
    parameters = [p.replace(annotation=p.empty) for p in found.parameters.values()][1 if method else 0 :]
    # Given to the constructor by itself where PyTorch has it; NumPy's spelling of dim, which every such function takes.
    parameters = [p for p in parameters if p.name not in ("axis", "keepdims") or p.default is not None]
    try:
        text = str(inspect.Signature(parameters))
    except ValueError:
        return ""
    return re.sub(r" at 0x[0-9a-f]+", "", text).replace("seedgrad.", "")


def description(thing: Any) -> str:
    """The first paragraph of the docstring, on one line."""
    text = thing.fget.__doc__ if isinstance(thing, property) and thing.fget else getattr(thing, "__doc__", "")
    if isinstance(thing, sg.dtype):
        text = "A type of elements."
    elif isinstance(thing, sg.Generator):
        text = "The generator that is used where none is given."
    return " ".join((text or "").strip().split("\n\n")[0].split())


def title(group: str) -> str:
    """A heading for what is declared in one file."""
    room, _, stem = group.rpartition(".")
    words = stem.replace("_", " ")
    if room.startswith("nn.functional"):
        return f"nn.functional: {words}"
    return words[:1].upper() + words[1:]


def introduction(group: str) -> str:
    """The first sentence of the file's own text."""
    if "." not in group:
        return ""
    module = importlib.import_module(f"seedgrad.{group}")
    return " ".join((module.__doc__ or "").strip().split("\n\n")[0].split())
