"""The names that a piece of code uses, and what of Python gives other values at every call."""

from __future__ import annotations

import dis
import sys
import types
from typing import Any

from .errors import is_library

# Functions by which code reaches what it does not name, or what changes by itself.
UNSEEN = frozenset(["eval", "exec", "globals", "input", "locals", "open", "vars"])
_GLOBALS = frozenset(["LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"])
_CLOCK = "it reads the clock"
_CHANCE = "it draws random numbers from the operating system"
CHANGING = {
    ("time", ""): _CLOCK,
    ("secrets", ""): _CHANCE,
    ("uuid", ""): _CHANCE,
    ("os", "urandom"): _CHANCE,
    ("posix", "urandom"): _CHANCE,
}
_known: dict[types.CodeType, Names] = {}


class Names:
    """What one piece of code, and the functions inside of it, name.

    Attributes:
        outside: names of globals, or of Python's own.
        all: these, and those of attributes.
        modules: what `import` statements inside of it bring in: (name, level).
    """

    def __init__(self, code: types.CodeType) -> None:
        self.outside: set[str] = set()
        self.all: set[str] = set()
        self.modules: set[tuple[str, int]] = set()
        todo = [code]
        while todo:
            part = todo.pop()
            todo += [c for c in part.co_consts if isinstance(c, types.CodeType)]
            self.all.update(part.co_names)
            level: Any = 0
            for i in dis.get_instructions(part):
                if i.opname in _GLOBALS:
                    self.outside.add(i.argval)
                elif i.opname == "IMPORT_NAME":
                    self.modules.add((i.argval, level))
                elif i.opname in ("LOAD_CONST", "LOAD_SMALL_INT") and type(i.argval) is int:
                    level = i.argval


def names_of(code: types.CodeType) -> Names:
    """The names in a piece of code."""
    found = _known.get(code)
    if found is None:
        found = _known[code] = Names(code)
    return found


def changing(module: str, name: str) -> str:
    """Why a function of Python's gives other values at every call; "" if it does not."""
    return CHANGING.get((module, ""), CHANGING.get((module, name), ""))


def is_standard(module: types.ModuleType) -> bool:
    """Whether a module is Python's own, whose functions are taken as they are."""
    return module.__name__.partition(".")[0] in sys.stdlib_module_names and module.__name__ != "__main__"


def is_users(f: types.FunctionType) -> bool:
    """Whether a function is to be looked at: it is neither the library's nor Python's own."""
    module = str(f.__globals__.get("__name__", ""))
    return not is_library(f.__code__, f.__globals__) and (
        module == "__main__" or module.partition(".")[0] not in (*sys.stdlib_module_names, "numpy", "scipy", "numba")
    )
