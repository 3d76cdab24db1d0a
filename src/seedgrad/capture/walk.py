"""The walk through everything that a function, and what it calls, can see by name.

It starts at the function's code: globals that it names, closure cells, default arguments; from there through functions,
modules, lists, dictionaries and objects. Plain values are compared by value, everything else by identity, at each call.
"""

from __future__ import annotations

import array
import collections
import contextvars
import functools
import random
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..core.handle import RemovableHandle
from ..core.memory import owner
from ..core.random import Generator
from ..core.tensor import Tensor
from ..nn.uninitialized import UninitializedBuffer, UninitializedParameter
from .parts import MISSING, PLAIN, attributes, cells, values_of
from .walk_code import CodeWalk, Found

# A container with more parts than this is compared by identity alone.
PARTS = 2_000
# More objects than this take longer to check than most steps.
OBJECTS = 50_000
# Bytes of an array of NumPy's whose content is compared.
CONTENT = 1 << 16
_SKIPPED = (RemovableHandle, types.CodeType, np.ufunc)
# By these, code may call methods that it does not name.
_DYNAMIC = frozenset(["getattr", "__getattribute__", "__dict__", "methodcaller", "attrgetter"])
_SOURCES = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)


class Walk(CodeWalk):
    """All that was found from some roots.

    Attributes:
        empty, empty_paths: containers that must stay empty, and what they are called.
        tensors: the tensors that were found, with their names, by id.
        arrays: the owners of the memory of all tensors and arrays that were found, by id.
        optimizers, generators: what was found of them.
        sources: random generators that are not ours.
    """

    def __init__(self, roots: list[tuple[Any, str]]) -> None:
        super().__init__()
        self.empty: list[Any] = []
        self.empty_paths: list[str] = []
        self.tensors: dict[int, tuple[Tensor, str]] = {}
        self.arrays: dict[int, Any] = {}
        self._seen: dict[int, Any] = {}
        self.generators: list[Generator] = []
        self.sources: list[tuple[Any, str]] = []
        self.optimizers: list[tuple[Any, str]] = []
        todo = [*roots]
        while todo or self._named_now(todo):
            x, path = todo.pop()
            if id(x) in self._seen or x is MISSING or isinstance(x, PLAIN) or isinstance(x, _SKIPPED):
                continue
            self._seen[id(x)] = x
            if len(self._seen) > OBJECTS:
                self._refuse(f"it can reach more than {OBJECTS:,} objects, which would have to be checked at each call")
                break
            todo += self._look(x, path)
        if "param_groups" in self.names:
            for optimizer, path in self.optimizers:
                for n, group in enumerate(optimizer.param_groups):
                    self._dictionary(group, f"{path}.param_groups[{n}]")

    def _named_now(self, todo: list[tuple[Any, str]]) -> bool:
        """Whether methods that were waiting were named by now; they are the next to look at."""
        dynamic = self._waiting.keys() if self.names & _DYNAMIC else self.names & self._waiting.keys()
        for name in sorted(dynamic):
            todo += self._waiting.pop(name)
        return bool(todo)

    def _hold_empty(self, x: Any, path: str) -> None:
        self.empty.append(x)
        self.empty_paths.append(path)

    def _look(self, x: Any, path: str) -> Found:
        """Note the parts of an object, and give those to look at next."""
        if isinstance(x, Tensor):
            return self._tensor(x, path)
        if isinstance(x, type):
            return self._class(x, path)
        if isinstance(x, (list, tuple, collections.deque)):
            return self._sequence(x, path)
        if isinstance(x, dict):
            return [*self._dictionary(x, path), *(self._object(x, path) if type(x) is not dict else ())]
        if isinstance(x, types.FunctionType):
            return self._function(x, path)
        look = next((look for kind, look in self._kinds() if isinstance(x, kind)), None)
        if look is not None:
            return look(x, path)
        if hasattr(x, "param_groups") and hasattr(x, "zero_grad"):
            return self._optimizer(x, path)
        if hasattr(x, "__next__"):
            self._refuse(f"it can reach the iterator {path}, whose next value no check can see")
            return ()
        return self._object(x, path)

    def _kinds(self) -> tuple[tuple[Any, Callable[[Any, str], Found]], ...]:
        return (
            (types.MethodType, lambda x, path: [(x.__func__, path), (x.__self__, path.rpartition(".")[0] or "self")]),
            ((staticmethod, classmethod), lambda x, path: [(x.__func__, path)]),
            (property, lambda x, path: [(x.fget, path)]),
            ((types.BuiltinFunctionType, types.MethodWrapperType), self._builtin),
            (functools.partial, lambda x, path: [(p, f"{path}'s part") for p in (x.func, x.args, x.keywords)]),
            (types.ModuleType, lambda x, path: self._module(x, path, self.names)),
            (np.ndarray, self._array),
            (Generator, self._generator),
            (_SOURCES, self._source),
            ((set, frozenset), self._set),
            ((bytearray, array.array), self._bytes),
            (types.MappingProxyType, lambda x, path: self._dictionary(x, path)),
            ((weakref.ref, types.CellType), self._reference),
            (contextvars.ContextVar, self._variable),
            (_compiled(), lambda x, path: [(x.function, path)]),
        )

    # Data

    def _tensor(self, x: Tensor, path: str) -> Found:
        if isinstance(x, (UninitializedParameter, UninitializedBuffer)):
            self._refuse(f"{path} has no shape before the first call")
            return [(type(x), path)]
        self.tensors[id(x)] = x, path
        self.arrays[id(owner(x.array))] = owner(x.array)
        if x._grad is not None:
            self.arrays[id(owner(x._grad.array))] = owner(x._grad.array)
        return self._dictionary(x.__dict__, path, ".") if x.__dict__ else ()

    def _array(self, x: Any, path: str) -> Found:
        self.arrays[id(owner(x))] = owner(x)
        if x.dtype.hasobject or x.nbytes > CONTENT:
            self._refuse(
                f"it can reach {path}, an array of NumPy's of shape {x.shape}, which would have to be compared at each call: "
                f"make it a tensor, or pass it as an argument"
            )
        else:
            self._add(path, x, (" (its content)",), lambda a: (a.tobytes(),))
        return ()

    def _generator(self, x: Generator, path: str) -> Found:
        self.generators.append(x)
        return ()

    def _source(self, x: Any, path: str) -> Found:
        self.sources.append((x, path))
        return ()

    def _set(self, x: Any, path: str) -> Found:
        if len(x) <= PARTS and isinstance(x, set):
            if not x:
                self._hold_empty(x, path)
            self._add(path, x, ["'s elements"] * len(x), tuple)
        return [(item, f"{path}'s element") for item in x] if len(x) <= PARTS else ()

    def _bytes(self, x: Any, path: str) -> Found:
        if len(x) > CONTENT:
            self._refuse(f"it can reach {path}, {len(x)} numbers that would have to be compared at each call")
        self._add(path, x, (" (its content)",), lambda a: (bytes(a),))
        return ()

    def _reference(self, x: Any, path: str) -> Found:
        return [(x() if isinstance(x, weakref.ref) else cells((x,))[0], path)]

    def _variable(self, x: contextvars.ContextVar[Any], path: str) -> Found:
        self._add(path, x, (" (its value)",), lambda v: (v.get(MISSING),))
        return [(x.get(MISSING), path)]

    def _sequence(self, x: Any, path: str) -> Found:
        if len(x) > PARTS:
            self._add(path, x, ("'s length",), lambda where: (len(where),))
            return ()
        if type(x) is not tuple:
            if x:
                self._add(path, x, [f"[{n}]" for n in range(len(x))], tuple)
            else:
                self._hold_empty(x, path)
            more = self._object(x, path)
        else:
            more = iter(())
        return [*((item, f"{path}[{n}]") for n, item in enumerate(x)), *more]

    def _dictionary(self, x: Any, path: str, dot: str = "") -> Found:
        if not x:
            self._hold_empty(x, path)
            return ()
        if len(x) > PARTS:
            self._add(path, x, ("'s length",), lambda where: (len(where),))
            return ()
        names = [f"{dot}{key}" if dot else f"[{key!r}]" for key in x]
        self._add(path, x, names, values_of)
        return [(item, f"{path}{name}") for item, name in zip(tuple(x.values()), names, strict=True)]

    # Objects

    def _object(self, x: Any, path: str) -> Iterator[tuple[Any, str]]:
        state = getattr(x, "__dict__", None)
        if type(state) is dict:
            yield from self._dictionary(state, path, ".")
        slots = []
        for cls in type(x).__mro__:
            own = cls.__dict__.get("__slots__", ()) if cls.__module__ != "builtins" else ()
            for slot in (own,) if isinstance(own, str) else own:
                if slot not in ("__dict__", "__weakref__"):
                    hidden = slot.startswith("__") and not slot.endswith("__")
                    slots.append(f"_{cls.__name__.lstrip('_')}{slot}" if hidden else slot)
        if slots:
            get = attributes(tuple(slots))
            self._add(path, x, [f".{slot}" for slot in slots], get)
            yield from ((value, f"{path}.{slot}") for slot, value in zip(slots, get(x), strict=True))
        yield type(x), type(x).__name__

    def _optimizer(self, x: Any, path: str) -> Iterator[tuple[Any, str]]:
        """Its step is called at each replay as it is written; so the rest of the program depends on its parameters only."""
        self.optimizers.append((x, path))
        self._add(path, x.param_groups, [f".param_groups[{n}]" for n in range(len(x.param_groups))], tuple)
        for n, group in enumerate(x.param_groups):
            yield from self._sequence(group["params"], f"{path}.param_groups[{n}]['params']")
        for state in x.state.values():
            yield from ((v, f"a state of {path}") for v in getattr(state, "values", tuple)() if isinstance(v, Tensor))
        yield type(x), type(x).__name__


def _compiled() -> type:
    from .compiled import Compiled

    return Compiled
