"""Resilient backpropagation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .checks import check_rate, count_step, number, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class Rprop(Optimizer):
    """Steps whose size depends on the signs of gradients only; for whole data sets, not for mini-batches.

    s ← s·η₊ where the gradient kept its sign, s·η₋ where it changed, within [smallest, largest];
    p ← p − s·sign(g), but where the sign changed p stays and the next step has no last sign.

    Args:
        params: the parameters, or groups of them.
        lr: the size of the first step, at least 0. Default: 1e-2.
        etas: η₋ and η₊, 0 < η₋ < 1 < η₊. Default: (0.5, 1.2).
        step_sizes: the smallest and the largest step. Default: (1e-6, 50).
        capturable, foreach, differentiable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, -2.0], requires_grad=True)
        >>> optimizer = sg.optim.Rprop([w], lr=0.5)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([ 0.5000, -1.5000])

    Source: Riedmiller and Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm"
    (1993).
    """

    buffers = ("prev", "step_size")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "etas": etas,
            "step_sizes": step_sizes,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        check_rate(lr, defaults)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}; they must be 0 < first < 1 < second")
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "prev" not in state:
            lr = float(group["lr"])
            first = np.full_like(p, complex(lr, lr) if p.dtype.kind == "c" else lr)
            state.update(step=scalar(0, group), prev=zeros_like(p), step_size=Tensor(first))
        count_step(state)
        return *map(number, group["etas"]), *group["step_sizes"]

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        down, up, low, high = settings
        prev, size = state["prev"], state["step_size"]
        same = g * prev
        one = xp.ones_like(g)
        factor = xp.where(same > 0, up * one, xp.where(same < 0, down * one, one))
        size[...] = xp.minimum(xp.maximum(size * factor, low), high)
        g = xp.where(same < 0, xp.zeros_like(g), g)
        p -= xp.sign(g) * size
        prev[...] = g
