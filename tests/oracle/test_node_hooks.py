"""Hooks on nodes of the graph, beside PyTorch's."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg


def _leaf(library: Any) -> Any:
    return library.tensor([1.0, 4.0], dtype=library.float64, requires_grad=True)


def _both(program: Any) -> None:
    ours, theirs = program(sg), program(torch)
    assert ours == theirs


def test_pre_and_post_hooks_change_what_passes() -> None:
    def program(library: Any) -> Any:
        x = _leaf(library)
        y = x.exp().sqrt()
        seen: list[Any] = []
        y.grad_fn.register_prehook(lambda received: seen.append(received[0].tolist()))
        y.grad_fn.register_prehook(lambda received: (received[0] * 2,))
        y.grad_fn.register_hook(lambda sent, received: seen.append(received[0].tolist()))
        y.grad_fn.register_hook(lambda sent, received: (sent[0] * 10,))
        y.sum().backward()
        return seen, [round(v, 12) for v in x.grad.tolist()]

    _both(program)


def test_hooks_are_removed_and_run_in_second_order_passes() -> None:
    def program(library: Any) -> Any:
        x = _leaf(library)
        y = x * x * x
        handle = y.grad_fn.register_hook(lambda sent, received: tuple(s * 2 for s in sent))
        (g,) = library.autograd.grad(y.sum(), x, create_graph=True)
        handle.remove()
        (gg,) = library.autograd.grad(g.sum(), x)
        (plain,) = library.autograd.grad((x * x * x).sum(), x)
        return g.tolist(), gg.tolist(), plain.tolist()

    _both(program)


def test_a_hook_with_the_wrong_number_of_gradients_raises() -> None:
    for library in (sg, torch):
        x = _leaf(library)
        y = x * 2
        y.grad_fn.register_hook(lambda sent, received: (sent[0], sent[0], sent[0]))
        with pytest.raises(RuntimeError, match="incorrect number of values"):
            y.sum().backward()


def test_the_node_of_a_leaf_has_hooks() -> None:
    def program(library: Any) -> Any:
        x = _leaf(library)
        seen: list[Any] = []
        node = (x * 1).grad_fn.next_functions[0][0]
        node.register_prehook(lambda received: (received[0] + 1,))
        node.register_hook(lambda sent, received: seen.append((len(sent), received[0].tolist())))
        (x * 3).sum().backward()
        return seen, x.grad.tolist()

    _both(program)
