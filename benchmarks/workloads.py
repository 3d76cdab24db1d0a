"""The workloads, each one text that runs on either library through the API they share.

A workload takes the library (`seedgrad` or `torch`) and returns a function that makes one step and returns its loss, so
that the runner can compare the losses: both must have done the same work. Numbers come from NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Step = Callable[[], float]


@dataclass(frozen=True)
class Workload:
    """What to run, how long a round is, and the target for seedgrad's time over PyTorch's."""

    name: str
    text: str
    start: Callable[[Any], Step]
    steps: int
    target: float | None


def _parameter(lib: Any, array: np.ndarray[Any, Any]) -> Any:
    return lib.tensor(array.astype(np.float32)).requires_grad_()


def chain(lib: Any) -> Step:
    """1,000 ops on 16 numbers, forward and backward: nothing but overhead."""
    x = _parameter(lib, np.linspace(-1, 1, 16))
    a = lib.tensor(np.full(16, 1.01, np.float32))

    def step() -> float:
        x.grad = None
        y = x
        for _ in range(200):
            y = y * a
            y = y + x
            y = y.tanh()
            y = y - a
            y = y.sin()
        loss = y.sum()
        loss.backward()
        return loss.item() + x.grad.sum().item()

    return step


def _load(lib: Any, model: Any, seed: int) -> None:
    """Give a model the same weights in both libraries."""
    draw = np.random.default_rng(seed)
    with lib.no_grad():
        for p in model.parameters():
            fan = int(np.prod(p.shape[1:])) if len(p.shape) > 1 else 100
            p.copy_(lib.tensor((draw.standard_normal(tuple(p.shape)) / np.sqrt(fan)).astype(np.float32)))


def _classifier(lib: Any, model: Any, optimizer: Any, shape: tuple[int, ...], batch: int) -> Step:
    draw = np.random.default_rng(0)
    x = lib.tensor(draw.standard_normal((8, batch, *shape)).astype(np.float32))
    y = lib.tensor(draw.integers(0, 10, (8, batch)))
    criterion = lib.nn.CrossEntropyLoss()
    count = 0

    def step() -> float:
        nonlocal count
        i, count = count % 8, count + 1
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def _mlp(lib: Any, *sizes: int) -> Any:
    layers: list[Any] = []
    for n, m in pairwise(sizes):
        layers += [lib.nn.Linear(n, m), lib.nn.ReLU()]
    model = lib.nn.Sequential(*layers[:-1])
    _load(lib, model, 1)
    return model


def mlp_small(lib: Any) -> Step:
    """MLP 64-32-32-10, batch 32, SGD."""
    model = _mlp(lib, 64, 32, 32, 10)
    return _classifier(lib, model, lib.optim.SGD(model.parameters(), lr=0.01), (64,), 32)


def mlp_large(lib: Any) -> Step:
    """MLP 784-512-256-10, batch 128, Adam."""
    model = _mlp(lib, 784, 512, 256, 10)
    return _classifier(lib, model, lib.optim.Adam(model.parameters()), (784,), 128)


def lenet(lib: Any) -> Step:
    """LeNet-5 with ReLU and max pooling, batch 64 of 28×28, Adam."""
    nn = lib.nn
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )
    _load(lib, model, 2)
    return _classifier(lib, model, lib.optim.Adam(model.parameters()), (1, 28, 28), 64)


WORKLOADS = {
    w.name: w
    for w in (
        Workload("chain", "1,000-op chain on 16 numbers, forward + backward", chain, 20, 0.65),
        Workload("mlp_small", "MLP 64-32-32-10, batch 32, SGD", mlp_small, 300, 0.7),
        Workload("mlp_large", "MLP 784-512-256-10, batch 128, Adam", mlp_large, 40, 1.0),
        Workload("lenet", "LeNet, batch 64 of 28×28, Adam", lenet, 20, None),
    )
}
