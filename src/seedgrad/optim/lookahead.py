"""Lookahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.memory import bump
from ..core.tensor import Tensor
from . import blocks
from .checks import check_range
from .optimizer import Group, Optimizer
from .wrapper import Wrapper


class Lookahead(Wrapper):
    """Another optimizer goes ahead for k steps; then slow weights follow it a part of the way, and it goes on from there.

    Every k steps: s ← s + alpha·(p − s);  p ← s.

    Args:
        base_optimizer: the optimizer that makes the steps; its groups and its state are shared.
        k: steps between two moves of the slow weights, at least 1. Default: 5.
        alpha: the part of the way, in [0, 1]. Default: 0.5.

    Raises:
        ValueError: an option is out of range.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0], requires_grad=True)
        >>> optimizer = sg.optim.Lookahead(sg.optim.SGD([w], lr=0.1), k=2, alpha=0.5)
        >>> for _ in range(2):
        ...     w.grad = sg.tensor([1.0])
        ...     optimizer.step()
        >>> w.detach()
        tensor([0.9000])

    Source: Zhang et al., "Lookahead Optimizer: k steps forward, 1 step back" (2019).
    """

    def __init__(self, base_optimizer: Optimizer, k: int = 5, alpha: float = 0.5) -> None:
        if not isinstance(base_optimizer, Optimizer):
            raise TypeError(f"base_optimizer must be an Optimizer, got {type(base_optimizer).__name__}")
        if not (isinstance(k, int) and k >= 1):
            raise ValueError(f"Invalid k: {k}; it must be an int, at least 1")
        check_range("alpha value", alpha)
        if alpha > 1:
            raise ValueError(f"Invalid alpha value: {alpha}; it must be in [0, 1]")
        super().__init__(base_optimizer, {"lookahead_k": k, "lookahead_alpha": alpha, "lookahead_step": 0})

    def adopt_group(self, group: Group) -> None:
        """Enter the options in a group, and begin with slow weights equal to its parameters."""
        super().adopt_group(group)
        for p in group["params"]:
            self.state[p].setdefault("slow_buffer", Tensor(p.array.copy()))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """A step of the base optimizer, and every k-th time one of the slow weights.

        Args:
            closure: computes the loss again, with its backward pass. Default: None.

        Returns:
            What `closure` returned, or None.
        """
        result = self.base_optimizer.step(closure)
        for group in self.param_groups:
            group["lookahead_step"] += 1
            if group["lookahead_step"] % group["lookahead_k"] == 0:
                self._follow(group)
        return result

    def _follow(self, group: Group) -> None:
        alpha = group["lookahead_alpha"]
        for p in group["params"]:
            slow, fast = blocks.at_least_1d(self.state[p]["slow_buffer"].array, p.array)
            with np.errstate(all="ignore"):
                for part in blocks.parts(fast):
                    s, f = slow[part], fast[part]
                    s += (f - s) * alpha
                    f[...] = s
            bump(p)
