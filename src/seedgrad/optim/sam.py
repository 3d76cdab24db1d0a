"""Sharpness-aware minimization."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core.memory import bump
from ..core.mode import enable_grad
from ..core.tensor import Tensor
from . import blocks
from .checks import check_range
from .optimizer import Array, Optimizer
from .wrapper import Wrapper


class SAM(Wrapper):
    """Another optimizer's step with the gradient at the worst point nearby, which leads to flat minima.

    ε = rho·g / ‖g‖, adaptive: ε = rho·p²g / ‖p·g‖, with the norm over all parameters; then the base optimizer changes p by
    the gradient of the loss at p + ε. A step computes the gradient twice.

    Args:
        params: the parameters, or groups of them.
        base_optimizer: the class of the optimizer that makes the steps.
        rho: how far the worst point is, at least 0. Default: 0.05.
        adaptive: measure distances relative to the size of each parameter (ASAM). Default: False.
        **kwargs: options of the base optimizer.

    Raises:
        ValueError: rho is negative.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([3.0, 4.0], requires_grad=True)
        >>> optimizer = sg.optim.SAM([w], sg.optim.SGD, rho=1.0, lr=0.5)
        >>> def closure():
        ...     optimizer.zero_grad()
        ...     loss = (w * w).sum() / 2
        ...     loss.backward()
        ...     return loss
        >>> loss = optimizer.step(closure)
        >>> w.detach()
        tensor([1.2000, 1.6000])

        Without a closure, the two halves of a step are called one by one:

        >>> loss = closure()
        >>> optimizer.first_step()
        >>> loss = closure()
        >>> optimizer.second_step()

    Source: Foret et al., "Sharpness-Aware Minimization for Efficiently Improving Generalization" (2021); Kwon et al.,
    "ASAM" (2021).
    """

    def __init__(
        self,
        params: Iterable[Any],
        base_optimizer: Callable[..., Optimizer],
        rho: float = 0.05,
        adaptive: bool = False,
        **kwargs: Any,
    ) -> None:
        check_range("rho value", rho)
        super().__init__(base_optimizer(params, **kwargs), {"rho": rho, "adaptive": adaptive})
        self._before: list[tuple[Tensor, Array]] = []

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._before = []

    def first_step(self, zero_grad: bool = False) -> None:
        """Go from p to p + ε, given the gradients at p.

        Args:
            zero_grad: forget the gradients afterwards. Default: False.

        Raises:
            RuntimeError: the parameters are at p + ε already.
        """
        if self._before:
            raise RuntimeError("first_step was called twice: call second_step after the gradients at p + ε are known")
        with np.errstate(all="ignore"):
            pairs = [
                (p, p._grad.array, group) for group in self.param_groups for p in group["params"] if p._grad is not None
            ]
            norm = math.sqrt(math.fsum(_squares(p.array, g, group["adaptive"]) for p, g, group in pairs))
            for p, g, group in pairs:
                self._before.append((p, p.array.copy()))
                size = group["rho"] / (norm + 1e-12)
                whole, gradient = blocks.at_least_1d(p.array, g)
                for part in blocks.parts(whole):
                    a = whole[part]
                    a += gradient[part] * (a * a * size if group["adaptive"] else size)
                bump(p)
        if zero_grad:
            self.zero_grad()

    def second_step(self, zero_grad: bool = False) -> None:
        """Go back to p, and from there by a step of the base optimizer, given the gradients at p + ε.

        Args:
            zero_grad: forget the gradients afterwards. Default: False.
        """
        self._restore()
        self.base_optimizer.step()
        if zero_grad:
            self.zero_grad()

    def _restore(self) -> None:
        for p, old in self._before:
            p.array[...] = old
            bump(p)
        self._before = []

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make a whole step.

        Args:
            closure: clears the gradients, computes the loss and its gradients, and returns the loss; called twice.

        Returns:
            What the first call of `closure` returned: the loss at p.

        Raises:
            RuntimeError: there is no closure.
        """
        if closure is None:
            raise RuntimeError(
                "SAM computes the gradient twice: give step() a closure, or call first_step() and second_step()"
            )
        with enable_grad():
            loss = closure()
        self.first_step()
        try:
            with enable_grad():
                closure()
        except BaseException:  # the parameters must not stay where they were only to be measured
            self._restore()
            raise
        self.second_step()
        return loss


def _squares(p: Array, g: Array, adaptive: bool) -> float:
    """‖g‖² or ‖p·g‖²."""
    a, b = blocks.at_least_1d(p, g)
    products = (a[part] * b[part] if adaptive else b[part] for part in blocks.parts(a))
    return math.fsum(map(blocks.sum_of_squares, products))
