"""Gradients are added up in place where nobody else can see it, and nothing is kept longer than needed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg

N = 200_000
MIB_OF_N = 4 * N / 2**20


def peak_of(work: Callable[[], Any]) -> float:
    """How many arrays of N floats were alive at once, beyond those that were there before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20 / MIB_OF_N
    finally:
        tracemalloc.stop()


def leaf(value: float = 1.0) -> sg.Tensor:
    return sg.full((N,), value, requires_grad=True)


def test_a_sum_of_gradients_takes_the_place_of_the_first() -> None:
    x, a, b, c = leaf(), sg.full((N,), 2.0), sg.full((N,), 3.0), sg.full((N,), 4.0)
    y = x * a
    out = y * a + y * b + y * c
    g = sg.ones(N)
    # At the most the sum so far, the next one, and nothing else; then the sum and the gradient of x.
    assert peak_of(lambda: out.backward(g)) < 2.1
    assert (x.grad == 18).all()


@pytest.mark.parametrize("extra", [0, 1, 3])
def test_gradients_that_hooks_keep_stay_as_they_were(extra: int) -> None:
    x = leaf()
    y = x * 2.0
    kept: list[sg.Tensor] = []
    parts = [y * float(k + 2) for k in range(2 + extra)]
    out = y.sin()
    for part in parts:
        part.register_hook(kept.append)
        out = out + part
    g = sg.full((N,), 5.0)
    out.backward(g)
    assert (g == 5).all()
    assert len(kept) == len(parts)
    assert all((k == 5).all() for k in kept)
    expected = 5 * 2 * (np.cos(2.0) + sum(k + 2 for k in range(2 + extra)))
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-5)


def test_the_gradient_given_by_the_user_is_never_added_to() -> None:
    x = leaf()
    y = x * 2.0
    g, h = sg.full((N,), 5.0), sg.full((N,), 7.0)
    sg.autograd.backward([y, y], [g, h])
    assert (g == 5).all() and (h == 7).all()
    assert (x.grad == 24).all()


def test_a_function_that_returns_what_it_keeps() -> None:
    kept = np.full(N, 3.0, np.float32)

    class Keeps(sg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: sg.Tensor) -> sg.Tensor:
            return x * 1.0

        @staticmethod
        def backward(ctx: Any, g: sg.Tensor) -> sg.Tensor:  # type: ignore[override]
            return sg.from_numpy(kept)

    x = leaf()
    y = x * 2.0
    (Keeps.apply(y) + Keeps.apply(y) + y.sin()).sum().backward()
    assert (kept == 3).all()
    np.testing.assert_allclose(x.grad.numpy(), 2 * (6 + np.cos(2.0)), rtol=1e-5)


def test_views_of_one_gradient_are_not_added_to() -> None:
    x = leaf()
    y = x * 2.0
    z = y.reshape(2, N // 2)
    (z.sum() + (y + y).sum() + z.t().sum()).backward()
    assert (x.grad == 8).all()


def test_several_outputs_are_added_up_one_by_one() -> None:
    x = leaf()
    a, b = (x * 1.0).chunk(2)
    (a * 2 + a * 3 + b * 4 + b * 5 + a * b).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.repeat(np.float32([6, 10]), N // 2))


def test_a_chain_frees_what_it_used() -> None:
    def chain() -> sg.Tensor:
        y, a = leaf(), sg.full((N,), 1.01)
        for _ in range(10):
            y = (y * a).tanh()
        return y.sum()

    chain().backward()  # what is loaded at the first use is not counted
    loss = chain()
    # Ten saved outputs go as the pass advances; it needs the gradient it reads and the one it writes.
    assert peak_of(loss.backward) < 3.1
