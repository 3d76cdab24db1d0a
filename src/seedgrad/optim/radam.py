"""RAdam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class RAdam(Optimizer):
    """Adam whose first steps, when v is still uncertain, are rectified or not adaptive at all.

    m, v and m̂ as in Adam; ρ∞ = 2 / (1 − β₂) − 1 and ρ = ρ∞ − 2t·β₂ᵗ / (1 − β₂ᵗ). If ρ > 5, p ← p − lr·r·m̂ / l with
    l = (√v + eps) / √(1 − β₂ᵗ) and r² = (ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ); else p ← p − lr·m̂.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-3.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.999).
        eps: added to the root, at least 0. Default: 1e-8.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        decoupled_weight_decay: shrink the weights as AdamW does instead of the L2 penalty. Default: False.
        foreach, capturable, differentiable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.RAdam([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8000, 1.6000])

    Source: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020).
    """

    buffers = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "decoupled_weight_decay": decoupled_weight_decay,
            "differentiable": differentiable,
        }
        check_rate(lr, {})
        check_range("epsilon value", eps)
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "exp_avg" not in state:
            state.update(step=scalar(0, group), exp_avg=zeros_like(p), exp_avg_sq=zeros_like(p))
        t = count_step(state)
        beta1, beta2 = map(number, group["betas"])
        lr, decay = number(group["lr"]), number(group["weight_decay"])
        correction = 1 - beta2**t
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * t * beta2**t / correction
        size, adaptive = lr / (1 - beta1**t), bool(length > 5)
        if adaptive:
            certainty = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            size = size * (certainty * correction) ** 0.5
        penalty, shrink = (0.0, 1 - lr * decay) if group["decoupled_weight_decay"] else (decay, 1.0)
        return 1 - beta1, beta2, 1 - beta2, size, group["eps"], adaptive, penalty, shrink

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        weight1, beta2, weight2, size, eps, adaptive, penalty, shrink = settings
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if shrink != 1:
            p *= shrink
        g = penalized(xp, g, p, penalty)
        m += (g - m) * weight1
        v *= beta2
        v += g * g * weight2
        p -= size * m / (xp.sqrt(v) + eps) if adaptive else size * m
