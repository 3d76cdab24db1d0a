"""The tape where ops, kernels, optimizers and random numbers meet it: what is followed, and what is recorded as one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.batching import depth as batching_depth
from ..core.dtype import F32
from ..core.kernel import functions, loops, open_kernels
from ..core.memory import owner
from .draws import Draws, draw_seed
from .errors import Escape
from .layout import fills
from .plan import NEW
from .program import Instruction, Value, leaves
from .tape import Tape
from .traced import Held, Seed, Traced


class OpTape(Tape):
    """A tape that takes the place of `mode.now.run`, and is `mode.now.trace`.

    Attributes:
        following: whether a kernel runs into which the recording looks.
    """

    following = False

    def run(self, function: Callable[..., Any], *args: Any, **settings: Any) -> Any:
        """Take the place of `mode.now.run` while recording: run the definition of an op, or a rule."""
        if self.state != "on":
            return self.run_plainly(function, *self.actual(args), **self.actual(settings))
        if batching_depth.value != self.level:
            self.fail("the step uses vmap or a new subclass of Tensor")
            return self.run(function, *args, **settings)
        if any([type(leaf) in (Seed, Held) for leaf in leaves((args, settings))]):
            return self.whole(function, args, settings)
        mark, values = len(self.program), self.values
        self.depth += 1
        try:
            return self.run_plainly(function, *args, **settings)
        except (Escape, Exception) as error:  # what is no fault of the tracing comes again when it runs as a whole
            written = [w for i in self.program[mark:] for w in i.writes if w.number <= values]
            if written and not isinstance(error, Escape):
                raise
            del self.program[mark:]
        finally:
            self.depth -= 1
        if written:
            self.give_up("an op wrote to memory before it looked at values")
            return self.run(function, *args, **settings)
        return self.whole(function, args, settings)

    def whole(self, function: Callable[..., Any], args: Any, settings: Any, kernel: bool = False) -> Any:
        """Record a call of a function without looking into it."""
        if self.state != "on":
            return self.run_plainly(function, *self.actual(args), **self.actual(settings))
        inputs = [leaf for leaf in leaves((args, settings)) if type(leaf) is Traced]
        before = [x.actual.copy() for x in inputs]
        refs, named = self.refer(args), self.refer(settings)
        self.state = "whole"
        try:
            result = self.run_plainly(function, *self.actual(args), **self.actual(settings))
        finally:
            if self.state == "whole":
                self.state = "on"
        if self.state != "on" or result is NotImplemented:
            return result
        outs = self._wrap_kernel(result, inputs) if kernel else self.wrap(result, {id(x.actual): x for x in inputs})
        changed = [x.value for x, old in zip(inputs, before, strict=True) if x.actual.tobytes() != old.tobytes()]
        if result is None and inputs and inputs[0].value not in changed:
            changed.append(inputs[0].value)  # a function without a result writes, be it what was there before
        self.emit(Instruction("call", function, refs, named, self.refer(outs), tuple(changed)))
        return outs

    def changing(self, function: Callable[..., Any], targets: list[Any], *others: Any) -> Any:
        """Record a call of a function that may write all of `targets`; it returns a plain value that nothing depends on."""
        if self.state == "on" and not all([type(t) is Traced for t in targets]):
            self.give_up("an array from outside of the recording is written")
        if self.state != "on":
            return self.run_plainly(function, *self.actual((targets, *others)))
        self.emit(
            Instruction("call", function, self.refer((targets, *others)), {}, None, tuple([t.value for t in targets]))
        )
        return self.run_plainly(function, *self.actual((targets, *others)))

    def _wrap_kernel(self, result: Any, inputs: list[Traced]) -> Any:
        out, saved = result
        for leaf in leaves(saved):
            if isinstance(leaf, np.ndarray) and id(owner(leaf)) in self._storages:
                self.storage_of(leaf).pinned = True
        return self.wrap(out, {id(x.actual): x for x in inputs}), Held(saved, Value(self.number()))

    def kernel(self, function: Callable[..., Any], *args: Any, **settings: Any) -> Any:
        """A kernel's forward function: (out, what it keeps)."""
        if self.state == "on" and function in loops and _alike(*args):
            loop, kept = loops[function](settings)
            return self.call(loop, args, {}), kept
        if self.state == "on" and function in open_kernels:
            return self.follow(function, args, settings, kernel=True)
        return self.whole(function, args, settings, kernel=True)

    def kernel_vjp(self, function: Callable[..., Any], *args: Any) -> Any:
        """A kernel's derivative."""
        if self.state == "on" and function in loops:
            g, _, inputs, out, kept, _ = args
            operands = g, out if inputs[0] is None else inputs[0]
            if _alike(*operands):
                return (self.call(loops[function](kept), operands, {}),)
        if self.state == "on" and function in open_kernels and not any(type(x) is Held for x in leaves(args)):
            return self.follow(function, args, {})
        return self.whole(function, args, {})

    def follow(self, function: Callable[..., Any], args: Any, settings: Any, kernel: bool = False) -> Any:
        """Record what a kernel calls; or the kernel as a whole, where it does what can't be followed."""
        mark = self._mark = len(self.program)
        self.depth += 1
        self.following = True
        try:
            found = self.run_plainly(function, *args, **settings)
        except (Escape, Exception):  # what is no fault of the tracing comes again when it runs as a whole
            found = self
        finally:
            self.depth -= 1
            self.following = False
        if found is self or found is NotImplemented:
            del self.program[mark:]
        return self.whole(function, args, settings, kernel) if found is self else found

    def fixed(self, array: Any) -> Any:
        """An array of a kernel that the recording follows, which holds the same at each replay."""
        return self.traced(array, "constant")

    def launch(self, *call: Any) -> None:
        """Record a call of `in_parts`, made by a kernel that the recording follows."""
        in_parts = functions["in_parts"]
        arrays: list[Any] = [x for x in leaves(call) if isinstance(x, np.ndarray) and x.size]
        # Memory of the kernel's own may be written to. No look at it tells: what is freed and taken anew may hold by chance
        # what is written to it again.
        if not all([type(x) is Traced for x in arrays]):
            raise Escape
        before = [x.actual.tobytes() for x in arrays]
        self.following = False
        try:
            in_parts(*self.actual(call))
        finally:
            self.following = True
        new = {i.outs.storage for i in self.program[self._mark :] if i.function in NEW}
        writes = [
            x.value for x, old in zip(arrays, before, strict=True)
            if x.value.storage in new or x.actual.tobytes() != old
        ]  # fmt: skip
        self.emit(Instruction("call", in_parts, self.refer(call), {}, None, tuple(writes)))

    # Objects of the program

    def python(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call something of the program's that is called again, as it is, at each replay: a step of an optimizer."""
        if len(args) > 1 or kwargs:
            self.fail("an optimizer's step is called with a closure")
            return function(*args, **kwargs)
        self.emit(Instruction("python", function, args, {}))
        self.state = "python"
        try:
            return function(*args)
        finally:
            if self.state == "python":
                self.state = "on"

    # Random numbers

    def random(self, generator: Any, rng: Any) -> Any:
        """The generator in the place of NumPy's: what it draws is drawn again at each replay."""
        return Draws(self, generator, rng) if self.state == "on" else rng

    def seed(self, generator: Any, rng: Any) -> int:
        """A seed for a function that makes random numbers by itself."""
        if self.state != "on":
            return int(rng.integers(2**63))
        if self.depth:
            raise Escape
        seed = Seed(rng.integers(2**63))
        seed.value = Value(self.number())
        self.emit(Instruction("draw", draw_seed, (generator,), {}, seed.value))
        return seed


def _alike(*operands: Any) -> bool:
    """Whether these are arrays of the recording of one shape and order, as an elementwise operation of a chain takes them."""
    if not all([type(x) is Traced and x.dtype is F32 and x.size and fills(x.value) for x in operands]):
        return False
    first = operands[0]
    return all([(x.shape, x.strides) == (first.shape, first.strides) for x in operands])
