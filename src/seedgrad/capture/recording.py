"""One recording: made from one run of a function, and replayed while what it depends on stays the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.backward import run as run_backward
from ..core.memory import note_write, owner
from ..core.mode import mode
from ..core.node import Leaf
from ..core.tensor import Tensor, at
from .copy import Copy
from .graph import alive, cut
from .guards import Guards
from .node import Replayed, hooks_on, spent
from .parts import is_plain
from .plan import Plan, Unplannable
from .program import Value, leaves, map_tree
from .recorder import Recorder, recording
from .source import Source
from .traced import Traced

# How many copies of its memory a recording keeps: results that are still in use need another one.
COPIES = 4
_LARGE = 65_536  # bytes of an argument from which on it is used where it lies


class Result:
    """A tensor among the results.

    Attributes:
        place: its number among the outputs; `node` says whether it stands in a graph: "", "live" or "spent".
    """

    __slots__ = ("name", "node", "place")

    def __init__(self, place: int, node: str, name: str) -> None:
        self.place, self.node, self.name = place, node, name


class Argument:
    """An argument that is returned as it is."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place


class Recording:
    """What one run of the function did, ready to be repeated.

    Attributes:
        guards: what it depends on besides the arguments.
        text: the generated program.
    """

    def __init__(self, tape: Recorder, result: Any, guards: Guards, name: str) -> None:
        self.guards, self.name, self.lock = guards, name, threading.RLock()
        self._tape = tape
        self.outputs: list[Value] = []
        self.result = map_tree(result, self._describe)
        split = len(tape.program)
        self.leaves: list[Any] = []
        gradients = self._record_backward(result)
        program = tape.program
        inputs: list[Value] = []
        for t in tape.inputs:
            value = tape.entered[id(t)][1].value
            if value.storage.written:
                raise Unplannable("it writes to an argument")
            if value.storage.nbytes >= _LARGE and t.array.strides == value.strides:
                value.storage.kind = "given"
            inputs.append(value)
        old = [(t, tape.entered[key][1].value) for key, t in tape.old_grads.items() if key in tape.entered]
        self.plan = Plan(program, split, [*self.outputs, *gradients], inputs, old)
        self.gradients = gradients
        self.places = {id(t): n for n, t in enumerate(tape.inputs)}
        self.copies: list[Copy] = []
        self.externals = [
            (t, traced.actual, t.node) for t, traced in tape.entered.values() if traced.value.storage.kind == "external"
        ]
        self.entry_grads = [
            (
                t if id(t) not in self.places else self.places[id(t)],
                None if g is None else (g.array.strides, g.array.dtype),
            )
            for t, g in tape.grads.values()
        ]
        # What the backward pass of a result reads, or kernels keep for it, that lies outside of the recording.
        late: set[Any] = (
            {v.storage for i in self.plan.program[self.plan.split :] for v in i.read()} if self.live else set()
        )
        late |= {v.storage for i in self.plan.program for v in i.read() if self.live and v.storage and v.storage.pinned}
        self.kept = [s.owner for s in late if s is not None and s.kind == "external"]
        given = {s for s in late if s is not None and s.kind == "given"}
        self.kept_arguments = [n for n, v in enumerate(inputs) if v.storage in given]
        storages = {w.storage for i in self.plan.program for w in i.writes if w.storage is not None}
        self.written = [s.owner for s in storages if s.kind == "external" and s.owner is not None]
        self.written_ids = {id(a) for a in self.written}
        self.grad_mode = mode.now.grad
        del self._tape

    # Making it

    def _describe(self, leaf: Any) -> Any:
        tape = self._tape
        if not isinstance(leaf, Tensor):
            if not (is_plain(leaf) or isinstance(leaf, type) or self.guards.knows(leaf)):
                raise Unplannable(
                    f"it returns an object of the class {type(leaf).__name__}, which may hold tensors: return tensors, numbers, "
                    f"or tuples, lists and dictionaries of them"
                )
            return leaf
        for n, t in enumerate(tape.inputs):
            if t is leaf:
                return Argument(n)
        if id(leaf) in tape.visible:
            return leaf
        if leaf.node is not None and type(leaf.node) is Leaf:
            raise Unplannable("it returns a new leaf that requires grad")
        if leaf._grad is not None or (leaf.node is not None and leaf.retains_grad):
            raise Unplannable("it returns a tensor that keeps its gradient")
        traced = leaf.array
        if type(traced) is not Traced:
            raise Unplannable("it returns a tensor that is not part of the recording")
        state = "" if leaf.node is None else "live" if alive(leaf.node) else "spent"
        for n, v in enumerate(self.outputs):
            if v.storage is traced.value.storage:
                if (v.offset, v.shape, v.strides, v.dtype) != (
                    traced.value.offset, traced.value.shape, traced.value.strides, traced.value.dtype,
                ):  # fmt: skip
                    raise Unplannable("it returns tensors that share memory")
                if not state:
                    return Result(n, state, "")
        self.outputs.append(traced.value)
        return Result(len(self.outputs) - 1, state, leaf.node.name() if leaf.node is not None else "")

    def _record_backward(self, result: Any) -> list[Value]:
        """Go on recording: the gradients of the leaves from those of the results."""
        tape = self._tape
        roots: list[Any] = []
        self.live: list[int] = []
        self.seeds: list[Value] = []
        for leaf, described in zip(leaves(result), leaves(self.result), strict=True):
            if isinstance(described, Result) and described.node == "live":
                seed = tape.traced(np.ones(leaf.array.shape, leaf.array.dtype), "given")
                self.live.append(described.place)
                self.seeds.append(seed.value)
                roots.append((leaf.node, leaf.slot, seed))
        if not roots:
            return []
        swapped, targets = cut(tape, [node for node, _, _ in roots])
        try:
            found = run_backward(roots, True, False, capture=dict.fromkeys([(leaf, 0) for leaf, _ in targets]))
        except Exception as error:  # nobody asked for it yet: the function itself went well
            raise Unplannable(f"its backward pass raises {type(error).__name__}: {error}") from None
        finally:
            for node, edges, slots in swapped:
                node.edges, node.slots = edges, slots
        if tape.reason:
            raise Unplannable(tape.reason)
        values = []
        for leaf, target in targets:
            g = found.get((leaf, 0))
            if g is not None:
                self.leaves.append(target)
                values.append(g.value if type(g) is Traced else tape.constant(g))
        return values

    def prepare(self) -> None:
        """Make the first copy, when tensors are as they will be: while a recording runs they count their holders otherwise.

        Raises:
            Unplannable: there can't be a replay.
        """
        self.copies.append(self._copy())

    def _copy(self) -> Copy:
        source = Source(self.plan, self.places, self.seeds)
        self.text = source.build(self.outputs, self.gradients)
        copy = Copy(source, self.text, f"<{self.name}>")
        del source
        copy.counts = copy.count()
        return copy

    # Using it

    def fits(self, tensors: list[Tensor]) -> bool:
        """Whether it may be replayed now; cheap."""
        for t, array, node in self.externals:
            if t.array is not array or t.node is not node:
                return False
            if hooks_on(node):
                return False
        for where, layout in self.entry_grads:
            g = (tensors[where] if isinstance(where, int) else where)._grad
            if g is None or layout is None:
                if g is not None or layout is not None:
                    return False
            elif g.node is not None or (g.array.strides, g.array.dtype) != layout:
                return False
        if self.written_ids:
            for t in tensors:
                if id(owner(t.array)) in self.written_ids:
                    return False
        return self.guards.holds()

    def replay(self, tensors: list[Tensor]) -> Any:
        """Repeat it with other arguments."""
        for other in self.copies:  # an earlier replay, whose results are still held, says nothing about this one
            other.begun[0] = False
        copy = self._free_copy()
        arrays = mode.now.run(copy.replay, tensors)
        for array in self.written:
            note_write(array)
        outs = [Tensor(a) for a in arrays]
        if self.live:
            targets = [tensors[x].node if type(x) is int else x for x in self.leaves]
            slots = [tensors[x].slot if type(x) is int else 0 for x in self.leaves]
            read = [*self.kept, *[tensors[n].array for n in self.kept_arguments]]
            Replayed(self, copy, [outs[n] for n in self.live], targets, slots, read)
        inference = mode.now.inference

        def give(leaf: Any) -> Any:
            if type(leaf) is Result:
                t = outs[leaf.place]
                if leaf.node == "spent":
                    t = at(t.array, spent(leaf.name, t.array))
                if inference:
                    t.origin = "inference"
                return t
            return tensors[leaf.place] if type(leaf) is Argument else leaf

        return map_tree(self.result, give)

    def begun(self) -> bool:
        """Whether the last replay had begun to change what it does not own."""
        return any(copy.begun[0] for copy in self.copies)

    def _free_copy(self) -> Copy:
        for copy in self.copies:
            if copy.free():
                return copy
        if len(self.copies) >= COPIES:
            del self.copies[0]
        self.copies.append(self._copy())
        return self.copies[-1]


def record(
    function: Callable[..., Any], args: Any, kwargs: Any, tensors: list[Tensor], guards: Guards, name: str
) -> tuple[Any, Recording | None, str]:
    """Run the function once and record it: (its result, the recording or None, why there is none)."""
    visible = dict(guards.tensors)
    tape = Recorder(mode.now.run, guards.arrays, visible, tensors)
    made, reason = None, guards.problem
    with recording(tape):
        result = function(*args, **kwargs)
        reason = reason or tape.reason or tape.moved()
        if not reason:
            try:
                made = Recording(tape, result, guards, name)
            except Unplannable as error:
                reason = str(error)
        reason = reason or tape.reason
    if made is not None and not reason:
        try:
            made.prepare()
        except Unplannable as error:
            reason = str(error)
    if not reason and not guards.holds():
        reason = f"it changes what a replay would not change: {guards.difference()}"
    return result, None if reason else made, reason
