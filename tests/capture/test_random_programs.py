"""Random straight-line programs with views, in-place writes, broadcasting, random numbers and several results."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import seedgrad as sg
from seedgrad.capture import CompileWarning
from seedgrad.nn import functional as F

from .beside import Program, same

Made = list[sg.Tensor]


def _fits(x: sg.Tensor, y: sg.Tensor) -> bool:
    try:
        np.broadcast_shapes(tuple(x.shape), tuple(y.shape))
    except ValueError:
        return False
    return x.numel() * y.numel() < 4_000


def binary(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda made, x, y, k: f(x, y) if _fits(x, y) else None


def inplace(f: Callable[..., Any]) -> Callable[..., Any]:
    def write(made: Made, x: sg.Tensor, y: sg.Tensor, k: int) -> Any:
        if np.broadcast_shapes(tuple(x.shape), tuple(y.shape)) == tuple(x.shape) if _fits(x, y) else False:
            f(x, y)

    return write


def _assign(x: sg.Tensor, y: sg.Tensor) -> None:
    if x.ndim and y.ndim <= 1:
        x[..., 0] = y.reshape(-1)[0] * 2


def _no_grad(made: Made, x: sg.Tensor, y: sg.Tensor, k: int) -> Any:
    with sg.no_grad():
        return x.exp() + k


def _zeros(made: Made, x: sg.Tensor, y: sg.Tensor, k: int) -> Any:
    room = sg.zeros(x.shape)
    room += x
    if room.ndim:
        room[..., :1] *= 2
    return room


OPS: dict[str, Callable[..., Any]] = {
    "add": binary(lambda x, y: x + y),
    "sub": binary(lambda x, y: x - y * 0.5),
    "mul": binary(lambda x, y: x * y),
    "div": binary(lambda x, y: x / (y.abs() + 1)),
    "maximum": binary(sg.maximum),
    "where": binary(lambda x, y: sg.where(x > y, x, y * 0.1)),
    "number": lambda made, x, y, k: 1.5 * x - k,
    "tanh": lambda made, x, y, k: x.tanh(),
    "sigmoid": lambda made, x, y, k: x.sigmoid(),
    "exp": lambda made, x, y, k: (x.clamp(-3, 3)).exp(),
    "relu": lambda made, x, y, k: F.relu(x),
    "gelu": lambda made, x, y, k: F.gelu(x),
    "softmax": lambda made, x, y, k: x.softmax(-1) if x.ndim else None,
    "square": lambda made, x, y, k: x.square() * 0.1,
    "sum": lambda made, x, y, k: x.sum(k % x.ndim) if x.ndim else x.sum(),
    "mean": lambda made, x, y, k: x.mean(-1, keepdim=True) if x.ndim else None,
    "amax": lambda made, x, y, k: x.amax(0) if x.ndim else None,
    "cumsum": lambda made, x, y, k: x.cumsum(0) * 0.2 if x.ndim else None,
    "t": lambda made, x, y, k: x.transpose(0, -1) if x.ndim > 1 else None,
    "reshape": lambda made, x, y, k: x.reshape(-1),
    "slice": lambda made, x, y, k: x[..., k % 2 :: 2] if x.ndim else None,
    "select": lambda made, x, y, k: x[k % len(x)] if x.ndim else None,
    "flip": lambda made, x, y, k: x.flip(0) if x.ndim else None,
    "expand": lambda made, x, y, k: x.expand(2, *x.shape) if x.ndim < 3 else None,
    "unsqueeze": lambda made, x, y, k: x.unsqueeze(k % (x.ndim + 1)) if x.ndim < 3 else None,
    "detach": lambda made, x, y, k: x.detach(),
    "clone": lambda made, x, y, k: x.clone(),
    "contiguous": lambda made, x, y, k: x.contiguous(),
    "matmul": lambda made, x, y, k: x @ x.transpose(0, 1) * 0.2 if x.ndim == 2 else None,
    "cat": lambda made, x, y, k: sg.cat([x, x * 2], 0) if x.ndim and x.numel() < 60 else None,
    "stack": lambda made, x, y, k: sg.stack([x, x.tanh()]) if x.ndim < 3 and x.numel() < 60 else None,
    "split": lambda made, x, y, k: x.chunk(2, 0)[0] if x.ndim else None,
    "take": lambda made, x, y, k: x[sg.tensor([0, -1, 0])] if x.ndim else None,
    "gather": lambda made, x, y, k: x.gather(-1, x.argsort(-1)) if x.ndim else None,
    "double": lambda made, x, y, k: x.double().sin().float(),
    "ints": lambda made, x, y, k: (x.clamp(-9, 9) * 3).int().float(),
    "rand": lambda made, x, y, k: x * sg.rand(x.shape),
    "randn_like": lambda made, x, y, k: x + sg.randn_like(x),
    "dropout": lambda made, x, y, k: F.dropout(x, 0.5),
    "randperm": lambda made, x, y, k: x[sg.randperm(len(x))] if x.ndim else None,
    "bernoulli": lambda made, x, y, k: x * sg.bernoulli(x.detach().sigmoid()),
    "add_": inplace(lambda x, y: x.add_(y)),
    "mul_": inplace(lambda x, y: x.mul_(y.tanh())),
    "copy_": inplace(lambda x, y: x.copy_(y)),
    "assign": inplace(_assign),
    "relu_": lambda made, x, y, k: x.relu_(),
    "zero_": lambda made, x, y, k: x[..., -1:].zero_() if x.ndim else None,
    "masked_fill": lambda made, x, y, k: x.masked_fill(x > 0.5, 0.25),
    "no_grad": _no_grad,
    "zeros": _zeros,
    "arange": lambda made, x, y, k: x + sg.arange(x.numel()).reshape(x.shape) * 0.01,
}  # fmt: skip

Line = tuple[str, int, int, int]
lines = st.lists(st.tuples(st.sampled_from(sorted(OPS)), st.integers(0, 40), st.integers(0, 40), st.integers(0, 3)),
                 min_size=1, max_size=14)  # fmt: skip


def perform(program: list[Line], start: Made) -> Made:
    """Run the lines; one that can't be run on its operands is left out, for reasons that depend on shapes only."""
    made = list(start)
    for name, i, j, k in program:
        try:
            new = OPS[name](made, made[i % len(made)], made[j % len(made)], k)
        except RuntimeError:  # an in-place write to a leaf, to expanded memory, to a view that may not be written
            continue
        if isinstance(new, sg.Tensor) and new.numel() and all(new is not t for t in made):
            made.append(new)
    return made


@settings(max_examples=400)
@given(lines, st.sampled_from([(3, 4), (4,), (2, 1, 3), ()]), st.lists(st.integers(0, 40), min_size=1, max_size=3))
def test_programs(program: list[Line], shape: tuple[int, ...], chosen: list[int]) -> None:
    def make() -> Any:
        w = (sg.randn(shape) * 0.5).requires_grad_()
        state = sg.zeros(3)

        def step(x: sg.Tensor) -> Any:
            w.grad = None
            made = perform(program, [w, x * 1.0, w * 0.5, state])
            loss = sum([t.float().mean() for t in made if t.is_floating_point()])
            failed = False
            try:
                loss.backward()
            except RuntimeError:  # a value that the backward pass needs was overwritten
                failed = True
            results = [made[n % len(made)] for n in chosen]
            return [r for r in results if r is not state], loss.detach(), failed

        return [w, state], step

    pair = Program(make)
    kept = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        for n in range(4):
            sg.manual_seed(n)
            x = sg.randn(shape)
            found = pair.run(x)
            kept.append((found, [t.detach().clone() for t in found[0]]))
    own = [t.detach().numpy() for t in pair.state]
    for (
        found,
        copies,
    ) in kept:  # nothing that was given out was overwritten later, but for the memory that is the step's own
        for t, copy in zip(found[0], copies, strict=True):
            if not any(np.may_share_memory(t.detach().numpy(), array) for array in own):
                same(t.detach(), copy, "an earlier result")


@settings(max_examples=40)
@given(lines, st.sampled_from([(3, 4), (5,)]))
def test_functions_with_gradients(program: list[Line], shape: tuple[int, ...]) -> None:
    """The backward pass of a compiled function's results, outside of it."""
    draws = np.random.default_rng(0)
    weight = (sg.randn(shape) * 0.5).requires_grad_()
    twin = weight.detach().clone().requires_grad_()

    def function(w: sg.Tensor) -> Callable[[sg.Tensor], sg.Tensor]:
        def forward(x: sg.Tensor) -> sg.Tensor:
            made = perform(program, [x * 1.0, w * 2.0, x + 0.5])
            return sum([t.float().mean() for t in made if t.is_floating_point()]) * made[-1].float()  # type: ignore[no-any-return]

        return forward

    plain, compiled = function(twin), sg.compile(function(weight))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        for n in range(3):
            values = draws.standard_normal(shape).astype(np.float32)
            results = []
            for f, w in ((plain, twin), (compiled, weight)):
                sg.manual_seed(n)
                x = sg.tensor(values).requires_grad_()
                w.grad = None
                out = f(x * 1.5)
                error = ""
                try:
                    out.square().sum().backward()
                except RuntimeError:
                    error = "it can't be differentiated"
                results.append((out.detach(), error, x.grad if not error else None, w.grad if not error else None))
            for a, b in zip(results[1], results[0], strict=True):
                if isinstance(a, sg.Tensor) or isinstance(b, sg.Tensor):
                    same(a, b, "a result")
