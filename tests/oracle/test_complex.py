"""Complex numbers through the engine: values, gradients and second gradients, equal to PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg


def _z(*shape: int) -> tuple[str, tuple[int, ...]]:
    return "c", shape


def _r(*shape: int) -> tuple[str, tuple[int, ...]]:
    return "f", shape


PROGRAMS: dict[str, tuple[Callable[..., Any], list[tuple[str, tuple[int, ...]]]]] = {
    "multiply": (lambda l, x, y: x * y, [_z(3, 4), _z(4)]),
    "multiply by real": (lambda l, x, y: x * y, [_z(3, 4), _r(4)]),
    "multiply by number": (lambda l, x: x * (1 + 2j), [_r(3, 4)]),
    "number minus": (lambda l, x: (2 + 1j) - x * x, [_r(3, 4)]),
    "divide": (lambda l, x, y: x / y, [_z(3, 4), _z(4)]),
    "real by complex": (lambda l, x, y: x / y, [_r(3, 4), _z(4)]),
    "power": (lambda l, x: x**3 + x**1.5, [_z(3, 4)]),
    "square": (lambda l, x: x.square(), [_z(3)]),
    "reciprocal": (lambda l, x: x.reciprocal(), [_z(3, 4)]),
    "matmul": (lambda l, x, y: x @ y, [_z(3, 4), _z(4, 2)]),
    "batched matrix-vector": (lambda l, x, y: x @ y, [_z(2, 3, 4), _z(4)]),
    "linear": (lambda l, x, w, b: l.nn.functional.linear(x, w, b), [_z(3, 4), _z(2, 4), _z(2)]),
    "mean": (lambda l, x: x.mean(0), [_z(3, 4)]),
    "prod": (lambda l, x: x.prod(1), [_z(3, 4)]),
    "cumprod": (lambda l, x: x.cumprod(1), [_z(3, 4)]),
    "split and cat": (lambda l, x: l.cat([a * (i + 1j) for i, a in enumerate(x.split(2, 1))], 1), [_z(3, 4)]),
    "index": (lambda l, x: x[1:, ::2] * 2j, [_z(3, 4)]),
    "where": (lambda l, x, y: l.where(l.tensor([True, False, True, False]), x, y), [_z(3, 4), _z(3, 4)]),
    "addcmul, addcdiv": (
        lambda l, x, y: l.addcmul(x, y, y, value=0.5) + l.addcdiv(x, y, x),
        [_z(3, 4), _z(3, 4)],
    ),
    "lerp": (lambda l, x, y: l.lerp(x, y, 0.3), [_z(3), _z(3)]),
    "in place": (lambda l, x: x.clone().mul_(x).add_(1j), [_z(3)]),
    "in place on a view": (lambda l, x: _written(x), [_z(3, 4)]),
    "to complex": (lambda l, x: x.to(l.complex128) * 2j, [_r(3)]),
    "from parts, then more": (lambda l, x, y: l.complex(x, y).T[1:] * 2, [_r(3, 4), _r(3, 4)]),
    "from size and angle, then more": (lambda l, x, y: l.polar(x.exp(), y).diagonal() - 1j, [_r(3, 3), _r(3, 3)]),
    "variance": (lambda l, x: x.var(1) * (1 + 1j) + l.std_mean(x, 1, correction=0)[0], [_z(3, 4)]),
    "norms": (lambda l, x: sum(l.norm(x, p, 1) * p for p in (0.5, 1, 2, 3)) * 1j, [_z(3, 4)]),
    "largest norm": (lambda l, x: l.norm(x, float("inf"), 1) * 1j, [_z(3, 4)]),
    "distances": (
        lambda l, x, y: l.dist(x, y, 3) * 1j + l.nn.functional.pairwise_distance(x, y),
        [_z(3, 4), _z(3, 4)],
    ),
    "normalize": (lambda l, x: l.nn.functional.normalize(x, dim=0), [_z(3, 4)]),
    "renorm": (lambda l, x: l.renorm(x, 2, 0, 0.7), [_z(3, 4)]),
    "l1_loss": (lambda l, x, y: l.nn.functional.l1_loss(x, y) * 1j, [_z(3, 4), _z(3, 4)]),
    "l1_loss of mixed types": (lambda l, x, y: l.nn.functional.l1_loss(x, y) * 1j, [_z(3, 4), _r(3, 4)]),
    "sign of the determinant": (lambda l, x: l.linalg.slogdet(x)[0] * l.linalg.slogdet(x)[1], [_z(2, 3, 3)]),
    "logsumexp": (lambda l, x: l.logsumexp(x, (0, 1), True), [_z(3, 4)]),
    "softsign, tanhshrink": (
        lambda l, x: l.nn.functional.softsign(x) + l.nn.functional.tanhshrink(x),
        [_z(3, 4)],
    ),
    "empty": (lambda l, x: x * x, [_z(0, 3)]),
    "0-d": (lambda l, x: x * x * x, [_z()]),
}


def _written(x: Any) -> Any:
    y = x * 1
    y[1:, 2] *= x[0, 0]
    return y


def _value(t: Any) -> Any:
    return (t.detach().resolve_conj() if isinstance(t, torch.Tensor) else t.detach()).numpy()


def _run(library: Any, program: Any, arrays: list[Any]) -> list[Any]:
    kinds = {"c": library.complex128, "f": library.float64}
    inputs = [library.tensor(a, dtype=kinds[a.dtype.kind], requires_grad=True) for a in arrays]
    out = program(library, *inputs)
    n = np.arange(max(1, int(np.prod(out.shape))))[: int(np.prod(out.shape))]
    g = library.tensor((np.cos(n) + 1j * np.sin(2 * n)).reshape(tuple(out.shape)), requires_grad=True)
    first = library.autograd.grad(out, inputs, g, create_graph=True)
    total = sum((a * a * (1 + 0j)).sum() for a in first)
    second = library.autograd.grad(
        total, [*inputs, g], library.tensor(1 - 2j, dtype=library.complex128), allow_unused=True
    )
    none = [np.zeros(tuple(t.shape)) for t in (*inputs, g)]
    return [
        _value(out),
        *map(_value, first),
        *(zero if t is None else _value(t) for t, zero in zip(second, none, strict=True)),
    ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_complex_gradients_of_both_orders_match(name: str) -> None:
    program, inputs = PROGRAMS[name]
    rng = np.random.default_rng(7)
    arrays = [
        np.asarray(rng.normal(size=shape) + (1j * rng.normal(size=shape) if kind == "c" else 0))
        for kind, shape in inputs
    ]
    for theirs, ours in zip(_run(torch, program, arrays), _run(sg, program, arrays), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_a_complex_result_needs_a_gradient() -> None:
    for library in (torch, sg):
        x = library.tensor(1 + 1j, requires_grad=True)
        with pytest.raises(RuntimeError, match="grad can be implicitly created only for real scalar outputs"):
            (x * x).backward()


def test_an_op_that_is_not_declared_for_complex_numbers_refuses_their_gradient() -> None:
    x = sg.tensor([1 + 1j], requires_grad=True)
    with pytest.raises(RuntimeError, match="does not support automatic differentiation for complex"):
        sg.nn.functional.silu(x)


@pytest.mark.parametrize("op", ["std", "var", "norm"])
@pytest.mark.parametrize("kind", ["complex64", "complex128"])
def test_spreads_and_lengths_of_complex_numbers_are_real(op: str, kind: str) -> None:
    values = np.random.default_rng(3).normal(size=(3, 4, 2)) @ np.array([1, 1j])
    ours = getattr(sg, op)(sg.tensor(values, dtype=getattr(sg, kind)), dim=1, keepdim=True)
    theirs = getattr(torch, op)(torch.tensor(values, dtype=getattr(torch, kind)), dim=1, keepdim=True)
    assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


REAL_ONLY = {
    name: lambda l, x, name=name: getattr(l.nn.functional, name)(x)
    for name in (
        *("celu", "elu", "selu", "mish", "hardswish", "hardsigmoid", "hardtanh", "relu6", "hardshrink", "softshrink"),
        *("softplus", "logsigmoid"),
    )
} | {
    "threshold": lambda l, x: l.nn.functional.threshold(x, 0.1, 2.0),
    "prelu": lambda l, x: l.nn.functional.prelu(x, x[:1]),
    "layer_norm": lambda l, x: l.nn.functional.layer_norm(x, (2,)),
    "mse_loss": lambda l, x: l.nn.functional.mse_loss(x, x),
    "huber_loss": lambda l, x: l.nn.functional.huber_loss(x, x),
    "smooth_l1_loss": lambda l, x: l.nn.functional.smooth_l1_loss(x, x),
    "kl_div": lambda l, x: l.nn.functional.kl_div(x, x, reduction="sum"),
    "cummax": lambda l, x: l.cummax(x, 0),
    "histc": lambda l, x: l.histc(x),
    "nansum": lambda l, x: l.nansum(x),
}


@pytest.mark.parametrize("requires_grad", [False, True])
@pytest.mark.parametrize("name", REAL_ONLY)
def test_what_is_for_real_numbers_refuses_complex_ones(name: str, requires_grad: bool) -> None:
    with pytest.raises((RuntimeError, NotImplementedError)) as theirs:
        REAL_ONLY[name](torch, torch.tensor([1 + 1j, 2 - 1j], requires_grad=requires_grad))
    with pytest.raises(theirs.type, match=r"complex|Complex") as ours:
        REAL_ONLY[name](sg, sg.tensor([1 + 1j, 2 - 1j], requires_grad=requires_grad))
    assert ours.type is theirs.type


INFINITE, NOTHING = float("inf"), float("nan")


@pytest.mark.parametrize(
    "values",
    [
        [10j, 10j, 10j],
        [3j, 3j, -3j],
        [complex(-INFINITE, 2), complex(-INFINITE, 3), 1j],
        [complex(INFINITE, 2), complex(INFINITE, 3)],
        [complex(1, INFINITE), 2],
        [complex(NOTHING, 0), 1],
        [complex(1, NOTHING), 1],
        [complex(-INFINITE, NOTHING), 2],
        [complex(-INFINITE, INFINITE), 1],
        [800 + 1j, -800 + 2j, 900 + 1j],
    ],
)
def test_running_logarithms_of_sums(values: list[complex]) -> None:
    ours = sg.logcumsumexp(sg.tensor(values, dtype=sg.complex128), 0)
    theirs = torch.logcumsumexp(torch.tensor(values, dtype=torch.complex128), 0)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_gradient_of_running_logarithms_of_sums(dim: int) -> None:
    draw = np.random.default_rng(5).standard_normal((4, 3, 5, 2))
    values, given = draw[0] + 3j * draw[1], draw[2] + 1j * draw[3]
    found = []
    for package in (sg, torch):
        x = package.tensor(values, requires_grad=True)
        y = package.logcumsumexp(x, dim)
        (g,) = package.autograd.grad(y, x, package.tensor(given))
        found.append((y.detach().numpy(), g.resolve_conj().numpy()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    x = sg.tensor(values, requires_grad=True)
    assert sg.autograd.gradgradcheck(lambda x: sg.logcumsumexp(x, dim), (x,))
