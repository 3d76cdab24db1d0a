"""Muon."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.memory import bump
from ..core.tensor import Tensor
from .checks import check_rate, zeros_like
from .optimizer import Array, Group, Optimizer

FITS = ("original", "match_rms_adamw")


class Muon(Optimizer):
    """Momentum whose direction, a matrix, is made orthogonal before each step; for the weights of hidden layers.

    b ← momentum·b + (1 − momentum)·g;  u = b, with Nesterov momentum u = (1 − momentum)·g + momentum·b;
    O = the orthogonal matrix nearest to u, approximately, by Newton-Schulz steps X ← aX + (bA + cA²)X, A = XXᵀ, in bfloat16;
    p ← p − lr·weight_decay·p − lr'·O.

    Args:
        params: the parameters, which have two dimensions, or groups of them.
        lr: the learning rate, at least 0. Default: 1e-3.
        weight_decay: the share of a weight, times lr, that each step takes away; at least 0. Default: 0.1.
        momentum: how much of the last direction is kept, at least 0. Default: 0.95.
        nesterov: look ahead along the momentum. Default: True.
        ns_coefficients: a, b and c. Default: (3.4445, -4.775, 2.0315).
        eps: the least norm that u is divided by. Default: 1e-7.
        ns_steps: the number of Newton-Schulz steps, below 100. Default: 5.
        adjust_lr_fn: lr' for rows × columns: "original" (or None, default), lr·√max(1, rows / columns);
            "match_rms_adamw", 0.2·lr·√max(rows, columns), for which the lr and weight_decay of AdamW fit.

    Raises:
        ValueError: an option is out of range; a parameter does not have two dimensions.
        RuntimeError: at a step: a parameter is complex.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.ones(2, 2, requires_grad=True)
        >>> optimizer = sg.optim.Muon([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()[0, 0].item() < 1
        True

    Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); Liu et al., "Muon is
    Scalable for LLM Training" (2025) for "match_rms_adamw".
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.775, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        if isinstance(lr, Tensor):
            check_rate(lr, {})
        for value, name in ((lr, "Learning rate"), (momentum, "momentum"), (weight_decay, "weight decay")):
            if not 0.0 <= value:
                raise ValueError(f"{name} should be >= 0 but is: {value}")
        if adjust_lr_fn is not None and adjust_lr_fn not in FITS:
            raise ValueError(
                f"Adjust learning rate function {adjust_lr_fn} is not supported: use one of {FITS} or None"
            )
        defaults = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for p in group["params"]:
                if p.array.ndim != 2:
                    raise ValueError(
                        f"Muon only supports 2D parameters whereas we found a parameter with size: {tuple(p.shape)}. "
                        f"Give the others to another optimizer"
                    )

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: Group) -> None:
        group, momentum = settings, settings["momentum"]
        b = state["momentum_buffer"]
        b += (g - b) * (1 - momentum)
        u = g + (b - g) * momentum if group["nesterov"] else b
        o = orthogonal(u, group["ns_coefficients"], group["ns_steps"], group["eps"])
        lr = float(group["lr"])
        p *= 1 - lr * group["weight_decay"]
        p -= o.astype(p.dtype, copy=False) * (lr * _fit(group["adjust_lr_fn"], *p.shape))

    def _update(self, p: Tensor, grad: Tensor, group: Group, differentiable: bool) -> None:
        """The formula is for the whole matrix."""
        if p.array.dtype.kind == "c":
            raise RuntimeError("Muon does not support complex parameters: make their real and imaginary part two")
        state = self.state[p]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = zeros_like(p.array)
        self.update(np, p.array, grad.array, {"momentum_buffer": state["momentum_buffer"].array}, group)
        bump(p)


def _fit(name: str | None, rows: int, columns: int) -> float:
    """What the learning rate is multiplied by for a matrix of this shape."""
    if name == "match_rms_adamw":
        return 0.2 * math.sqrt(max(rows, columns))
    return math.sqrt(max(1, rows / columns))


def orthogonal(u: Array, coefficients: tuple[float, float, float], steps: int, eps: float) -> Array:
    """The orthogonal matrix nearest to `u`, approximately: its singular values become numbers near 1.

    Products are computed in float32, and what is kept between them has the precision of bfloat16.

    Raises:
        ValueError: 100 steps or more; not three coefficients.
    """
    if steps >= 100:
        raise ValueError(f"Number of steps must be less than 100 for computational efficiency, got ns_steps={steps}")
    if len(coefficients) != 3:
        raise ValueError(f"Coefficients must be a tuple of exactly 3 values, got {len(coefficients)}")
    short = dtypes.to_numpy(dtypes.bfloat16)

    def rounded(x: Any) -> Array:
        return np.asarray(x, np.float32).astype(short).astype(np.float32)

    a, b, c = coefficients
    x = rounded(u)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    norm = rounded(math.sqrt(float(np.vdot(x, x))))
    x = rounded(x / np.maximum(norm, rounded(eps)))
    for _ in range(steps):
        gram = rounded(x @ x.T)
        x = rounded(a * x + rounded(b * gram + c * (gram @ gram)) @ x)
    return x.T if tall else x
