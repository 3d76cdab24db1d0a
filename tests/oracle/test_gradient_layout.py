"""A `.grad` lies in memory as PyTorch's does: like its leaf, or in row-major order where that has gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import seedgrad as sg

Made = tuple[Any, Any]
LEAVES: dict[str, Callable[[Any], Any]] = {
    "rows": lambda p: p.ones(3, 4),
    "columns": lambda p: p.ones(4, 3).T,
    "one row": lambda p: p.ones(1, 4),
    "expanded": lambda p: p.ones(3, 1).expand(3, 4),
    "every second": lambda p: p.ones(3, 8)[:, ::2],
    "gaps": lambda p: p.ones(3, 9)[:, :4],
    "images": lambda p: p.ones(2, 3, 4, 5),
    "channels last": lambda p: p.ones(2, 4, 5, 3).permute(0, 3, 1, 2),
    "middle": lambda p: p.ones(4, 2, 3).transpose(0, 1),
    "empty": lambda p: p.ones(0, 3).T,
}
USES: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda x: x * 2,
    "turned": lambda x: x.permute(*reversed(range(x.ndim))) * 3,
    "moved": lambda x: x.movedim(1, -1) * 3,
    "twice": lambda x: x * x,
    "flipped": lambda x: x.flip(0) + 1,
    "expanded": lambda x: x.expand(2, *x.shape) * 2,
}


def made(p: Any, leaf: str, use: str, create_graph: bool) -> Any:
    x = LEAVES[leaf](p).detach().requires_grad_()
    USES[use](x).sum().backward(create_graph=create_graph)
    return x.grad


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("leaf", LEAVES)
def test_strides(leaf: str, use: str, create_graph: bool) -> None:
    ours, theirs = made(sg, leaf, use, create_graph), made(torch, leaf, use, create_graph)
    assert ours.detach().tolist() == theirs.detach().tolist()
    assert ours.is_contiguous() == theirs.is_contiguous()
    sizes = [(n, a, b) for n, a, b in zip(ours.shape, ours.stride(), theirs.stride(), strict=True) if n > 1]
    assert 0 in ours.shape or all(a == b for _, a, b in sizes)


@pytest.mark.parametrize("leaf", ["rows", "columns", "images", "channels last"])
def test_strides_in_a_compiled_step(leaf: str) -> None:
    x = LEAVES[leaf](sg).detach().requires_grad_()

    @sg.compile
    def step(y: sg.Tensor) -> sg.Tensor:
        x.grad = None
        loss = (USES["turned"](x) * y).sum()
        loss.backward()
        return loss.detach()

    for n in range(4):
        step(sg.tensor(float(n)))
        assert x.grad.stride() == x.stride()
        assert (x.grad == 3 * n).all()


def test_gradients_can_be_viewed_as_one_vector() -> None:
    model = sg.nn.Sequential(sg.nn.Conv2d(3, 4, 1), sg.nn.Conv2d(4, 20, 3), sg.nn.Flatten(), sg.nn.Linear(720, 3))
    model(sg.randn(2, 3, 8, 8)).sum().backward()
    whole = sg.cat([p.grad.view(-1) for p in model.parameters()])
    assert whole.numel() == sum(p.numel() for p in model.parameters())
