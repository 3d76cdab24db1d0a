"""Recording: the library computes with traced arrays while a step runs once.

Nothing of this is there while no step is recorded. While one is, the descriptors by which a Tensor reaches its array and its
gradient are replaced by properties, so that no read and no write of a Tensor's memory goes unseen; NumPy's three functions
that make arrays of anything know traced arrays; and `mode.now.trace` is the tape.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..core.array_like import ArrayLike
from ..core.memory import count
from ..core.mode import mode
from ..core.node import Leaf, Node
from ..core.tensor import Tensor
from .errors import CaptureError, refusal, users_line
from .functions import READERS
from .program import Instruction
from .tape_ops import OpTape
from .traced import Held, Traced

# What gives the array itself to whoever calls it.
_HANDING_OUT = {ArrayLike.numpy.__code__, ArrayLike.__dlpack__.__code__, ArrayLike.data_ptr.__code__}
# One recording at a time; others wait.
LOCK = threading.RLock()

_ARRAY: Any = Tensor.__dict__["array"]
_GRAD: Any = Tensor.__dict__["_grad"]
_NUMPY: dict[str, Any] = {name: getattr(np, name) for name in ("asarray", "array", "ascontiguousarray")}


class Recorder(OpTape):
    """A tape that knows the tensors of the step.

    Attributes:
        visible: the tensors that the guards can see, by id.
        inputs: the arguments: tensors whose arrays change from call to call.
        entered: the tensors from before the step that it used, with their traced arrays.
        grads: the tensors from before whose `.grad` was read before it was set, with what it was.
    """

    def __init__(
        self,
        run: Callable[..., Any],
        live: dict[int, Any],
        visible: dict[int, tuple[Tensor, str]],
        inputs: list[Tensor],
    ) -> None:
        super().__init__(run, live)
        self.visible, self.inputs = visible, inputs
        self.entered: dict[int, tuple[Tensor, Traced]] = {}
        self.grads: dict[int, tuple[Tensor, Tensor | None]] = {}
        self.set_grads: dict[int, Tensor] = {}
        self.old_grads: dict[int, Tensor] = {}  # by the id of a gradient from before the step, the tensor it belongs to
        self._born: dict[int, weakref.ref[Tensor]] = {}
        self._foreign: set[int] = set()
        self.start = count()
        self.nodes: list[tuple[Tensor, Node | None, int]] = []  # where the tensors that entered stood in the graph
        self._copied: list[tuple[Any, Traced]] = []
        for t in inputs:  # a copy has memory of its own, whatever the argument is a part of
            array = _ARRAY.__get__(t)
            self._copied.append((array, self._enter(t, array.copy("K"), "input")))

    def _enter(self, t: Tensor, array: Any, kind: str) -> Traced:
        traced = self.traced(array, kind)
        self.entered[id(t)] = t, traced
        self.nodes.append((t, t.node, t.slot))
        return traced

    def moved(self) -> str:
        """Why there is no recording, if tensors from before stand elsewhere in the graph now."""
        if all([t.node is node and t.slot == slot for t, node, slot in self.nodes]):
            return ""
        return "it changes whether, or from what, a tensor from before the step was computed"

    def visit(self, node: Node) -> None:
        """A node of the graph is about to run."""
        if node.order < self.start and type(node) is not Leaf and self.state == "on":
            self.fail("its backward pass goes on through a graph from before the step")

    def born(self, t: Tensor) -> None:
        key, born = id(t), self._born
        born[key] = weakref.ref(t, lambda _: born.pop(key, None))
        if self.state == "python":
            self._foreign.add(key)
        else:
            self._foreign.discard(key)

    def array_of(self, t: Tensor, array: Any) -> Any:
        """What a tensor's `.array` is while recording."""
        if self.state == "on" and sys._getframe(2).f_code in _HANDING_OUT:
            self.handed_out()
        if type(array) is Traced:
            if self.state == "whole":
                self._unseen()
            return array if self.state == "on" else array.actual
        if self.state != "on" or type(array) is not np.ndarray:
            if self.state == "whole":
                self._unseen()
            return array
        known = self.entered.get(id(t))
        if known is not None:
            return known[1]
        if id(t) in self._born:
            if id(t) in self._foreign:
                self.fail("the step uses a tensor that an optimizer made in this step")
                return array
            traced = self.traced(array, "constant")
            _ARRAY.__set__(t, traced)
            return traced
        if id(t) not in self.visible:
            self.fail(
                f"it uses a tensor of shape {array.shape} that is reached through nothing that can be checked at the next "
                f"call, such as an iterator, at {users_line()[0]}"
            )
            return array
        if t.node is not None and type(t.node) is not Leaf and mode.now.grad:
            self.fail(f"it uses {self.visible[id(t)][1]}, which was computed, with its graph, before the step")
            return array
        if id(t) in self.old_grads:
            return self._enter(t, array, "given")
        return self._enter(t, array, "external")

    def handed_out(self) -> None:
        """A real array is asked for."""
        where, entry = users_line()
        if entry is not None and entry.co_name in READERS:
            raise CaptureError(refusal(entry.co_name, where))
        self.fail(f"{entry.co_name if entry is not None else 'NumPy'} takes the array of a tensor, at {where}")

    def array_set(self, t: Tensor, array: Any, new: bool) -> None:
        if new:
            self.born(t)
        elif id(t) not in self._born and self.state == "on":
            self.fail(f"it gives another array to a tensor that existed before, at {users_line()[0]}")

    def grad_of(self, t: Tensor, grad: Any) -> None:
        key = id(t)
        if self.state == "on" and key not in self._born and key not in self.grads and key not in self.set_grads:
            self.grads[key] = t, grad
            if grad is not None:
                self.visible.setdefault(id(grad), (grad, "a gradient"))
                self.old_grads[id(grad)] = t

    def grad_set(self, t: Tensor, grad: Any) -> None:
        key = id(t)
        if self.state != "on" or key in self._born:
            return
        if grad is not None and grad.node is not None:
            self.fail("it leaves a gradient that was computed with create_graph=True")
            return
        if key not in self.visible and key not in self.entered:
            self.fail("it sets the gradient of a tensor that no guard can see")
            return
        self.set_grads[key] = t
        value: Any = None
        if grad is not None:
            array = grad.array
            if type(array) is not Traced:
                return
            if id(grad) in self.visible:
                self.fail("it gives a gradient from before the step to a tensor")
            value = array.value
        self.emit(Instruction("grad", setattr, (t, value), {}))

    def finish(self) -> None:
        """Put the real arrays into all tensors and nodes that outlive the recording."""
        self.state = "off"
        for array, traced in self._copied:
            if traced.value.storage.written:
                np.copyto(array, traced.actual)
        nodes: list[Any] = []
        for reference in list(self._born.values()):
            t = reference()
            if t is None:
                continue
            array = _ARRAY.__get__(t)
            if type(array) is Traced:
                _ARRAY.__set__(t, array.actual)
            nodes.append(t.node)
        seen: set[Any] = set()
        while nodes:
            node = nodes.pop()
            if node is None or node in seen:
                continue
            seen.add(node)
            nodes.extend(node.edges)
            for name in (*node.memory, "settings"):
                held = getattr(node, name, None)
                if held is not None:
                    setattr(node, name, plain(held))


def plain(held: Any) -> Any:
    """What a node keeps, with real arrays."""
    if type(held) is tuple:
        return tuple([plain(item) for item in held])
    if type(held) is dict:
        return {key: plain(item) for key, item in held.items()}
    return held.actual if type(held) is Traced or type(held) is Held else held


def _get_array(t: Tensor) -> Any:
    array, tape = _ARRAY.__get__(t), mode.now.trace
    if tape is not None:
        return tape.array_of(t, array)
    return array.actual if type(array) is Traced else array


def _set_array(t: Tensor, array: Any) -> None:
    tape = mode.now.trace
    if tape is not None:
        try:
            _ARRAY.__get__(t)
            new = False
        except AttributeError:
            new = True
        tape.array_set(t, array, new)
    _ARRAY.__set__(t, array)


def _get_grad(t: Tensor) -> Any:
    grad, tape = _GRAD.__get__(t), mode.now.trace
    if tape is not None:
        tape.grad_of(t, grad)
    return grad


def _set_grad(t: Tensor, grad: Any) -> None:
    tape = mode.now.trace
    if tape is not None:
        tape.grad_set(t, grad)
    _GRAD.__set__(t, grad)


def _maker(name: str) -> Callable[..., Any]:
    plainly = _NUMPY[name]

    def make(*args: Any, **kwargs: Any) -> Any:
        if args and type(args[0]) is Traced and len(args) <= 2 and set(kwargs) <= {"dtype", "order", "copy"}:
            x = args[0]
            kind = args[1] if len(args) > 1 else kwargs.get("dtype")
            if name == "asarray" and (kind is None or np.dtype(kind) == x.dtype) and "order" not in kwargs:
                return x
            if x.tape.state == "on" and kwargs.get("copy", True):
                return x.tape.call(plainly, args, kwargs)
        return plainly(*args, **kwargs)

    return make


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """The library records, in this thread, until the end of the block."""
    now = mode.now
    run = now.run
    with LOCK:
        tensor: Any = Tensor
        tensor.array, tensor._grad = property(_get_array, _set_array), property(_get_grad, _set_grad)
        for name in _NUMPY:
            setattr(np, name, _maker(name))
        tracing: Any = recorder.run
        now.trace, now.run = recorder, tracing
        try:
            yield
        finally:
            now.trace, now.run = None, run
            try:
                recorder.finish()
            finally:
                tensor.array, tensor._grad = _ARRAY, _GRAD
                for name, function in _NUMPY.items():
                    setattr(np, name, function)
