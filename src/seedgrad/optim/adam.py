"""Adam and AdamW."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ..core.tensor import Tensor
from .optimizer import Array, Group, Optimizer, check_flags, check_range


class _Step(NamedTuple):
    """The coefficients of one step."""

    beta1: float
    beta2: float
    size: float  # lr / (1 − beta1^t)
    root: float  # sqrt(1 − beta2^t)
    eps: float
    penalty: float  # weight decay that is added to the gradient
    shrink: float  # weight decay that is taken from the weights directly
    amsgrad: bool


class Adam(Optimizer):
    """Adam: steps of adaptive size, from running means of the gradient and of its square.

    m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  p ← p − lr·m̂ / (√v̂ + eps), where m̂ = m / (1 − β₁ᵗ) and
    v̂ = v / (1 − β₂ᵗ). AMSGrad uses the largest v so far.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-3.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.999).
        eps: added to the root, at least 0. Default: 1e-8.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        amsgrad: use the largest v so far. Default: False.
        maximize: go up rather than down. Default: False.
        decoupled_weight_decay: shrink the weights as AdamW does instead of the L2 penalty. Default: False.
        foreach, fused: accepted as in PyTorch; the result is the same.
        capturable, differentiable: only False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Adam([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.9000, 1.9000])

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015); Reddi et al., "On the Convergence of
    Adam and Beyond" (2018) for AMSGrad.
    """

    compiled = "adam"

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_range("learning rate", lr)
        check_range("epsilon value", eps)
        check_range("beta parameter at index 0", betas[0], high=1.0)
        check_range("beta parameter at index 1", betas[1], high=1.0)
        check_range("weight_decay value", weight_decay)
        check_flags(type(self).__name__, capturable=capturable, differentiable=differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> _Step:
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            state["exp_avg"] = Tensor(np.zeros_like(p))
            state["exp_avg_sq"] = Tensor(np.zeros_like(p))
        if group["amsgrad"] and "max_exp_avg_sq" not in state:
            state["max_exp_avg_sq"] = Tensor(np.zeros_like(p))
        count = state["step"].array
        count += 1
        t = int(count)
        beta1, beta2 = group["betas"]
        lr, decay = float(group["lr"]), group["weight_decay"]
        decoupled = group["decoupled_weight_decay"]
        return _Step(
            beta1=beta1,
            beta2=beta2,
            size=lr / (1 - beta1**t),
            root=math.sqrt(1 - beta2**t),
            eps=group["eps"],
            penalty=0.0 if decoupled else decay,
            shrink=1 - lr * decay if decoupled else 1.0,
            amsgrad=group["amsgrad"],
        )

    def compiled_arguments(
        self, state: dict[str, Array], settings: _Step
    ) -> tuple[tuple[Array, ...], tuple[float, ...]] | None:
        if settings.amsgrad:
            return None
        beta1, beta2, *others = settings[:-1]
        return (state["exp_avg"], state["exp_avg_sq"]), (1 - beta1, beta2, 1 - beta2, *others)

    def update(self, p: Array, g: Array, state: dict[str, Array], settings: _Step) -> None:
        beta1, beta2, size, root, eps, penalty, shrink, amsgrad = settings
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if shrink != 1:
            p *= shrink
        if penalty:
            g = g + penalty * p
        m += (g - m) * (1 - beta1)
        v *= beta2
        v += g * g * (1 - beta2)
        if amsgrad:
            largest = state["max_exp_avg_sq"]
            v = np.maximum(largest, v, out=largest)
        bottom = np.sqrt(v)
        bottom /= root
        bottom += eps
        p -= np.divide(m * size, bottom, out=bottom)


class AdamW(Adam):
    """Adam with weight decay apart from the gradient: p ← p − lr·weight_decay·p, then Adam's step.

    Args:
        params, lr, betas, eps, amsgrad, maximize, foreach, fused, capturable, differentiable: as in `Adam`.
        weight_decay: the share of a weight, times lr, that each step takes away; at least 0. Default: 1e-2.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.AdamW([w], lr=0.1, weight_decay=0.5)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8500, 1.8000])

    Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
