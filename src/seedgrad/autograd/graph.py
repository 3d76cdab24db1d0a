"""The graph seen from outside: its nodes, its edges, and what its nodes save for the backward pass."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ..core.backward import running
from ..core.handle import RemovableHandle
from ..core.memory import bump
from ..core.mode import mode
from ..core.node import Node as Node
from ..core.saved import Pair, saving
from ..core.tensor import Tensor
from .edges import GradientEdge as GradientEdge
from .edges import get_gradient_edge as get_gradient_edge


class _Refusal(threading.local):
    message: str | None = None  # why hooks on saved tensors are refused now


_refusal = _Refusal()


class saved_tensors_hooks:
    """Inside this block, what ops save for their backward pass goes through a pair of functions.

    `pack_hook(tensor)` is called when an op saves a tensor; what it returns is kept in its place. `unpack_hook(kept)` is
    called when the backward pass needs the tensor. So saved tensors can be compressed, or written to disk. What a
    leaf or another input is saved as is the tensor itself; outputs come without their history. Of two blocks, one in the
    other, the inner one counts. Ops on small tensors are slower inside.

    Args:
        pack_hook: from a tensor, which it must not write to, to anything.
        unpack_hook: from what `pack_hook` returned to a tensor with the same values.

    Raises:
        RuntimeError: on entering, inside `disable_saved_tensors_hooks`; if `pack_hook` writes to its tensor.
        TypeError: in the backward pass, if `unpack_hook` does not return a tensor.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> with sg.autograd.graph.saved_tensors_hooks(lambda t: t.half(), lambda kept: kept.float()):
        ...     y = (x * x).sum()
        >>> y.backward()
        >>> x.grad
        tensor([2., 4.])
    """

    def __init__(self, pack_hook: Callable[[Tensor], Any], unpack_hook: Callable[[Any], Tensor]) -> None:
        self._pair = Pair(pack_hook, unpack_hook)
        self._blocks: list[AbstractContextManager[None]] = []

    def __enter__(self) -> None:
        if _refusal.message is not None:
            raise RuntimeError(_refusal.message)
        block = saving(self._pair)
        block.__enter__()
        self._blocks.append(block)

    def __exit__(self, *exc: object) -> None:
        self._blocks.pop().__exit__(None, None, None)


class save_on_cpu(saved_tensors_hooks):
    """Inside this block, ops save their tensors in the CPU's memory, where all tensors are already: nothing is moved.

    Args:
        pin_memory: PyTorch saves a copy then, in memory that is copied faster to other devices; so a tensor may be
            written in place after it was used, and the gradient is that of its old values. Default: False.
        device_type: accepted; the device that needs pinned memory. Default: "cuda".

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> y = x.clone()
        >>> with sg.autograd.graph.save_on_cpu(pin_memory=True):
        ...     z = (y * y).sum()
        >>> _ = y.zero_()
        >>> z.backward()
        >>> x.grad
        tensor([2., 4.])
    """

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        def pack(t: Tensor) -> Any:
            return t.array.copy("K") if pin_memory else t.array

        super().__init__(pack, Tensor)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Refuse hooks on saved tensors inside this block, which can't work with them.

    Args:
        error_message: what the error says.

    Raises:
        RuntimeError: on entering, if there are hooks already; later, when some are to be set.

    Example:
        >>> import seedgrad as sg
        >>> with sg.autograd.graph.disable_saved_tensors_hooks("not here"):
        ...     with sg.autograd.graph.save_on_cpu():
        ...         pass
        Traceback (most recent call last):
            ...
        RuntimeError: not here
    """
    if mode.now.pack is not None:
        raise RuntimeError(error_message)
    before, _refusal.message = _refusal.message, error_message
    try:
        yield
    finally:
        _refusal.message = before


def increment_version(tensor: Tensor | Iterable[Tensor]) -> None:
    """Note a write that the library did not see, such as one through `x.numpy()`: saved tensors of that memory are stale.

    Args:
        tensor: a tensor, or several.

    Raises:
        RuntimeError: something else is given.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.zeros(2)
        >>> x.numpy()[0] = 1.0
        >>> sg.autograd.graph.increment_version(x)
    """
    if not isinstance(tensor, (Tensor, Iterable)):
        raise RuntimeError(f"increment_version expects a Tensor or several, got {type(tensor).__name__}")
    for t in (tensor,) if isinstance(tensor, Tensor) else tuple(tensor):
        bump(t)


class _Handles:
    """The handles of several hooks, removed together."""

    def __init__(self, handles: Sequence[RemovableHandle]) -> None:
        self.handles = tuple(handles)

    def remove(self) -> None:
        """Take the hooks away."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> _Handles:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


class _Pass:
    """What has arrived in the backward pass that runs: the gradients, and how many are still expected."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.number, self.gradients = running.number, [None] * len(nodes)
        seen: set[Node] = set()
        todo = list(running.nodes)
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(node.edges)
        self.expected = sum(node in seen for node in nodes)


def register_multi_grad_hook(tensors: Sequence[Tensor], fn: Callable[[Any], None], *, mode: str = "all") -> _Handles:
    """Call a function once in every backward pass, when the gradients of several tensors are there.

    Args:
        tensors: tensors that require grad.
        fn: for "all", gets a list with the gradient of each tensor, None for those that the pass does not reach; for
            "any", gets the first gradient that arrives.
        mode: "all" (default): when all are there that the pass reaches; "any": when the first is there.

    Returns:
        A handle; its `remove()` takes the hook away.

    Raises:
        ValueError: mode is neither of the two.
        AssertionError: a tensor does not require grad.

    Example:
        >>> import seedgrad as sg
        >>> a, b = sg.ones(2, requires_grad=True), sg.ones(2, requires_grad=True)
        >>> handle = sg.autograd.graph.register_multi_grad_hook((a, b), print)
        >>> (a * 2 + b).sum().backward()
        [tensor([2., 2.]), tensor([1., 1.])]
        >>> handle.remove()
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    nodes = [t.node for t in tensors if t.node is not None]
    if len(nodes) != len(tensors):
        raise AssertionError("Expected gradient function to be set: a tensor does not require grad")
    lock = threading.Lock()
    current: _Pass | None = None

    def arrived(i: int, g: Tensor) -> None:
        nonlocal current
        with lock:
            first = current is None or current.number != running.number
            now = current = _Pass(nodes) if first or current is None else current
            now.gradients[i] = g  # type: ignore[call-overload]
            now.expected -= 1
            complete = now.expected == 0
        if mode == "any" and first:
            fn(g)
        elif mode == "all" and complete:
            fn(now.gradients)

    return _Handles([t.register_hook(functools.partial(arrived, i)) for i, t in enumerate(tensors)])
