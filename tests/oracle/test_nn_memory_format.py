"""`Module.to(memory_format=...)`: where the weights of a model lie in memory."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg

Packages = pytest.mark.parametrize("package", (sg, torch), ids=("seedgrad", "torch"))


def layout(package: Any, layers: str, *arguments: str, formats: tuple[str, ...] = (), **named: Any) -> list[Any]:
    """Strides and types of parameters and gradients of a model that was moved."""
    nn = package.nn
    model = {
        "2d": lambda: nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ConvTranspose2d(3, 4, 2)),
        "3d": lambda: nn.Conv3d(2, 3, 2),
        "1d": lambda: nn.Sequential(nn.Conv1d(2, 3, 2), nn.Linear(2, 2)),
    }[layers]()
    for p in model.parameters():
        p.grad = package.ones_like(p)
    for name in formats:
        assert (
            model.to(
                *(a if a == "cpu" else getattr(package, a) for a in arguments), memory_format=getattr(package, name)
            )
            is model
        )
    return [
        (tuple(t.shape), tuple(t.stride()), str(t.dtype).partition(".")[2])
        for p in model.parameters()
        for t in (p, p.grad)
    ]


@pytest.mark.parametrize(
    ("layers", "arguments", "formats"),
    [
        ("2d", (), ("channels_last",)),
        ("2d", ("cpu", "float64"), ("channels_last",)),
        ("2d", (), ("channels_last", "preserve_format")),
        ("2d", (), ("channels_last", "contiguous_format")),
        ("3d", ("float16",), ("channels_last_3d",)),
        ("1d", (), ("channels_last",)),
        ("1d", ("float64",), ("channels_last_3d",)),
    ],
)
def test_weights_lie_where_pytorch_has_them(layers: str, arguments: tuple[str, ...], formats: tuple[str, ...]) -> None:
    assert layout(sg, layers, *arguments, formats=formats) == layout(torch, layers, *arguments, formats=formats)


@Packages
@pytest.mark.parametrize(
    ("layers", "name", "rank"), [("3d", "channels_last", 4), ("2d", "channels_last_3d", 5)], ids=("3d", "2d")
)
def test_the_number_of_dimensions_must_fit(package: Any, layers: str, name: str, rank: int) -> None:
    with pytest.raises(RuntimeError, match=f"required rank {rank} tensor to use {name} format"):
        layout(package, layers, formats=(name,))


@Packages
def test_what_is_no_memory_format_is_refused(package: Any) -> None:
    with pytest.raises(TypeError, match="memory_format"):
        package.nn.Linear(1, 1).to(memory_format="channels_last")


def test_the_outputs_and_gradients_stay_the_same() -> None:
    sg.manual_seed(0)
    x = sg.randn(2, 2, 5, 5)
    model = sg.nn.Sequential(sg.nn.Conv2d(2, 3, 3), sg.nn.BatchNorm2d(3), sg.nn.ConvTranspose2d(3, 4, 2))
    found = []
    for _ in range(2):
        model.zero_grad()
        out = model(x)
        out.square().sum().backward()
        found.append([out, *(p.grad for p in model.parameters())])
        model.to(memory_format=sg.channels_last)
        x = x.to(memory_format=sg.channels_last)
    for a, b in zip(*found, strict=True):
        assert sg.allclose(a, b, atol=1e-5)
