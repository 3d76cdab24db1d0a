"""The workloads, each one text that runs on either library through the API they share.

A workload takes the library (`seedgrad` or `torch`) and returns a step and its batches. The step returns its loss, so that
the losses can be compared: all that are measured must have done the same work. Numbers come from NumPy.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from . import language, pipeline, vision
from .common import Steps, Workload, classifier, load, numbers, parameter, training


def chain(lib: Any) -> Steps:
    """1,000 ops on 16 numbers, forward and backward: nothing but overhead."""
    x = parameter(lib, np.linspace(-1, 1, 16))
    a = lib.tensor(np.full(16, 1.01, np.float32))

    def step() -> Any:
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
        return loss.detach() + x.grad.sum()

    return Steps(step)


def elementwise(lib: Any) -> Steps:
    """12 ops on a million numbers, forward and backward: nothing but memory."""
    x = parameter(lib, np.linspace(-2, 2, 1_000_000))
    a = lib.tensor(np.linspace(1, 2, 1_000_000, dtype=np.float32))

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(3):
            y = y * a
            y = y + x
            y = y.tanh()
            y = y.sigmoid()
        loss = y.mean()
        loss.backward()
        return loss.detach()

    return Steps(step)


def mlp(lib: Any, *sizes: int) -> Any:
    """Linear layers with ReLU between them."""
    layers: list[Any] = []
    for n, m in pairwise(sizes):
        layers += [lib.nn.Linear(n, m), lib.nn.ReLU()]
    model = lib.nn.Sequential(*layers[:-1])
    load(lib, model, 1)
    return model


def mlp_small(lib: Any) -> Steps:
    """MLP 64-32-32-10, batch 32, SGD."""
    model = mlp(lib, 64, 32, 32, 10)
    return classifier(lib, model, lib.optim.SGD(model.parameters(), lr=0.01), (64,), 32)


def mlp_large(lib: Any) -> Steps:
    """MLP 784-512-256-10, batch 128, Adam."""
    model = mlp(lib, 784, 512, 256, 10)
    return classifier(lib, model, lib.optim.Adam(model.parameters()), (784,), 128)


def gradient_penalty(lib: Any) -> Steps:
    """A critic's step with a penalty on the length of its gradient. Source: Gulrajani et al., "Improved WGAN", 2017."""
    critic = lib.nn.Sequential(
        lib.nn.Linear(128, 256), lib.nn.SiLU(), lib.nn.Linear(256, 256), lib.nn.SiLU(), lib.nn.Linear(256, 1)
    )
    load(lib, critic, 11)
    optimizer = lib.optim.Adam(critic.parameters(), lr=1e-4)
    real, fake = numbers(lib, 64, 128), numbers(lib, 64, 128, seed=1)
    share = lib.tensor(np.random.default_rng(2).random((64, 1)).astype(np.float32))

    def loss(real: Any, fake: Any, share: Any) -> Any:
        between = (share * real + (1 - share) * fake).requires_grad_()
        (g,) = lib.autograd.grad(critic(between).sum(), between, create_graph=True)
        return critic(fake).mean() - critic(real).mean() + 10 * ((g.norm(2, 1) - 1) ** 2).mean()

    return Steps(training(optimizer, loss), [(real, fake, share)])


WORKLOADS = {
    w.name: w
    for w in (
        Workload("chain", "1,000-op chain on 16 numbers, forward + backward", chain, 0.65),
        Workload("elementwise", "12-op chain on 1 M numbers, forward + backward", elementwise),
        Workload("mlp_small", "MLP 64-32-32-10, batch 32, SGD", mlp_small, 0.7),
        Workload("mlp_large", "MLP 784-512-256-10, batch 128, Adam", mlp_large),
        *vision.WORKLOADS,
        *language.WORKLOADS,
        Workload("gradient_penalty", "WGAN gradient penalty (double backward), batch 64, Adam", gradient_penalty),
        *pipeline.WORKLOADS,
    )
}
# Not in the table of workloads; other programs of this folder measure them.
FURTHER = {w.name: w for w in (language.SMALL_LSTM,)}
