"""What workloads share: the same numbers for both libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


def classifier(lib: Any, model: Any, optimizer: Any, shape: tuple[int, ...], batch: int) -> Step:
    """Steps of training with cross-entropy on eight batches in turn."""
    x, y = numbers(lib, 8, batch, *shape), classes(lib, 10, 8, batch)
    criterion = lib.nn.CrossEntropyLoss()
    count = 0

    def step() -> float:
        nonlocal count
        i, count = count % 8, count + 1
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
