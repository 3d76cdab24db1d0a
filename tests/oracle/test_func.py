"""Transforms of functions beside PyTorch's: derivatives, `vmap`, and one inside the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script`:DeprecationWarning")


def _t(library: Any, *shape: int) -> Any:
    values = np.random.default_rng(sum(shape) + len(shape)).normal(size=shape)
    return library.tensor(values, dtype=library.float64)


class Case:
    """What the programs use, from one of the libraries."""

    def __init__(self, library: Any) -> None:
        self.l, self.func, self.nn, self.vmap = library, library.func, library.nn.functional, library.func.vmap
        self.w, self.x, self.v = _t(library, 3, 4), _t(library, 5, 4), _t(library, 4)
        self.a = _t(library, 5, 3, 4)

    def t(self, *shape: int) -> Any:
        return _t(self.l, *shape)

    def f(self, x: Any) -> Any:
        return (self.w @ x).tanh().sum()

    def g(self, w: Any, x: Any) -> Any:
        return (w @ x).tanh().sum()

    def vector(self, x: Any) -> Any:
        return (self.w @ x).sin()


def _linear(c: Case) -> Any:
    def loss(w: Any, b: Any, x: Any) -> Any:
        return c.nn.linear(x, w, b).relu().pow(2).mean()

    return c.vmap(c.func.grad(loss, argnums=(0, 1)), in_dims=(None, None, 0))(c.w, c.t(3), c.x)


def _with_aux(c: Case) -> Any:
    (grads, (value, aux)) = c.func.grad_and_value(lambda x: (c.f(x), {"twice": x * 2}), has_aux=True)(c.v)
    return grads, value, aux["twice"]


def _trees(c: Case) -> Any:
    grads = c.func.grad(lambda d: (d["w"] @ d["x"][0]).pow(2).sum())({"w": c.w, "x": [c.v]})
    return grads["w"], grads["x"][0]


PROGRAMS: dict[str, Callable[[Case], Any]] = {
    "grad": lambda c: c.func.grad(c.f)(c.v),
    "grad of grad": lambda c: c.func.grad(lambda x: c.func.grad(c.f)(x).pow(2).sum())(c.v),
    "grad, several arguments": lambda c: c.func.grad(c.g, argnums=(0, 1))(c.w, c.v),
    "grad, negative argnum": lambda c: c.func.grad(c.g, argnums=-1)(c.w, c.v),
    "grad and value, aux": _with_aux,
    "grad of nests": _trees,
    "vmap dot": lambda c: c.vmap(c.l.dot)(c.x, c.x),
    "vmap of a function": lambda c: c.vmap(c.f)(c.x),
    "vmap grad": lambda c: c.vmap(c.func.grad(c.f))(c.x),
    "per-sample gradients": lambda c: c.vmap(c.func.grad(c.g), in_dims=(None, 0))(c.w, c.x),
    "per-sample gradients of two": lambda c: c.vmap(c.func.grad(c.g, argnums=(0, 1)), in_dims=(None, 0))(c.w, c.x),
    "grad of vmap": lambda c: c.func.grad(lambda w: c.vmap(c.g, in_dims=(None, 0))(w, c.x).mean())(c.w),
    "jacrev": lambda c: c.func.jacrev(c.vector)(c.v),
    "jacrev, chunks": lambda c: c.func.jacrev(c.vector, chunk_size=2)(c.v),
    "jacrev, several outputs": lambda c: c.func.jacrev(lambda x: (c.vector(x), x.sum()))(c.v),
    "jacfwd": lambda c: c.func.jacfwd(c.vector)(c.v),
    "jacfwd, several inputs": lambda c: c.func.jacfwd(lambda w, x: (w @ x).exp(), argnums=(0, 1))(c.w, c.v),
    "hessian": lambda c: c.func.hessian(c.f)(c.v),
    "vmap hessian": lambda c: c.vmap(c.func.hessian(c.f))(c.x),
    "vmap vmap": lambda c: c.vmap(c.vmap(c.l.dot, in_dims=(None, 0)), in_dims=(0, None))(c.x, c.x),
    "jvp": lambda c: c.func.jvp(lambda x: (c.w @ x).exp(), (c.v,), (c.v,)),
    "vjp": lambda c: c.func.vjp(lambda x: (c.w @ x).exp(), c.v)[1](c.t(3)),
    "vmap jvp": lambda c: c.vmap(lambda x: c.func.jvp(c.vector, (x,), (c.v,))[1])(c.x),
    "vmap vjp": lambda c: c.vmap(lambda x: c.func.vjp(c.vector, x)[1](c.t(3))[0])(c.x),
    "vmap jacrev": lambda c: c.vmap(c.func.jacrev(c.vector))(c.x),
    "vmap jacfwd": lambda c: c.vmap(c.func.jacfwd(c.vector))(c.x),
    "grad of hessian": lambda c: c.vmap(c.func.grad(lambda x: c.func.hessian(c.f)(x).diagonal().sum()))(c.x),
    "softmax": lambda c: c.vmap(lambda a: c.nn.softmax(a, -1) @ a.T)(c.a),
    "indexing": lambda c: c.vmap(lambda a: a[1:, ::2] * a[0, 1] + a[[0, 1]][:, [1, 2]])(c.a),
    "cat and expand": lambda c: c.vmap(lambda a, b: c.l.cat([a, b.expand(2, 4)], 0), in_dims=(0, None))(c.a, c.v),
    "linear": _linear,
    "in_dims and out_dims": lambda c: c.vmap(lambda a, b: a @ b, in_dims=(1, 2), out_dims=1)(c.t(2, 5), c.t(2, 4, 5)),
    "nests": lambda c: c.vmap(lambda d: {"o": d["a"] + 1, "p": (d["b"],)}, in_dims=({"a": 0, "b": None},))(
        {"a": c.x, "b": c.v}
    )["p"][0],
    "chunks": lambda c: c.vmap(c.f, chunk_size=2)(c.x),
    "in place": lambda c: c.vmap(lambda a: a.clone().add_(1).mul_(c.v))(c.x),
    "where": lambda c: c.vmap(lambda a: c.l.where(a > 0, a, a.exp()))(c.x),
    "windows": lambda c: c.vmap(c.func.grad(lambda a: (a.unfold(-1, 3, 1) ** 2).sum() + a.unfold(0, 1, 2).sum()))(c.a),
    "parts replaced": lambda c: c.vmap(lambda a, b: a.select_scatter(b, 0, 1).slice_scatter(a[:, :2], 1, 2))(c.a, c.x),
    "extremes by index": lambda c: c.vmap(
        c.func.grad(lambda a: (a.scatter_reduce(0, c.l.zeros(1, 4, dtype=c.l.int64), a[1:2], "amax") ** 2).sum())
    )(c.a),
    "reductions": lambda c: c.vmap(lambda a: a.std() + a.norm() + a.logsumexp(0) + a.max() + a.amax(0).sum())(
        c.a[:, 0]
    ),
}


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_give_what_pytorch_gives(name: str) -> None:
    theirs, ours = PROGRAMS[name](Case(torch)), PROGRAMS[name](Case(sg))
    theirs, ours = (r if isinstance(r, tuple) else (r,) for r in (theirs, ours))
    for a, b in zip(ours, theirs, strict=True):
        assert tuple(a.shape) == tuple(b.shape) and a.requires_grad == b.requires_grad
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (lambda c: c.func.grad(c.vector)(c.v), "return a scalar tensor"),
        (lambda c: c.func.grad(c.f, argnums=3)(c.v), "only 1 positional inputs"),
        (lambda c: c.vmap(c.l.dot, in_dims=(None, None))(c.v, c.v), "at least one input must have samples"),
        (lambda c: c.vmap(c.l.dot)(c.x, c.x[1:]), "same size in the mapped dimension"),
        (lambda c: c.vmap(c.f, in_dims=2)(c.x), "dimensionality 2"),
        (lambda c: c.vmap(c.l.dot, in_dims=(0,))(c.x, c.x), "not compatible with the structure"),
        (lambda c: c.vmap(lambda a: 3)(c.x), "must only return Tensors"),
        (lambda c: c.vmap(lambda a: a + c.l.rand(4))(c.x), "random operation while in randomness error mode"),
        (lambda c: c.vmap(lambda a: a.item())(c.x[:, 0]), "needs the values of single samples"),
        (lambda c: c.vmap(c.f, chunk_size=0)(c.x), "chunk_size should be None or greater than 0"),
        (lambda c: c.func.vjp(c.vector, c.v)[1](c.t(2)), r"must have the shape of its output: \(3,\), got \(2,\)"),
        (lambda c: c.func.jvp(c.vector, c.v, c.v), "must be tuples"),
        (lambda c: c.vmap(lambda a: c.w.add_(a[0]))(c.x), "that all samples share is not possible"),
    ],
)
def test_errors_are_pytorchs(program: Callable[[Case], Any], text: str) -> None:
    with pytest.raises(Exception) as theirs:
        program(Case(torch))
    with pytest.raises(Exception, match=text) as ours:
        program(Case(sg))
    expected = NotImplementedError if "values of single samples" in text else theirs.type
    assert issubclass(ours.type, expected)


def test_randomness_same_draws_once() -> None:
    a = sg.func.vmap(lambda x: x + sg.rand(3), randomness="same")(sg.zeros(4, 3))
    assert sg.equal(a[0], a[1]) and a.shape == (4, 3)


def test_branches_on_values_are_refused() -> None:
    with pytest.raises(NotImplementedError, match="where instead of if"):
        sg.func.vmap(lambda x: x if x > 0 else -x)(sg.ones(3))


def test_a_users_function_needs_a_batching_rule() -> None:
    class Double(sg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2

    with pytest.raises(RuntimeError, match="without a batching rule"):
        sg.func.vmap(Double.apply)(sg.ones(3))
    Double.vmap = staticmethod(lambda info, in_dims, x: (x * 2, 0))  # type: ignore[attr-defined]
    assert sg.func.vmap(Double.apply)(sg.ones(3)).tolist() == [2.0, 2.0, 2.0]


def test_gradients_flow_to_what_the_function_closes_over() -> None:
    w = sg.tensor([1.0, 2.0], requires_grad=True)
    x = sg.tensor([[1.0, 1.0], [2.0, 0.5]])
    per_sample = sg.func.vmap(sg.func.grad(lambda x: (w * x).pow(2).sum()))(x)
    assert per_sample.requires_grad
    per_sample.sum().backward()
    assert sg.allclose(w.grad, (4 * w * x).detach().sum(0))


def test_vmap_leaves_no_trace_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        sg.func.vmap(lambda x: x / (1 // 0))(sg.ones(3))
    from seedgrad.core.batching import depth, levels, ops

    assert depth.value == 0 and not levels.sizes
    assert all(op.slow == op.by_itself_slow for op in ops)
