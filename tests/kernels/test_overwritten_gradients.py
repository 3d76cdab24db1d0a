"""Derivatives that write their result into the gradient they were given: only where nobody else reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core.backward import _unshared

torch = pytest.importorskip("torch")
N = 40_000  # elements: enough for compiled kernels
START = np.linspace(-2, 2, N, dtype=np.float32).reshape(200, 200)


def two_readers(lib: Any, x: Any) -> Any:
    y = x.tanh()
    return [(y + y.sigmoid()).sum()], []


def same_gradient_twice(lib: Any, x: Any) -> Any:
    a, b = x.tanh(), x.sigmoid()
    return [(a + b).exp().sum()], []  # both receive one array


def through_views(lib: Any, x: Any) -> Any:
    y = x.tanh().view(100, 400).t().sigmoid()
    return [(y.reshape(-1)[: N // 2].exp() + y.reshape(-1)[N // 2 :].tanh()).mean()], []


def kept_by_the_user(lib: Any, x: Any) -> Any:
    y = x.tanh()
    z = y.sigmoid()
    y.retain_grad()
    z.retain_grad()
    return [z.exp().sum()], [y, z]


def read_by_hooks(lib: Any, x: Any) -> Any:
    y = x.tanh()
    z = y.sigmoid()
    seen: list[Any] = []
    z.register_hook(seen.append)
    y.register_hook(lambda g: g * 2)
    return [z.exp().sum()], seen


def by_two_passes(lib: Any, x: Any) -> Any:
    y = x.tanh().sigmoid()
    return [y.exp().sum(), y.tanh().sum()], []


def from_a_given_gradient(lib: Any, x: Any) -> Any:
    given = lib.tensor(START)
    x.tanh().sigmoid().backward(given)
    return [], [given]


def through_an_own_function(lib: Any, x: Any) -> Any:
    kept = []
    function: Any = lib.autograd.Function

    class Same(function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            kept.append(g)
            return g

    return [Same.apply(x.tanh()).sigmoid().sum()], kept


def captured(lib: Any, x: Any) -> Any:
    y = x.tanh()
    z = y.sigmoid()
    return [], list(lib.autograd.grad(z.exp().sum(), (z, y, x)))


PROGRAMS = [
    two_readers,
    same_gradient_twice,
    through_views,
    kept_by_the_user,
    read_by_hooks,
    by_two_passes,
    from_a_given_gradient,
    through_an_own_function,
    captured,
]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_equals_pytorch(program: Callable[[Any, Any], Any]) -> None:
    found = []
    for lib in (sg, torch):
        x = lib.tensor(START, requires_grad=True)
        losses, others = program(lib, x)
        for i, loss in enumerate(losses):
            loss.backward(retain_graph=i < len(losses) - 1)
        rest = [t if t.grad is None else t.grad for t in others]
        found.append([t.detach().numpy() for t in [*([] if x.grad is None else [x.grad]), *rest]])
    assert len(found[0]) == len(found[1]) > 0
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-7)


def test_what_counts_as_shared() -> None:
    whole = [np.ones(4)]
    assert _unshared(whole, 0)
    other = whole[0]
    assert not _unshared(whole, 0)
    assert _unshared(whole, 0, 1)
    view = [other.reshape(2, 2)]
    assert not _unshared(view, 0)  # others see its base
    del other, whole
    assert _unshared(view, 0)
    assert not _unshared([np.ones(4)[:2]], 0)  # memory beside it would be kept alive
    assert not _unshared([np.broadcast_to(np.ones(1), 4)], 0)


def test_gradient_is_overwritten_where_it_may_be() -> None:
    """The memory of the gradient that arrives is that of the gradient that leaves."""
    pytest.importorskip("numba")
    x = sg.tensor(START, requires_grad=True)
    places = []

    class Look(sg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            made = g * 1
            places.append(made.array.ctypes.data)
            return made

    Look.apply(x.tanh()).sum().backward()
    assert x.grad is not None
    assert x.grad.array.ctypes.data == places[0]
