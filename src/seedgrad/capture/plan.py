"""From a recording to a plan: what must be computed, which memory is reused, and where every array lies.

Results of ufuncs, products and copies get memory of their own before the first replay: they are written by `out=`, and all
views of them are made once. Other results ("free" ones) are whatever the called function returns at each replay.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.kernel import Loop
from ..core.product_arrays import compiled_product
from .layout import fills
from .program import Instruction, Storage, Value, values_in

REDUCTIONS = ("reduce",)
COPIES = (np.ndarray.copy, np.ndarray.astype, np.ndarray.flatten)
_COPY_NAMES = ("array", "ascontiguousarray", "copy")
NEW = (np.empty, np.empty_like)


class Unplannable(Exception):
    """A recording that can't be replayed; the text says why."""


def form_of(i: Instruction) -> str:
    """How a result can be written into given memory: "ufunc", "reduce", "dot", "copy", "fill", "join", "new"; else ""."""
    f = i.function
    if i.kind != "call" or type(i.outs) is not Value:
        return ""
    if isinstance(f, Loop):
        return "ufunc"
    if isinstance(f, np.ufunc):
        return "ufunc" if f.nout == 1 and len(i.args) == f.nin and not i.kwargs.keys() - {"out"} else ""
    own = getattr(f, "__self__", None)
    if isinstance(own, np.ufunc):
        return "reduce" if f.__name__ == "reduce" and not i.kwargs.keys() - {"axis", "dtype", "keepdims", "out"} else ""
    if (
        (f in (np.ndarray.dot, np.dot) or f is compiled_product())
        and not i.kwargs
        and [type(a) for a in i.args] == [Value, Value]
    ):
        return "dot"
    if f in COPIES and type(i.args[0]) is Value:
        return "copy"
    if (
        getattr(f, "__module__", "") == "numpy"
        and getattr(f, "__name__", "") in _COPY_NAMES
        and type(i.args[0]) is Value
    ):
        return "copy"
    if f in NEW:
        return "new"
    if f is np.concatenate and not i.kwargs.keys() - {"axis"}:
        return "join"
    if f in (np.zeros_like, np.ones_like) and len(i.args) == 1 and not i.kwargs:
        return "fill"
    return ""


class Plan:
    """The instructions that are needed, in order, and the memory of their values.

    Attributes:
        program: the instructions; `split` is where the backward pass of a recorded function begins.
        planned: storages with memory of their own: storage -> number of the buffer.
        sizes: the bytes of each buffer.
        kept: storages whose memory the program gets to see (gradients): their buffers are used for nothing else.
    """

    def __init__(
        self,
        program: list[Instruction],
        split: int,
        outputs: list[Value],
        inputs: list[Value],
        old_grads: list[tuple[Any, Value]],
    ) -> None:
        self.outputs, self.inputs, self.old_grads = outputs, inputs, old_grads
        self._creators: dict[Storage, Instruction] = {}
        for i in program:
            for v in i.made():
                if v.storage is not None and v.storage.kind == "temporary":
                    self._creators.setdefault(v.storage, i)
        program, self.split = _without_unneeded(_without_replaced(program), split, outputs, self._creators)
        program, self.split = self._without_copies(program)
        self.program = program
        self.planned: dict[Storage, int] = {}
        self.sizes: list[int] = []
        self.kept = {i.args[1].storage for i in program if i.kind == "grad" and type(i.args[1]) is Value}
        self.emitted = [i for i in program if not self._only_a_view(i)]
        self._assign()

    def creator(self, storage: Storage) -> Instruction | None:
        return self._creators.get(storage)

    def is_planned(self, v: Value) -> bool:
        """Whether a value's array is known before the replay."""
        s = v.storage
        return s is not None and s.kind != "given" and (s.kind != "temporary" or self._can_be_planned(s))

    def _can_be_planned(self, s: Storage) -> bool:
        i = self._creators.get(s)
        return i is not None and bool(form_of(i)) and i.outs.whole() and fills(s)

    def _only_a_view(self, i: Instruction) -> bool:
        """Whether nothing is computed: all results are views of memory that is known."""
        made = i.made()
        return (
            i.kind == "call"
            and not i.writes
            and bool(made)
            and all(
                v.storage is not None and self._creators.get(v.storage) is not i and self.is_planned(v) for v in made
            )
        )

    def _without_copies(self, program: list[Instruction]) -> tuple[list[Instruction], int]:
        """Let what is copied, and then used no more, be made where its copy would lie; such are gradients of parameters.

        Not if an optimizer steps between: it might read what lies there from the replay before. Nor across the beginning of
        the backward pass, which may run more than once.
        """
        last: dict[Storage, int] = {}
        of: dict[Storage, list[Value]] = {}
        stretch: dict[Storage, tuple[int, bool]] = {}  # where it was made: after so many steps, on which side
        steps = 0
        for n, i in enumerate(program):
            steps += i.kind == "python"
            for v in (*i.made(), *i.read(), *i.writes):
                if v.storage is not None:
                    last[v.storage] = n
                    of.setdefault(v.storage, []).append(v)
                    stretch.setdefault(v.storage, (steps, n < self.split))
        results = {v.storage for v in self.outputs}
        kept, split = [], self.split
        for n, i in enumerate(program):
            if form_of(i) == "copy" and i.kwargs.get("out") is None and not i.writes:
                source, made = i.args[0].storage, i.outs.storage
                if (
                    last.get(source) == n
                    and stretch[source] == stretch[made]
                    and source not in results
                    and self._takes_place(i.args[0], i.outs)
                    and self._creators.get(made) is i
                ):
                    for v in of[source]:
                        v.storage = made
                    self._creators[made] = self._creators.pop(source)
                    made.written |= source.written
                    of[made] += of[source]
                    stretch[made] = stretch[source]
                    split -= n < self.split
                    continue
            kept.append(i)
        return kept, split

    def _takes_place(self, old: Value, new: Value) -> bool:
        """Whether a value can be made where another one lies: all of its memory, in the same order."""
        s, t = old.storage, new.storage
        if s is None or t is None or s.kind != "temporary" or t.kind != "temporary" or s.pinned or t.pinned:
            return False
        alike = (s.shape, s.strides, s.dtype) == (t.shape, t.strides, t.dtype)
        return alike and old.whole() and new.whole() and self._can_be_planned(s)

    def _assign(self) -> None:
        """Give each planned storage a buffer; one is free again after the last use of its storage."""
        last: dict[Storage, int] = {}
        for n, i in enumerate(self.emitted):
            for v in (*i.read(), *i.made(), *i.writes):
                if v.storage is not None:
                    last[v.storage] = n
        end = len(self.emitted)
        crossing = {id(i) for i in self.program[: self.split]}
        before = {v.storage for i in self.emitted if id(i) in crossing for v in i.made() if v.storage is not None}
        for v in self.outputs:
            if v.storage is not None:
                last[v.storage] = end
        for i in self.emitted:  # the backward pass may run more than once
            if id(i) not in crossing:
                last.update(dict.fromkeys([v.storage for v in (*i.read(), *i.writes) if v.storage in before], end))
        last.update(dict.fromkeys([s for s in last if s.pinned], end))
        ending: dict[int, list[Storage]] = {}
        for s, n in last.items():
            ending.setdefault(n, []).append(s)
        free: dict[int, list[int]] = {}
        for n, i in enumerate(self.emitted):
            reusable = form_of(i) == "ufunc"
            dying = [s for s in ending.get(n, ()) if s in self.planned and s not in self.kept]
            if reusable and type(i.outs) is Value:  # elementwise: the result may take the place of an operand
                mine = [
                    v.storage for v in values_in(i.args)
                    if v.storage in dying and v.whole() and v.shape == i.outs.shape and v.strides == i.outs.strides
                    and v.dtype == i.outs.dtype
                ]  # fmt: skip
                signature = getattr(i.function, "signature", None)
                if mine and signature is None and i.outs.storage not in self.planned and i.outs.storage is not mine[0]:
                    free.setdefault(_room(mine[0].nbytes), []).append(self.planned[mine[0]])
                    dying.remove(mine[0])
            for v in i.made():
                made = v.storage
                if made is None or made in self.planned or made.kind != "temporary" or not self.is_planned(v):
                    continue
                room = _room(made.nbytes)
                available = free.get(room)
                if available and made not in self.kept:
                    self.planned[made] = available.pop()
                else:
                    self.planned[made] = len(self.sizes)
                    self.sizes.append(room)
                if last[made] == n:
                    dying.append(made)
            for s in dying:
                if s not in self.kept:
                    free.setdefault(_room(s.nbytes), []).append(self.planned[s])


def _room(nbytes: int) -> int:
    return -(-max(nbytes, 1) // 64) * 64


def _without_replaced(program: list[Instruction]) -> list[Instruction]:
    """Without the settings of gradients that nobody sees, because another one follows."""
    later: set[int] = set()
    kept = []
    for i in reversed(program):
        if i.kind == "python":
            later.clear()
        elif i.kind == "grad":
            if id(i.args[0]) in later:
                i.kind = "nothing"
            later.add(id(i.args[0]))
        kept.append(i)
    return kept[::-1]


def _without_unneeded(
    program: list[Instruction], split: int, outputs: list[Value], creators: dict[Storage, Instruction]
) -> tuple[list[Instruction], int]:
    """Without instructions whose results nobody uses; `split` moves along."""
    storages = {v.storage for v in outputs}
    storages |= {i.args[1].storage for i in program if i.kind == "grad" and type(i.args[1]) is Value}
    numbers = {v.number for v in outputs}
    kept = []
    place = split
    for n in range(len(program) - 1, -1, -1):
        i = program[n]
        made = i.made()
        creates = [v for v in made if v.storage is None or creators.get(v.storage) is i]
        needed = i.kind in ("check", "grad", "draw", "python")
        needed = needed or any(
            v.storage is None or v.storage.kind != "temporary" or v.storage in storages for v in i.writes
        )
        needed = needed or any(v.storage in storages if v.storage is not None else v.number in numbers for v in creates)
        needed = needed or (i.kind == "call" and any(v.number in numbers for v in made))
        if not needed or i.kind == "nothing":
            if n < split:
                place -= 1
            continue
        kept.append(i)
        for v in (*i.read(), *i.writes):
            numbers.add(v.number)
            if v.storage is not None:
                storages.add(v.storage)
    return kept[::-1], place
