"""Averaged stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_range, check_rate, count_step, number, penalized, scalar, zeros_like
from .optimizer import Array, Group, Optimizer


class ASGD(Optimizer):
    """Stochastic gradient descent with a falling rate; the state "ax" is the mean of the parameters so far.

    p ← (1 − lambd·η)·p − η·g;  ax ← ax + μ·(p − ax);  then η = lr / (1 + lambd·lr·t)^alpha and μ = 1 / max(1, t − t0).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate at the start, at least 0. Default: 1e-2.
        lambd: how fast the rate falls, and the shrinking of the parameters. Default: 1e-4.
        alpha: the power with which the rate falls. Default: 0.75.
        t0: the step at which averaging begins; until then ax = p. Default: 1e6.
        weight_decay: the strength of an L2 penalty, at least 0. Default: 0.
        foreach, differentiable, capturable: as in `Adam`.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.ASGD([w], lr=0.1, lambd=0.0)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8000, 1.6000])

    Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992).
    """

    buffers = ("ax",)

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "lambd": lambd,
            "alpha": alpha,
            "t0": t0,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "capturable": capturable,
        }
        check_rate(lr, defaults)
        check_range("weight_decay value", weight_decay)
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[Any, ...]:
        lr, lambd = float(group["lr"]), group["lambd"]
        if "ax" not in state:
            state.update(step=scalar(0, group), eta=scalar(lr, group), mu=scalar(1, group), ax=zeros_like(p))
        eta, mu = float(state["eta"]), float(state["mu"])
        t = count_step(state)
        later = {"eta": lr / (1 + lambd * lr * t) ** group["alpha"], "mu": 1 / max(1, t - group["t0"])}
        for name, value in later.items():  # both have the precision of the default type, as in PyTorch
            state[name].array[...] = scalar(value, group).array
        return eta, mu, 1 - lambd * eta, number(group["weight_decay"])

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        eta, mu, shrink, decay = settings
        ax = state["ax"]
        g = penalized(xp, g, p, decay)
        p *= shrink
        p -= eta * g
        if mu == 1:
            ax[...] = p
        else:
            ax += (p - ax) * mu
