"""Lion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate, number, zeros_like
from .optimizer import Array, Compiled, Group, Optimizer


class Lion(Optimizer):
    """Steps of one size in every element: the sign of a momentum.

    c = β₁m + (1 − β₁)g;  p ← p − lr·(sign(c) + weight_decay·p);  m ← β₂m + (1 − β₂)g.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0; a third to a tenth of Adam's. Default: 1e-4.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.99).
        weight_decay: the share of a weight, times lr, that each step takes away; at least 0. Default: 0.
        maximize: go up rather than down. Default: False.
        foreach: accepted as in the other optimizers; the result is the same.
        differentiable: record the step in the graph, as in `SGD`. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Lion([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.9000, 1.9000])

    Source: Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), algorithm 2.
    """

    buffers = ("exp_avg",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "differentiable": differentiable,
        }
        check_rate(lr, {})
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "exp_avg" not in state:
            state["exp_avg"] = zeros_like(p)
        beta1, beta2 = map(number, group["betas"])
        lr = number(group["lr"])
        return beta1, 1 - beta1, 1 - beta2, lr, 1 - lr * number(group["weight_decay"])

    def compiled_form(self, state: dict[str, Array], settings: tuple[Any, ...]) -> Compiled:
        return "lion", (state["exp_avg"],), settings

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        beta1, weight1, weight2, lr, shrink = settings
        m = state["exp_avg"]
        if shrink != 1:
            p *= shrink
        p -= lr * xp.sign(beta1 * m + weight1 * g)
        m += (g - m) * weight2
