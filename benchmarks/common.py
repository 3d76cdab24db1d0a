"""What workloads share: the same numbers for both libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Step = Callable[[], float]


@dataclass(frozen=True)
class Workload:
    """What to run, and the target for seedgrad's time over PyTorch's.

    Attributes:
        name: for the command line.
        text: for the table.
        start: takes the library and returns a function that makes one step and returns its loss.
        target: the ratio of the times that must not be exceeded.
        items: how many things (tokens, images) a step makes, where speed is better said in those; else 0.
        unit: what they are.
        tolerance: how far the losses of the two libraries may differ, relatively. Only where each draws its own random
            numbers is it wide.
    """

    name: str
    text: str
    start: Callable[[Any], Step]
    target: float = 1.0
    items: int = 0
    unit: str = ""
    tolerance: float = 1e-3


def parameter(lib: Any, array: np.ndarray[Any, Any]) -> Any:
    """A leaf that requires a gradient."""
    return lib.tensor(array.astype(np.float32)).requires_grad_()


def load(lib: Any, model: Any, seed: int) -> None:
    """Give a model the same weights in both libraries; one-dimensional ones (norms, biases) near 1 and 0."""
    draw = np.random.default_rng(seed)
    with lib.no_grad():
        for name, p in model.named_parameters():
            if len(p.shape) > 1:
                values = draw.standard_normal(tuple(p.shape)) / np.sqrt(np.prod(p.shape[1:]))
            else:
                values = 0.1 * draw.standard_normal(tuple(p.shape)) + (name.endswith("weight"))
            p.copy_(lib.tensor(values.astype(np.float32)))


def numbers(lib: Any, *shape: int, seed: int = 0) -> Any:
    """Normal numbers."""
    return lib.tensor(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def classes(lib: Any, n: int, *shape: int, seed: int = 0) -> Any:
    """Whole numbers below n."""
    return lib.tensor(np.random.default_rng(seed).integers(0, n, shape))


def classifier(lib: Any, model: Any, optimizer: Any, shape: tuple[int, ...], batch: int, batches: int = 8) -> Step:
    """Steps of training with cross-entropy on eight (or so many) batches in turn."""
    x, y = numbers(lib, batches, batch, *shape), classes(lib, 10, batches, batch)
    criterion = lib.nn.CrossEntropyLoss()
    count = 0

    def step() -> float:
        nonlocal count
        i, count = count % batches, count + 1
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return step


def inference(lib: Any, model: Any, x: Any) -> Step:
    """Outputs in evaluation mode, without recording."""
    model.eval()

    def step() -> float:
        with lib.inference_mode():
            return float(model(x).sum().item())

    return step
