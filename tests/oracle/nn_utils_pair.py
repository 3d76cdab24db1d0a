"""One program that makes a module, run with seedgrad and with PyTorch, and both modules compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .nn_pair import leaves, same, torch_state

Make = Callable[[Any], Any]


def pair(make: Make, dtype: str = "float64") -> tuple[Any, Any]:
    """The module of both packages, with equal state."""
    ours, theirs = make(sg).to(getattr(sg, dtype)), make(torch).to(getattr(torch, dtype))
    assert list(theirs.state_dict()) == list(ours.state_dict())
    theirs.load_state_dict(torch_state(ours))
    return ours, theirs


def check_members(ours: Any, theirs: Any) -> None:
    """Assert the same names, in order, the same values and the same need of gradients."""
    for kind in ("named_parameters", "named_buffers"):
        a, b = dict(getattr(ours, kind)()), dict(getattr(theirs, kind)())
        assert list(a) == list(b)
        for name in a:
            same(a[name], b[name], what=name)
            assert a[name].requires_grad == b[name].requires_grad, name
    assert list(ours.state_dict()) == list(theirs.state_dict())


def check_call(ours: Any, theirs: Any, *shapes: tuple[int, ...], seed: int = 0, second: bool = True) -> None:
    """Assert equal outputs, first and, if wanted, second gradients, and equal members after the call."""
    rng = np.random.default_rng(seed)
    a, b = leaves([rng.standard_normal(s) for s in shapes])
    y, z = ours(*a), theirs(*b)
    same(y, z)
    one, two = list(dict(ours.named_parameters()).values()), list(dict(theirs.named_parameters()).values())
    one, two = [*a, *(p for p in one if p.requires_grad)], [*b, *(p for p in two if p.requires_grad)]
    g = sg.autograd.grad((y * y * y).sum(), one, create_graph=True, allow_unused=True)
    h = torch.autograd.grad((z * z * z).sum(), two, create_graph=True, allow_unused=True)
    _same_lists(g, h)
    if second and any(t is not None and t.requires_grad for t in h):
        p = sum(((t * t).sum() for t in g if t is not None), sg.zeros((), dtype=y.dtype))
        q = sum(((t * t).sum() for t in h if t is not None), torch.zeros((), dtype=z.dtype))
        _same_lists(sg.autograd.grad(p, one, allow_unused=True), torch.autograd.grad(q, two, allow_unused=True))
    check_members(ours, theirs)


def _same_lists(ours: Any, theirs: Any) -> None:
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        assert (a is None) == (b is None), i
        if a is not None:
            same(a, b, tolerance=100, what=str(i))


def both_raise(program: Callable[[Any], Any], error: type[Exception], match: str) -> None:
    """Assert that the program raises this class in both packages, and our text."""
    with pytest.raises(error):
        program(torch)
    with pytest.raises(error, match=match):
        program(sg)
