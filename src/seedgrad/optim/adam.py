"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Compiled, Group, Optimizer

Betas = tuple[float | Tensor, float | Tensor]


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
        capturable: only for other devices: with True a step raises an AssertionError, as in PyTorch. Default: False.
        differentiable: record the step in the graph, as in `SGD`; betas may be tensors too. Default: False.

    Raises:
        ValueError: an option is out of range; betas are neither both floats nor both tensors.
        RuntimeError: fused together with foreach or differentiable.

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

    buffers = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: Betas = (0.9, 0.999),
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
        defaults = {
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
        }
        check_rate(lr, defaults)
        check_range("epsilon value", eps)
        check_betas(betas)
        check_range("weight_decay value", weight_decay)
        defaults["betas"] = _plain_betas(betas, foreach and not capturable)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "exp_avg" not in state:
            state.update(step=scalar(0, group), exp_avg=zeros_like(p), exp_avg_sq=zeros_like(p))
        if group["amsgrad"] and "max_exp_avg_sq" not in state:
            state["max_exp_avg_sq"] = zeros_like(p)
        t = count_step(state)
        settings: tuple[Any, ...] | None = self._shared.get(t)
        if settings is None:
            settings = self._shared[t] = self._coefficients(t, group)
        return settings

    def _coefficients(self, t: int, group: Group) -> tuple[Any, ...]:
        """What parameters share that were updated equally often."""
        beta1, beta2 = map(number, group["betas"])
        lr, decay = number(group["lr"]), number(group["weight_decay"])
        size, root = lr / (1 - beta1**t), (1 - beta2**t) ** 0.5
        penalty, shrink = (0.0, 1 - lr * decay) if group["decoupled_weight_decay"] else (decay, 1.0)
        return 1 - beta1, beta2, 1 - beta2, size, root, group["eps"], penalty, shrink, group["amsgrad"]

    def compiled_form(self, state: dict[str, Array], settings: tuple[Any, ...]) -> Compiled:
        *numbers, amsgrad = settings
        names = self.buffers if amsgrad else self.buffers[:2]
        return ("amsgrad" if amsgrad else "adam"), tuple([state[name] for name in names]), tuple(numbers)

    counts_steps = True

    def together(self, group: Group) -> tuple[str, tuple[str, ...]] | None:
        own = type(self).prepare is Adam.prepare and type(self).compiled_form is Adam.compiled_form
        return ("adam", self.buffers[:2]) if own and not group["amsgrad"] else None

    def numbers_of(self, group: Group, step: int) -> tuple[float, ...] | None:
        return None if step < 0 else self._coefficients(step, group)[:-1]

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        weight1, beta2, weight2, size, root, eps, penalty, shrink, amsgrad = settings
        m, v = state["exp_avg"], state["exp_avg_sq"]
        if shrink != 1:
            p *= shrink
        g = penalized(xp, g, p, penalty)
        m += (g - m) * weight1
        v *= beta2
        v += g * g * weight2
        if amsgrad:
            largest = state["max_exp_avg_sq"]
            largest[...] = xp.maximum(xp.copy(largest), v)  # its derivative reads the old value
            v = largest
        p -= size * m / (xp.sqrt(v) / root + eps)


def _plain_betas(betas: Betas, foreach: Any) -> Betas:
    """Both floats, or both 0-d tensors.

    Raises:
        ValueError: they are neither, or tensors together with `foreach`.
    """
    tensors = [isinstance(beta, Tensor) for beta in betas]
    if not all(tensors) and not all(isinstance(beta, float) for beta in betas):
        raise ValueError(
            f"betas must be either both floats or both Tensors, got {type(betas[0]).__name__} and "
            f"{type(betas[1]).__name__}"
        )
    if foreach and tensors[0]:
        raise ValueError("betas[0] as a Tensor is not supported for capturable=False and foreach=True")
    first, second = (beta.squeeze() if isinstance(beta, Tensor) else beta for beta in betas[:2])
    return first, second


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
        lr: float | Tensor = 1e-3,
        betas: Betas = (0.9, 0.999),
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
