"""Adadelta."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class Adadelta(Optimizer):
    """Steps in the units of the parameter, from running means of the squared gradient and of the squared step.

    v ← rho·v + (1 − rho)·g²;  d = √(u + eps) / √(v + eps) · g;  u ← rho·u + (1 − rho)·d²;  p ← p − lr·d.

    Args:
        params: the parameters, or groups of them.
        lr: a factor of the step, at least 0. Default: 1.
        rho: how much of the means is kept, in [0, 1]. Default: 0.9.
        eps: added below the roots, at least 0. Default: 1e-6.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        foreach, capturable, differentiable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Adadelta([w], rho=0.0, eps=1.0)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.1056, 1.0299])

    Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012).
    """

    buffers = ("square_avg", "acc_delta")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "capturable": capturable,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        check_rate(lr, defaults)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}; it must be in [0, 1]")
        check_range("epsilon value", eps)
        check_range("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "square_avg" not in state:
            state.update(step=scalar(0, group), square_avg=zeros_like(p), acc_delta=zeros_like(p))
        count_step(state)
        return number(group["lr"]), group["rho"], group["eps"], number(group["weight_decay"])

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        lr, rho, eps, decay = settings
        v, u = state["square_avg"], state["acc_delta"]
        g = penalized(xp, g, p, decay)
        v *= rho
        v += g * g * (1 - rho)
        d = xp.sqrt(u + eps) / xp.sqrt(v + eps) * g
        u *= rho
        u += d * d * (1 - rho)
        p -= lr * d
