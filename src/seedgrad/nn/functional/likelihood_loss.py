"""Negative log-likelihoods of numbers: of counts, and of values with a variance."""

from __future__ import annotations

import math

from ...core.batch_values import all_values, on_values
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .reduction import checked_reduction, reduced


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood of counts with a Poisson distribution: `loss = exp(x) - y x`.

    Without `log_input` the input is the mean itself: `loss = x - y log(x + eps)`.

    Args:
        input: the logarithm of the expected count, or the count; any shape.
        target: the count; a shape that broadcasts with the input's.
        log_input: the input is a logarithm. Default: True.
        full: add Stirling's approximation of log(y!) where y > 1: `y log(y) - y + log(2 pi y) / 2`. Default: False.
        size_average, reduce: PyTorch's old names for `reduction`; each gives a warning.
        eps: keeps the logarithm away from 0. Default: 1e-8.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape.

    Raises:
        RuntimeError: the shapes can't be broadcast.
        ValueError: `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.poisson_nll_loss(sg.tensor([0.0]), sg.tensor([3.0]))
        tensor(1.)
    """
    check_tensors("poisson_nll_loss", input, target)
    if size_average is not None or reduce is not None:
        reduction = checked_reduction(reduction, size_average, reduce)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction: it is 'none', 'mean' or 'sum'")
    loss = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        loss = loss + stirling.masked_fill(target <= 1, 0)
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood of a normal distribution: `loss = (log(v) + (x - y)² / v) / 2`, v = max(var, eps).

    Args:
        input: expected values, any shape.
        target: the values; a shape that broadcasts with the input's.
        var: variances, at least 0: a float, the input's shape, that shape with one dimension of length 1, or
            that shape without its last dimension. Where a variance is raised to eps its derivative stays.
        full: add log(2 pi) / 2. Default: False.
        eps: the least variance. Default: 1e-6.
        reduction: "mean" (default), "sum" or "none".

    Returns:
        A number; for "none" the broadcast shape.

    Raises:
        TypeError: `var` is neither a Tensor nor a float.
        ValueError: a variance is negative or has another shape; `reduction` is none of the three.

    Example:
        >>> import seedgrad as sg
        >>> x, y = sg.tensor([1.0, 2.0]), sg.tensor([1.0, 4.0])
        >>> sg.nn.functional.gaussian_nll_loss(x, y, 1.0, reduction="none")
        tensor([0., 2.])

    Source: Nix and Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", 1994.
    """
    check_tensors("gaussian_nll_loss", input, target)
    if isinstance(var, float):
        var = input.new_full(input.array.shape, var)
    elif not isinstance(var, Tensor):
        raise TypeError(f"gaussian_nll_loss(): var must be a Tensor or a float, not {type(var).__name__}")
    v, shape = var.array, input.array.shape
    values = all_values(var)
    if (values < 0).any():
        raise ValueError(f"var has negative entry/entries: variances are at least 0, got {values.min()}")
    if v.shape != shape:
        if v.shape == shape[:-1]:
            var = var.unsqueeze(-1)
        elif v.ndim != len(shape) or sum(b for a, b in zip(shape, v.shape, strict=True) if a != b) != 1:
            raise ValueError(
                f"var is of incorrect size: it must have the input's shape {shape}, that shape with one "
                f"dimension of length 1, or {shape[:-1]}, got {v.shape}"
            )
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid for reduction: it is 'none', 'mean' or 'sum'")
    # Added as a constant, so that the derivative stays that of the variance itself.
    raised: Tensor = var + on_values(lambda v: (v.clip(min=eps) - v).astype(v.dtype), var)
    loss = 0.5 * (raised.log() + (input - target).square() / raised)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)
