"""Programs on sequences in both packages: outputs, gradients and second gradients side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import to_torch, values_of
from .nn_pair import randomise, same, torch_state

Program = Callable[[Any, Any, list[Any]], Any]


@pytest.fixture(autouse=True)
def torch_by_the_formula() -> Iterator[None]:
    """Attention by its formula: PyTorch's blockwise kernel has no second derivative."""
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        yield


def normal(*shape: int, dtype: str = "float64") -> np.ndarray[Any, Any]:
    """Normal numbers, always the same for a shape."""
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


def states(name: str, settings: dict[str, Any], batch: int | None, hidden: int = 4) -> list[Any]:
    """Arrays for the states of a recurrent layer; without `batch` those of a single sequence."""
    layers = settings.get("num_layers", 1) * (2 if settings.get("bidirectional") else 1)
    middle = () if batch is None else (batch,)
    h = normal(layers, *middle, settings.get("proj_size") or hidden)
    return [h, normal(layers, *middle, hidden)] if name == "LSTM" else [h]


def packed_hx(name: str, given: Any) -> Any:
    """States as the layer takes them."""
    return tuple(given) if name == "LSTM" else given[0]


def tensors(value: Any) -> list[Any]:
    """The tensors in a result, however nested."""
    if isinstance(value, (tuple, list)):
        return [t for part in value for t in tensors(part)]
    return [] if value is None else [value]


def twins(name: str, *args: Any, dtype: str = "float64", training: bool = True, **kwargs: Any) -> tuple[Any, Any]:
    """A module of both packages with equal parameters, around 0."""
    ours, theirs = getattr(sg.nn, name)(*args, **kwargs), getattr(torch.nn, name)(*args, **kwargs)
    ours.to(getattr(sg, dtype)).train(training)
    theirs.to(getattr(torch, dtype)).train(training)
    randomise(ours)
    rng = np.random.default_rng(5)
    for t in ours.state_dict().values():
        t.array[...] = rng.uniform(-0.7, 0.7, t.array.shape)
    theirs.load_state_dict(torch_state(ours))
    return ours, theirs


def compare(
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    arrays: list[Any],
    modules: tuple[Any, Any] | None = None,
    second: bool = True,
    tolerance: float = 1,
) -> None:
    """Call both functions on tensors of the arrays; compare what they give, its gradients and their gradients.

    Args:
        ours, theirs: called with one tensor for each array.
        arrays: float arrays get gradients, others do not.
        modules: a pair of modules whose parameters get gradients, too.
        second: whether to compare second gradients.
        tolerance: scales the tolerance.
    """
    mine, other = [sg.tensor(a) for a in arrays], [to_torch(a) for a in arrays]
    leaves = [
        (a.requires_grad_(), b.requires_grad_()) for a, b in zip(mine, other, strict=True) if a.is_floating_point()
    ]
    if modules is not None:
        leaves += list(zip(modules[0].parameters(), modules[1].parameters(), strict=True))
    a, b = tensors(ours(*mine)), tensors(theirs(*other))
    assert len(a) == len(b)
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        same(x, y, tolerance, f"output {k}")
        assert x.requires_grad == y.requires_grad, f"output {k}"
    rng = np.random.default_rng(3)
    loss_a, loss_b = _along(a, b, rng)
    if not loss_b.requires_grad:
        return
    g = sg.autograd.grad(loss_a, [x for x, _ in leaves], create_graph=second, allow_unused=True)
    h = torch.autograd.grad(loss_b, [y for _, y in leaves], create_graph=second, allow_unused=True)
    _all_same(g, h, tolerance, "gradient")
    if second:
        loss_a, loss_b = _along([x for x in g if x is not None], [y for y in h if y is not None], rng)
        g = sg.autograd.grad(loss_a, [x for x, _ in leaves], allow_unused=True)
        h = torch.autograd.grad(loss_b, [y for _, y in leaves], allow_unused=True)
        _all_same(g, h, 100 * tolerance, "second gradient", zeros=True)


def _along(a: list[Any], b: list[Any], rng: np.random.Generator) -> tuple[Any, Any]:
    """The squares of both results summed up with equal random weights."""
    totals: list[Any] = [0.0, 0.0]
    for x, y in zip(a, b, strict=True):
        if not y.requires_grad:
            continue
        weight = rng.uniform(0.5, 1.5, tuple(y.shape)).astype(values_of(y).dtype)
        totals[0] = totals[0] + (x * x * sg.tensor(weight)).sum()
        totals[1] = totals[1] + (y * y * to_torch(weight)).sum()
    return totals[0], torch.as_tensor(totals[1])


def _all_same(g: Any, h: Any, tolerance: float, what: str, zeros: bool = False) -> None:
    for k, (x, y) in enumerate(zip(g, h, strict=True)):
        if zeros and (x is None) != (y is None):
            assert not values_of(x if y is None else y).any(), f"{what} {k}"
            continue
        assert (x is None) == (y is None), f"{what} {k}"
        if y is not None:
            same(x, y, tolerance, f"{what} {k}")
