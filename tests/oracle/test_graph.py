"""autograd.graph: hooks on saved tensors, edges, hooks on several gradients, the way from node to node."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

BOTH = [sg, torch]


def _programs(p: Any, x: Any) -> dict[str, Any]:
    F = p.nn.functional
    w = p.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], requires_grad=True)

    def inplace() -> Any:
        y = x.exp() * 2
        y.mul_(x)
        y.exp_()
        y[0].mul_(y[1].clone())
        return y

    return {
        "chain": lambda: (x.exp() * x).sin() / (x * x + 1),
        "layer_norm": lambda: F.layer_norm(F.linear(x, w).tanh(), (2,)),
        "softmax": lambda: F.log_softmax(F.linear(x, w), -1),
        "inplace": inplace,
        "several": lambda: p.cat([part * x[:, :1] for part in x.split(1, 1)], 1),
        "indices": lambda: x[p.tensor([0, 1, 1])] * x.max(),
        "matmul": lambda: (x @ w.t()).sigmoid(),
    }


NAMES = list(_programs(sg, sg.zeros(2, 3)))


def _run(p: Any, name: str, second: bool) -> tuple[list[Any], int, int]:
    counts = [0, 0]

    def pack(t: Any) -> Any:
        counts[0] += 1
        return np.array(t.detach().numpy())

    def unpack(kept: Any) -> Any:
        counts[1] += 1
        return p.from_numpy(kept.copy())

    x = p.tensor([[0.5, -0.25, 0.75], [1.0, 0.125, -0.5]], requires_grad=True)
    with p.autograd.graph.saved_tensors_hooks(pack, unpack):
        out = _programs(p, x)[name]().sum()
    (g,) = p.autograd.grad(out, x, create_graph=second, retain_graph=True)
    (again,) = p.autograd.grad(out, x, create_graph=second)
    results = [g, again]
    if second:
        results += p.autograd.grad((g * g).sum(), x)
    return [r.detach().numpy() for r in results], *counts


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_gradients_through_packed_tensors(name: str, second: bool) -> None:
    mine, packed, unpacked = _run(sg, name, second)
    theirs, _, _ = _run(torch, name, second)
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-5)
    assert packed and unpacked >= 2 * packed


@pytest.mark.parametrize("p", BOTH)
def test_pack_gets_leaves_and_inputs_themselves_without_recording(p: Any) -> None:
    seen: list[Any] = []

    def pack(t: Any) -> Any:
        seen.append((t is x, t is y, p.is_grad_enabled()))
        return t

    x = p.ones(3, requires_grad=True)
    y = x * 2
    with p.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        x * x
        y.sin()
    assert (True, False, False) in seen
    assert (p is torch) or (False, True, False) in seen


@pytest.mark.parametrize("p", BOTH)
def test_the_inner_block_counts_and_blocks_end(p: Any) -> None:
    order: list[str] = []

    def hooks(name: str) -> Any:
        return p.autograd.graph.saved_tensors_hooks(lambda t: order.append(name) or t, lambda t: t)

    x = p.ones(2, requires_grad=True)
    with hooks("outer"):
        with hooks("inner"):
            x.exp()
        x.exp()
    x.exp()
    assert order == ["inner", "outer"]


@pytest.mark.parametrize("p", BOTH)
def test_functions_of_users_are_packed(p: Any) -> None:
    log: list[str] = []

    class Cube(p.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x, None)
            return x * x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, _ = ctx.saved_tensors
            return 3 * x * x * g

    x = p.tensor([2.0], requires_grad=True)
    with p.autograd.graph.saved_tensors_hooks(lambda t: log.append("pack") or (t * 1), lambda t: log.append("un") or t):
        y = Cube.apply(x)
    y.backward()
    assert x.grad.tolist() == [12.0]
    assert log == ["pack", "un"]


@pytest.mark.parametrize("p", BOTH)
def test_errors_of_saved_tensor_hooks(p: Any) -> None:
    graph = p.autograd.graph
    x = p.ones(2, requires_grad=True)
    with graph.saved_tensors_hooks(lambda t: t, lambda t: 3):
        y = x.exp().sum()
    with pytest.raises(TypeError, match="expected to be a Tensor but got result of type int"):
        y.backward()
    with (
        pytest.raises(RuntimeError, match="modifying its input in place"),
        graph.saved_tensors_hooks(lambda t: t.add_(1), lambda t: t),
    ):
        (x * 1).sin()
    with (
        graph.disable_saved_tensors_hooks("not here"),
        pytest.raises(RuntimeError, match="not here"),
        graph.saved_tensors_hooks(lambda t: t, lambda t: t),
    ):
        pass
    with (
        graph.saved_tensors_hooks(lambda t: t, lambda t: t),
        pytest.raises(RuntimeError, match="not here"),
        graph.disable_saved_tensors_hooks("not here"),
    ):
        pass
    with graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        y = x.exp().sum()
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_a_write_to_what_was_saved_is_noticed_if_the_memory_is_the_same() -> None:
    x = sg.ones(2, requires_grad=True)
    b = x * 1
    with sg.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: t):
        y = (b * b).sum()
    b.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


@pytest.mark.parametrize("p", BOTH)
def test_save_on_cpu(p: Any) -> None:
    x = p.tensor([1.0, 3.0], requires_grad=True)
    with p.autograd.graph.save_on_cpu():
        y = (x * x).sum()
    y.backward()
    assert x.grad.tolist() == [2.0, 6.0]


def test_save_on_cpu_keeps_old_values_in_pinned_memory() -> None:
    x = sg.tensor([1.0, 3.0], requires_grad=True)
    b = x * 1
    with sg.autograd.graph.save_on_cpu(pin_memory=True):
        y = (b * b).sum()
    with sg.autograd.graph.save_on_cpu():
        z = (b * b).sum()
    b.zero_()
    y.backward()
    assert x.grad is not None and x.grad.tolist() == [2.0, 6.0]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


def test_packed_memory_is_freed_without_the_collector() -> None:
    x = sg.ones(1000, requires_grad=True)
    kept: list[Any] = []

    def pack(t: Any) -> Any:
        array = t.array.copy()
        kept.append(weakref.ref(array))
        return array

    gc.disable()
    try:
        with sg.autograd.graph.saved_tensors_hooks(pack, sg.from_numpy):
            y = x.exp().sin().sum()
        y.backward()
        assert kept and all(reference() is None for reference in kept)
        with sg.autograd.graph.saved_tensors_hooks(pack, sg.from_numpy):
            y = x.exp().sin().sum()
        del y
        assert all(reference() is None for reference in kept)
    finally:
        gc.enable()


@pytest.mark.parametrize("p", BOTH)
def test_checkpoint_inside_the_block_saves_nothing(p: Any) -> None:
    x = p.tensor([0.5, 1.0], requires_grad=True)
    with p.autograd.graph.saved_tensors_hooks(lambda t: t * 1, lambda t: t):
        y = p.utils.checkpoint.checkpoint(lambda v: v.exp().sin(), x, use_reentrant=False).sum()
        y.backward()
    expected = np.exp([0.5, 1.0]) * np.cos(np.exp([0.5, 1.0]))
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize("p", BOTH)
def test_edges_stand_for_tensors(p: Any) -> None:
    graph = p.autograd.graph
    x = p.tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    edge, leaf = graph.get_gradient_edge(y), graph.get_gradient_edge(x)
    assert isinstance(edge, graph.GradientEdge) and isinstance(edge.node, graph.Node) and edge.output_nr == 0
    given = p.tensor([1.0, 10.0])
    assert p.autograd.grad(edge, x, given, retain_graph=True)[0].tolist() == [2.0, 40.0]
    assert p.autograd.grad([y.sum()], [leaf], retain_graph=True)[0].tolist() == [2.0, 4.0]
    p.autograd.backward(edge, given)
    assert x.grad.tolist() == [2.0, 40.0]
    parts = p.split(x, 1)
    second = graph.get_gradient_edge(parts[1])
    assert second.output_nr == 1
    assert p.autograd.grad((parts[1] * 3).sum(), second)[0].tolist() == [3.0]
    with pytest.raises(RuntimeError, match="not possible to get the gradient edge"):
        graph.get_gradient_edge(p.ones(2))


@pytest.mark.parametrize("p", BOTH)
def test_hooks_on_several_gradients(p: Any) -> None:
    graph = p.autograd.graph
    a, b, c = (p.tensor([v], requires_grad=True) for v in (1.0, 2.0, 3.0))
    log: list[Any] = []
    handle = graph.register_multi_grad_hook(
        [a, b, c], lambda gs: log.append([None if g is None else g.tolist() for g in gs])
    )
    (a * b).sum().backward()
    (a * b * c).sum().backward()
    handle.remove()
    (a * b).sum().backward()
    assert log == [[[2.0], [1.0], None], [[6.0], [3.0], [2.0]]]
    log.clear()
    with graph.register_multi_grad_hook([a, b], lambda g: log.append(g.tolist()), mode="any"):
        (a * 2 + b * 2).sum().backward()
        (a * 3).sum().backward()
    assert log == [[2.0], [3.0]]
    with pytest.raises(ValueError, match="Expects mode to be one of"):
        graph.register_multi_grad_hook([a], print, mode="some")
    with pytest.raises(AssertionError, match="Expected gradient function"):
        graph.register_multi_grad_hook([p.ones(1)], print)


@pytest.mark.parametrize("p", BOTH)
def test_increment_version(p: Any) -> None:
    x = p.ones(2, requires_grad=True)
    y = x * 1
    z = y * y
    p.autograd.graph.increment_version([y])
    assert y._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()
    with pytest.raises(RuntimeError, match="increment_version expect"):
        p.autograd.graph.increment_version(3)


def _shape_of(node: Any) -> Any:
    """The names of the nodes behind a node, None where an input needs no gradient."""
    if node is None:
        return None
    return node.name().split("::")[-1], [(_shape_of(n), i) for n, i in node.next_functions]


GRAPHS = {
    "product": lambda p, x: x * 2,
    "both": lambda p, x: x * p.ones(2, 2),
    "right": lambda p, x: p.ones(2, 2) * x,
    "same": lambda p, x: x * x,
    "matrices": lambda p, x: p.ones(2, 2) @ x,
    "sum": lambda p, x: x.sum(),
    "cat": lambda p, x: p.cat([p.ones(2, 2), x]),
    "pieces": lambda p, x: x.unbind()[1].exp(),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_next_functions(name: str) -> None:
    mine, theirs = (_shape_of(GRAPHS[name](p, p.ones(2, 2, requires_grad=True)).grad_fn) for p in BOTH)
    assert mine == theirs


@pytest.mark.parametrize("p", BOTH)
def test_nodes_have_room_for_metadata(p: Any) -> None:
    node = p.ones(2, requires_grad=True).exp().grad_fn
    assert node.metadata == {}
    node.metadata["layer"] = 3
    assert node.metadata == {"layer": 3}


@pytest.mark.parametrize("p", BOTH)
def test_next_functions_of_a_users_function(p: Any) -> None:
    class Add(p.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, x: Any, k: Any, y: Any) -> Any:
            return x + y

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g, None, g

    x = p.ones(2, requires_grad=True)
    found = Add.apply(p.ones(2), 3, x).grad_fn.next_functions
    assert [(node is None, i) for node, i in found] == [(True, 0), (False, 0)]
