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
        sg.logsumexp(x, 0)
