"""What `reduction`, and its old names, mean for losses."""

from __future__ import annotations

import warnings

from ...core.tensor import Tensor
from ...functions.reduction import mean, sum


def checked_reduction(reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> str:
    """ "none", "mean" or "sum".

    Args:
        reduction: one of the three; "batchmean" is for `kl_div` alone, which handles it before.
        size_average: PyTorch's old way to choose between "mean" (True) and "sum". Default: not used.
        reduce: PyTorch's old way to choose "none" (False). Default: not used.

    Raises:
        ValueError: it is none of the three.
    """
    if size_average is not None or reduce is not None:
        reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=3,
        )
    if reduction == "elementwise_mean":
        warnings.warn("reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.", stacklevel=3)
        return "mean"
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction: it is 'none', 'mean' or 'sum'")
    return reduction


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The losses themselves, or their mean or sum."""
    if reduction == "none":
        return loss
    return mean(loss) if reduction == "mean" else sum(loss)
