"""The tape: everything that is computed while a step runs for the first time, down to single calls of NumPy's functions.

The step computes with `Traced` arrays, which tell the tape each call. Code that can't be followed so far (compiled
kernels, NumPy functions without a hook, definitions that look at values) is recorded as a whole, as one call. What can't be
recorded at all ends the recording with a reason, and the step goes on as it is written.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.batching import depth as batching_depth
from ..core.memory import owner
from .errors import CaptureError, Escape, refusal, users_line
from .functions import FACTS, OPEN, READERS, WRITING
from .program import Instruction, Storage, Value, leaves, map_tree
from .traced import Held, Seed, Traced

Array = np.ndarray[Any, Any]


class Tape:
    """One recording.

    Attributes:
        state: "on"; "whole" inside of a call that is recorded as a whole; "python" inside of a call of the program's own
            objects; "off" when the recording ended or failed.
        program: the instructions.
        reason: why there will be no recording.
        depth: how many ops are being traced; inside of one, what can't be followed has the op recorded as a whole.
        live: by their ids, the arrays that own memory which the guards can see, and which is read anew at each replay.
    """

    def __init__(self, run: Callable[..., Any], live: dict[int, Array]) -> None:
        self.run_plainly, self.live = run, live
        self.state = "on"
        self.program: list[Instruction] = []
        self.reason = ""
        self.depth = 0
        self.values = 0
        self.level = batching_depth.value
        self._storages: dict[int, tuple[Any, Storage]] = {}
        self._fixed: dict[int, tuple[Array, Value]] = {}  # constants that nobody can write

    # The recording

    def fail(self, reason: str) -> None:
        """End the recording; the step goes on."""
        if not self.reason:
            self.reason = reason
        self.state = "off"

    def give_up(self, what: str) -> None:
        """Something can't be followed: inside of an op the op is recorded as a whole, else the recording ends."""
        if self.depth:
            raise Escape
        self.fail(f"{what} ({users_line()[0]})")

    def emit(self, instruction: Instruction) -> None:
        for value in instruction.writes:
            if value.storage is not None:
                value.storage.written = True
        self.program.append(instruction)

    def number(self) -> int:
        self.values += 1
        return self.values

    def storage_of(self, array: Array, kind: str = "temporary") -> Storage:
        """The storage of an array's memory; a new one of that kind, if the memory was not known."""
        own = owner(array)
        key = id(own)
        found = self._storages.get(key)
        if found is not None:
            return found[1]
        if key in self.live and kind != "given":
            kind = "external"
        storages = self._storages
        storage = Storage(own, kind)
        if kind == "temporary":
            storages[key] = weakref.ref(own, lambda _: storages.pop(key, None)), storage
        else:
            storage.owner = own
            storages[key] = own, storage
            if kind == "constant":
                storage.content = own.copy("K")
                if storage.content.strides != own.strides:
                    self.fail("a tensor that the step makes has gaps in its memory")
        return storage

    def value(self, array: Array, kind: str = "temporary") -> Value:
        storage = self.storage_of(array, kind)
        return Value(self.number(), storage, array, _address(array) - _address(owner(array)))

    def traced(self, array: Array, kind: str = "temporary") -> Traced:
        return Traced(array, self, self.value(array, kind))

    def constant(self, array: Array) -> Value:
        """An array that was made without arrays of the recording: its content is kept."""
        found = self._fixed.get(id(array))
        if found is not None:
            return found[1]
        kept = array.copy("K")
        storage = Storage(kept, "constant")
        storage.content = kept
        value = Value(self.number(), storage, kept)
        if not array.flags.writeable and owner(array) is array:
            self._fixed[id(array)] = array, value
        return value

    # From traced arrays to real ones, to values, and back

    def actual(self, tree: Any) -> Any:
        return map_tree(tree, _actual)

    def refer(self, tree: Any) -> Any:
        return map_tree(tree, self._refer)

    def _refer(self, leaf: Any) -> Any:
        kind = type(leaf)
        if kind is Traced or kind is Held or kind is Seed:
            if kind is Traced and leaf.tape is not self:
                return self.constant(leaf.actual)
            return leaf.value
        if isinstance(leaf, np.ndarray):
            own = id(owner(leaf))  # memory that is known may change; it came here past the traced array
            return self.value(leaf) if own in self._storages or own in self.live else self.constant(leaf)
        return leaf

    def wrap(self, result: Any, given: dict[int, Traced]) -> Any:
        """Traced arrays in the place of the arrays that a call returned; `given` are those it got, by their real ones."""
        if isinstance(result, np.ndarray):
            same = given.get(id(result))
            return same if same is not None else self.traced(result)
        if isinstance(result, np.generic):
            return self.traced(np.asarray(result))
        if isinstance(result, (tuple, list)):
            return (
                type(result)(self.wrap(item, given) for item in result)
                if type(result) in (tuple, list)
                else tuple(self.wrap(item, given) for item in result)
            )
        if result is not None:
            self.give_up(f"a call returned {type(result).__name__} {result!r}, which may depend on values")
        return result

    # Calls

    def call(
        self, function: Callable[..., Any], args: Any, kwargs: Any, writes: tuple[Any, ...] = (), kind: str = "call"
    ) -> Any:
        """Compute, and record."""
        if self.state != "on":
            self._unseen()
            return function(*self.actual(args), **self.actual(kwargs))
        for target in writes:
            if type(target) is not Traced:
                self.give_up("an array from outside of the recording is written")
                return function(*self.actual(args), **self.actual(kwargs))
        refs, named = self.refer(args), self.refer(kwargs)
        given = {id(t.actual): t for t in leaves((args, kwargs)) if type(t) is Traced}
        outs = self.wrap(function(*self.actual(args), **self.actual(kwargs)), given)
        if self.state == "on":
            self.emit(
                Instruction(kind, function, refs, named, self.refer(outs), tuple([w.value for w in writes]), where="")
            )
        return outs

    def _unseen(self) -> None:
        if self.state in ("whole", "python"):
            self.fail(f"code that is not recorded uses an array of the recording ({users_line()[0]})")

    def ufunc(self, ufunc: np.ufunc, method: str, inputs: Any, kwargs: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        out = kwargs.get("out")
        if method == "at":
            return self.call(function, inputs, kwargs, writes=inputs[:1])
        if out is None:
            return self.call(function, inputs, kwargs)
        if not isinstance(out, tuple):
            out = (out,)
        self.call(function, inputs, kwargs, writes=out)
        return out[0] if len(out) == 1 else out

    def function(self, function: Any, args: Any, kwargs: Any) -> Any:
        """One of NumPy's functions."""
        if function in FACTS:
            return function(*self.actual(args), **self.actual(kwargs))
        if self.state == "on" and function in OPEN:
            first = next(leaf for leaf in leaves((args, kwargs)) if type(leaf) is Traced)
            self.values_of(first, function.__name__)
        writes = args[:1] if function in WRITING else ()
        if kwargs.get("out") is not None:
            self.call(function, args, kwargs, writes=(kwargs["out"],))
            return kwargs["out"]
        return self.call(function, args, kwargs, writes=writes)

    def getitem(self, x: Traced, index: Any) -> Any:
        if self.state == "on":
            for part in leaves(index):
                if isinstance(part, np.ndarray) and part.dtype.kind == "b":
                    self.values_of(x, "an index of bools, whose result has a shape that depends on values,")
        return self.call(_getitem, (x, index), {})

    # Where values are asked for

    def values_of(self, x: Traced, what: str) -> Array:
        """The real array for code that wants values: an error where that is the user's, else the end of the recording."""
        if self.state == "on":
            if self.depth:
                raise Escape
            where, entry = users_line()
            if entry is not None and entry.co_name in READERS:
                raise CaptureError(refusal(entry.co_name, where))
            name = entry.co_name if entry is not None else "NumPy"
            self.fail(f"{name} looks at values of a tensor ({what}), at {where}")
        else:
            self._unseen()
        return x.actual

    def condition(self, x: Traced) -> bool:
        """The truth of a one-element array: a check of the library's is repeated at each replay."""
        if self.state != "on":
            self._unseen()
        elif self.depth:
            raise Escape
        else:
            where, entry = users_line()
            if entry is not None and entry.co_name in READERS:
                raise CaptureError(refusal(entry.co_name, where))
            expected = bool(x.actual)
            self.emit(Instruction("check", bool, (x.value,), {}, expected=expected, where=where))
        return bool(x.actual)


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _actual(leaf: Any) -> Any:
    kind = type(leaf)
    if kind is Traced or kind is Held:
        return leaf.actual
    return int(leaf) if kind is Seed else leaf


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])
