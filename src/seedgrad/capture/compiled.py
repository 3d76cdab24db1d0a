"""`compile`: run a step once, record it, and replay it while nothing it depends on has changed."""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..amp.contexts import get_autocast_dtype
from ..core import dtype as dtypes
from ..core.batching import depth
from ..core.mode import mode
from ..core.precision import is_exact_convolution
from ..core.tensor import Tensor
from ..nn.hooks import EVERYWHERE
from .compare import run_beside
from .errors import CompileWarning, Mismatch
from .guards import Guards
from .node import hooks_on
from .parts import is_plain
from .program import leaves
from .recording import Recording, record

# So many recordings are kept of one function; then it runs as it is written when none of them fits.
LIMIT = 8


class Compiled:
    """A function that is recorded and replayed; what `compile` returns for a function.

    Attributes:
        function: the function as it is written.
        replays, records, eager: how often it was replayed, recorded, and run as it is written.
        reasons: why it was run as it is written: reason -> how often.
    """

    def __init__(self, function: Callable[..., Any], debug: bool, owner: Any = None) -> None:
        self.function, self.debug, self.owner = function, debug, owner
        self.name = (
            getattr(function, "__qualname__", type(function).__name__) if owner is None else type(owner).__name__
        )
        self.replays = self.records = self.eager = 0
        self.reasons: dict[str, int] = {}
        self._recordings: dict[Any, list[Recording]] = {}
        # What could not be recorded, why, and what must change before it is tried again.
        self._hopeless: dict[Any, tuple[str, Guards | None, int]] = {}
        self._only_read: set[Any] = set()  # calls whose arguments share memory and are not written
        self._lock = threading.RLock()
        self._running = False
        if owner is None:
            functools.update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        now = mode.now
        if now.trace is not None:  # inside of another recording it is a part of that one
            return self.function(*args, **kwargs)
        with self._lock:
            if self._running:
                return self._plainly("it calls itself", args, kwargs)
            self._running = True
            try:
                return self._run(args, kwargs)
            finally:
                self._running = False

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __reduce__(self) -> Any:
        return _rebuild, (self.function, self.debug)

    def __deepcopy__(self, memo: dict[int, Any]) -> Compiled:
        return Compiled(self.function, self.debug)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        tensors: list[Tensor] = []
        key, problem = self._key(args, kwargs, tensors)
        if problem:
            return self._plainly(problem, args, kwargs)
        recordings = self._recordings.get(key, ())
        for n, recording in enumerate(recordings):
            if recording.fits(tensors):
                if n:
                    recordings.insert(0, recordings.pop(n))  # type: ignore[union-attr]
                return self._replay(recording, tensors, args, kwargs)
        reason, guards, tries = self._hopeless.get(key, ("", None, 0))
        if guards is not None and (tries >= LIMIT or guards.holds()):
            return self._plainly(reason, args, kwargs)
        if sum(map(len, self._recordings.values())) >= LIMIT:
            changed = recordings[0].guards.difference() if recordings else ""
            why = f"; since the last one {changed}" if changed else "; shapes, types, modes or tensors differ each time"
            return self._plainly(f"there are {LIMIT} recordings of it already and none fits{why}", args, kwargs)
        return self._record(key, tensors, args, kwargs)

    def _key(self, args: Any, kwargs: Any, tensors: list[Tensor]) -> tuple[Any, str]:
        """What is the same at every replay of a recording, and why there can't be one."""
        now = mode.now
        if depth.value or now.watch is not None or now.pack is not None:
            return None, "vmap, detect_anomaly or hooks on saved tensors are active, or there are subclasses of Tensor"
        if now.lower is not None:
            return None, "mixed precision is on around it: enter autocast inside of the compiled function"
        key: list[Any] = [
            now.grad,
            now.inference,
            dtypes.default(),
            is_exact_convolution(),
            get_autocast_dtype("cpu"),
            len(args),
            tuple(kwargs),
        ]
        for leaf in leaves((args, kwargs)) if kwargs or any([type(x) is not Tensor for x in args]) else args:
            if isinstance(leaf, Tensor):
                if leaf.carried:
                    return None, f"an argument is of the class {type(leaf).__name__}"
                place = next((n for n, t in enumerate(tensors) if t is leaf), None)
                if place is not None:
                    key.append(place)
                    continue
                tensors.append(leaf)
                a, node = leaf.array, leaf.node
                kind: Any = None if node is None else "leaf" if leaf.is_leaf else "computed"
                if node is not None and kind == "leaf" and (node.hooks is not None or leaf._grad is not None):
                    kind = "leaf", node.hooks is not None, leaf._grad is None
                key += a.shape, a.dtype, a.strides, kind, leaf.origin == "inference", type(leaf)
            elif isinstance(leaf, np.ndarray):
                return None, "an argument is a NumPy array: pass a tensor"
            elif is_plain(leaf):
                key += type(leaf), str(leaf) if isinstance(leaf, float) else leaf
            else:
                key.append(_Same(leaf))
        if kwargs or any([not isinstance(x, Tensor) for x in args]):
            key.append(_structure((args, kwargs)))
        return tuple(key), ""

    def _replay(self, recording: Recording, tensors: list[Tensor], args: Any, kwargs: Any) -> Any:
        if self.debug:
            result = run_beside(self, recording, tensors, args, kwargs)
        else:
            try:
                result = recording.replay(tensors)
            except Mismatch as error:
                if recording.begun():
                    raise RuntimeError(
                        f"{self.name}: a condition came out differently than when the step was recorded, after the step had "
                        f"begun to change its state: {error}. Take the condition out of the compiled function, or write it "
                        f"with where()"
                    ) from None
                return self._plainly(f"a condition came out differently: {error}", args, kwargs)
        self.replays += 1
        return result

    def _record(self, key: Any, tensors: list[Tensor], args: Any, kwargs: Any) -> Any:
        roots: list[tuple[Any, str]] = [(self.function, self.name)]
        if self.owner is not None:
            roots = [(self.owner, "the module")]
        roots += [(x, "an argument") for x in leaves((args, kwargs)) if not isinstance(x, Tensor) and not is_plain(x)]
        guards = Guards([*roots, (EVERYWHERE, "the hooks of all modules")])
        if any([hooks_on(t.node) for t in (*tensors, *[t for t, _ in guards.tensors.values()])]):
            return self._plainly("a tensor that it uses has hooks on its gradient", args, kwargs)
        if guards.problem:
            self._hopeless[key] = guards.problem, guards, self._hopeless.get(key, ("", None, 0))[2] + 1
            return self._plainly(guards.problem, args, kwargs)
        if _overlap(tensors) and key not in self._only_read:
            old = [t.array.tobytes() for t in tensors]
            result = self._plainly("two arguments share memory: this call shows whether they are written", args, kwargs)
            if all(t.array.tobytes() == bytes_ for t, bytes_ in zip(tensors, old, strict=True)):
                self._only_read.add(key)
            return result
        inputs = [t for t in tensors if id(t) not in guards.tensors]
        before = _contents((args, kwargs))
        number = sum(map(len, self._recordings.values()))
        result, recording, reason = record(
            self.function, args, kwargs, tensors, guards, f"compiled {self.name} {number}"
        )
        if not reason and list(map(id, before)) != list(map(id, _contents((args, kwargs)))):
            reason = "it changes a list or a dictionary that it gets as an argument"
        if not reason and guards.drew():
            reason = "it draws from Python's or NumPy's own random numbers"
        if not reason and len(inputs) != len(tensors):
            reason = "an argument is a tensor that it also reaches by name"
        if not reason and any(guards.touches(t) for t in tensors):
            reason = "an argument shares memory with a tensor that it also reaches by name"
        guards.arrays.clear()  # they would look as if somebody used them
        if reason or recording is None:
            self._hopeless[key] = reason, guards, self._hopeless.get(key, ("", None, 0))[2] + 1
            self._note(reason)
        else:
            self.records += 1
            self._recordings.setdefault(key, []).insert(0, recording)
        return result

    def _plainly(self, reason: str, args: Any, kwargs: Any) -> Any:
        """Run the function as it is written."""
        self._note(reason)
        return self.function(*args, **kwargs)

    def _note(self, reason: str) -> None:
        self.eager += 1
        known = reason in self.reasons
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if not known:
            warnings.warn(f"compiled {self.name} runs as it is written: {reason}", CompileWarning, stacklevel=6)

    def explain(self) -> str:
        """How often it was recorded, replayed, and run as it is written, and why; one line each.

        Example:
            >>> import seedgrad as sg
            >>> double = sg.compile(lambda x: x * 2)
            >>> for _ in range(3):
            ...     _ = double(sg.ones(2))
            >>> print(double.explain())
            recorded 1, replayed 2, run as written 0
        """
        lines = [f"recorded {self.records}, replayed {self.replays}, run as written {self.eager}"]
        lines += [f"  {n} times as written: {reason}" for reason, n in self.reasons.items()]
        return "\n".join(lines)

    @property
    def code(self) -> str:
        """The programs that its recordings became, as Python text."""
        return "\n\n".join(r.text for group in self._recordings.values() for r in group)


class _Same:
    """A key that is equal for one object only."""

    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x

    def __hash__(self) -> int:
        return id(self.x)

    def __eq__(self, other: object) -> bool:
        return type(other) is _Same and other.x is self.x


def _overlap(tensors: list[Tensor]) -> bool:
    """Whether two arguments may share memory."""
    arrays = [t.array for t in tensors]
    return any(np.may_share_memory(a, b) for n, a in enumerate(arrays) for b in arrays[:n])


def _structure(tree: Any) -> Any:
    """How arguments are nested."""
    if isinstance(tree, (tuple, list)):
        return (type(tree), *map(_structure, tree))
    if type(tree) is dict:
        return (dict, *tree, *map(_structure, tree.values()))
    return None


def _contents(tree: Any) -> list[Any]:
    """All that lies in lists and dictionaries among arguments, with what separates them."""
    if isinstance(tree, (tuple, list, dict)):
        parts = [*tree, *tree.values()] if isinstance(tree, dict) else tree
        return [part for item in parts for part in (item, *_contents(item), None)]
    return []


def _rebuild(function: Callable[..., Any], debug: bool) -> Compiled:
    return Compiled(function, debug)
