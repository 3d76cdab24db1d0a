"""RMSprop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Compiled, Group, Optimizer


class RMSprop(Optimizer):
    """Steps of adaptive size, from a running mean of the squared gradient.

    v ← alpha·v + (1 − alpha)·g²;  d = g / (√v + eps), centered: g / (√(v − a²) + eps) with the running mean a of g;
    p ← p − lr·d, or with momentum b ← momentum·b + d and p ← p − lr·b.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-2.
        alpha: how much of v is kept, at least 0. Default: 0.99.
        eps: added to the root, at least 0. Default: 1e-8.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        momentum: how much of the last direction is kept, at least 0. Default: 0.
        centered: divide by an estimate of the deviation rather than of the root mean square. Default: False.
        capturable, foreach, differentiable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.RMSprop([w], lr=0.1, alpha=0.0)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.9000, 1.9000])

    Source: Tieleman and Hinton, "Lecture 6.5 - RMSProp", COURSERA: Neural Networks for Machine Learning (2012); Graves,
    "Generating Sequences With Recurrent Neural Networks" (2013) for the centered form.
    """

    buffers = ("square_avg", "grad_avg", "momentum_buffer")

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        check_rate(lr, defaults)
        check_range("epsilon value", eps)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        check_range("alpha value", alpha)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        if "square_avg" not in state:
            state.update(step=scalar(0, group), square_avg=zeros_like(p))
        for name, wanted in (("momentum_buffer", group["momentum"] > 0), ("grad_avg", group["centered"])):
            if wanted and name not in state:
                state[name] = zeros_like(p)
        count_step(state)
        lr, decay = number(group["lr"]), number(group["weight_decay"])
        return lr, group["alpha"], group["eps"], decay, group["momentum"], group["centered"]

    def compiled_form(self, state: dict[str, Array], settings: tuple[Any, ...]) -> Compiled | None:
        lr, alpha, eps, decay, momentum, centered = settings
        numbers = (lr, alpha, 1 - alpha, eps, decay)
        if centered:
            return None
        if momentum > 0:
            return "rmsprop_momentum", (state["square_avg"], state["momentum_buffer"]), (*numbers, momentum)
        return "rmsprop", (state["square_avg"],), numbers

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        lr, alpha, eps, decay, momentum, centered = settings
        v = state["square_avg"]
        g = penalized(xp, g, p, decay)
        v *= alpha
        v += g * g * (1 - alpha)
        spread = v
        if centered:
            a = state["grad_avg"]
            a += (g - a) * (1 - alpha)
            spread = v - a * a
        d = g / (xp.sqrt(spread) + eps)
        if momentum > 0:
            b = state["momentum_buffer"]
            b *= momentum
            b += d
            d = b
        p -= lr * d
