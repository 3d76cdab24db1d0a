"""NAdam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class NAdam(Optimizer):
    """Adam with Nesterov momentum.

    m and v as in Adam; with μₜ = β₁·(1 − 0.96^(t·momentum_decay) / 2) and Πₜ = μ₁·…·μₜ
    p ← p − lr·((1 − μₜ)·g / (1 − Πₜ) + μₜ₊₁·m / (1 − Πₜ₊₁)) / (√v̂ + eps), where v̂ = v / (1 − β₂ᵗ).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 2e-3.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.999).
        eps: added to the root, at least 0. Default: 1e-8.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        momentum_decay: how fast the momentum rises to β₁, at least 0. Default: 4e-3.
        decoupled_weight_decay: shrink the weights as AdamW does instead of the L2 penalty. Default: False.
        foreach, capturable, differentiable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.NAdam([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8944, 1.8944])

    Source: Dozat, "Incorporating Nesterov Momentum into Adam" (2016).
    """

    buffers = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
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
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
            "foreach": foreach,
            "capturable": capturable,
            "differentiable": differentiable,
        }
        check_rate(lr, {})
        check_range("epsilon value", eps)
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        check_range("momentum_decay value", momentum_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "exp_avg" not in state:
            state.update(step=scalar(0, group), mu_product=scalar(1, group))
            state.update(exp_avg=zeros_like(p), exp_avg_sq=zeros_like(p))
        t = count_step(state)
        beta1, beta2 = map(number, group["betas"])
        lr, decay = number(group["lr"]), number(group["weight_decay"])
        mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (k * group["momentum_decay"])) for k in (t, t + 1))
        product = state["mu_product"].array
        product *= float(mu)
        now, later = float(product), float(product) * mu_next
        sizes = lr * (1 - mu) / (1 - now), lr * mu_next / (1 - later)
        penalty, shrink = (0.0, 1 - lr * decay) if group["decoupled_weight_decay"] else (decay, 1.0)
        return 1 - beta1, beta2, 1 - beta2, 1 - beta2**t, *sizes, group["eps"], penalty, shrink

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        weight1, beta2, weight2, correction, size_g, size_m, eps, penalty, shrink = settings
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if shrink != 1:
            p *= shrink
        g = penalized(xp, g, p, penalty)
        m += (g - m) * weight1
        v *= beta2
        v += g * g * weight2
        p -= (size_g * g + size_m * m) / (xp.sqrt(v / correction) + eps)
