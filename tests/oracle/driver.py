"""How a row of the table is compared with PyTorch."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import seedgrad as sg
from seedgrad.core.gradients import gradients

from .table import A, Call, Row

EPS = {"float64": 2e-10, "float32": 2e-5, "float16": 4e-3, "bfloat16": 3e-2, "complex64": 2e-5, "complex128": 2e-10}
Array = np.ndarray[Any, Any]


def to_torch(array: Array) -> torch.Tensor:
    """A torch tensor with the values of an array, bfloat16 included."""
    if array.dtype.name == "bfloat16":
        return torch.tensor(array.astype(np.float32)).bfloat16()
    return torch.tensor(np.ascontiguousarray(array).reshape(array.shape))


def values_of(t: Any) -> Array:
    """The values of a tensor of either package."""
    if isinstance(t, sg.Tensor):
        return t.detach().array
    if t.dtype == torch.bfloat16:
        return t.float().numpy(force=True).astype(sg.bfloat16.dtype)
    return t.resolve_conj().resolve_neg().numpy(force=True)


def direction(rng: np.random.Generator, like: torch.Tensor) -> Array:
    """Numbers between 0.5 and 1.5, and an imaginary part where `like` has one, in the shape and type of `like`."""
    numbers = rng.uniform(0.5, 1.5, like.shape)
    if like.dtype.is_complex:
        numbers = numbers + 1j * rng.uniform(-1, 1, like.shape)
    return np.asarray(numbers).astype(values_of(like).dtype)


class Both:
    """One call made concrete: the same arguments for both packages."""

    def __init__(self, made: Call, kind: str, layout: Callable[[Array], Array] | None = None, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.kind, self.layout = np.dtype(sg.bfloat16.dtype if kind == "bfloat16" else kind), layout
        self.ours: list[sg.Tensor] = []
        self.theirs: list[torch.Tensor] = []
        pairs = [self._pair(a) for a in made.args]
        named = {k: self._pair(v) for k, v in made.kwargs.items()}
        self.args = [a for a, _ in pairs], {k: a for k, (a, _) in named.items()}
        self.torch_args = [b for _, b in pairs], {k: b for k, (_, b) in named.items()}

    def _pair(self, value: Any) -> tuple[Any, Any]:
        if isinstance(value, (list, tuple)) and any(isinstance(v, (A, np.ndarray)) for v in value):
            pairs = [self._pair(v) for v in value]
            return type(value)(a for a, _ in pairs), type(value)(b for _, b in pairs)
        if isinstance(value, sg.dtype):
            return value, getattr(torch, value.name)
        if not isinstance(value, (A, np.ndarray)):
            return value, value
        array = value.make(self.rng) if isinstance(value, A) else value
        if array.dtype == np.float64:
            with np.errstate(all="ignore"):
                if self.kind.kind == "c":
                    array = array + 1j * self.rng.standard_normal(array.shape)
                array = array.astype(self.kind) if self.kind.kind not in "iub" else _whole(array, self.kind)
        if self.layout is not None:
            array = self.layout(array)
        ours, theirs = sg.Tensor(array.copy() if self.layout is None else array), to_torch(array)
        if theirs.dtype.is_floating_point or theirs.dtype.is_complex:
            ours.requires_grad, theirs.requires_grad = True, True
            self.ours.append(ours)
            self.theirs.append(theirs)
        return ours, theirs

    def run(self, row: Row) -> tuple[Any, Any]:
        """Both results, each a value or the exception."""
        return (
            outcome(row.of(sg), *self.args),
            outcome(row.of(torch), *self.torch_args),
        )


def _whole(array: Array, kind: np.dtype[Any]) -> Array:
    if kind.kind == "b":
        return array > 0
    whole = np.rint(np.nan_to_num(array, nan=0, posinf=3, neginf=-3))
    return (np.abs(whole) if kind.kind == "u" else whole).astype(kind)


def outcome(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What a call returns, or the exception it raises."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return error


def outputs(result: Any) -> list[Any]:
    """The tensors and plain values in a result."""
    if isinstance(result, (tuple, list)):
        return [part for value in result for part in outputs(value)]
    return [result]


def check_close(ours: Any, theirs: Any, scale: float = 1, what: str = "", least: float = 0) -> None:
    """Equal dtype, shape and, within the dtype's tolerance (at least `least`), values."""
    if not isinstance(theirs, torch.Tensor):
        assert ours == theirs, f"{what}: {ours!r} is not {theirs!r}"
        return
    assert isinstance(ours, sg.Tensor), f"{what}: {ours!r} is not a Tensor"
    assert f"torch.{ours.dtype.name}" == str(theirs.dtype), f"{what}: {ours.dtype} is not {theirs.dtype}"
    a, b = values_of(ours), values_of(theirs)
    assert a.shape == b.shape, f"{what}: shape {a.shape} is not {b.shape}"
    eps = scale * max(EPS.get(a.dtype.name, 0), least)
    if a.dtype.itemsize == 2 and a.dtype.kind not in "iu":
        a, b = a.astype(np.float32), b.astype(np.float32)
    np.testing.assert_allclose(a, b, rtol=eps, atol=eps, err_msg=what)


def class_of(error: Exception) -> type[Exception]:
    """The class that we raise where PyTorch raises this error: the same, but for the one that is PyTorch's own."""
    return sg.linalg.LinAlgError if isinstance(error, torch.linalg.LinAlgError) else type(error)


def same_outcome(ours: Any, theirs: Any, scale: float = 1, what: str = "", graph: bool = True) -> bool:
    """Both raised the same class, or both gave equal values; whether there are values."""
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"{what}: PyTorch raises {theirs!r}, we give {ours!r}"
        assert type(ours) is class_of(theirs), f"{what}: PyTorch raises {theirs!r}, we raise {ours!r}"
        return False
    if isinstance(ours, Exception):
        raise AssertionError(f"{what}: PyTorch gives {theirs!r}") from ours
    mine, other = outputs(ours), outputs(theirs)
    assert len(mine) == len(other), f"{what}: {len(mine)} results, PyTorch has {len(other)}"
    for a, b in zip(mine, other, strict=True):
        check_close(a, b, scale, what)
        if graph and isinstance(b, torch.Tensor):
            assert a.requires_grad == b.requires_grad, f"{what}: requires_grad is {a.requires_grad}"
    return True


def check_gradients(both: Both, ours: Any, theirs: Any, scale: float, second: bool, what: str = "") -> None:
    """First gradients in random directions, then gradients of those.

    Inputs of different types are compared as coarsely as the coarsest asks: PyTorch rounds some before its
        rules.
    """
    # Through one further op: a node that is wrong about its own type is noticed only by what stands before it.
    kept = [
        (a * 1, b * 1)
        for a, b in zip(outputs(ours), outputs(theirs), strict=True)
        if getattr(b, "requires_grad", False)
    ]
    if not kept:
        return
    directions = [direction(both.rng, b) for _, b in kept]
    mine = [sg.Tensor(d) for d in directions]
    other = [to_torch(d) for d in directions]
    for d, e in zip(mine, other, strict=True):
        d.requires_grad, e.requires_grad = second, second
    g = gradients([a for a, _ in kept], mine, both.ours, keep=True, create_graph=second)
    try:
        h = torch.autograd.grad([b for _, b in kept], both.theirs, other, create_graph=second, allow_unused=True)
    except RuntimeError as error:  # PyTorch has no derivative here, or its rule fails on integers
        assert re.search("not implemented|a bool tensor|INTERNAL ASSERT", str(error)), what
        return
    least = max(EPS[t.dtype.name] for t in both.ours) if len({t.dtype for t in both.ours}) > 1 else 0
    for i, (a, b) in enumerate(zip(g, h, strict=True)):
        mine_i, other_i = _or_zeros(a, both.ours[i], sg), _or_zeros(b, both.theirs[i], torch)
        check_close(mine_i, other_i, scale, f"{what} gradient {i}", least)
    if not second:
        return
    mine_in, other_in = [*both.ours, *mine], [*both.theirs, *other]
    again = [i for i, b in enumerate(h) if b is not None and b.requires_grad]
    ours_again = [i for i in again if g[i] is not None and g[i].requires_grad]
    along = [direction(both.rng, h[i]) for i in again]
    along_ours = [sg.Tensor(d) for i, d in zip(again, along, strict=True) if i in ours_again]
    if not again:
        return
    hh = torch.autograd.grad(
        [h[i] for i in again],
        other_in,
        [to_torch(d) for d in along],
        allow_unused=True,
    )
    gg: Any = [None] * len(mine_in)
    if ours_again:
        gg = gradients([g[i] for i in ours_again], along_ours, mine_in, keep=False, create_graph=False)
    for i, (a, b) in enumerate(zip(gg, hh, strict=True)):
        check_close(_or_zeros(a, mine_in[i], sg), _or_zeros(b, other_in[i], torch), 10 * scale, f"{what} second {i}")


def _or_zeros(g: Any, like: Any, package: Any) -> Any:
    if g is not None:
        return g
    return sg.Tensor(np.zeros_like(like.array)) if package is sg else torch.zeros_like(like)


def transposed(x: Array) -> Array:
    """The same values with the memory of the last two dimensions swapped."""
    return np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2) if x.ndim > 1 else x.copy()


def strided(x: Array) -> Array:
    """The same values as every second element of a longer array."""
    if not x.ndim:
        return x.copy()
    room = np.zeros((*x.shape[:-1], 2 * x.shape[-1] + 1), x.dtype)
    seen = room[..., 1::2]
    seen[...] = x
    return seen


def expanded(x: Array) -> Array:
    """The first slice, repeated without a copy."""
    return np.broadcast_to(x[:1], x.shape) if x.ndim and x.shape[0] > 1 else x.copy()


LAYOUTS = {"transposed": transposed, "strided": strided, "expanded": expanded}
