"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .optimizer import Array, Group, Optimizer, check_flags, check_range


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum.

    g ← g + weight_decay·p;  b ← momentum·b + (1 − dampening)·g (at the first step b = g);
    p ← p − lr·b, or with Nesterov momentum p ← p − lr·(g + momentum·b).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-3.
        momentum: how much of the last direction is kept, at least 0. Default: 0.
        dampening: how much of the gradient is left out of the momentum. Default: 0.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        nesterov: look ahead along the momentum. Default: False.
        maximize: go up rather than down. Default: False.
        foreach, fused: accepted as in PyTorch; the result is the same.
        differentiable: only False.

    Raises:
        ValueError: an option is out of range; Nesterov momentum without momentum or with dampening.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.SGD([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8000, 1.6000])

    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), with the
    learning rate outside the momentum as PyTorch has it.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_range("learning rate", lr)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        check_flags("SGD", differentiable=differentiable)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
                "foreach": foreach,
                "differentiable": differentiable,
                "fused": fused,
            },
        )

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Group, bool]:
        first = bool(group["momentum"]) and state.get("momentum_buffer") is None
        if first:
            state["momentum_buffer"] = Tensor(np.empty_like(p))
        return group, first

    def update(self, p: Array, g: Array, state: dict[str, Array], settings: tuple[Group, bool]) -> None:
        group, first = settings
        momentum, decay = group["momentum"], group["weight_decay"]
        if decay:
            g = g + decay * p
        if momentum:
            b = state["momentum_buffer"]
            if first:
                b[...] = g
            else:
                b *= momentum
                b += (1 - group["dampening"]) * g if group["dampening"] else g
            g = g + momentum * b if group["nesterov"] else b
        p -= g * float(group["lr"])
