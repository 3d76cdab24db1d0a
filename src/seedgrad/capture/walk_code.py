"""The part of the walk that reads code: functions, classes, and the members of Python modules that code names."""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .names import UNSEEN, changing, is_standard, is_users, names_of
from .parts import MISSING, Parts, attributes, cells, picked, values_of

_CODE = ("__code__", "__defaults__", "__kwdefaults__")

Found = Iterable[tuple[Any, str]]


class CodeWalk:
    """What is noted, and how code adds to it.

    Attributes:
        parts: what is compared.
        problem: why what was found can't be checked; "" if it can.
        names: all names that the code uses.
    """

    def __init__(self) -> None:
        self.parts: list[Parts] = []
        self.problem = ""
        self.names: set[str] = set()
        self._waiting: dict[str, list[tuple[Any, str]]] = {}  # methods that no code named so far

    def _refuse(self, problem: str) -> None:
        self.problem = self.problem or problem

    def _add(self, path: str, where: Any, names: Iterable[str], get: Callable[[Any], tuple[Any, ...]]) -> None:
        self.parts.append(Parts(path, where, tuple(names), get))

    def _class(self, x: type, path: str) -> Iterator[tuple[Any, str]]:
        trusted = [cls for cls in x.__mro__ if _trusted(cls)]
        for cls in x.__mro__:
            if cls in trusted:
                self._picked(vars(cls), cls.__name__, {"forward"} & vars(cls).keys())  # nn.Dropout.forward = ...
                continue
            keys = [k for k, v in vars(cls).items() if not k.startswith("__") or callable(v) or hasattr(v, "__get__")]
            keys = [k for k in keys if k not in ("__dict__", "__weakref__")]
            self._picked(vars(cls), path, keys)
            for key in keys:
                member = vars(cls)[key]
                # Python and the library may call what has two underscores, or has the name of a method of theirs.
                called = key.startswith("__") or any(hasattr(base, key) for base in trusted)
                if called or not isinstance(member, (types.FunctionType, staticmethod, classmethod, property)):
                    yield member, f"{path}.{key}"
                else:
                    self._waiting.setdefault(key, []).append((member, f"{path}.{key}"))
        if not _trusted(type(x)):
            yield type(x), type(x).__name__

    # Code

    def _builtin(self, x: Any, path: str) -> Found:
        """A function written in C, perhaps a method of some object."""
        own = x.__self__
        module = getattr(x, "__module__", None) or (own.__name__ if isinstance(own, types.ModuleType) else "")
        problem = changing(module, x.__name__)
        if problem:
            self._refuse(f"{problem} ({path})")
        return () if own is None or isinstance(own, (types.ModuleType, type)) else [(own, path)]

    def _function(self, f: types.FunctionType, path: str) -> Iterator[tuple[Any, str]]:
        if not is_users(f):
            problem = changing(str(f.__globals__.get("__name__", "")), f.__name__)
            if problem:
                self._refuse(f"{problem} ({path})")
            if f.__closure__ and not str(f.__globals__.get("__name__", "")).startswith("seedgrad."):
                yield from self._closure(f, path)  # of a decorator of Python's, say
            yield getattr(f, "__wrapped__", None), path
            return
        used = names_of(f.__code__)
        self.names |= used.all
        unseen = sorted(n for n in used.outside & UNSEEN if n not in f.__globals__)
        if unseen:
            self._refuse(f"{path} calls {unseen[0]}(), which reaches what no check can see")
        self._add(path, f, ("'s code", "'s defaults", "'s defaults"), attributes(_CODE))
        if f.__dict__:
            self._add(path, f.__dict__, [f".{k}" for k in f.__dict__], values_of)
            yield from ((item, f"{path}.{k}") for k, item in f.__dict__.items())
        keys = tuple(sorted(used.outside))
        if keys:
            self._add("", f.__globals__, [f"global {k!r}" for k in keys], picked(keys))
        for key in keys:
            item = f.__globals__.get(key, MISSING)
            if isinstance(item, types.ModuleType):
                yield from self._module(item, key, used.all)
            else:
                yield item, key
        for name, level in used.modules:
            package = f.__globals__.get("__package__") or ""
            found = sys.modules.get(importlib.util.resolve_name("." * level + name, package) if level else name)
            if found is not None:
                yield from self._module(found, name, used.all)
        yield from self._closure(f, path)
        for n, default in enumerate((*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values())):
            yield default, f"default {n} of {f.__name__}"

    def _closure(self, f: types.FunctionType, path: str) -> Iterator[tuple[Any, str]]:
        held = f.__closure__ or ()
        if held:
            names = f.__code__.co_freevars
            self._add(f"{f.__name__}: ", held, [f"{n!r} of its closure" for n in names], cells)
            yield from zip(cells(held), names, strict=True)

    def _module(self, module: types.ModuleType, path: str, names: set[str]) -> Iterator[tuple[Any, str]]:
        """The members of a Python module that the code names."""
        members = vars(module)
        room = module.__name__.split(".")[0]
        if room in ("seedgrad", "torch"):
            self._ours(module, path, names)
        if room in ("seedgrad", "numpy", "math", "torch", "scipy", "numba"):
            return
        if is_standard(module):
            for key in sorted(names & members.keys()):
                problem = changing(module.__name__, key)
                if problem:
                    self._refuse(f"{problem} ({path}.{key})")
                if not isinstance(members[key], (type, types.FunctionType, types.ModuleType)):
                    yield members[key], f"{path}.{key}"
            return
        keys = tuple(sorted(k for k in (members if "getattr" in names else names & members.keys()) if k[:2] != "__"))
        self._picked(members, path, keys)
        yield from ((members[key], f"{path}.{key}") for key in keys)

    def _ours(self, module: types.ModuleType, path: str, names: set[str]) -> None:
        """Note the members of ours that the code names, for programs may set them: sg.randn = ..."""
        todo, seen = [(module, path)], {id(module)}
        while todo:
            module, path = todo.pop()
            found = {key: item for key, item in vars(module).items() if key in names and key[:2] != "__"}
            self._picked(vars(module), path, found)
            inner = [(m, f"{path}.{key}") for key, m in found.items() if isinstance(m, types.ModuleType)]
            todo += [(m, name) for m, name in inner if id(m) not in seen]
            seen.update(id(m) for m, _ in inner)

    def _picked(self, members: Any, path: str, keys: Iterable[str]) -> None:
        """Note the members of a Python module or class that have these names."""
        keys = tuple(sorted(keys))
        if keys:
            self._add(path, members, [f".{k}" for k in keys], picked(keys))


def _trusted(cls: type) -> bool:
    """Whether a class is Python's, NumPy's or ours: its functions don't change."""
    return (
        cls.__module__.split(".")[0] in (*sys.stdlib_module_names, "seedgrad", "numpy") and cls.__module__ != "__main__"
    )
