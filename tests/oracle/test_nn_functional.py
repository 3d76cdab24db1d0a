"""pad, one_hot and linear against PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import seedgrad as sg

from .nn_pair import same


def both(name: str, array: Any, *args: Any, **kwargs: Any) -> None:
    """Assert equal results and gradients of nn.functional.<name>."""
    x, y = sg.tensor(array), torch.tensor(array)
    if x.is_floating_point():
        x.requires_grad_()
        y.requires_grad_()
    a = getattr(sg.nn.functional, name)(x, *args, **kwargs)
    b = getattr(torch.nn.functional, name)(y, *args, **kwargs)
    same(a, b)
    if b.requires_grad and b.numel():
        weight = np.random.default_rng(1).standard_normal(tuple(b.shape))
        (a * sg.tensor(weight)).sum().backward()
        (b * torch.tensor(weight)).sum().backward()
        same(x.grad, y.grad)


@given(st.data())
def test_constant_pad_agrees(data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    pads: list[int] = []
    for n in reversed(shape[-data.draw(st.integers(1, len(shape))) :]):
        before = data.draw(st.integers(-n, 3))
        pads += [before, data.draw(st.integers(-n - min(before, 0), 3))]
    value = data.draw(st.sampled_from([None, 0.0, -1.5]))
    both("pad", np.random.default_rng(0).standard_normal(shape), pads, value=value)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@given(data=st.data())
def test_other_pad_modes_agree(mode: str, data: st.DataObject) -> None:
    dims = data.draw(st.integers(1, 3))
    lead = data.draw(st.sampled_from([(2,), (2, 3)]))
    shape = [*lead, *data.draw(st.lists(st.integers(2, 4), min_size=dims, max_size=dims))]
    pads: list[int] = []
    for n in reversed(shape[-dims:]):
        most = {"reflect": n - 1, "replicate": 5, "circular": n}[mode]
        pads += [data.draw(st.integers(0, most)), data.draw(st.integers(0, most))]
    both("pad", np.random.default_rng(0).standard_normal(shape), pads, mode=mode)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("pads", [(-1, 2), (2, -1), (-1, -2), (-2, 1)])
def test_negative_padding_cuts(mode: str, pads: tuple[int, int]) -> None:
    both("pad", np.random.default_rng(0).standard_normal((2, 5)), pads, mode=mode)


@pytest.mark.parametrize("kind", ["int64", "uint8", "bool", "float32"])
def test_pad_keeps_the_type(kind: str) -> None:
    array = np.arange(3).astype(kind)
    x = sg.nn.functional.pad(sg.tensor(array), (1, 1), value=1)
    same(x, torch.nn.functional.pad(torch.tensor(array), (1, 1), value=1))


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
@pytest.mark.parametrize("classes", [4, 7])
def test_one_hot_agrees(shape: tuple[int, ...], classes: int) -> None:
    both("one_hot", np.random.default_rng(0).integers(0, 4, shape), classes)


def test_one_hot_counts_the_classes() -> None:
    both("one_hot", np.array([0, 3, 1]))


@pytest.mark.parametrize(
    ("x", "weight", "bias"),
    [
        ((5, 4), (3, 4), (3,)),
        ((4,), (3, 4), None),
        ((2, 5, 4), (3, 4), (3,)),
        ((5, 4), (4,), None),
        ((4,), (4,), None),
        ((5, 0), (3, 0), (3,)),
        ((5, 4), (3, 4), (1,)),
    ],
)
def test_linear_agrees(x: Any, weight: Any, bias: Any) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape) for shape in (x, weight, bias) if shape is not None]
    ours, theirs = (
        [sg.tensor(a, requires_grad=True) for a in arrays],
        [torch.tensor(a, requires_grad=True) for a in arrays],
    )
    a, b = sg.nn.functional.linear(*ours), torch.nn.functional.linear(*theirs)
    same(a, b)
    (a * a).sum().backward()
    (b * b).sum().backward()
    for mine, other in zip(ours, theirs, strict=True):
        same(mine.grad, other.grad)
