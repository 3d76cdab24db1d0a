"""What workloads share: how they are written down, and the same numbers for both libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Steps:
    """What a workload has to run.

    Attributes:
        step: takes the tensors of a batch, makes one step and returns its loss as a tensor with one number, which is
            read outside of it; so it can be compiled as it is.
        batches: given to it in turns.
    """

    step: Callable[..., Any]
    batches: Sequence[tuple[Any, ...]] = ((),)

    def losses(self) -> Iterator[float]:
        """Steps without end: the loss of each."""
        step = self.step
        for batch in cycle(self.batches):
            yield float(step(*batch).item())


@dataclass(frozen=True)
class Workload:
    """What to run, and the target for seedgrad's time over PyTorch's.

    Attributes:
        name: for the command line.
        text: for the table.
        start: takes the library and returns its steps.
        target: the ratio of the times that must not be exceeded.
        items: how many things (tokens, images) a step makes, where speed is better said in those; else 0.
        unit: what they are.
        tolerance: how far the losses of the two libraries may differ, relatively. Only where each draws its own random
            numbers is it wide.
        as_written: why the step can't be compiled, where it can't.
    """

    name: str
    text: str
    start: Callable[[Any], Steps]
    target: float = 1.0
    items: int = 0
    unit: str = ""
    tolerance: float = 1e-3
    as_written: str = ""


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


def training(optimizer: Any, loss_of: Callable[..., Any]) -> Callable[..., Any]:
    """A step of training: the loss of a batch, its gradients, and the optimizer's step."""

    def step(*batch: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(*batch)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def classifier(lib: Any, model: Any, optimizer: Any, shape: tuple[int, ...], batch: int, batches: int = 8) -> Steps:
    """Steps of training with cross-entropy on eight (or so many) batches in turn."""
    x, y = numbers(lib, batches, batch, *shape), classes(lib, 10, batches, batch)
    criterion = lib.nn.CrossEntropyLoss()
    step = training(optimizer, lambda x, y: criterion(model(x), y))
    return Steps(step, [(x[i], y[i]) for i in range(batches)])


def inference(lib: Any, model: Any, x: Any) -> Steps:
    """Outputs in evaluation mode, without recording."""
    model.eval()

    def step(x: Any) -> Any:
        with lib.inference_mode():
            return model(x).sum()

    return Steps(step, [(x,)])
