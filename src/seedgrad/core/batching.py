"""One more dimension for every op, which the program does not see: the machinery of `vmap`.

Inside `vmap` a function computes with `Batched` tensors. Each shows the shape of one sample and holds `physical`, a tensor
with all samples along axis 0. An op that is called on one of them applies its batching rule, which calls ops on the
physical tensors; so samples are computed together, gradients are recorded as always, and a `vmap` inside of a `vmap` is a
`Batched` tensor whose physical tensor is `Batched`.

A batching rule is declared beside the derivative rules:

    sum.defbatch(along("axis"))

It receives the op, the physical inputs, which of them have the batch axis, the number of samples and the settings; what
it returns has the batch axis in front. Elementwise NumPy functions need none; ops without derivative rules are batched
through their definition, and so are those whose rule answers NotImplemented. More rules are in batch_rules.py; what
computes on the values of batched tensors, in batch_values.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from . import dtype as dtypes
from .hidden import Hidden, refusal
from .namespace import tensor_namespace
from .node import Node
from .tensor import Tensor

if TYPE_CHECKING:
    from .op import Op

Rule = Callable[..., Any]


class _Levels(threading.local):
    def __init__(self) -> None:
        self.sizes: list[int] = []  # the number of samples of each vmap that this thread is in
        self.random: list[str] = []  # and its `randomness`
        self.number = 0  # that of the samples for which a batching rule is asked


levels = _Levels()
ops: list[Any] = []  # every op, so that all leave their short ways while some thread is in a vmap


class _Depth:
    """How many vmaps are running, in all threads."""

    __slots__ = ("lock", "value")

    def __init__(self) -> None:
        self.value, self.lock = 0, threading.Lock()

    def add(self, step: int) -> None:
        with self.lock:
            self.value += step
            if self.value == max(step, 0):  # the first one began, or the last one ended
                for op in ops:
                    op.slow = op.by_itself_slow or self.value > 0


depth = _Depth()


@contextmanager
def level(size: int, randomness: str) -> Iterator[int]:
    """A new batch dimension of that many samples; its number."""
    levels.sizes.append(size)
    levels.random.append(randomness)
    depth.add(1)
    try:
        yield len(levels.sizes)
    finally:
        depth.add(-1)
        levels.sizes.pop()
        levels.random.pop()


class Batched(Tensor):
    """A tensor inside `vmap`: it looks like one sample.

    Attributes:
        physical: all samples, along axis 0.
        level: which of the nested vmaps it belongs to, from 1.
    """

    __slots__ = ("level", "physical")

    def __init__(self, physical: Tensor, level: int) -> None:
        super().__init__()
        self.physical, self.level = physical, level
        self.array: Any = Hidden(physical.array)

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is computed for it."""
        return self.physical.requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        raise RuntimeError("requires_grad can't be changed inside vmap; differentiate with seedgrad.func.grad")

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user rather than by a recorded op."""
        return self.physical.is_leaf

    @property
    def grad_fn(self) -> Node | None:
        """The node of the op that made it; None for leaves."""
        return self.physical.grad_fn

    @property
    def data(self) -> Tensor:
        """Not here: writes that nothing notices."""
        raise RuntimeError("accessing `data` under vmap transform is not allowed. Use detach()")

    @data.setter
    def data(self, value: Tensor) -> None:
        raise RuntimeError("assigning `data` under vmap transform is not allowed. Use copy_()")

    def detach(self) -> Tensor:
        """The same values without history."""
        return Batched(self.physical.detach(), self.level)

    def __repr__(self) -> str:
        return f"Batched(level={self.level}, samples={self.physical.shape[0]}, shape={tuple(self.shape)})"

    def _no_values(self, *args: Any, **kwargs: Any) -> Any:
        raise refusal("item(), bool(), numpy() or the like")

    item = tolist = numpy = backward = data_ptr = __array__ = __contains__ = __format__ = _no_values
    __bool__ = __float__ = __int__ = __index__ = __complex__ = __deepcopy__ = __reduce_ex__ = _no_values


def batched_call(op: Op, inputs: tuple[Any, ...], settings: dict[str, Any]) -> Any:
    """Call an op on inputs of which some are batched."""
    number = max([x.level for x in inputs if type(x) is Batched], default=0)
    if not number:
        raise refusal(f"an index or a setting of {op.name}")
    if op.cast is not None:
        inputs = _of_one_type(op, inputs)
    has = [type(x) is Batched and x.level == number for x in inputs]
    physical = [x.physical if batched else x for x, batched in zip(inputs, has, strict=True)]
    out: Any = NotImplemented
    if op.batch is not None:
        levels.number = number
        out = op.batch(op, physical, has, levels.sizes[number - 1], **{**op.defaults, **settings})
    elif op.rules or op.ufunc is not None or not op.differentiable:
        raise NotImplementedError(f"vmap: {op.name} has no batching rule")
    if out is NotImplemented:
        return op.definition(tensor_namespace, *inputs, **settings)
    if isinstance(out, tuple):
        return tuple(Batched(t, number) for t in out)
    return Batched(out, number)


def _of_one_type(op: Op, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Inputs of different types in their common one, which the number of dimensions of one sample decides."""
    parts = [x for i, x in enumerate(inputs) if x is not None and i not in op.raw]
    if len({x.dtype for x in parts if isinstance(x, (Tensor, np.ndarray))}) < 2:
        return inputs
    kind = dtypes.result_type([x.array if isinstance(x, Tensor) else x for x in parts])
    return tuple(
        tensor_namespace.astype(x, kind=kind) if isinstance(x, Tensor) and i not in op.raw else x
        for i, x in enumerate(inputs)
    )


def has_hidden(value: Any) -> bool:
    """Whether there is a batched tensor, or the array of one, in a setting."""
    if isinstance(value, (tuple, list)):
        return any(has_hidden(v) for v in value)
    return (
        type(value) is Batched or type(value) is Hidden or (isinstance(value, Tensor) and type(value.array) is Hidden)
    )


def sample_ndim(x: Any, batched: bool) -> int:
    """The number of dimensions of one sample of a physical input."""
    return x.ndim - batched if isinstance(x, (Tensor, np.ndarray)) else 0


# The rules that many ops share.


def aligned(xs: list[Any], has: list[bool]) -> list[Any]:
    """The inputs with dimensions of length 1 behind the batch axis, so that samples broadcast against each other."""
    n = max(sample_ndim(x, b) for x, b in zip(xs, has, strict=True))
    found = []
    for x, batched in zip(xs, has, strict=True):
        missing = n - sample_ndim(x, batched)
        if batched and missing:
            x = tensor_namespace.reshape(x, shape=(x.shape[0], *(1,) * missing, *x.shape[1:]))
        found.append(x)
    return found


def elementwise(op: Op, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """Each element of the result depends on one element of each input."""
    return op.call(*aligned(xs, has), **settings)


def along(*names: str) -> Rule:
    """One input, and settings that name axes: a number, several, or None for all."""

    def rule(op: Op, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
        (x,) = xs
        n = x.ndim - 1
        if not n and any(
            settings[name] not in (None, ()) for name in names
        ):  # the axis that a 0-d sample is taken to have
            row = tensor_namespace.reshape(x, shape=(size, 1))
            out = op.call(row, **{**settings, **dict.fromkeys(names, 1)})
            return tensor_namespace.reshape(out, shape=(size,))
        for name in names:
            settings[name] = shifted(settings[name], n)
        return op.call(x, **settings)

    return rule


def shifted(axis: Any, ndim: int) -> Any:
    """Axes of a sample as axes of the physical tensor."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, (tuple, list)):
        return tuple(shifted(a, ndim) for a in axis)
    return axis % ndim + 1 if ndim else axis


def with_size(name: str) -> Rule:
    """One input, and a setting that is a shape."""

    def rule(op: Op, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
        settings[name] = (size, *settings[name])
        return op.call(*xs, **settings)

    return rule


def as_it_is(op: Op, xs: list[Any], has: list[bool], size: int, **settings: Any) -> Any:
    """An op that works on trailing axes, or on each element, whatever stands in front."""
    return op.call(*xs, **settings)


def everywhere(xs: list[Any], has: list[bool], size: int) -> list[Any]:
    """All inputs with the batch axis: those that lack it are repeated, without copying."""
    found = []
    for x, batched in zip(xs, has, strict=True):
        if isinstance(x, np.ndarray):
            x = Tensor(x)
        if isinstance(x, Tensor) and not batched:
            x = tensor_namespace.broadcast_to(x, shape=(size, *x.shape))
        found.append(x)
    return found
