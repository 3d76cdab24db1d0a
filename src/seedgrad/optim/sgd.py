"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .checks import check_range, check_rate, number, penalized
from .optimizer import Array, Compiled, Group, Optimizer


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
        differentiable: record the step in the graph, so that gradients flow through it to the gradient, the old
            parameter (which must not be a leaf that requires grad), and lr and weight_decay if they are tensors.
            Default: False.

    Raises:
        ValueError: an option is out of range; Nesterov momentum without momentum or with dampening.
        RuntimeError: fused together with foreach or differentiable.

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

    buffers = ("momentum_buffer",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float | Tensor = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
            "fused": fused,
        }
        check_rate(lr, defaults)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        usual = self._shared.get("usual")
        if usual is None:
            weights = group["momentum"], 1 - group["dampening"], number(group["weight_decay"])
            usual = self._shared["usual"] = (number(group["lr"]), *weights, group["nesterov"], False)
        if usual[1] == 0 or state.get("momentum_buffer") is not None:
            return usual
        state["momentum_buffer"] = Tensor(np.empty_like(p))
        return (*usual[:-1], True)

    def compiled_form(self, state: dict[str, Array], settings: tuple[Any, ...]) -> Compiled:
        lr, momentum, share, decay, nesterov, first = settings
        if momentum == 0:
            return "sgd", (), (lr, decay)
        numbers = (lr, decay, momentum, share, momentum if nesterov else 0.0)
        return ("sgd_first" if first else "sgd_momentum"), (state["momentum_buffer"],), numbers

    def together(self, group: Group) -> tuple[str, tuple[str, ...]] | None:
        if type(self).prepare is not SGD.prepare or type(self).compiled_form is not SGD.compiled_form:
            return None
        return ("sgd_momentum", ("momentum_buffer",)) if group["momentum"] else ("sgd", ())

    def numbers_of(self, group: Group, step: int) -> tuple[float, ...]:
        momentum, share, ahead = group["momentum"], 1 - group["dampening"], group["nesterov"]
        usual = number(group["lr"]), number(group["weight_decay"])
        return (*usual, momentum, share, momentum if ahead else 0.0) if momentum else usual

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        lr, momentum, share, decay, nesterov, first = settings
        g = penalized(xp, g, p, decay)
        if momentum != 0:
            b = state["momentum_buffer"]
            if first:
                b[...] = g
            else:
                b *= momentum
                b += g if share == 1 else share * g
            g = g + momentum * b if nesterov else b
        p -= lr * g
