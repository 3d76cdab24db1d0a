"""The type of a leaf's gradient, where it is not the leaf's."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg

BOTH = [sg, torch]


@pytest.mark.parametrize("p", BOTH)
@pytest.mark.parametrize("before", [False, True])
def test_gradients_are_converted(p: Any, before: bool) -> None:
    x = p.ones(2)
    if before:
        x.requires_grad_()
    assert x.grad_dtype == p.float32
    x.grad_dtype = p.float64
    x.requires_grad_()
    for _ in range(2):
        (x * 3).sum().backward()
    assert x.grad_dtype == p.float64 and x.grad.dtype == p.float64 and x.grad.tolist() == [6.0, 6.0]
    x.grad = p.ones(2).double()
    with pytest.raises(RuntimeError, match="grad"):
        x.grad = p.ones(2)


@pytest.mark.parametrize("p", BOTH)
def test_any_type(p: Any) -> None:
    x = p.ones(2, requires_grad=True)
    x.grad_dtype = None
    (x * p.ones(2).double()).sum().backward()
    assert x.grad_dtype is None and x.grad.dtype == p.float64
    x.grad = p.ones(2).half()
    assert x.grad.dtype == p.float16


@pytest.mark.parametrize("p", BOTH)
def test_refusals(p: Any) -> None:
    x = p.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="can only be accessed on leaf"):
        _ = (x * 2).grad_dtype
    with pytest.raises(RuntimeError, match="can only be set on leaf"):
        (x * 2).grad_dtype = p.float64
    x.grad = p.ones(2)
    with pytest.raises(RuntimeError, match="Cannot set grad_dtype"):
        x.grad_dtype = p.float64
