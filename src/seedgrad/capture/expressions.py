"""The names by which a replay's text knows memory, constants and functions, and the expressions made of them."""

from __future__ import annotations

import keyword
import math
from typing import Any

import numpy as np

from ..core.memory import note_write
from ..core.tensor import Tensor
from .errors import Mismatch
from .layout import alike, view_at
from .plan import Plan, Unplannable
from .program import Storage, Value, name_of, values_in

_PLAIN = (int, float, bool, str, type(None))


class Expressions:
    """The names that one replay's text uses.

    Args:
        plan: what to do.
        places: the number of each argument among the tensors given to a replay, by the id of the tensor.
    """

    def __init__(self, plan: Plan, places: dict[int, int], seeds: list[Value]) -> None:
        self.plan, self.places, self.seeds = plan, places, seeds
        self.begun = [False]
        self._kept_alive: list[Any] = []
        self.names: dict[str, Any] = {"begun": self.begun, "Mismatch": Mismatch, "note_write": note_write}
        # Chains know memory by its address alone.
        self.names |= {"copyto": np.copyto, "np": np, "ndarray": np.ndarray, "kept_alive": self._kept_alive}
        self._by_object: dict[int, str] = {}
        self.buffers = [np.empty(room, np.uint8) for room in plan.sizes]
        self.memory: dict[Storage, Any] = {}
        self.arrays: dict[tuple[Any, ...], str] = {}
        self.grads: list[tuple[Tensor, Tensor]] = []  # tensors that `.grad` was set to, with their arrays
        self._begins = False  # whether a line has said that something outside of the recording is about to change
        self._free: set[int] = set()  # numbers of values that are variables
        self._roots: dict[Storage, Value] = {}

    # Memory

    def base(self, s: Storage) -> Any:
        """The array that owns a storage's memory."""
        if s in self.memory:
            return self.memory[s]
        made: Any
        if s.kind == "external":
            made = s.owner
        elif s.kind == "constant" and not s.written:
            made = s.content
        elif s.kind == "temporary" and s not in self.plan.kept:
            made = np.ndarray(s.shape, s.dtype, self.buffers[self.plan.planned[s]], 0, s.strides)
        else:
            made = alike(s)
        self.memory[s] = made
        return made

    def view(self, v: Value) -> Any:
        base = self.base(v.storage)  # type: ignore[arg-type]
        return base if v.whole() else view_at(base, v)

    def array(self, v: Value) -> str:
        """The name of a value that lies in known memory."""
        key = (id(v.storage), v.offset, v.shape, v.strides, v.dtype)
        name = self.arrays.get(key)
        if name is None:
            name = self.arrays[key] = f"b{len(self.arrays)}"
            self.names[name] = self.view(v)
        return name

    # Expressions

    def value(self, v: Value) -> str:
        if self.plan.is_planned(v):
            return self.array(v)
        if v.number in self._free:
            return f"v{v.number}"
        root = self._roots.get(v.storage) if v.storage is not None else None
        if root is None:
            raise Unplannable(
                f"the memory of a value of shape {getattr(v, 'shape', None)} has no beginning in the recording"
            )
        return (
            f"ndarray({v.shape!r}, {self.constant(v.dtype)}, v{root.number}, {v.offset - root.offset}, {v.strides!r})"
        )

    def constant(self, x: Any) -> str:
        if type(x) in _PLAIN and not (isinstance(x, float) and not math.isfinite(x)):
            return repr(x)
        name = self._by_object.get(id(x))
        if name is None:
            name = self._by_object[id(x)] = f"c{len(self._by_object)}"
            self.names[name] = x
            self._kept_alive.append(x)
        return name

    def expression(self, tree: Any) -> str:
        if type(tree) is Value:
            return self.value(tree)
        if type(tree) is tuple and any(True for _ in values_in(tree)):
            return f"({''.join(f'{self.expression(item)}, ' for item in tree)})"
        if isinstance(tree, tuple) and hasattr(tree, "_fields") and any(True for _ in values_in(tree)):
            return f"{self.function(type(tree))}({', '.join(self.expression(item) for item in tree)})"
        if type(tree) is list and any(True for _ in values_in(tree)):
            return f"[{', '.join(self.expression(item) for item in tree)}]"
        if any(True for _ in values_in(tree)):
            if isinstance(tree, slice):
                return (
                    f"slice({self.expression(tree.start)}, {self.expression(tree.stop)}, {self.expression(tree.step)})"
                )
            if type(tree) is dict:
                return f"{{{', '.join(f'{key!r}: {self.expression(item)}' for key, item in tree.items())}}}"
            raise Unplannable(f"an argument of the type {type(tree).__name__} holds arrays")
        return self.constant(tree)

    def function(self, f: Any) -> str:
        """A function under a name that can be read."""
        key = id(f)
        name = self._by_object.get(key)
        if name is None:
            plain = "".join(c if c.isalnum() else "_" for c in name_of(f)).strip("_") or "f"
            fine = (
                plain.isidentifier()
                and not keyword.iskeyword(plain)
                and plain not in self.names
                and plain[0] not in "bcv"
            )
            name = plain if fine else f"f{len(self.names)}_{plain}"
            self._by_object[key] = name
            self.names[name] = f
            self._kept_alive.append(f)
        return name
