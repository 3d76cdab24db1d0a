"""Small training programs for the tests of compiled steps."""

from __future__ import annotations

from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn import functional as F

from .beside import Program


def mlp(width: int = 8, *more: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, width), nn.ReLU(), *more, nn.Linear(width, 3))


def batches(n: int, rows: int = 5) -> list[tuple[sg.Tensor, sg.Tensor]]:
    draw = np.random.default_rng(0)
    return [
        (sg.tensor(draw.standard_normal((rows, 4)).astype(np.float32)), sg.tensor(draw.integers(0, 3, rows)))
        for _ in range(n)
    ]


def training(make_model: Any, make_optimizer: Any, **options: Any) -> Program:
    def make() -> Any:
        model = make_model()
        optimizer = make_optimizer(model.parameters())

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            return loss

        return [model, optimizer], step

    return Program(make, **options)


OPTIMIZERS = {
    "SGD": lambda p: sg.optim.SGD(p, lr=0.1),
    "momentum": lambda p: sg.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: sg.optim.Adam(p, lr=0.01),
    "AdamW": lambda p: sg.optim.AdamW(p, lr=0.01, amsgrad=True),
    "RMSprop": lambda p: sg.optim.RMSprop(p),
    "Adagrad": lambda p: sg.optim.Adagrad(p),
    "Adafactor": lambda p: sg.optim.Adafactor(p),
    "Rprop": lambda p: sg.optim.Rprop(p),
    "NAdam": lambda p: sg.optim.NAdam(p),
    "maximize": lambda p: sg.optim.SGD(p, lr=0.01, maximize=True),
}
