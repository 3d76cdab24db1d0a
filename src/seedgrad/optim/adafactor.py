"""Adafactor."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..core.memory import bump
from ..core.tensor import Tensor
from . import blocks
from .checks import check_rate, count_step, scalar
from .optimizer import Array, Group, Optimizer

# The binary digits of a number after the first.
DIGITS = {"float64": 52, "float32": 23, "float16": 10, "bfloat16": 7}


class Adafactor(Optimizer):
    """Steps of adaptive size whose state for a matrix is one number per row and one per column.

    With w = t^beta2_decay: R ← (1 − w)R + w·mean of g² over each row, C likewise over each column (last two dimensions);
    V = R·C / mean(R), for vectors a running mean of g² itself; u = g / √max(V, eps₁²); u ← u / max(1, RMS(u) / d);
    p ← p − lr·weight_decay·p − max(eps₂, RMS(p))·min(lr, 1/√t)·u.

    Args:
        params: the parameters, or groups of them.
        lr: the largest relative step, at least 0. Default: 1e-2.
        beta2_decay: the power with which the weight of new gradients falls, at most 0. Default: -0.8.
        eps: eps₁ (None for the smallest number that the type adds to 1) and eps₂, each at least 0. Default: (None, 1e-3).
        d: the largest root mean square of u, at least 1. Default: 1.
        weight_decay: the share of a weight, times lr, that each step takes away; at least 0. Default: 0.
        foreach: accepted as in PyTorch; the result is the same.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range.
        RuntimeError: at a step: a parameter is complex.

    Example:
        >>> import seedgrad as sg
        >>> w = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> optimizer = sg.optim.Adafactor([w], lr=0.1)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.detach()
        tensor([0.8419, 1.8419])

    Source: Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        if isinstance(lr, Tensor):
            check_rate(lr, {})
        for right, text in (
            (lr >= 0.0, f"Learning rate should be >= 0 but is: {lr}"),
            (beta2_decay <= 0.0, f"beta2_decay should be <= 0 but is: {beta2_decay}"),
            (eps[0] is None or eps[0] >= 0.0, f"epsilon1 should be >= 0 but is: {eps[0]}"),
            (eps[1] >= 0.0, f"epsilon2 should be >= 0 but is: {eps[1]}"),
            (d >= 1.0, f"Clipping threshold d should be >= 1 but is: {d}"),
            (weight_decay >= 0.0, f"weight_decay should be >= 0 but is: {weight_decay}"),
        ):
            if not right:
                raise ValueError(text)
        defaults = {
            "lr": lr,
            "beta2_decay": beta2_decay,
            "eps": eps,
            "d": d,
            "weight_decay": weight_decay,
            "foreach": foreach,
            "maximize": maximize,
        }
        super().__init__(params, defaults)

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> tuple[float, float]:
        """The weight of the new gradient, and the relative size of the step."""
        if "step" not in state:
            state["step"] = scalar(0, group)
            shapes = {"variance": p.shape}
            if p.ndim > 1:
                shapes = {"row_var": (*p.shape[:-1], 1), "col_var": (*p.shape[:-2], 1, p.shape[-1])}
            state.update({name: Tensor(np.zeros(shape, p.dtype)) for name, shape in shapes.items()})
        t = count_step(state)
        return float(t) ** group["beta2_decay"], min(float(group["lr"]), 1 / math.sqrt(t))

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: tuple[Any, ...]) -> None:
        """A part of the parameter, whose V is already known."""
        v, shrink, size = settings
        if shrink != 1:
            p *= shrink
        p -= (g / xp.sqrt(v)) * size

    def _update(self, p: Tensor, grad: Tensor, group: Group, differentiable: bool) -> None:
        """The formula needs means over all of the parameter, so it goes over its parts three times."""
        if p.array.dtype.kind == "c":
            raise RuntimeError("Adafactor does not support complex parameters: make their real and imaginary part two")
        state = self.state[p]
        weight, step = self.prepare(p.array, state, group)
        a, g = blocks.at_least_1d(p.array, grad.array)
        if not a.size:
            return
        smallest = group["eps"][0]
        least = 2.0 ** -DIGITS[a.dtype.name] if smallest is None else smallest
        parts = list(blocks.parts(a))
        if a.ndim > 1:
            r, c = state["row_var"].array, state["col_var"].array
            _measure(g, r, c, weight, parts)
            mean = np.maximum(r.mean(axis=-2, keepdims=True), least)
        else:
            v = state["variance"].array.reshape(-1)
            for part in parts:
                v[part] += (g[part] * g[part] - v[part]) * weight

        def estimate(part: slice) -> Array:
            if a.ndim == 1:
                return np.maximum(v[part], least * least)
            own = part if a.ndim > 2 else slice(None)  # a matrix has its rows in several parts, but one C and one mean
            return np.maximum(r[part] / mean[own] * c[own], least * least)

        size = step * max(group["eps"][1], _rms([blocks.sum_of_squares(a[part]) for part in parts], a.size))
        norms = [blocks.sum_of_squares(g[part] / np.sqrt(estimate(part))) for part in parts]
        size /= max(1.0, _rms(norms, a.size) / group["d"])
        shrink = 1 - float(group["lr"]) * group["weight_decay"]
        for part in parts:
            self.update(np, a[part], g[part], {}, (estimate(part), shrink, -size if group["maximize"] else size))
        bump(p)


def _measure(g: Array, r: Array, c: Array, weight: float, parts: list[slice]) -> None:
    """Let R and C follow the mean squares of the rows and columns of g."""
    rows, columns = g.shape[-2:]
    total = 0.0
    for part in parts:
        squares = g[part] * g[part]
        r[part] += (squares.sum(axis=-1, keepdims=True) / columns - r[part]) * weight
        below = squares.sum(axis=-2, keepdims=True)
        if g.ndim > 2:
            c[part] += (below / rows - c[part]) * weight
        else:
            total = total + below
    if g.ndim == 2:
        c += (total / rows - c) * weight


def _rms(sums: list[float], size: int) -> float:
    return math.sqrt(math.fsum(sums) / size)
