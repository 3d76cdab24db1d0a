"""Chains of elementwise operations in one compiled call, beside NumPy's functions one after the other."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
import seedgrad.nn.functional as F
from seedgrad.core import kernel

pytest.importorskip("numba")

SPECIAL = [0.0, -0.0, 1e-45, -1e-45, 1e38, -1e38, np.inf, -np.inf, np.nan, 88.8, -104.0, 1.5, -2.5]
UNARY: dict[str, Callable[..., Any]] = {
    "negative": lambda x: -x,
    "exp": sg.exp,
    "tanh": sg.tanh,
    "sin": sg.sin,
    "cos": sg.cos,
    "sqrt": sg.sqrt,
    "reciprocal": sg.reciprocal,
    "square": sg.square,
    "absolute": sg.abs,
    "log": sg.log,
    "sigmoid": sg.sigmoid,
}
BINARY: dict[str, Callable[..., Any]] = {
    "add": sg.add,
    "subtract": sg.sub,
    "multiply": sg.mul,
    "divide": sg.div,
    "maximum": sg.maximum,
    "minimum": sg.minimum,
}


@pytest.mark.parametrize("name", [*UNARY, *BINARY])
@pytest.mark.parametrize("shape", [(), (13,), (3, 13), (700, 13)])
def test_every_operation_of_a_chain(name: str, shape: tuple[int, ...]) -> None:
    kernel.load()

    def step(x: sg.Tensor, y: sg.Tensor) -> Any:
        a = UNARY[name](x) if name in UNARY else BINARY[name](x, y)
        b = a * 2.0 + x
        return a, b - y, b * a

    compiled = sg.compile(step)
    draw = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in range(3):
            special = np.asarray(np.roll(SPECIAL, n), np.float32)
            x = np.resize(special, shape)
            y = np.resize(draw.permutation(special), shape)
            for values in ((x, y), (draw.standard_normal(shape).astype(np.float32), y)):
                tensors = [sg.tensor(v) for v in values]
                found, expected = compiled(*tensors), step(*tensors)
                np.testing.assert_allclose(found[0].numpy(), expected[0].numpy(), rtol=4e-7, atol=1e-44)
                for f, e in zip(found[1:], expected[1:], strict=True):  # differences of such numbers
                    np.testing.assert_allclose(f.numpy(), e.numpy(), rtol=2e-6, atol=2e-6)
    assert "chain" in compiled.code


REPEATED = [((3, 13), (13,)), ((3, 13), (3, 1)), ((3, 13), (1,)), ((2, 3, 5), (3, 5)), ((2, 3, 5), (2, 1, 1)),
            ((2, 3, 5), (2, 3, 1)), ((2, 3, 5), (1, 3, 1)), ((1300, 13), (13,)), ((1300, 13), (1300, 1)), ((5, 2), (2,)),
            ((1, 7), (1, 7)), ((70, 300), (70, 1)), ((2, 70, 150), (70, 150))]  # fmt: skip


@pytest.mark.parametrize(("shape", "other"), REPEATED, ids=str)
@pytest.mark.parametrize("turned", [False, True])
def test_operands_that_are_repeated(shape: tuple[int, ...], other: tuple[int, ...], turned: bool) -> None:
    kernel.load()

    def step(x: sg.Tensor, y: sg.Tensor) -> Any:
        z = x * 2.0
        z = (y - z) if turned else (z - y)
        return z * y + z, z.sum()

    compiled = sg.compile(step)
    draw = np.random.default_rng(1)
    for _ in range(3):
        tensors = [sg.tensor(draw.standard_normal(s).astype(np.float32)) for s in (shape, other)]
        for found, expected in zip(compiled(*tensors), step(*tensors), strict=True):
            np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=2e-6, atol=2e-6)
    assert compiled.replays == 2


ACTIVATIONS: dict[str, Callable[[sg.Tensor], sg.Tensor]] = {
    "exp": sg.exp, "expm1": sg.expm1, "tanh": sg.tanh, "erf": sg.erf, "sigmoid": sg.sigmoid, "relu": sg.relu,
    "log1p": lambda x: sg.log1p(x * x),
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "elu": lambda x: F.elu(x, 0.7),
    "silu": F.silu, "mish": F.mish, "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softplus": lambda x: F.softplus(x, 2.0, 5.0),
    "logsigmoid": F.logsigmoid, "softsign": F.softsign, "tanhshrink": F.tanhshrink,
    "hardtanh": lambda x: F.hardtanh(x, -0.3, 0.4),
    "hardsigmoid": F.hardsigmoid, "hardswish": F.hardswish,
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("turned", [False, True])
def test_activations_are_parts_of_chains(name: str, turned: bool) -> None:
    def step(x: sg.Tensor, bias: sg.Tensor) -> Any:
        x = x.detach().requires_grad_()
        h = (x.T if turned else x) + bias
        y = ACTIVATIONS[name](h) * 3.0
        (y * y).sum().backward()
        return y.detach(), x.grad

    compiled = sg.compile(step)
    draw = np.random.default_rng(2)
    shape = (90, 200)
    for _ in range(3):
        x = sg.tensor(draw.standard_normal(shape).astype(np.float32))
        bias = sg.tensor(draw.standard_normal(shape[0 if turned else 1]).astype(np.float32))
        for found, expected in zip(compiled(x, bias), step(x, bias), strict=True):
            np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5, atol=1e-5)
    assert compiled.replays == 2
    assert "chain" in compiled.code
    assert turned or f"{name}_vjp" in compiled.code
