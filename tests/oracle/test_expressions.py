"""Random programs of elementwise functions, broadcasting, reductions and in-place writes, compared with
PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg

# Every function is smooth or has kinks that random numbers miss, and keeps its values small.
ONE: list[Callable[[Any, Any], Any]] = [
    lambda p, x: p.sin(x),
    lambda p, x: p.tanh(x),
    lambda p, x: p.sigmoid(x),
    lambda p, x: p.exp(-x.abs()),
    lambda p, x: p.log1p(x * x),
    lambda p, x: p.sqrt(x * x + 1),
    lambda p, x: -x,
    lambda p, x: x * 0.5 - 1,
    lambda p, x: 1 / (2 + x**2),
    lambda p, x: p.erf(x) ** 3,
    lambda p, x: p.clamp(x, -0.7, 0.9),
    lambda p, x: p.where(x > 0.1, x, 0.3 * x),
    lambda p, x: x.double().float().double(),
    lambda p, x: x.detach() * x,
]
TWO: list[Callable[[Any, Any, Any], Any]] = [
    lambda p, x, y: x + y,
    lambda p, x, y: x - y,
    lambda p, x, y: p.tanh(x * y),
    lambda p, x, y: x / (1.5 + y * y),
    lambda p, x, y: p.maximum(x, y),
    lambda p, x, y: p.minimum(x, y),
    lambda p, x, y: p.atan2(x, 1 + y * y),
    lambda p, x, y: p.lerp(x, y, 0.3),
    lambda p, x, y: p.addcmul(x, p.sin(x), p.cos(y), value=0.5),
    lambda p, x, y: p.logaddexp(x, y) / 2,
    lambda p, x, y: p.where(x < y, x, y * 0.5),
]
OVER: list[Callable[[Any, Any, int], Any]] = [
    lambda p, x, d: x.mean(d, keepdim=True),
    lambda p, x, d: p.tanh(x.sum(d, keepdim=True)),
    lambda p, x, d: x.amax(d, keepdim=True),
    lambda p, x, d: x.min(d, keepdim=True)[0],
    lambda p, x, d: p.logsumexp(x, d, keepdim=True) - 1,
    lambda p, x, d: p.var(x, d, correction=0, keepdim=True) / 2,
    lambda p, x, d: x.sort(d, descending=True)[0],
    lambda p, x, d: p.cumsum(x, d) / 4,
    lambda p, x, d: p.norm(x + 2, dim=d, keepdim=True) / 4,
]


def _write(p: Any, x: Any, y: Any, kind: int) -> Any:
    """Write into a copy of x; y is cut to its shape by a mean where it is larger."""
    target = x.clone()
    if tuple((x + y).shape) != tuple(x.shape):
        y = y.mean()
    if kind == 0:
        target += y
    elif kind == 1:
        target.mul_(p.sin(y))
    elif kind == 2:
        target.sin_()
        target.add_(y, alpha=0.5)
    else:
        target.copy_(y * 1.0)
    return target


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[tuple[Any, ...]], int]:
    """Shapes of the leaves, which broadcast together; the steps; a seed for the values."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    options = [(), (1,), (columns,), (rows, 1), (1, columns), (rows, columns), (2, 1, columns)]
    shapes = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3))
    count = len(shapes)
    steps: list[tuple[Any, ...]] = []
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(["one", "one", "two", "two", "over", "write"]))
        a, b = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
        table = {"one": len(ONE), "two": len(TWO), "over": len(OVER), "write": 4}[kind]
        steps.append((kind, draw(st.integers(0, table - 1)), a, b, draw(st.integers(-3, 2))))
        count += 1
    return shapes, steps, draw(st.integers(0, 10**6))


def run(p: Any, leaves: list[Any], steps: list[tuple[Any, ...]]) -> Any:
    """The sum of all that was computed."""
    values = list(leaves)
    for kind, which, a, b, d in steps:
        x, y = values[a], values[b]
        if kind == "one":
            values.append(ONE[which](p, x))
        elif kind == "two":
            values.append(TWO[which](p, x, y))
        elif kind == "over":
            values.append(OVER[which](p, x, d % x.ndim if x.ndim else 0))
        else:
            values.append(_write(p, x, y, which))
    total = values[-1].sum()
    for v in values[len(leaves) : -1]:
        total = total + 0.1 * v.mean()
    return total


@given(programs())
def test_random_program_has_the_values_and_gradients_of_pytorch(program: tuple[Any, ...]) -> None:
    shapes, steps, seed = program
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(rng.standard_normal(s)) for s in shapes]
    results = []
    for p, make in ((sg, sg.Tensor), (torch, torch.tensor)):
        leaves = [make(a.copy()).requires_grad_() for a in arrays]
        out = run(p, leaves, steps)
        value = out.item()
        if out.requires_grad:
            out.backward()
        results.append((value, [None if x.grad is None else np.asarray(x.grad) for x in leaves]))
    (ours, our_grads), (theirs, their_grads) = results
    # `double().float().double()` rounds to float32 in the middle: compared as such.
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    for g, h in zip(our_grads, their_grads, strict=True):
        assert (g is None) == (h is None)
        if g is not None:
            np.testing.assert_allclose(g, h, rtol=1e-4, atol=1e-5)


@given(programs())
def test_random_program_has_the_second_derivatives_of_pytorch(program: tuple[Any, ...]) -> None:
    shapes, steps, seed = program
    steps = [s for s in steps if not (s[0] == "one" and s[1] in (12, 13))]
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(rng.standard_normal(s)) for s in shapes]
    steps = [
        (k, w, a % max(1, len(arrays) + i), b % max(1, len(arrays) + i), d) for i, (k, w, a, b, d) in enumerate(steps)
    ]
    results = []
    for p, make in ((sg, sg.Tensor), (torch, torch.tensor)):
        leaves = [make(a.copy()).requires_grad_() for a in arrays]
        out = run(p, leaves, steps) if steps else (leaves[0] * leaves[0]).sum()
        grads = p.autograd.grad(out, leaves, create_graph=True, allow_unused=True)
        total = sum((g * g).sum() for g in grads if g is not None)
        again = p.autograd.grad(total, leaves, allow_unused=True) if total.requires_grad else [None] * len(leaves)
        results.append([np.zeros(x.shape) if g is None else np.asarray(g) for g, x in zip(again, leaves, strict=True)])
    for g, h in zip(*results, strict=True):
        np.testing.assert_allclose(g, h, rtol=1e-6, atol=1e-8)
