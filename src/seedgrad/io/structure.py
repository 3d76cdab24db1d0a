"""Nested containers of tensors and numbers, taken apart: the tensors by name, and JSON for all the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

import seedgrad as sg


def describe(value: Any, name: str, tensors: dict[str, sg.Tensor]) -> Any:
    """Describe a value in JSON, and put its tensors into `tensors`.

    A tensor's name is made of the keys that lead to it, and `~` is added to a name that is taken. A JSON
    object is always a mark for something that JSON lacks, so nothing can be mistaken for one.
    """
    if isinstance(value, sg.Tensor):
        name = name or "tensor"
        while name in tensors or name == "__metadata__":
            name += "~"
        tensors[name] = value
        return {"tensor": name}
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    prefix = f"{name}." if name else ""
    if type(value) is list or (isinstance(value, tuple) and not hasattr(value, "_fields")):
        items = [describe(item, f"{prefix}{position}", tensors) for position, item in enumerate(value)]
        return items if type(value) is list else {"tuple": items}
    where = f" at {name!r}" if name else ""
    if isinstance(value, Mapping):
        for key in value:
            if type(key) not in (str, int):
                raise TypeError(f"save: the keys of a dict must be str or int, got {key!r}{where}")
        return {"dict": [[key, describe(item, f"{prefix}{key}", tensors)] for key, item in value.items()]}
    hint = ". Make it a tensor: seedgrad.from_numpy(array)" if isinstance(value, np.ndarray) else ""
    raise TypeError(
        "save: only tensors, None, bools, ints, floats, strings, and lists, tuples and dicts of these can be "
        f"saved, got {type(value).__name__}{where}{hint}"
    )


def restore(node: Any, tensors: dict[str, sg.Tensor], unused: set[str]) -> Any:
    """The value that `describe` has described; the names of its tensors leave `unused`."""
    if isinstance(node, list):
        return [restore(item, tensors, unused) for item in node]
    if not isinstance(node, dict):
        return node
    [(mark, content)] = node.items()
    if mark == "tensor":
        unused.discard(content)
        return tensors[content]
    if mark == "float":
        return float(content)
    if mark == "tuple":
        return tuple(restore(item, tensors, unused) for item in content)
    if mark == "dict":
        return {key: restore(item, tensors, unused) for key, item in content}
    raise ValueError(f"unknown mark {mark!r}")
