"""Adamax."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class Adamax(Optimizer):
    """Adam with the largest recent gradient in the place of the mean square.

    m ← β₁m + (1 − β₁)g;  u ← max(β₂u, |g| + eps);  p ← p − lr / (1 − β₁ᵗ) · m / u.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 2e-3.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.999).
        eps: added to the size of the gradient, at least 0. Default: 1e-8.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        foreach, differentiable, capturable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Adamax([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.9000, 1.9000])

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), section 7.1.
    """

    buffers = ("exp_avg", "exp_inf")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        check_rate(lr, {})
        check_range("epsilon value", eps)
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "exp_avg" not in state:
            state.update(step=scalar(0, group), exp_avg=zeros_like(p), exp_inf=zeros_like(p))
        t = count_step(state)
        beta1, beta2 = map(number, group["betas"])
        size = number(group["lr"]) / (1 - beta1**t)
        return 1 - beta1, beta2, size, group["eps"], number(group["weight_decay"])

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        weight1, beta2, size, eps, decay = settings
        m, u = state["exp_avg"], state["exp_inf"]
        g = penalized(xp, g, p, decay)
        m += (g - m) * weight1
        u[...] = xp.maximum(beta2 * u, xp.absolute(g) + eps)
        p -= size * m / u
