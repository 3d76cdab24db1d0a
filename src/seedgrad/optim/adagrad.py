"""Adagrad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .checks import check_range, check_rate, count_step, number, penalized, scalar
from .optimizer import Array, Compiled, Group, Optimizer


class Adagrad(Optimizer):
    """Steps that shrink with the sum of all squared gradients so far.

    s ← s + g²;  p ← p − lr / (1 + (t − 1)·lr_decay) · g / (√s + eps).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-2.
        lr_decay: how fast the learning rate falls, at least 0. Default: 0.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        initial_accumulator_value: where s begins, at least 0. Default: 0.
        eps: added to the root, at least 0. Default: 1e-10.
        foreach, fused, differentiable: as in `SGD`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.
        RuntimeError: fused together with foreach or differentiable.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Adagrad([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.9000, 1.9000])

    Source: Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization"
    (2011).
    """

    buffers = ("sum",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        check_rate(lr, defaults)
        check_range("lr_decay value", lr_decay)
        check_range("weight_decay value", weight_decay)
        check_range("initial_accumulator_value value", initial_accumulator_value)
        check_range("epsilon value", eps)
        super().__init__(params, defaults)
        for group in self.param_groups:
            for p in group["params"]:
                self._start(p.array, self.state[p], group)

    def _start(self, p: Array, state: dict[str, Any], group: Group) -> None:
        first = self.defaults["initial_accumulator_value"]
        state["step"] = scalar(0, group)
        state["sum"] = Tensor(np.full_like(p, complex(first, first) if p.dtype.kind == "c" else first))

    def share_memory(self) -> None:
        """Put the sums into memory that processes share; here threads train, which share all memory: nothing to do."""

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "sum" not in state:  # the group was added later
            self._start(p, state, group)
        t = count_step(state)
        lr = number(group["lr"]) / (1 + (t - 1) * group["lr_decay"])
        return lr, number(group["weight_decay"]), group["eps"]

    def compiled_form(self, state: dict[str, Array], settings: tuple[Any, ...]) -> Compiled:
        return "adagrad", (state["sum"],), settings

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        lr, decay, eps = settings
        s = state["sum"]
        g = penalized(xp, g, p, decay)
        s += g * g
        p -= lr * g / (xp.sqrt(s) + eps)
