"""Checks of options, and their values as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import mode
from ..core.tensor import Tensor

Group = dict[str, Any]


def check_range(what: str, value: Any, low: float = 0.0, high: float = float("inf"), *, open_low: bool = False) -> None:
    """Raise unless low <= value < high (low < value with `open_low`); without a limit infinity is allowed."""
    above = low < value if open_low else low <= value
    if not (above and (high == float("inf") or value < high)):
        limits = f"{'above' if open_low else 'at least'} {low:g}"
        limits += f" and less than {high:g}" if high < float("inf") else ""
        raise ValueError(f"Invalid {what}: {value}; it must be {limits}")


def check_rate(lr: Any, group: Group, *, open_low: bool = False) -> None:
    """Raise unless the learning rate is a number, or a tensor of one element, that is not negative."""
    if isinstance(lr, Tensor):
        if group.get("foreach") and "betas" in group and not group.get("capturable"):
            raise ValueError("lr as a Tensor is not supported for capturable=False and foreach=True: give foreach=None")
        if lr.array.size != 1:
            raise ValueError(f"Tensor lr must be 1-element, but it has the shape {tuple(lr.shape)}")
    check_range("learning rate", lr, open_low=open_low)


def check_betas(betas: Any) -> None:
    """Raise unless each of the two lies in [0, 1)."""
    for i in range(2):
        check_range(f"beta parameter at index {i}", betas[i], high=1.0)


def check_flags(defaults: Group) -> None:
    """Options of PyTorch that choose an implementation, not a result, exclude one another as they do there."""
    if defaults.get("fused"):
        for flag, text in (
            ("differentiable", "`fused` does not support `differentiable`"),
            ("foreach", "`fused` and `foreach` cannot be `True` together."),
        ):
            if defaults.get(flag):
                raise RuntimeError(f"{text} Leave one of them out")


def check_runnable(group: Group, params: list[Tensor], differentiable: bool) -> None:
    """What PyTorch checks when a step begins, for parameters in the memory of the CPU."""
    if group.get("capturable"):
        raise AssertionError(
            "If capturable=True, params and state_steps must be on supported devices, which the CPU is not: "
            "leave capturable=False"
        )
    if differentiable and group.get("foreach"):
        raise AssertionError("_foreach ops don't support autograd: leave foreach=None with differentiable=True")
    if group.get("fused"):
        for p in params:
            if dtypes.category(p.array.dtype) != dtypes.FLOAT:
                raise RuntimeError(
                    f"`fused=True` requires all the params to be floating point Tensors, but got {p.dtype}: "
                    f"leave fused=None"
                )


def number(x: Any) -> Any:
    """An option as a number; a tensor that the step is differentiated by stays one (0-d)."""
    if not isinstance(x, Tensor):
        return x
    return x.squeeze() if x.requires_grad and mode.now.grad else x.item()


def penalized(xp: Any, g: Any, p: Any, decay: Any) -> Any:
    """g + decay·p, the gradient with that of an L2 penalty."""
    if isinstance(decay, Tensor):
        p = xp.copy(p)  # the derivative by decay reads p, which is overwritten
    elif decay == 0:
        return g
    return g + decay * p


def scalar(value: float, group: Group | None = None) -> Tensor:
    """A 0-d state, such as the number of steps: float32, or float64 if that is the default type."""
    wide = dtypes.get_default_dtype() is dtypes.float64 and not (group or {}).get("fused")
    return Tensor(np.array(value, np.float64 if wide else np.float32))


def count_step(state: dict[str, Any]) -> int:
    """Add one to the number of steps made, and return it."""
    count = state["step"].array
    count += 1
    return int(count)


def zeros_like(p: np.ndarray[Any, Any]) -> Tensor:
    """A state of the parameter's shape, type and layout."""
    return Tensor(np.zeros_like(p))
