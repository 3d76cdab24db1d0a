"""Chains of elementwise operations in one compiled call, beside NumPy's functions one after the other."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
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
