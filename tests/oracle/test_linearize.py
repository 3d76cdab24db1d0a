"""func.linearize and func.debug_unwrap."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg

BOTH = [sg, torch]
# PyTorch traces the function with parts of it that it is about to drop.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def _same(programs: Any) -> None:
    def plain(x: Any) -> Any:
        if isinstance(x, (tuple, list)):
            return [plain(v) for v in x]
        if isinstance(x, dict):
            return {k: plain(v) for k, v in x.items()}
        return x.tolist()

    mine, theirs = (plain(programs(p)) for p in BOTH)
    assert mine == theirs


def test_values_and_directions() -> None:
    def program(p: Any) -> Any:
        x, y = p.tensor([1.0, 2.0]), p.tensor([3.0, -1.0])
        out, along = p.func.linearize(lambda a, b: (a * b, {"sum": (a * a).sum(), "same": b}), x, y)
        return out, along(x, y), along(y, p.zeros(2)), along(p.ones(2), p.ones(2))

    _same(program)


def test_nests_and_what_does_not_depend_on_the_point() -> None:
    def program(p: Any) -> Any:
        x = p.tensor([1.0, 2.0])
        _, along = p.func.linearize(lambda d: d["a"] * d["b"], {"a": x, "b": x})
        _, nowhere = p.func.linearize(lambda v: p.ones(3), x)
        return along({"a": x, "b": x * 2}), nowhere(x)

    _same(program)


@pytest.mark.parametrize("p", BOTH)
def test_tangents_that_do_not_fit(p: Any) -> None:
    x = p.tensor([1.0, 2.0])
    _, along = p.func.linearize(lambda v: v * v, x)
    with pytest.raises(RuntimeError, match=r"tangent.*shape .*doesn't match the shape"):
        along(p.ones(3))
    with pytest.raises(RuntimeError, match=r"tangent.*float64.*doesn't match"):
        along(x.double())
    with pytest.raises(RuntimeError, match="Expected the tangents"):
        along(x, x)


@pytest.mark.parametrize("p", BOTH)
def test_debug_unwrap(p: Any) -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(p.func.debug_unwrap(x).tolist())
        seen.append(tuple(p.func.debug_unwrap(x, recurse=False).shape))
        return x * 1

    p.func.vmap(p.func.vmap(f))(p.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert seen[0] == [[1.0, 2.0], [3.0, 4.0]] and seen[1] == (2,)
    x = p.ones(2)
    assert p.func.debug_unwrap(x) is x
    with pytest.raises(TypeError):
        p.func.debug_unwrap(3)
