"""A call whose arguments are variables, and the two ways to multiply with its Jacobian.

`pull_back` multiplies vectors from the left, which is one backward pass; `Pushing` from the right, which is the
derivative of that pass by its vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import enable_grad
from ..core.tensor import Tensor
from .tree import flatten, tree_map
from .variables import Variables, lift, lower, products

ArgNums = int | Sequence[int]


def _chosen(name: str, args: tuple[Any, ...], argnums: ArgNums) -> tuple[Any, list[int]]:
    """The arguments to differentiate by (one, or a tuple), and their positions."""
    single = isinstance(argnums, int)
    positions = []
    for n in (argnums,) if isinstance(argnums, int) else argnums:
        if not isinstance(n, int):
            raise RuntimeError(f"{name}: argnums must be int or a tuple of ints, got {type(n).__name__}")
        if not -len(args) <= n < len(args):
            raise RuntimeError(f"{name}: got argnum={n}, but only {len(args)} positional inputs")
        positions.append(n % len(args))
    if not positions:
        raise RuntimeError(f"{name}: argnums must be non-empty")
    if len(set(positions)) < len(positions):
        raise RuntimeError(f"{name}: argnums elements must be unique, got {argnums}")
    return args[positions[0]] if single else tuple(args[p] for p in positions), positions


def _tensors(name: str, what: str, values: list[Any]) -> list[Tensor]:
    for value in values:
        if not isinstance(value, Tensor):
            raise RuntimeError(f"{name}: expected {what} to be Tensors, got {type(value).__name__}")
    return values


class Call:
    """A call of a function with fresh variables in the place of some arguments.

    Attributes:
        variables: the variables, as a list; `rebuild` gives a list the structure of the arguments.
        outputs: the results, lowered, as a list; `shape_out` gives a list their structure.
    """

    def __init__(
        self, name: str, func: Callable[..., Any], args: tuple[Any, ...], kwargs: Any, argnums: ArgNums, has_aux: bool
    ):
        given, positions = _chosen(name, args, argnums)
        leaves, self.rebuild = flatten(given)
        self.variables = Variables(_tensors(name, "the inputs it differentiates by", leaves))
        for t in self.variables.inner:
            if not dtypes.differentiable(t.array.dtype):
                raise RuntimeError(f"{name}: only floating-point and complex inputs have a gradient, got {t.dtype}")
        inner = self.rebuild(self.variables.inner)
        called = list(args)
        for position, value in zip(positions, [inner] if isinstance(argnums, int) else inner, strict=True):
            called[position] = value
        output = func(*called, **kwargs)
        self.aux: Any = None
        if has_aux:
            if not (isinstance(output, tuple) and len(output) == 2):
                raise RuntimeError(f"{name}: with has_aux=True the function must return a tuple (output, aux)")
            output, self.aux = output
        found, self.shape_out = flatten(output)
        self.seen = _tensors(name, "the function to return", found)
        level = self.variables.level
        self.outputs = [lower(t, level) for t in self.seen]
        self.differentiable = self.variables.outside(self.outputs)

    def value(self) -> Any:
        """The results of the function, as the caller sees them."""
        return self.shape_out([self.variables.result(t, self.differentiable) for t in self.outputs])

    def auxiliary(self) -> Any:
        return tree_map(lambda t: t.detach() if isinstance(t, Tensor) and not self.differentiable else t, self.aux)


def pull_back(call: Call, cotangents: list[Any]) -> list[Any]:
    """The cotangents, given as the caller sees outputs, times the Jacobian, as the caller sees arguments."""
    level = call.variables.level
    lowered = [None if v is None else lower(v, level) for v in cotangents]
    record = call.differentiable or any(v is not None and v.requires_grad for v in cotangents)
    with enable_grad():
        found = products(call.outputs, call.variables.base, lowered, record)
    return [lift(g if record else g.detach(), level) for g in found]


def check_shapes(name: str, given: list[Any], like: list[Tensor], what: str, of: str) -> None:
    _tensors(name, f"{what}s", given)
    if len(given) != len(like):
        raise RuntimeError(f"{name}: expected a {what} for each {of}: {len(like)}, got {len(given)}")
    for a, b in zip(given, like, strict=True):
        if tuple(a.shape) != tuple(b.shape):
            raise RuntimeError(
                f"{name}: a {what} must have the shape of its {of}: {tuple(b.shape)}, got {tuple(a.shape)}"
            )


class Pushing:
    """The linear map from tangents of the arguments to tangents of the outputs.

    vᵀJ is linear in v, and the derivative of that linear map by v, in a direction t, is Jt.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.dummies = [Tensor(np.zeros(t.array.shape, t.array.dtype)).requires_grad_() for t in call.outputs]
        self.pulled = products(call.outputs, call.variables.base, self.dummies, create_graph=True)

    def __call__(self, tangents: list[Any]) -> list[Any]:
        level = self.call.variables.level
        lowered = [lower(t, level) for t in tangents]
        record = self.call.differentiable or any(t.requires_grad for t in tangents)
        with enable_grad():
            found = products(self.pulled, self.dummies, lowered, record)
        return [lift(t if record else t.detach(), level) for t in found]
